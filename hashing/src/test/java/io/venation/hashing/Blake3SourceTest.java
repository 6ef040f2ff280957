package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Blake3SourceTest {
    private static final int SUBTREE_LENGTH = 512 << 10;

    @Test
    void shouldHashWhatThreadsReadLikeWhatOneThreadIsGiven() throws IOException {
        final long seed = 0xB3;
        final Random random = new Random(seed);
        final byte[] bytes = new byte[5 * SUBTREE_LENGTH];
        random.nextBytes(bytes);
        final FrameKernels kernels = Kernels.select();
        for (final int start : new int[] {0, 1, 65_536, SUBTREE_LENGTH - 1, SUBTREE_LENGTH}) {
            for (final int length : new int[] {
                0, 1, SUBTREE_LENGTH, SUBTREE_LENGTH + 1, 3 * SUBTREE_LENGTH, random.nextInt(4 * SUBTREE_LENGTH)
            }) {
                final Blake3 expected = Blake3.hasher(kernels);
                expected.update(bytes, 0, start + length);
                for (int threads = 1; threads <= 3; threads++) {
                    final Blake3 actual = Blake3.hasher(kernels);
                    actual.update(bytes, 0, start);
                    actual.updateParallel((position, target) -> read(bytes, start + position, target), length, threads);
                    assertArrayEquals(
                            expected.digest(),
                            actual.digest(),
                            "seed=" + seed + " start=" + start + " length=" + length + " threads=" + threads);
                }
            }
        }
    }

    @Test
    void shouldThrowWhatTheSourceThrows() {
        final Blake3 blake3 = Blake3.hasher(Kernels.select());
        final IOException failure = new IOException("unreadable");
        for (int threads = 1; threads <= 3; threads++) {
            final int threadCount = threads;
            assertEquals(
                    failure,
                    assertThrows(
                            IOException.class,
                            () -> blake3.updateParallel(
                                    (position, target) -> {
                                        if (position >= 2 * SUBTREE_LENGTH) {
                                            throw failure;
                                        }
                                    },
                                    8L * SUBTREE_LENGTH,
                                    threadCount)));
        }
    }

    @Test
    void shouldRejectNoThread() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Blake3.hasher(Kernels.select()).updateParallel((position, target) -> {}, 0, 0));
    }

    private static void read(final byte[] bytes, final long position, final MemorySegment target) {
        target.copyFrom(MemorySegment.ofArray(bytes).asSlice(position, target.byteSize()));
    }
}
