package io.venation.frame;

import io.venation.hashing.FrameKernels;

/**
 * The lattice frame: a fixed 12,288 bytes that stand for the torus Z/48 × Z/256 (lattice model §1).
 *
 * <pre>
 *   byte offset  0         256        512                              12,032   12,288
 *                +----------+----------+------------ … ------------------+---------+
 *                |  page 0  |  page 1  |  page 2                         | page 47 |
 *                +----------+----------+------------ … ------------------+---------+
 *                48 pages of 256 bytes = 3 OS pages of 4,096 = 192 cache lines of 64 = 12 BLAKE3 chunks of 1,024
 * </pre>
 *
 * <p>The linear index of site (page, byte) is its byte offset, {@code 256·page + byte}. Payload shorter than the frame
 * is followed by zeroes.
 */
public final class LatticeFrame {
    /** Bytes of a frame, and sites of the torus. */
    public static final int LENGTH = 12_288;
    /** Pages of a frame. */
    public static final int PAGE_COUNT = 48;
    /** Bytes of a page. */
    public static final int PAGE_LENGTH = 256;

    static {
        Relation.holds(LENGTH == PAGE_COUNT * PAGE_LENGTH, "LENGTH == PAGE_COUNT * PAGE_LENGTH");
        Relation.holds(LENGTH == 3 * 4_096, "a frame is 3 OS pages");
        Relation.holds(LENGTH == 192 * 64, "a frame is 192 cache lines");
        Relation.holds(LENGTH == 12 * 1_024, "a frame is 12 BLAKE3 chunks");
        Relation.holds(LENGTH == FrameKernels.FRAME_LENGTH, "LENGTH == FrameKernels.FRAME_LENGTH");
    }

    private LatticeFrame() {}
}
