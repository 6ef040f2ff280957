package io.venation.link;

import io.venation.aeron.FrameBlock;
import io.venation.aeron.FrameImage;
import io.venation.codec.OfferDecoder;
import io.venation.codec.WantedEncoder;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.ReplicaFetch;
import io.venation.store.MappedFrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An object that comes into a store. What is offered and not there is wanted, and the next frames must be that, in that
 * order. Once all is there the root is followed to everything it stands on, all is forced, the root is pinned, and the
 * pin is forced: only then is it done. What came of a transfer that ends before stays in the store unpinned, so the next
 * one does not send it again.
 *
 * <p>One thread: the receiving agent, which is the store's. Forces have threads of their own.
 */
final class InboundObject implements AutoCloseable {
    /** Most frames that are wanted and have not come. */
    private static final int PENDING_LIMIT = OfferWindow.LIMIT;

    private static final int KEY_LENGTH = OfferWindow.KEY_LENGTH;
    /** Nodes that are followed in one turn: other transfers wait no longer than that. */
    private static final int NODES_PER_TURN = 4;
    /** Frames after which the disk is set to work while the rest is still coming: 64 MiB. */
    private static final int FORCE_INTERVAL = (64 << 20) / LatticeFrame.LENGTH;

    private enum State {
        RECEIVE,
        FOLLOW,
        FORCE,
        FORCE_PIN,
        DONE
    }

    private final MappedFrameStore store;
    private final FrameKernels kernels;
    private final Suite suite;
    private final boolean keepsReceipts;
    private final MemorySegment memory =
            Arena.ofAuto().allocate((PENDING_LIMIT + FrameImage.BATCH_LIMIT + 1L) * KEY_LENGTH, Long.BYTES);
    private final long pending = memory.address();
    private final long blockKeys = pending + (long) PENDING_LIMIT * KEY_LENGTH;
    private final long rootKey = blockKeys + (long) FrameImage.BATCH_LIMIT * KEY_LENGTH;
    private final WantedEncoder answer = new WantedEncoder();
    private final byte[] keys = new byte[LinkProtocol.OFFER_LIMIT * KEY_LENGTH];
    private final byte[] wanted = new byte[LinkProtocol.OFFER_LIMIT / 8];

    private State state = State.RECEIVE;
    private long offeredCount;
    private long wantedCount;
    private long arrivedCount;
    private long forcedCount;
    private Digest root;
    private ReplicaFetch fetch;
    private String fault;
    private CompletableFuture<Void> forcing;

    /**
     * An object of one sender.
     *
     * @param target  where it goes.
     * @param suite   of the sender; its address hash is the store's.
     * @param kernels of the receiving thread.
     */
    InboundObject(final ReceiveOptions.Store target, final Suite suite, final FrameKernels kernels) {
        this.store = target.frames();
        this.suite = suite;
        this.kernels = kernels;
        keepsReceipts = suite.equals(target.suite());
    }

    /** Whether another offer can be answered. */
    boolean isReady() {
        return wantedCount - arrivedCount <= PENDING_LIMIT - LinkProtocol.OFFER_LIMIT;
    }

    /** Frames that must come next. */
    int pendingCount() {
        return (int) (wantedCount - arrivedCount);
    }

    /** Says of each frame of an offer whether it is wanted; the answer is to be flushed. */
    void onOffer(final OfferDecoder message, final ControlWriter reply) {
        final int length = message.keysLength();
        ControlText.requireLength(length, keys.length);
        if (length == 0 || length % KEY_LENGTH != 0) {
            throw new LinkException("offer of " + length + " bytes: addresses have " + KEY_LENGTH);
        }
        message.getKeys(keys, 0, length);
        final int count = length / KEY_LENGTH;
        Arrays.fill(wanted, (byte) 0);
        for (int i = 0; i < count; i++) {
            final long key = pendingKey(wantedCount);
            OffHeap.put(key, keys, i * KEY_LENGTH, KEY_LENGTH);
            if (!store.contains(key)) {
                wanted[i / 8] |= (byte) (1 << i % 8);
                wantedCount++;
            }
        }
        offeredCount += count;
        reply.begin(answer).count(count).putFrames(wanted, 0, (count + 7) / 8);
        reply.end();
        Reference.reachabilityFence(this);
    }

