package io.venation.bench;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.StoreReconciliation;
import io.venation.store.FrameStore;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Two stores with the same frames but some, and what it takes to give one what the other has. */
final class SyncStores implements AutoCloseable {
    private static final int BATCH = FrameStore.MAX_COUNT;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment frames = arena.allocate((long) BATCH * LatticeFrame.LENGTH, 64);
    private final long keys =
            arena.allocate((long) BATCH * StoreFrames.KEY_LENGTH, Long.BYTES).address();
    private final FrameKernels kernels;
    private final MappedFrameStore source;
    private final MappedFrameStore target;
    private long number;

    SyncStores(final Path folder, final FrameKernels kernels) throws IOException {
        this.kernels = kernels;
        final SplittableRandom random = new SplittableRandom(100);
        for (long at = 0; at < frames.byteSize(); at += Long.BYTES) {
            frames.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        source = open(folder.resolve("source"));
        target = open(folder.resolve("target"));
    }

    private MappedFrameStore open(final Path folder) throws IOException {
        return MappedFrameStore.open(folder, kernels, StoreOptions.DEFAULT, StoreListener.NONE);
    }

    /** Puts new frames into both. */
    void putInBoth(final long count) {
        put(count, source, target);
    }

    /** Puts new frames into each that the other lacks. */
    void putInEach(final long count) {
        put(count, source);
        put(count, target);
    }

    private void put(final long frameCount, final MappedFrameStore... stores) {
        for (long left = frameCount; left > 0; left -= BATCH) {
            final int count = (int) Math.min(left, BATCH);
            for (int i = 0; i < count; i++) {
                OffHeap.putU64(frames.address() + (long) i * LatticeFrame.LENGTH, number++);
            }
            stores[0].put(frames.address(), LatticeFrame.LENGTH, count, keys);
            for (int i = 1; i < stores.length; i++) {
                stores[i].putVerified(frames.address(), LatticeFrame.LENGTH, count, -1, keys, 0);
            }
        }
    }

    long frameCount() {
        return source.frameCount();
    }

    /** Gives the target what the source has. */
    StoreReconciliation.Result sync() {
        return run(target, source);
    }

    /** Gives the source what the target has, after which nothing differs. */
    void syncBack() {
        run(source, target);
        StoreCheck.that(source.frameCount() == target.frameCount(), "the stores differ");
        StoreCheck.that(run(target, source).frames().fetched() == 0, "the stores differ");
    }

    private StoreReconciliation.Result run(final MappedFrameStore to, final MappedFrameStore from) {
        return StoreReconciliation.run(to, from, kernels, AddressHash.BLAKE3, FetchListener.NONE);
    }

    @Override
    public void close() {
        source.close();
        target.close();
        arena.close();
    }
}
