package io.venation.object;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.Blake3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a byte stream is cut, by what it says there (FastCDC, Xia et al., USENIX ATC 2016): a gear hash over the last 64
 * bytes, cut where its top 14 bits are zero, never before 6,144 bytes and always at 12,288.
 *
 * <pre>
 *   0                              6,080    6,144                             12,288
 *   +--------------------------------+--------+----------------------------------+
 *   |  not looked at                 | warm-up|  cut with probability 1/16,384   | cut
 *   +--------------------------------+--------+----------------------------------+
 * </pre>
 *
 * <p>A cut depends on 64 bytes before it and the cut before that, so two streams with a common part soon cut it alike.
 * FastCDC's second, easier mask is left out. It keeps chunks of very different length together; here no chunk is longer
 * than a frame, and a frame that is cut off early is what costs. Over 48 MiB of random bytes (fill: share of a frame that
 * is used; apart: chunks until two streams that begin at different bytes cut alike, mean and 99.9 %):
 *
 * <pre>
 *   least   easier from   hard     easy       fill    apart
 *    2,048       8,192   1/32,768  1/2,048   0.743   2.8   16
 *    4,096      12,032   1/24,576  1/128     0.890   4.7   27
 *    6,144      12,032   1/16,384  1/128     0.907   5.7   34
 *    6,144           -   1/16,384     -      0.916   5.7   38     the choice
 *    4,096           -   1/32,768     -      0.922   6.0   34
 *    6,144           -   1/24,576     -      0.942   7.9   42
 *    8,192      11,776   1/16,384  1/256     0.943  13.9   87
 *   10,752      11,520   1/4,096   1/256     0.948   120  756
 * </pre>
 *
 * <p>So a stored byte costs 1.09 bytes of frames, and a change anywhere in a file some 70 KiB; half a frame is skipped
 * unseen. {@code ContentCutTest} holds the choice to its row. Stateless, any thread.
 */
final class ContentCut {
    /** Fewest bytes of a chunk that is not the last. */
    static final int MIN_LENGTH = 6_144;
    /** Most bytes of a chunk: a frame. */
    static final int MAX_LENGTH = LatticeFrame.LENGTH;
    /** What the table is derived from. */
    static final String GEAR_CONTEXT = "io.venation.object 2026-11 gear table";

    /** Bytes that reach the top bit: 64 shifts. */
    private static final int WINDOW = 64;

    private static final int CUT_SHIFT = Long.SIZE - 14;
    private static final int NAME_CUT_SHIFT = Long.SIZE - 5;

    /** 256 u64: BLAKE3 in key derivation mode, context {@link #GEAR_CONTEXT}, no key material, 2,048 bytes of output. */
    private static final long[] GEAR = gear();

    private ContentCut() {}

    private static long[] gear() {
        final byte[] bytes = new byte[256 * Long.BYTES];
        Blake3.deriveKey(GEAR_CONTEXT).digest(bytes, 0, bytes.length);
        final long[] gear = new long[256];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(gear);
        return gear;
    }

    /**
     * Length of the next chunk.
     *
     * @param address absolute address where it begins.
     * @param length  bytes that are there, > 0; fewer than {@link #MAX_LENGTH} only where none follow.
     * @return 1..{@link #MAX_LENGTH}.
     */
    static int next(final long address, final int length) {
        if (length <= MIN_LENGTH) {
            return length;
        }
        final long[] gear = GEAR;
        final int limit = Math.min(length, MAX_LENGTH);
        long hash = 0;
        for (int i = MIN_LENGTH - WINDOW; i < MIN_LENGTH; i++) {
            hash = (hash << 1) + gear[OffHeap.getU8(address + i)];
        }
        for (int i = MIN_LENGTH; i < limit; i++) {
            if (hash >>> CUT_SHIFT == 0) {
                return i;
            }
            hash = (hash << 1) + gear[OffHeap.getU8(address + i)];
        }
        return limit;
    }

    /**
     * Whether a node of a directory may end behind a name: one of 32 does.
     *
     * @param name absolute address of the name.
     * @param length bytes, ≥ 0.
     * @return true where it may.
     */
    static boolean endsNode(final long name, final int length) {
        long hash = 0;
        for (int i = 0; i < length; i++) {
            hash = (hash << 1) + GEAR[OffHeap.getU8(name + i)];
        }
        return hash >>> NAME_CUT_SHIFT == 0;
    }

    /**
     * Whether a node of references may end behind a child: one of 512 does.
     *
     * @param key absolute address of the child's content address.
     * @return true where it may.
     */
    static boolean endsNode(final long key) {
        return (OffHeap.getU64(key) & 511) == 0;
    }
}
