package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Reads a store that another thread or process writes to, or that is closed.
 *
 * <p>It stands in an epoch: frames swept since stay where they are until {@link #refresh}, which also shows what an index
 * that has grown since holds. In a directory that cannot be written to it does not register, and whoever may write
 * there could reuse a slot under it. One thread.
 */
public final class StoreReader implements StoreView, FollowedStore, AutoCloseable {
    private static final int NOT_REGISTERED = -1;
    /** Frames of consecutive slots that are hashed in one kernel call. */
    private static final int RUN_COUNT = 16;

    private final Path directory;
    private final FrameKernels kernels;
    private final VerifyPolicy verifyPolicy;
    private final AddressHash addressHash;
    private final Control control;
    private final StoreHeader header;
    private final Segments segments;
    private final int reader;
    private final Arena arena = Arena.ofShared();
    /** Written so that the reads are not left out. */
    private int touched;

    private final long computedKeys =
            arena.allocate((long) RUN_COUNT * Keys.LENGTH, Long.BYTES).address();
    private final long keys =
            arena.allocate((long) RUN_COUNT * Keys.LENGTH, Long.BYTES).address();
    private final long receipts =
            arena.allocate((long) RUN_COUNT * ReceiptLayout.LENGTH, Long.BYTES).address();
    private final JournalFold fold;
    private AddressIndex index;

    /**
     * Opens a store for reading.
     *
     * @param directory    of the store.
     * @param kernels      of the calling thread.
     * @param verifyPolicy whether {@link #get} verifies; {@link #copy} always does.
     * @throws StoreException where the store was not closed and its writer is gone: open it for writing once.
     * @throws IOException    where there is no store or the operating system refuses.
     */
    public StoreReader(final Path directory, final FrameKernels kernels, final VerifyPolicy verifyPolicy)
            throws IOException {
        this.directory = directory;
        this.kernels = kernels;
        this.verifyPolicy = verifyPolicy;
        boolean isWritable = true;
        Control opened;
        try {
            opened = Control.open(directory, true);
        } catch (final AccessDeniedException e) {
            opened = Control.open(directory, false);
            isWritable = false;
        } catch (final DamagedHeaderException e) {
            throw new StoreException(directory, e.getMessage() + "; open it for writing once");
        } catch (final FileSystemException e) {
            if (e.getReason() == null || !e.getReason().contains("Read-only")) {
                throw e;
            }
            opened = Control.open(directory, false);
            isWritable = false;
        }
        control = opened;
        header = control.header();
        addressHash = header.suite().addressHash();
        segments = new Segments(directory, header, false);
        fold = new JournalFold(directory, control);
        int registered = NOT_REGISTERED;
        try {
            if (control.state() == Control.OPEN && !StoreLock.isHeld(directory)) {
                throw new StoreException(directory, "was not closed and nobody writes to it; open it for writing once");
            }
            registered = isWritable ? control.register() : NOT_REGISTERED;
            openIndex();
        } catch (final IOException | RuntimeException e) {
            close(registered);
            throw e;
        }
        reader = registered;
    }

    private void openIndex() throws IOException {
        for (int attempt = 0; ; attempt++) {
            final long generation = control.indexGeneration();
            try {
                final AddressIndex opened = AddressIndex.open(directory, header, generation, segments, false);
                if (index != null) {
                    index.close();
                }
                index = opened;
                return;
            } catch (final java.nio.file.NoSuchFileException _) {
                if (attempt > 100 || control.indexGeneration() == generation && attempt > 3) {
                    if (index != null) {
                        return; // a recovery has begun: the index there is will do until it has made another
                    }
                    throw new StoreException(
                            directory,
                            "its index is being made anew or missing; try again, or open it for writing once");
                }
            } catch (final DamagedHeaderException e) {
                throw new StoreException(directory, e.getMessage() + "; open it for writing once");
            }
        }
    }

    /** Enters the present epoch: views handed out before are not to be used any more. */
    @Override
    public void refresh() {
        if (reader != NOT_REGISTERED) {
            control.enter(reader);
        }
        isIndexReplaced();
    }

    /**
     * Leaves the epoch: views handed out before are not to be used any more, and frames are not to be asked for before
     * {@link #refresh}. Roots and log go on. For who follows the log for long: the writer uses freed room again.
     */
    public void leave() {
        if (reader != NOT_REGISTERED) {
            control.leave(reader);
        }
    }

    /** Whether the writer has another index by now; it is opened then. */
    private boolean isIndexReplaced() {
        if (control.indexGeneration() == index.generation()) {
            return false;
        }
        final AddressIndex before = index;
        try {
            openIndex();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return index != before;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Valid until {@link #refresh} or {@link #close}. Where the policy is {@link VerifyPolicy#ALWAYS} a frame that is not what its
     * address says is not found.
     */
    @Override
    public long get(final long key) {
        final long slot = find(key);
        if (slot == AddressIndex.ABSENT) {
            return NOT_FOUND;
        }
        final long frame = segments.frame(slot);
        return verifyPolicy == VerifyPolicy.NEVER || isWhole(frame, key) ? frame : NOT_FOUND;
    }

    private long find(final long key) {
        final long slot = index.find(key);
        return slot == AddressIndex.ABSENT && isIndexReplaced() ? index.find(key) : slot;
    }

    @Override
    public boolean copy(final long key, final long target) {
        final long slot = find(key);
        if (slot == AddressIndex.ABSENT) {
            return false;
        }
        OffHeap.copy(segments.frame(slot), target, LatticeFrame.LENGTH);
        return isKey(target, key);
    }

    private boolean isWhole(final long frame, final long key) {
        touched = OffHeap.touch(frame, LatticeFrame.LENGTH);
        return isKey(frame, key);
    }

    private boolean isKey(final long frame, final long key) {
        Puts.hash(kernels, addressHash, frame, LatticeFrame.LENGTH, 1, computedKeys);
        return Keys.same(computedKeys, key);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Those that are there when it begins and when their turn comes; what is put or swept meanwhile may be among them or not.
     * Where the policy is {@link VerifyPolicy#ALWAYS} a frame that is not what its address says is left out. Key and receipt
     * are valid until the visitor returns, the frame as after {@link #get}. A bit a slot while it runs.
     */
    @Override
    public void forEach(final FrameVisitor visitor) {
        isIndexReplaced();
        final BitSet slots = index.slots();
        for (int from = slots.nextSetBit(0), to; from >= 0; from = slots.nextSetBit(to)) {
            to = from + 1;
            while (to - from < RUN_COUNT && slots.get(to) && segments.within(to) != 0) {
                to++;
            }
            show(visitor, from, to - from);
        }
    }

    /** Shows what is in consecutive slots of one segment. */
    private void show(final FrameVisitor visitor, final long first, final int count) {
        long there = 0;
        for (int i = 0; i < count; i++) {
            Keys.copy(segments.key(first + i), keys + (long) i * Keys.LENGTH);
            OffHeap.copy(segments.receipt(first + i), receipts + (long) i * ReceiptLayout.LENGTH, ReceiptLayout.LENGTH);
            VarHandle.acquireFence();
            there |= isIn(first + i, keys + (long) i * Keys.LENGTH) ? 1L << i : 0;
        }
        final long frames = segments.frame(first);
        if (there != 0 && verifyPolicy == VerifyPolicy.ALWAYS) {
            touched = OffHeap.touch(frames, (long) count * LatticeFrame.LENGTH);
            Puts.hash(kernels, addressHash, frames, LatticeFrame.LENGTH, count, computedKeys);
        }
        for (long rest = there; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final long key = keys + (long) i * Keys.LENGTH;
            if (verifyPolicy == VerifyPolicy.NEVER || Keys.same(computedKeys + (long) i * Keys.LENGTH, key)) {
                visitor.onFrame(
                        key, receipts + (long) i * ReceiptLayout.LENGTH, frames + (long) i * LatticeFrame.LENGTH);
            }
        }
    }

    /**
     * Whether key and receipt that were copied are of one frame and whole: its writer takes a frame out of the index before it
     * clears them.
     */
    private boolean isIn(final long slot, final long key) {
        boolean isIn;
        do {
            isIn = index.find(key) == slot;
            VarHandle.acquireFence();
        } while (isIndexReplaced());
        return isIn;
    }

    /**
     * {@inheritDoc}
     *
     * <p>As the journal tells, up to {@link #position}: the first call reads what the writer has appended since the store
     * was last closed, later ones what is new.
     *
     * @throws UncheckedIOException where the journal cannot be read, or is damaged where a root may have been.
     */
    @Override
    public Map<Digest, Long> roots() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(state().roots));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException as {@link #roots} does.
     */
    @Override
    public boolean areRootsUnknown() {
        return state().areRootsUnknown;
    }

    private StoreState state() {
        try {
            return fold.toPosition();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of frames that were put and were there already, only those count that the journal's last mark knows of.
     *
     * @throws UncheckedIOException as {@link #roots} does.
     */
    @Override
    public StoreStatistics statistics() {
        final StoreState state = state();
        isIndexReplaced();
        final BitSet slots = index.slots();
        final long frames = slots.cardinality();
        return new StoreStatistics(
                frames,
                frames * LatticeFrame.LENGTH,
                slots.stream()
                        .mapToLong(segments::receipt)
                        .map(receipt -> OffHeap.getU64(receipt + ReceiptLayout.PAYLOAD_LENGTH_OFFSET))
                        .sum(),
                state.bytesPut,
                state.roots.size(),
                state.quarantinedCount,
                Math.max(0, state.slotCount - frames - state.quarantinedCount),
                segments.bytes(state.slotCount),
                index.bytes());
    }

    @Override
    public StoreLog log(final LogPosition from, final LogLimit limit) throws IOException {
        return new JournalLog(directory, control, Objects.requireNonNull(from, "from"), limit);
    }

    @Override
    public StoreLog log(final LogLimit limit) throws IOException {
        return new JournalLog(directory, control, null, limit);
    }

    @Override
    public LogPosition logPosition(final long sequence) {
        return new LogPosition(header.storeId(), control.journalGeneration(), sequence, LogPosition.NO_CHECKSUM);
    }

    @Override
    public UUID storeId() {
        return header.storeId();
    }

    /**
     * What the writer has put so far, or had when it closed.
     *
     * @return next sequence of the journal.
     */
    public long position() {
        return control.position();
    }

    /**
     * What of it survives a loss of power.
     *
     * @return position before which all is on disk.
     */
    public long durablePosition() {
        return control.durablePosition();
    }

    @Override
    public long frameCount() {
        return control.frameCount();
    }

    @Override
    public void close() {
        close(reader);
    }

    private void close(final int registered) {
        if (registered != NOT_REGISTERED) {
            control.unregister(registered);
        }
        control.close();
        fold.close();
        if (index != null) {
            index.close();
        }
        segments.close();
        arena.close();
    }
}