    /**
     * Stores verified frames from where they lie.
     *
     * @param block at most as many as are pending.
     * @return null, or why they are not taken.
     */
    String put(final FrameBlock block) {
        final int count = block.count();
        for (int i = 0; i < count; i++) {
            final long key = block.receipts() + (long) i * block.receiptStride() + ReceiptLayout.CONTENT_ADDRESS_OFFSET;
            final long expected = pendingKey(arrivedCount + i);
            if (!OffHeap.isSame(key, expected, KEY_LENGTH)) {
                return "it is " + Digest.read(key) + " where " + Digest.read(expected) + " was offered";
            }
            if (block.payloadLength(i) != LatticeFrame.LENGTH) {
                return "payload length " + block.payloadLength(i) + " where frames of a store are full";
            }
            OffHeap.copy(key, blockKeys + (long) i * KEY_LENGTH, KEY_LENGTH);
        }
        store.putVerified(
                block.frame(0).address(),
                SealedFrameLayout.STRIDE,
                count,
                -1L,
                blockKeys,
                keepsReceipts ? block.receipts() : 0);
        arrivedCount += count;
        if (arrivedCount - forcedCount >= FORCE_INTERVAL && isForced()) {
            forcedCount = arrivedCount;
            force(State.RECEIVE);
        }
        Reference.reachabilityFence(this);
        return null;
    }

    /** All was offered and has come: what it must be the root of. */
    void end(final Digest root) {
        this.root = root;
        fetch = new ReplicaFetch(store, kernels, suite.addressHash(), List.of(), new Faults());
        fetch.begin(root, null);
        state = State.FOLLOW;
    }

    /** The first fault says enough. */
    private final class Faults implements FetchListener {
        @Override
        public void onMissing(final Digest address) {
            note(address, "is not in the store and was not sent");
        }

        @Override
        public void onMalformed(final Digest address, final String what) {
            note(address, "is malformed: " + what);
        }

        private void note(final Digest address, final String what) {
            if (fault == null) {
                fault = "frame " + address + " " + what;
            }
        }
    }

    /**
     * Goes on to the end.
     *
     * @return whether the root is pinned and on disk with all that it stands on.
     * @throws LinkException where it does not stand.
     */
    boolean finish() {
        switch (state) {
            case FOLLOW -> follow();
            case FORCE -> {
                if (isForced()) {
                    pin();
                }
            }
            case FORCE_PIN -> {
                if (isForced()) {
                    state = State.DONE;
                }
            }
            case RECEIVE, DONE -> {
                // nothing is under way
            }
        }
        return state == State.DONE;
    }

    private void follow() {
        boolean goesOn = true;
        for (int i = 0; goesOn && i < NODES_PER_TURN; i++) {
            goesOn = fetch.step();
        }
        if (fault != null) {
            throw new LinkException("root " + root + " does not stand, nothing is pinned: " + fault);
        }
        if (!goesOn) {
            fetch = null;
            force(State.FORCE);
        }
    }

    private void pin() {
        if (!store.roots().containsKey(root)) {
            root.write(rootKey);
            store.pin(rootKey);
        }
        force(State.FORCE_PIN);
        Reference.reachabilityFence(this);
    }

    private void force(final State next) {
        if (store.durablePosition() < store.position()) {
            final CompletableFuture<Void> before =
                    forcing == null ? CompletableFuture.completedFuture(null) : forcing; // who closes waits for both
            forcing = before.thenRunAsync(
                    store::force,
                    work -> Thread.ofPlatform().daemon().name("venation-force").start(work));
        }
        state = next;
    }

    private boolean isForced() {
        if (forcing == null) {
            return true;
        }
        if (!forcing.isDone()) {
            return false;
        }
        try {
            forcing.join();
        } catch (final CompletionException e) {
            throw e.getCause() instanceof final RuntimeException cause ? cause : e;
        }
        forcing = null;
        return true;
    }

    /** Whether {@link #finish} has work of its own to do, and does not wait for the disk. */
    boolean isFollowing() {
        return state == State.FOLLOW;
    }

    Digest root() {
        return root;
    }

    long offeredCount() {
        return offeredCount;
    }

    long sharedCount() {
        return offeredCount - wantedCount;
    }

    private long pendingKey(final long position) {
        return pending + (position % PENDING_LIMIT) * KEY_LENGTH;
    }

    /** Waits for a force that is under way: what it works on may be closed next. */
    @Override
    public void close() {
        if (forcing != null) {
            forcing.exceptionally(e -> null).join();
            forcing = null;
        }
    }
}
