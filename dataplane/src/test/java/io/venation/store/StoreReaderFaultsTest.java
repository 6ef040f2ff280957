package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader in another process while the writer uses slots again, replaces its index, is killed and recovers: it never gets a
 * byte that is not what it asked for, and ends when it is told to. {@code -Dvenation.store.kills=500} kills 50 writers.
 */
class StoreReaderFaultsTest {
    private static final long SEED = Long.getLong("venation.store.seed", 96);
    private static final int KILL_COUNT = Math.max(2, Integer.getInteger("venation.store.kills", 4) / 10);
    private static final int VALUE_COUNT = 400;
    private static final int SWEEP_COUNT = 100;
    private static final int GROWN_COUNT = 3_200; // an index of 1,024 places, of 2,048, 4,096, 8,192
    private static final int BATCH = 16;

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long frames = arena.allocate(BATCH * LatticeFrame.LENGTH, 64).address();
    private final long keys = arena.allocate(BATCH * 32, 8).address();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private Path directory;
    private Path rounds;
    private Path end;
    private Process reader;

    @BeforeEach
    void name() {
        directory = folder.resolve("store");
        rounds = folder.resolve("rounds");
        end = folder.resolve("end");
    }

    @AfterEach
    void free() throws InterruptedException {
        if (reader != null) {
            reader.destroyForcibly().waitFor();
        }
        arena.close();
    }

    @Test
    void shouldNeverSeeASlotUsedAgain() throws Exception {
        try (MappedFrameStore store = open()) {
            long stored = put(store);
            startReader(VALUE_COUNT);
            awaitRounds(1);
            for (int sweep = 0; sweep < SWEEP_COUNT; sweep++) {
                for (int step = 0; step < 10; step++) {
                    stored += put(store);
                    key(random.nextInt(VALUE_COUNT));
                    if (random.nextInt(3) == 0) {
                        store.pin(keys);
                    } else {
                        store.unpin(keys);
                    }
                }
                store.sweep(FrameReferences.NONE);
                if (sweep % 3 == 0) {
                    awaitRounds(2);
                }
            }
            stopReader();
            assertTrue(stored > 2 * store.slotCount(), "slots were not used again: stored=" + stored);
        }
    }

    @Test
    void shouldFindAllThatIsCountedWhileTheIndexIsReplaced() throws Exception {
        try (MappedFrameStore store = open()) {
            putInOrder(store, 1);
            startReader(0);
            while (store.frameCount() < GROWN_COUNT) {
                putInOrder(store, 1 + random.nextInt(BATCH));
                if (random.nextInt(20) == 0) {
                    awaitRounds(1);
                }
            }
            awaitRounds(2);
            stopReader();
        }
        assertTrue(Files.exists(directory.resolve("index-00000003")), "it was replaced three times");
    }

    @Test
    void shouldReadOnWhereTheWriterIsKilledAndSeeWhatTheNextOnePuts() throws Exception {
        open().close();
        for (int kill = 0; kill < KILL_COUNT; kill++) {
            final Process writer = killable(SEED + kill);
            try {
                if (reader == null) {
                    startReader(StoreWorkload.VALUE_COUNT);
                }
                awaitRounds(2);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(50_000));
            } finally {
                writer.destroyForcibly().waitFor();
            }
            assertRefusedUnlessClosed();
            awaitRounds(2);
            final long marker = FaultyWriterReader.FIRST_MARKER + kill;
            try (MappedFrameStore store = open()) {
                key(marker);
                assertEquals(1, store.put(frames, LatticeFrame.LENGTH, 1, keys));
                await(round -> round.marker() == marker);
                assertTrue(round().readCount() > 0);
                newReader().close();
            }
        }
        stopReader();
    }

    /** A writer may be killed between closing the store and opening it again. */
    private void assertRefusedUnlessClosed() throws IOException {
        try (Control control = Control.open(directory, false)) {
            if (control.state() == Control.CLOSED) {
                newReader().close();
            } else {
                final StoreException refused = assertThrows(StoreException.class, this::newReader);
                assertTrue(refused.getMessage().contains("open it for writing once"), refused.getMessage());
            }
        }
    }

    // ---- the reader

    private void startReader(final long valueCount) throws IOException {
        Files.createFile(rounds);
        reader = KilledProcessTest.java(
                        FaultyWriterReader.class,
                        directory.toString(),
                        Long.toString(SEED),
                        Long.toString(valueCount),
                        rounds.toString(),
                        end.toString())
                .start();
    }

    /** Waits for rounds that begin after now: one may be under way. */
    private void awaitRounds(final int count) throws Exception {
        final long wanted = roundCount() + 1 + count;
        await(_ -> roundCount() >= wanted);
    }

    private void await(final Predicate<FaultyWriterReader.Round> isThere) throws Exception {
        while (!isThere.test(round())) {
            assertTrue(reader.isAlive(), () -> "seed=" + SEED + ": the reader ended with " + reader.exitValue());
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private long roundCount() {
        return rounds.toFile().length() / FaultyWriterReader.Round.LENGTH;
    }

    /** What the reader has said last. */
    private FaultyWriterReader.Round round() throws IOException {
        final long count = roundCount();
        if (count == 0) {
            return new FaultyWriterReader.Round(0, 0);
        }
        try (FileChannel channel = FileChannel.open(rounds)) {
            final ByteBuffer bytes = ByteBuffer.allocate(FaultyWriterReader.Round.LENGTH);
            StoreFiles.read(channel, bytes, (count - 1) * bytes.capacity());
            return new FaultyWriterReader.Round(bytes.getLong(0), bytes.getLong(Long.BYTES));
        }
    }

    private void stopReader() throws Exception {
        Files.createFile(end);
        assertEquals(0, reader.waitFor(), "seed=" + SEED);
        assertTrue(round().readCount() > 0);
    }

    // ---- writers

    private Process killable(final long seed) throws Exception {
        final Path steps = Files.createFile(folder.resolve("steps-" + seed));
        final Process writer = KilledProcessTest.start(directory, seed, 0, steps);
        KilledProcessTest.await(writer, steps, "seed=" + seed);
        return writer;
    }

    private MappedFrameStore open() throws IOException {
        return MappedFrameStore.open(directory, kernels, KilledProcessTest.options(0), StoreListener.NONE);
    }

    private StoreReader newReader() throws IOException {
        return new StoreReader(directory, kernels, VerifyPolicy.ALWAYS);
    }

    /** Puts frames of random values; returns how many were not there. */
    private int put(final MappedFrameStore store) {
        for (int i = 0; i < BATCH; i++) {
            StoreWorkload.fill(frames + (long) i * LatticeFrame.LENGTH, random.nextInt(VALUE_COUNT));
        }
        return Long.bitCount(store.put(frames, LatticeFrame.LENGTH, BATCH, keys));
    }

    private void putInOrder(final MappedFrameStore store, final int count) {
        for (int i = 0; i < count; i++) {
            StoreWorkload.fill(frames + (long) i * LatticeFrame.LENGTH, store.frameCount() + i);
        }
        assertEquals((1L << count) - 1, store.put(frames, LatticeFrame.LENGTH, count, keys));
    }

    private void key(final long value) {
        StoreWorkload.fill(frames, value);
        kernels.blake3(frames, LatticeFrame.LENGTH, 1, keys, 32);
    }
}
