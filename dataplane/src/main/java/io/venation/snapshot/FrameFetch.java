package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.FrameSourceException;
import io.venation.store.MappedFrameStore;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Frames from sources into a store: wanted by the window, so that a source that is far away has them all under way at once,
 * and taken 16 at a time, so that verification fills the kernels' lanes. Each is copied first and hashed then: what a
 * source does to its memory meanwhile changes nothing.
 *
 * <pre>
 *   add, add … ─► fetch: source 0 ─copy─► hash ─► same? ─► store
 *                           │                      │ no
 *                           └─ lacks it ─► source 1, 2 …
 * </pre>
 *
 * <p>One thread, that of store and sources. Allocates nothing after construction but what it reports.
 */
final class FrameFetch {
    /** Frames that may be wanted before they are fetched. */
    static final int WINDOW = FrameSource.FETCH_LIMIT;

    static final int NOT_WANTED = -1;

    /** Frames that are verified and stored together. */
    private static final int RUN = 16;

    private static final int KEY_LENGTH = KeySet.KEY_LENGTH;

    /** Hears of each wanted frame that is verified and stored; must not want or fetch any. */
    @FunctionalInterface
    interface Arrival {
        /** The frame's bytes are valid until the call returns. */
        void onStored(int index, long key, long frame);
    }

    /** For who wants frames and nothing of what is in them. */
    static final Arrival NOTHING = (index, key, frame) -> {};

    private final MappedFrameStore target;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final List<FrameSource> sources;
    private final FetchListener listener;
    private final FrameSource.Sink sink = this::onFrame;
    private final Arena arena = Arena.ofAuto();

    /** What is wanted, and how often besides the first time. */
    private final long keys = arena.allocate((long) WINDOW * KEY_LENGTH, 64).address();

    private final int[] repeats = new int[WINDOW];
    private final WantedKeys wanted = new WantedKeys(keys, WINDOW);
    private int count;

    /** What a source is asked for: some of that. */
    private final long askedKeys =
            arena.allocate((long) WINDOW * KEY_LENGTH, 64).address();

    private final int[] asked = new int[WINDOW];
    private int askedCount;
    private int source;
    private final BitSet failed = new BitSet();
    private final BitSet given = new BitSet(WINDOW);
    private final BitSet got = new BitSet(WINDOW);

    /** What it has given and is not verified yet. */
    private final long frames =
            arena.allocate((long) RUN * LatticeFrame.LENGTH, 64).address();

    private final long givenKeys = arena.allocate((long) RUN * KEY_LENGTH, 64).address();
    private final long computedKeys =
            arena.allocate((long) RUN * KEY_LENGTH, 64).address();
    private final int[] givenIndices = new int[RUN];
    private int givenCount;
    private Arrival arrival;

    private long fetched;
    private long shared;
    private long rejected;
    private long missing;
    private long malformed;

    FrameFetch(
            final MappedFrameStore target,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final List<FrameSource> sources,
            final FetchListener listener) {
        this.target = Objects.requireNonNull(target, "target");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.addressHash = Objects.requireNonNull(addressHash, "addressHash");
        this.sources = List.copyOf(sources);
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Forgets what was wanted and counted. */
    void reset() {
        forget();
        fetched = 0;
        shared = 0;
        rejected = 0;
        missing = 0;
        malformed = 0;
    }

    private void forget() {
        wanted.clear();
        count = 0;
    }

    FetchResult result() {
        return new FetchResult(fetched, shared, rejected, missing, malformed);
    }

    boolean isFull() {
        return count == WINDOW;
    }

    /**
     * Wants one frame more, which is not wanted yet, while there is room.
     *
     * @return its index.
     */
    int add(final long key) {
        OffHeap.copy(key, key(count), KEY_LENGTH);
        repeats[count] = 0;
        wanted.add(count);
        return count++;
    }

    /** Where a frame stands among those that are wanted, or {@link #NOT_WANTED}. */
    int indexOf(final long key) {
        return wanted.indexOf(key);
    }

    /** Wants once more what is wanted: it is shared when it has come. */
    void repeat(final int index) {
        repeats[index]++;
    }

    int repeats(final int index) {
        return repeats[index];
    }

    private long key(final int index) {
        return keys + (long) index * KEY_LENGTH;
    }

    void share() {
        shared++;
    }

    void malform(final long key, final String what) {
        malformed++;
        listener.onMalformed(Digest.read(key), what);
    }

    /**
     * Gets and stores what is wanted, and wants nothing then.
     *
     * @return whether all has come.
     */
    boolean fetch(final Arrival taker) {
        arrival = taker;
        got.clear();
        try {
            for (source = 0; source < sources.size() && got.cardinality() < count; source++) {
                if (!failed.get(source)) {
                    ask();
                }
            }
            for (int i = got.nextClearBit(0); i < count; i = got.nextClearBit(i + 1)) {
                missing += 1 + repeats[i];
                listener.onMissing(Digest.read(key(i)));
            }
            return got.cardinality() == count;
        } finally {
            forget();
            listener.onProgress(fetched + shared);
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Asks a source for what no source before it has given. What it gave before it failed is stored too; it is asked no
     * more then, unless it is the last one left: then the fetch fails.
     */
    private void ask() {
        askedCount = 0;
        for (int i = got.nextClearBit(0); i < count; i = got.nextClearBit(i + 1)) {
            OffHeap.copy(key(i), askedKeys + (long) askedCount * KEY_LENGTH, KEY_LENGTH);
            asked[askedCount++] = i;
        }
        given.clear();
        givenCount = 0;
        try {
            sources.get(source).fetch(askedKeys, askedCount, sink);
        } catch (final FrameSourceException e) {
            if (failed.cardinality() + 1 == sources.size()) {
                throw e;
            }
            failed.set(source);
            listener.onSourceFailed(source, e.getMessage());
        } finally {
            store();
        }
    }

    private void onFrame(final int position, final long frame) {
        final int index = asked[Objects.checkIndex(position, askedCount)];
        if (given.get(index)) {
            return;
        }
        given.set(index);
        OffHeap.copy(frame, frames + (long) givenCount * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        OffHeap.copy(key(index), givenKeys + (long) givenCount * KEY_LENGTH, KEY_LENGTH);
        givenIndices[givenCount++] = index;
        if (givenCount == RUN) {
            store();
        }
    }

    private void store() {
        final int run = givenCount;
        givenCount = 0;
        kernels.contentAddresses(addressHash, frames, LatticeFrame.LENGTH, run, computedKeys, KEY_LENGTH);
        long good = 0;
        for (int i = 0; i < run; i++) {
            final long key = givenKeys + (long) i * KEY_LENGTH;
            if (KeySet.compare(computedKeys + (long) i * KEY_LENGTH, key) == 0) {
                good |= 1L << i;
            } else {
                rejected++;
                listener.onRejected(Digest.read(key), source);
            }
        }
        target.putVerified(frames, LatticeFrame.LENGTH, run, good, givenKeys, 0);
        for (long rest = good; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final int index = givenIndices[i];
            got.set(index);
            fetched++;
            shared += repeats[index];
            arrival.onStored(index, givenKeys + (long) i * KEY_LENGTH, frames + (long) i * LatticeFrame.LENGTH);
        }
        listener.onProgress(fetched + shared);
    }
}
