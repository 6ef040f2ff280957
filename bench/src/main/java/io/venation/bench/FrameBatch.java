package io.venation.bench;

import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Sixteen frames of random bytes as they stand in a term: behind Aeron's header, 12,480 bytes apart, each lattice frame
 * 64-byte aligned.
 */
final class FrameBatch {
    static final int COUNT = 16;
    private static final int AERON_HEADER_LENGTH = 32;
    static final int STRIDE = AERON_HEADER_LENGTH + SealedFrameLayout.LENGTH;

    private final MemorySegment term = Arena.global().allocate((long) COUNT * STRIDE, 64);

    FrameBatch() {
        final SplittableRandom random = new SplittableRandom(12_288);
        final byte[] bytes = new byte[FrameKernels.FRAME_LENGTH];
        for (int i = 0; i < COUNT; i++) {
            random.nextBytes(bytes);
            MemorySegment.copy(
                    bytes,
                    0,
                    term,
                    ValueLayout.JAVA_BYTE,
                    sealedFrameOffset(i) + SealedFrameLayout.FRAME_OFFSET,
                    bytes.length);
        }
    }

    private static long sealedFrameOffset(final int index) {
        return AERON_HEADER_LENGTH + (long) index * STRIDE;
    }

    /** Address of the first sealed frame. */
    long sealedFrames() {
        return term.address() + AERON_HEADER_LENGTH;
    }

    /** Address of the first receipt. */
    long receipts() {
        return sealedFrames() + SealedFrameLayout.RECEIPT_OFFSET;
    }

    /** Address of the first lattice frame. */
    long frames() {
        return sealedFrames() + SealedFrameLayout.FRAME_OFFSET;
    }

    /** Envelope and receipt of a frame. */
    MemorySegment beforeFrame(final int index) {
        return term.asSlice(sealedFrameOffset(index), SealedFrameLayout.FRAME_OFFSET);
    }
}
