package io.venation.hashing;

import static io.venation.hashing.Memory.ALL;
import static io.venation.hashing.Sha3ScalarKernel.PADDING_END;
import static io.venation.hashing.Sha3ScalarKernel.PADDING_START;
import static io.venation.hashing.Sha3ScalarKernel.RATE;
import static io.venation.hashing.Sha3ScalarKernel.ROUND_CONSTANTS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * SHA3-256 (FIPS 202) of 8, 4 or 2 messages of one length at once: lane i of a state's 25 vectors belongs to message i.
 * One thread; allocates nothing after construction. Its owner keeps it reachable while it runs.
 */
final class Sha3VectorKernel {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

    /** Messages per pass: 8, 4 or 2. */
    static final int LANES = SPECIES.length();

    private static final int VECTOR_LENGTH = SPECIES.vectorByteSize();
    private static final int WORDS_PER_BLOCK = RATE / Long.BYTES;
    private static final int COLUMNS = 5;
    /** Where the parities of a state's columns are, behind its lanes. */
    private static final int PARITIES = Sha3ScalarKernel.LANES * VECTOR_LENGTH;

    private static final int STATE_LENGTH = PARITIES + COLUMNS * VECTOR_LENGTH;
    private static final int WORDS_PER_DIGEST = FrameKernels.DIGEST_LENGTH / Long.BYTES;

    private final MemorySegment scratch =
            Memory.allocate(2L * STATE_LENGTH + (long) WORDS_PER_BLOCK * VECTOR_LENGTH + (long) LANES * RATE);
    private final long state = scratch.address();
    private final long otherState = state + STATE_LENGTH;
    private final long words = otherState + STATE_LENGTH;
    private final long lastBlocks = words + (long) WORDS_PER_BLOCK * VECTOR_LENGTH;
    private final long[] sources = new long[LANES];

    /**
     * Digests of at most {@link #LANES} messages.
     *
     * @param source       address of the first message.
     * @param stride       bytes between message starts.
     * @param length       bytes of each message.
     * @param count        messages, 1..{@link #LANES}.
     * @param digests      address of the first digest.
     * @param digestStride bytes between digest starts.
     */
    void messages(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        for (int i = 0; i < Sha3ScalarKernel.LANES; i++) {
            LongVector.zero(SPECIES).intoMemorySegment(ALL, state + (long) i * VECTOR_LENGTH, LITTLE_ENDIAN);
        }
        for (int lane = 0; lane < LANES; lane++) {
            sources[lane] = source + Math.min(lane, count - 1) * stride;
        }
        long offset = 0;
        for (; length - offset >= RATE; offset += RATE) {
            interleave(offset);
            absorb();
            permute();
        }
        final int rest = (int) (length - offset);
        for (int lane = 0; lane < LANES; lane++) {
            final long block = lastBlocks + (long) lane * RATE;
            Memory.copy(sources[lane] + offset, block, rest);
            Memory.fill(block + rest, RATE - (long) rest, (byte) 0);
            Memory.putByte(block + rest, (byte) PADDING_START);
            final long last = block + RATE - Long.BYTES;
            Memory.putLong(last, Memory.getLong(last) ^ PADDING_END);
            sources[lane] = block;
        }
        interleave(0);
        absorb();
        permute();
        for (int lane = 0; lane < count; lane++) {
            for (int word = 0; word < WORDS_PER_DIGEST; word++) {
                Memory.putLong(
                        digests + lane * digestStride + (long) word * Long.BYTES,
                        Memory.getLong(state + (long) word * VECTOR_LENGTH + (long) lane * Long.BYTES));
            }
        }
    }

    /** One block of every lane: word i of all lanes to vector i. */
    private void interleave(final long offset) {
        for (int lane = 0; lane < LANES; lane++) {
            final long source = Memory.unchecked(sources[lane] + offset);
            final long target = Memory.unchecked(words) + (long) lane * Long.BYTES;
            for (int word = 0; word < WORDS_PER_BLOCK; word++) {
                Memory.putLong(target + (long) word * VECTOR_LENGTH, Memory.getLong(source + (long) word * Long.BYTES));
            }
        }
    }

