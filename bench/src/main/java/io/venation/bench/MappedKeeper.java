package io.venation.bench;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Our store: it hashes and seals what is put, or believes the addresses and receipts of frames verified before. */
final class MappedKeeper implements FrameKeeper {
    private static final StoreOptions OPTIONS = StoreOptions.DEFAULT.withVerifyPolicy(VerifyPolicy.ALWAYS);

    private final StoreFrames frames;
    private final boolean hashes;
    private final Arena arena = Arena.ofConfined();
    private final long computedKeys = arena.allocate((long) FrameStore.MAX_COUNT * StoreFrames.KEY_LENGTH, Long.BYTES)
            .address();
    private final long views =
            arena.allocate((long) FrameStore.MAX_COUNT * Long.BYTES, Long.BYTES).address();
    private final MappedFrameStore store;
    private final StoreReader trusting;

    MappedKeeper(final Path folder, final StoreFrames frames, final FrameKernels kernels, final boolean hashes) {
        this.frames = frames;
        this.hashes = hashes;
        try {
            store = MappedFrameStore.open(folder, kernels, OPTIONS, StoreListener.NONE);
            trusting = new StoreReader(folder, kernels, VerifyPolicy.NEVER);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(final int first, final int count) {
        StoreCheck.that(Long.bitCount(stored(first, count)) == count, "a new frame was present");
    }

    @Override
    public int putAgain(final int first, final int count) {
        return count - Long.bitCount(stored(first, count));
    }

    private long stored(final int first, final int count) {
        return hashes
                ? store.put(frames.frame(first), LatticeFrame.LENGTH, count, computedKeys)
                : store.putVerified(
                        frames.frame(first), LatticeFrame.LENGTH, count, -1, frames.key(first), frames.receipt(first));
    }

    @Override
    public long get(final int index, final int place) {
        return trusting.get(frames.key(index));
    }

    @Override
    public boolean getVerified(final int first, final int count) {
        store.get(frames.key(first), count, views);
        for (int i = 0; i < count; i++) {
            if (OffHeap.getU64(views + (long) i * Long.BYTES) == FrameSource.NOT_FOUND) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void force() {
        store.force();
    }

    @Override
    public void close() {
        trusting.close();
        store.close();
        arena.close();
    }
}
