package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads random frames of a store whose writer sweeps, grows or dies, until a file says that it is enough; every byte is
 * compared, views again before the epoch they belong to is left. Says after each round what it has seen. Run by
 * {@link StoreReaderFaultsTest}.
 */
final class FaultyWriterReader implements AutoCloseable {
    /** What it says of a round, 8 bytes each: frames read so far, greatest marker read so far. */
    record Round(long readCount, long marker) {
        static final int LENGTH = 2 * Long.BYTES;
    }

    /** Values from here on are looked for in order: the next is put when the last was seen. */
    static final long FIRST_MARKER = 1_000_000;

    private static final int LOOKS = 64;

    /** A view and the number written all over it. */
    private record View(long frame, long value) {}

    private final SplittableRandom random;
    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long expected = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 8).address();
    private final List<View> views = new ArrayList<>();
    private final StoreReader reader;
    private final long valueCount;
    private long readCount;
    private long marker = FIRST_MARKER - 1;

    /** Arguments: directory, seed, values to look for (0: those of the frames that it counts), file to say it in, file that ends it. */
    public static void main(final String[] arguments) throws Exception {
        try (FaultyWriterReader self = new FaultyWriterReader(
                        Path.of(arguments[0]), Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
                DataOutputStream rounds = new DataOutputStream(new FileOutputStream(arguments[3]))) {
            while (!Files.exists(Path.of(arguments[4]))) {
                self.round(rounds);
            }
        }
    }

    private FaultyWriterReader(final Path directory, final long seed, final long valueCount) throws IOException {
        random = new SplittableRandom(seed);
        this.valueCount = valueCount;
        reader = new StoreReader(directory, kernels, VerifyPolicy.ALWAYS);
    }

    private void round(final DataOutputStream rounds) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            // what was counted before is there, unless somebody sweeps
            final long count = valueCount == 0 ? reader.frameCount() : valueCount;
            final boolean isFound = look(random.nextLong(count));
            assertTrue(isFound || valueCount != 0, () -> "not found among " + count);
        }
        while (look(marker + 1)) {
            marker++;
        }
        for (final View view : views) {
            StoreWorkload.fill(expected, view.value);
            assertTrue(OffHeap.isSame(expected, view.frame, LatticeFrame.LENGTH), () -> "overwritten: " + view.value);
        }
        views.clear();
        if (random.nextBoolean()) {
            reader.refresh();
        }
        rounds.writeLong(readCount);
        rounds.writeLong(marker);
    }

    private boolean look(final long value) {
        StoreWorkload.fill(expected, value);
        kernels.blake3(expected, LatticeFrame.LENGTH, 1, key, 32);
        final boolean isCopied = reader.copy(key, frame);
        if (isCopied) {
            assertTrue(OffHeap.isSame(expected, frame, LatticeFrame.LENGTH), () -> "value=" + value);
            readCount++;
        }
        final long view = reader.get(key);
        if (view != FrameSource.NOT_FOUND) {
            assertEquals(value, OffHeap.getU64(view));
            views.add(new View(view, value));
        }
        return isCopied;
    }

    @Override
    public void close() {
        reader.close();
        arena.close();
    }
}
