package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Digest;
import io.venation.receipt.Receipt;
import io.venation.receipt.ReceiptFlyweight;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that has filled its small segments goes on in larger ones, and they are kept as well as the small ones. */
class LargerSegmentsTest {
    private static final int SLOTS = 64;
    private static final int LARGE_SLOTS = 16 * SLOTS;
    private static final int COUNT = 2 * LARGE_SLOTS + 200;
    private static final int STRIDE = LatticeFrame.LENGTH + 192;
    private static final String LARGE = "segment-00000010";

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long frames =
            arena.allocate((long) FrameStore.MAX_COUNT * STRIDE, 64).address();
    private final long keys = arena.allocate(FrameStore.MAX_COUNT * 32, 64).address();

    /** Fills a store by puts of any length, from frames that do not lie side by side, some of them present. */
    @BeforeEach
    void fill() throws IOException {
        final long seed = 12_288;
        final SplittableRandom random = new SplittableRandom(seed);
        try (MappedFrameStore store = open()) {
            for (long next = 0; next < COUNT; ) {
                long expected = 0;
                final int stride = random.nextBoolean() ? STRIDE : LatticeFrame.LENGTH;
                final int count = random.nextInt(1, FrameStore.MAX_COUNT + 1);
                for (int i = 0; i < count; i++) {
                    final boolean isNew = next < COUNT && (next == 0 || random.nextInt(4) > 0);
                    StoreWorkload.fill(frames + (long) i * stride, isNew ? next++ : random.nextLong(next));
                    expected |= (isNew ? 1L : 0) << i;
                }
                assertEquals(expected, store.put(frames, stride, count, keys), "seed " + seed);
            }
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void shouldFillSmallSegmentsFirst() throws IOException {
        assertEquals(SegmentLayout.length(SLOTS), Files.size(folder.resolve("segment-0000000f")));
        assertEquals(SegmentLayout.length(LARGE_SLOTS), Files.size(folder.resolve(LARGE)));
        assertEquals(SegmentLayout.length(LARGE_SLOTS), Files.size(folder.resolve("segment-00000011")));
        try (MappedFrameStore store = open()) {
            assertEquals(
                    16 * SegmentLayout.length(SLOTS) + 2 * SegmentLayout.length(LARGE_SLOTS),
                    store.statistics().segmentBytes());
            assertMissing(store, 0);
            assertReceipts(store);
        }
        try (StoreReader reader = new StoreReader(folder, kernels, VerifyPolicy.ALWAYS)) {
            for (long value = 0; value < COUNT; value++) {
                key(value);
                assertTrue(reader.get(keys) != FrameSource.NOT_FOUND, "value " + value);
            }
        }
    }

    private void assertReceipts(final MappedFrameStore store) {
        final long digest = arena.allocate(64, 8).address();
        store.forEach((key, receipt, frame) -> {
            kernels.identify(
                    R96Rule.MOD96, AddressHash.BLAKE3, frame, LatticeFrame.LENGTH, 1, digest, 32, digest + 32, 32);
            final Receipt kept = Receipt.read(new ReceiptFlyweight().wrap(receipt));
            assertEquals(Digest.read(digest), kept.contentAddress());
            assertEquals(Digest.read(digest + 32), kept.r96Digest());
        });
    }

    @Test
    void shouldRecoverAfterACrash() throws IOException {
        final MappedFrameStore dying = open();
        dying.put(frames, LatticeFrame.LENGTH, 1, keys);
        dying.abandon();
        try (MappedFrameStore store = open()) {
            assertMissing(store, 0);
        }
    }

    @Test
    void shouldFindEveryFrameWithoutAJournal() throws IOException {
        Files.delete(folder.resolve("journal-00000000"));
        try (MappedFrameStore store = open()) {
            assertMissing(store, 0);
        }
    }

    @Test
    void shouldQuarantineWhatIsCutOff() throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(LARGE), StandardOpenOption.WRITE)) {
            channel.truncate(SegmentLayout.framesOffset(LARGE_SLOTS) + 1_000L * LatticeFrame.LENGTH + 1);
        }
        try (MappedFrameStore store = open()) {
            assertMissing(store, LARGE_SLOTS - 1_000);
        }
    }

    @Test
    void shouldScrubEverySegment() throws IOException {
        flip("segment-0000000f", SegmentLayout.framesOffset(SLOTS));
        flip(LARGE, SegmentLayout.framesOffset(LARGE_SLOTS) + (LARGE_SLOTS - 1L) * LatticeFrame.LENGTH);
        flip(LARGE, SegmentLayout.keysOffset(LARGE_SLOTS) + 500 * 32);
        try (MappedFrameStore store = open()) {
            final Scrub scrub = store.scrub(Long.MAX_VALUE);
            while (!scrub.isDone()) {
                scrub.doWork(System.nanoTime());
            }
            assertArrayEquals(
                    new long[] {COUNT - 3, 1, 2},
                    new long[] {scrub.wholeCount(), scrub.repairedCount(), scrub.lostCount()});
            assertMissing(store, 2);
        }
    }

    private void flip(final String name, final long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
            file.seek(offset);
            final int old = file.read();
            file.seek(offset);
            file.write(old ^ 1);
        }
    }

    private void assertMissing(final MappedFrameStore store, final int count) {
        int missing = 0;
        for (long value = 0; value < COUNT; value++) {
            key(value);
            if (store.get(keys) == FrameSource.NOT_FOUND) {
                missing++;
            }
        }
        assertEquals(count, missing);
        assertEquals(COUNT - count, store.frameCount());
    }

    private void key(final long value) {
        StoreWorkload.fill(frames, value);
        kernels.blake3(frames, LatticeFrame.LENGTH, 1, keys, 32);
    }

    private MappedFrameStore open() throws IOException {
        return MappedFrameStore.open(
                folder,
                kernels,
                StoreOptions.DEFAULT.withSegmentSlots(SLOTS).withVerifyPolicy(VerifyPolicy.ALWAYS),
                StoreListener.NONE);
    }
}
