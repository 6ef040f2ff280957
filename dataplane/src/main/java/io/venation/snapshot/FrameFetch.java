package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;

/**
 * Frames from sources into a store, 16 at a time so that verification fills the kernels' lanes. Each is copied first and
 * hashed then: what a source does to its memory meanwhile changes nothing.
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
    static final int MAX_COUNT = 16;

    private static final int KEY_LENGTH = KeySet.KEY_LENGTH;

    private final MappedFrameStore target;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final List<FrameSource> sources;
    private final FetchListener listener;
    private final Arena arena = Arena.ofAuto();
    private final long frames =
            arena.allocate((long) MAX_COUNT * LatticeFrame.LENGTH, 64).address();
    private final long keys = arena.allocate((long) MAX_COUNT * KEY_LENGTH, 64).address();
    private final long computedKeys =
            arena.allocate((long) MAX_COUNT * KEY_LENGTH, 64).address();
    private int count;
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
        count = 0;
        fetched = 0;
        shared = 0;
        rejected = 0;
        missing = 0;
        malformed = 0;
    }

    FetchResult result() {
        return new FetchResult(fetched, shared, rejected, missing, malformed);
    }

    int count() {
        return count;
    }

    /** Wants one frame more, of fewer than {@link #MAX_COUNT}. */
    void add(final long key) {
        OffHeap.copy(key, key(count), KEY_LENGTH);
        count++;
    }

    boolean isWanted(final long key) {
        for (int i = 0; i < count; i++) {
            if (KeySet.compare(key, key(i)) == 0) {
                return true;
            }
        }
        return false;
    }

    long key(final int index) {
        return keys + (long) index * KEY_LENGTH;
    }

    /** Valid until the next frame is wanted. */
    long frame(final int index) {
        return frames + (long) index * LatticeFrame.LENGTH;
    }

    void share() {
        shared++;
    }

    void malform(final long key, final String what) {
        malformed++;
        listener.onMalformed(Digest.read(key), what);
    }

    /** Gets and stores what is wanted, and wants nothing then; mask of what came. */
    long fetch() {
        final long all = (1L << count) - 1;
        long got = 0;
        for (int source = 0; source < sources.size() && got != all; source++) {
            got |= fetchFrom(source, all & ~got);
        }
        for (long rest = all & ~got; rest != 0; rest &= rest - 1) {
            missing++;
            listener.onMissing(Digest.read(key(Long.numberOfTrailingZeros(rest))));
        }
        count = 0;
        listener.onProgress(fetched + shared);
        Reference.reachabilityFence(this);
        return got;
    }

    private long fetchFrom(final int source, final long wanted) {
        long given = 0;
        for (long rest = wanted; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final long frame = sources.get(source).get(key(i));
            if (frame != FrameSource.NOT_FOUND) {
                OffHeap.copy(frame, frame(i), LatticeFrame.LENGTH);
                given |= 1L << i;
            }
        }
        if (given == 0) {
            return 0;
        }
        kernels.contentAddresses(addressHash, frames, LatticeFrame.LENGTH, count, computedKeys, KEY_LENGTH);
        long good = 0;
        for (long rest = given; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            if (KeySet.compare(computedKeys + (long) i * KEY_LENGTH, key(i)) == 0) {
                good |= 1L << i;
            } else {
                rejected++;
                listener.onRejected(Digest.read(key(i)), source);
            }
        }
        target.putVerified(frames, LatticeFrame.LENGTH, count, good, keys, 0);
        fetched += Long.bitCount(good);
        return good;
    }
}
