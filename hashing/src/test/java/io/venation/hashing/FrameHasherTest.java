package io.venation.hashing;

import static io.venation.hashing.FrameKernels.DIGEST_LENGTH;
import static io.venation.hashing.FrameKernels.FRAME_LENGTH;
import static io.venation.hashing.FrameKernels.HISTOGRAM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrameHasherTest {
    private static final int STRIDE = 12_480;
    private static final int COUNT = 3;

    private final Arena arena = Arena.ofConfined();
    private final FrameHasher hasher = new FrameHasher(new ScalarFrameKernels());
    private final MemorySegment frames = arena.allocate(COUNT * STRIDE);
    private final MemorySegment key = arena.allocate(32);
    private final MemorySegment digests = arena.allocate(COUNT * DIGEST_LENGTH);
    private final MemorySegment addresses = arena.allocate(COUNT * DIGEST_LENGTH);
    private final MemorySegment histograms = arena.allocate(COUNT * HISTOGRAM_LENGTH);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    private byte[] fill() {
        final byte[] content = new byte[COUNT * STRIDE];
        new Random(5).nextBytes(content);
        frames.copyFrom(MemorySegment.ofArray(content));
        return java.util.Arrays.copyOfRange(content, STRIDE, STRIDE + FRAME_LENGTH);
    }

    private static byte[] item(final MemorySegment segment, final long offset, final int length) {
        return segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void shouldHashWhatTheSegmentsHold() {
        final byte[] second = fill();
        hasher.blake3(frames, STRIDE, COUNT, digests, DIGEST_LENGTH);
        assertArrayEquals(Blake3Reference.hash(second, 32), item(digests, DIGEST_LENGTH, DIGEST_LENGTH));
        hasher.blake3Keyed(key, frames, STRIDE, COUNT, digests, DIGEST_LENGTH);
        assertArrayEquals(
                Blake3Reference.keyedHash(new byte[32], second, 32), item(digests, DIGEST_LENGTH, DIGEST_LENGTH));
        hasher.sha3(frames, STRIDE, FRAME_LENGTH, COUNT, digests, DIGEST_LENGTH);
        assertArrayEquals(Sha3Reference.sha3(second), item(digests, DIGEST_LENGTH, DIGEST_LENGTH));
        hasher.r96Histograms(R96Rule.MIX17, frames, STRIDE, COUNT, histograms);
        assertArrayEquals(
                R96Reference.encode(R96Reference.histogram(R96Rule.MIX17, second)),
                item(histograms, HISTOGRAM_LENGTH, HISTOGRAM_LENGTH));
    }

    @Test
    void shouldWriteBetweenTheFramesOfOneSegment() {
        final byte[] second = fill();
        final MemorySegment receipts = frames.asSlice(FRAME_LENGTH);
        hasher.identify(
                R96Rule.MOD96,
                AddressHash.SHA3_256,
                frames,
                STRIDE,
                COUNT,
                receipts.asSlice(32),
                STRIDE,
                receipts,
                STRIDE);
        assertArrayEquals(Sha3Reference.sha3(second), item(receipts, STRIDE + 32L, DIGEST_LENGTH));
        assertArrayEquals(R96Reference.digest(R96Rule.MOD96, second), item(receipts, STRIDE, DIGEST_LENGTH));
        assertArrayEquals(second, item(frames, STRIDE, FRAME_LENGTH));
    }

    @Test
    void shouldAcceptNoFrames() {
        hasher.blake3(frames.asSlice(0, 0), 0, 0, digests.asSlice(0, 0), DIGEST_LENGTH);
    }

    @Test
    void shouldNameOutputsThatOverlap() {
        bad(
                "digests overlap source",
                () -> hasher.blake3(frames, STRIDE, COUNT, frames.asSlice(FRAME_LENGTH - 1), STRIDE));
        bad("digests overlap source", () -> hasher.sha3(frames, 0, 100, COUNT, frames.asSlice(99), 32));
        bad(
                "digests overlap source: item 1 and item 0",
                () -> hasher.sha3(frames, 100, 10, COUNT, frames.asSlice(69), STRIDE / 2));
        bad(
                "digests overlap key",
                () -> hasher.blake3Keyed(
                        frames.asSlice(FRAME_LENGTH + 31, 32), frames, STRIDE, 1, frames.asSlice(FRAME_LENGTH), 32));
        bad("histograms overlap source", () -> hasher.r96Histograms(R96Rule.MOD96, frames, STRIDE, 1, frames));
        bad(
                "addresses overlap source",
                () -> hasher.identify(R96Rule.MOD96, AddressHash.BLAKE3, frames, STRIDE, 1, frames, 32, digests, 32));
        bad(
                "digests overlap source",
                () -> hasher.identify(R96Rule.MOD96, AddressHash.BLAKE3, frames, STRIDE, 1, addresses, 32, frames, 32));
        bad(
                "digests overlap addresses",
                () -> hasher.identify(
                        R96Rule.MOD96, AddressHash.BLAKE3, frames, STRIDE, 1, digests.asSlice(31), 32, digests, 32));
        hasher.sha3(frames, 100, 10, COUNT, frames.asSlice(300), STRIDE / 2);
    }

    private static void bad(final String start, final Runnable call) {
        final String message =
                assertThrows(IllegalArgumentException.class, call::run, start).getMessage();
        assertTrue(message.startsWith(start), message);
    }
}
