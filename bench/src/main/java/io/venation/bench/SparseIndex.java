package io.venation.bench;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A store with more frames than there is room for: their addresses are made up, their bytes holes in the files. */
final class SparseIndex implements AutoCloseable {
    private static final StoreOptions OPTIONS = StoreOptions.DEFAULT.withSparse(true);
    private static final int BATCH = FrameStore.MAX_COUNT;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment keys = arena.allocate((long) BATCH * StoreFrames.KEY_LENGTH, Long.BYTES);
    private final MemorySegment zeroes =
            arena.allocate((long) BATCH * (LatticeFrame.LENGTH + ReceiptLayout.LENGTH), Long.BYTES);
    private final SplittableRandom random = new SplittableRandom(10_000_000);
    private final Path folder;
    private final FrameKernels kernels;
    private final int entryCount;
    private MappedFrameStore store;

    SparseIndex(final Path folder, final FrameKernels kernels, final int entryCount) {
        this.folder = folder;
        this.kernels = kernels;
        this.entryCount = entryCount;
    }

    /** Opens the store, which was closed in order. */
    void open() {
        try {
            store = MappedFrameStore.open(folder, kernels, OPTIONS, StoreListener.NONE);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the store as a process leaves it that has forced all and dies: without the checkpoint that a close writes last. */
    void openAfterCrash() {
        try {
            Files.delete(folder.resolve("checkpoint"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        open();
    }

    /** Makes all entries. */
    void fill() {
        final long frames = zeroes.address();
        final long receipts = frames + (long) BATCH * LatticeFrame.LENGTH;
        for (int first = 0; first < entryCount; first += BATCH) {
            final int count = Math.min(BATCH, entryCount - first);
            for (int i = 0; i < count; i++) {
                writeKey(i, first + i);
            }
            final long stored = store.putVerified(frames, LatticeFrame.LENGTH, count, -1, keys.address(), receipts);
            StoreCheck.that(Long.bitCount(stored) == count, "a new address was present");
        }
    }

    /** Finds frames at random, without a look at their bytes. */
    void find(final int count) {
        for (int i = 0; i < count; i++) {
            writeKey(0, random.nextInt(entryCount));
            StoreCheck.that(store.get(keys.address()) != FrameSource.NOT_FOUND, "an address is missing");
        }
    }

    /** Looks for frames that are not there. */
    void miss(final int count) {
        for (int i = 0; i < count; i++) {
            writeKey(0, entryCount + random.nextInt(entryCount));
            StoreCheck.that(store.get(keys.address()) == FrameSource.NOT_FOUND, "an address is there");
        }
    }

    /** Places in the table and the addresses themselves. */
    long indexBytes() {
        return store.statistics().indexBytes() + (long) entryCount * StoreFrames.KEY_LENGTH;
    }

    /** 32 bytes in which neighbouring numbers have nothing in common. */
    private void writeKey(final int place, final long number) {
        final long key = keys.address() + (long) place * StoreFrames.KEY_LENGTH;
        for (int i = 0; i < StoreFrames.KEY_LENGTH; i += Long.BYTES) {
            final long mixed = (number + i * 0x9E3779B97F4A7C15L ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
            OffHeap.putU64(key + i, (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL);
        }
    }

    void closeStore() {
        store.close();
        store = null;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
        arena.close();
    }
}