    /** Adds the block to the state, with the parities of its columns. */
    private void absorb() {
        for (int x = 0; x < COLUMNS; x++) {
            LongVector parity = LongVector.zero(SPECIES);
            for (int lane = x; lane < Sha3ScalarKernel.LANES; lane += COLUMNS) {
                final long address = state + (long) lane * VECTOR_LENGTH;
                LongVector a = LongVector.fromMemorySegment(SPECIES, ALL, address, LITTLE_ENDIAN);
                if (lane < WORDS_PER_BLOCK) {
                    final long word = words + (long) lane * VECTOR_LENGTH;
                    a = a.lanewise(XOR, LongVector.fromMemorySegment(SPECIES, ALL, word, LITTLE_ENDIAN));
                    a.intoMemorySegment(ALL, address, LITTLE_ENDIAN);
                }
                parity = parity.lanewise(XOR, a);
            }
            parity.intoMemorySegment(ALL, state + PARITIES + (long) x * VECTOR_LENGTH, LITTLE_ENDIAN);
        }
    }

    /**
     * Keccak-f[1600]. The state stays in memory, from one place to the other and back, its column parities behind it:
     * theta reads those of the round before. A round is two methods because the client compiler, which has to profile
     * them, runs out of registers on the whole.
     */
    private void permute() {
        long from = state;
        long to = otherState;
        for (final long roundConstant : ROUND_CONSTANTS) {
            firstRows(roundConstant, from, to);
            lastRows(from, to);
            final long swap = from;
            from = to;
            to = swap;
        }
    }

    /** Rows y = 0..2 of a round. */
    private static void firstRows(final long roundConstant, final long source, final long target) {
        final long from = Memory.unchecked(source);
        final long to = Memory.unchecked(target);
        final LongVector p0 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p1 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p2 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p3 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p4 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector d0 = p4.lanewise(XOR, p1.lanewise(ROL, 1));
        final LongVector d1 = p0.lanewise(XOR, p2.lanewise(ROL, 1));
        final LongVector d2 = p1.lanewise(XOR, p3.lanewise(ROL, 1));
        final LongVector d3 = p2.lanewise(XOR, p4.lanewise(ROL, 1));
        final LongVector d4 = p3.lanewise(XOR, p0.lanewise(ROL, 1));
        final LongVector b0 = LongVector.fromMemorySegment(SPECIES, ALL, from + 0L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d0);
        final LongVector b1 = LongVector.fromMemorySegment(SPECIES, ALL, from + 6L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d1)
                .lanewise(ROL, 44);
        final LongVector b2 = LongVector.fromMemorySegment(SPECIES, ALL, from + 12L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d2)
                .lanewise(ROL, 43);
        final LongVector b3 = LongVector.fromMemorySegment(SPECIES, ALL, from + 18L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d3)
                .lanewise(ROL, 21);
        final LongVector b4 = LongVector.fromMemorySegment(SPECIES, ALL, from + 24L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d4)
                .lanewise(ROL, 14);
        final LongVector a0 = b0.lanewise(XOR, b2.lanewise(AND_NOT, b1)).lanewise(XOR, roundConstant);
        a0.intoMemorySegment(ALL, to + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a1 = b1.lanewise(XOR, b3.lanewise(AND_NOT, b2));
        a1.intoMemorySegment(ALL, to + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a2 = b2.lanewise(XOR, b4.lanewise(AND_NOT, b3));
        a2.intoMemorySegment(ALL, to + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a3 = b3.lanewise(XOR, b0.lanewise(AND_NOT, b4));
        a3.intoMemorySegment(ALL, to + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a4 = b4.lanewise(XOR, b1.lanewise(AND_NOT, b0));
        a4.intoMemorySegment(ALL, to + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector b5 = LongVector.fromMemorySegment(SPECIES, ALL, from + 3L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d3)
                .lanewise(ROL, 28);
        final LongVector b6 = LongVector.fromMemorySegment(SPECIES, ALL, from + 9L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d4)
                .lanewise(ROL, 20);
        final LongVector b7 = LongVector.fromMemorySegment(SPECIES, ALL, from + 10L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d0)
                .lanewise(ROL, 3);
        final LongVector b8 = LongVector.fromMemorySegment(SPECIES, ALL, from + 16L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d1)
                .lanewise(ROL, 45);
        final LongVector b9 = LongVector.fromMemorySegment(SPECIES, ALL, from + 22L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d2)
                .lanewise(ROL, 61);
        final LongVector a5 = b5.lanewise(XOR, b7.lanewise(AND_NOT, b6));
        a5.intoMemorySegment(ALL, to + 5L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a6 = b6.lanewise(XOR, b8.lanewise(AND_NOT, b7));
        a6.intoMemorySegment(ALL, to + 6L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a7 = b7.lanewise(XOR, b9.lanewise(AND_NOT, b8));
        a7.intoMemorySegment(ALL, to + 7L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a8 = b8.lanewise(XOR, b5.lanewise(AND_NOT, b9));
        a8.intoMemorySegment(ALL, to + 8L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a9 = b9.lanewise(XOR, b6.lanewise(AND_NOT, b5));
        a9.intoMemorySegment(ALL, to + 9L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector b10 = LongVector.fromMemorySegment(SPECIES, ALL, from + 1L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d1)
                .lanewise(ROL, 1);
        final LongVector b11 = LongVector.fromMemorySegment(SPECIES, ALL, from + 7L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d2)
                .lanewise(ROL, 6);
        final LongVector b12 = LongVector.fromMemorySegment(SPECIES, ALL, from + 13L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d3)
                .lanewise(ROL, 25);
        final LongVector b13 = LongVector.fromMemorySegment(SPECIES, ALL, from + 19L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d4)
                .lanewise(ROL, 8);
        final LongVector b14 = LongVector.fromMemorySegment(SPECIES, ALL, from + 20L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d0)
                .lanewise(ROL, 18);
        final LongVector a10 = b10.lanewise(XOR, b12.lanewise(AND_NOT, b11));
        a10.intoMemorySegment(ALL, to + 10L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a11 = b11.lanewise(XOR, b13.lanewise(AND_NOT, b12));
        a11.intoMemorySegment(ALL, to + 11L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a12 = b12.lanewise(XOR, b14.lanewise(AND_NOT, b13));
        a12.intoMemorySegment(ALL, to + 12L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a13 = b13.lanewise(XOR, b10.lanewise(AND_NOT, b14));
        a13.intoMemorySegment(ALL, to + 13L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a14 = b14.lanewise(XOR, b11.lanewise(AND_NOT, b10));
        a14.intoMemorySegment(ALL, to + 14L * VECTOR_LENGTH, LITTLE_ENDIAN);
        a0.lanewise(XOR, a5)
                .lanewise(XOR, a10)
                .intoMemorySegment(ALL, to + PARITIES + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        a1.lanewise(XOR, a6)
                .lanewise(XOR, a11)
                .intoMemorySegment(ALL, to + PARITIES + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        a2.lanewise(XOR, a7)
                .lanewise(XOR, a12)
                .intoMemorySegment(ALL, to + PARITIES + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        a3.lanewise(XOR, a8)
                .lanewise(XOR, a13)
                .intoMemorySegment(ALL, to + PARITIES + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        a4.lanewise(XOR, a9)
                .lanewise(XOR, a14)
                .intoMemorySegment(ALL, to + PARITIES + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
    }

    /** Rows y = 3 and 4 of a round. */
    private static void lastRows(final long source, final long target) {
        final long from = Memory.unchecked(source);
        final long to = Memory.unchecked(target);
        final LongVector p0 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p1 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p2 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p3 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector p4 =
                LongVector.fromMemorySegment(SPECIES, ALL, from + PARITIES + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector d0 = p4.lanewise(XOR, p1.lanewise(ROL, 1));
        final LongVector d1 = p0.lanewise(XOR, p2.lanewise(ROL, 1));
        final LongVector d2 = p1.lanewise(XOR, p3.lanewise(ROL, 1));
        final LongVector d3 = p2.lanewise(XOR, p4.lanewise(ROL, 1));
        final LongVector d4 = p3.lanewise(XOR, p0.lanewise(ROL, 1));
        final LongVector b15 = LongVector.fromMemorySegment(SPECIES, ALL, from + 4L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d4)
                .lanewise(ROL, 27);
        final LongVector b16 = LongVector.fromMemorySegment(SPECIES, ALL, from + 5L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d0)
                .lanewise(ROL, 36);
        final LongVector b17 = LongVector.fromMemorySegment(SPECIES, ALL, from + 11L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d1)
                .lanewise(ROL, 10);
        final LongVector b18 = LongVector.fromMemorySegment(SPECIES, ALL, from + 17L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d2)
                .lanewise(ROL, 15);
        final LongVector b19 = LongVector.fromMemorySegment(SPECIES, ALL, from + 23L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d3)
                .lanewise(ROL, 56);
        final LongVector a15 = b15.lanewise(XOR, b17.lanewise(AND_NOT, b16));
        a15.intoMemorySegment(ALL, to + 15L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a16 = b16.lanewise(XOR, b18.lanewise(AND_NOT, b17));
        a16.intoMemorySegment(ALL, to + 16L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a17 = b17.lanewise(XOR, b19.lanewise(AND_NOT, b18));
        a17.intoMemorySegment(ALL, to + 17L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a18 = b18.lanewise(XOR, b15.lanewise(AND_NOT, b19));
        a18.intoMemorySegment(ALL, to + 18L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a19 = b19.lanewise(XOR, b16.lanewise(AND_NOT, b15));
        a19.intoMemorySegment(ALL, to + 19L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector b20 = LongVector.fromMemorySegment(SPECIES, ALL, from + 2L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d2)
                .lanewise(ROL, 62);
        final LongVector b21 = LongVector.fromMemorySegment(SPECIES, ALL, from + 8L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d3)
                .lanewise(ROL, 55);
        final LongVector b22 = LongVector.fromMemorySegment(SPECIES, ALL, from + 14L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d4)
                .lanewise(ROL, 39);
        final LongVector b23 = LongVector.fromMemorySegment(SPECIES, ALL, from + 15L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d0)
                .lanewise(ROL, 41);
        final LongVector b24 = LongVector.fromMemorySegment(SPECIES, ALL, from + 21L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, d1)
                .lanewise(ROL, 2);
        final LongVector a20 = b20.lanewise(XOR, b22.lanewise(AND_NOT, b21));
        a20.intoMemorySegment(ALL, to + 20L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a21 = b21.lanewise(XOR, b23.lanewise(AND_NOT, b22));
        a21.intoMemorySegment(ALL, to + 21L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a22 = b22.lanewise(XOR, b24.lanewise(AND_NOT, b23));
        a22.intoMemorySegment(ALL, to + 22L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a23 = b23.lanewise(XOR, b20.lanewise(AND_NOT, b24));
        a23.intoMemorySegment(ALL, to + 23L * VECTOR_LENGTH, LITTLE_ENDIAN);
        final LongVector a24 = b24.lanewise(XOR, b21.lanewise(AND_NOT, b20));
        a24.intoMemorySegment(ALL, to + 24L * VECTOR_LENGTH, LITTLE_ENDIAN);
        LongVector.fromMemorySegment(SPECIES, ALL, to + PARITIES + 0L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, a15)
                .lanewise(XOR, a20)
                .intoMemorySegment(ALL, to + PARITIES + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        LongVector.fromMemorySegment(SPECIES, ALL, to + PARITIES + 1L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, a16)
                .lanewise(XOR, a21)
                .intoMemorySegment(ALL, to + PARITIES + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        LongVector.fromMemorySegment(SPECIES, ALL, to + PARITIES + 2L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, a17)
                .lanewise(XOR, a22)
                .intoMemorySegment(ALL, to + PARITIES + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        LongVector.fromMemorySegment(SPECIES, ALL, to + PARITIES + 3L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, a18)
                .lanewise(XOR, a23)
                .intoMemorySegment(ALL, to + PARITIES + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        LongVector.fromMemorySegment(SPECIES, ALL, to + PARITIES + 4L * VECTOR_LENGTH, LITTLE_ENDIAN)
                .lanewise(XOR, a19)
                .lanewise(XOR, a24)
                .intoMemorySegment(ALL, to + PARITIES + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
    }
}
