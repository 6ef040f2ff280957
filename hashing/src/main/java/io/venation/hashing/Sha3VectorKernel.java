package io.venation.hashing;

import static io.venation.hashing.Sha3ScalarKernel.PADDING_END;
import static io.venation.hashing.Sha3ScalarKernel.PADDING_START;
import static io.venation.hashing.Sha3ScalarKernel.RATE;
import static io.venation.hashing.Sha3ScalarKernel.ROUND_CONSTANTS;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
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
    private static final int WORDS_PER_DIGEST = FrameKernels.DIGEST_LENGTH / Long.BYTES;

    private final MemorySegment scratch =
            Memory.allocate((long) (Sha3ScalarKernel.LANES + WORDS_PER_BLOCK) * VECTOR_LENGTH + (long) LANES * RATE);
    private final long state = scratch.address();
    private final long words = state + (long) Sha3ScalarKernel.LANES * VECTOR_LENGTH;
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
            store(LongVector.zero(SPECIES), state + (long) i * VECTOR_LENGTH);
        }
        for (int lane = 0; lane < LANES; lane++) {
            sources[lane] = source + Math.min(lane, count - 1) * stride;
        }
        long offset = 0;
        for (; length - offset >= RATE; offset += RATE) {
            interleave(offset);
            absorb();
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
            final long source = sources[lane] + offset;
            final long target = words + (long) lane * Long.BYTES;
            for (int word = 0; word < WORDS_PER_BLOCK; word++) {
                Memory.putLong(target + (long) word * VECTOR_LENGTH, Memory.getLong(source + (long) word * Long.BYTES));
            }
        }
    }

    /** Adds the block to the state and permutes: Keccak-f[1600]. */
    private void absorb() {
        final long state = this.state;
        final long words = this.words;
        LongVector a0 = load(state + 0L * VECTOR_LENGTH).lanewise(XOR, load(words + 0L * VECTOR_LENGTH));
        LongVector a1 = load(state + 1L * VECTOR_LENGTH).lanewise(XOR, load(words + 1L * VECTOR_LENGTH));
        LongVector a2 = load(state + 2L * VECTOR_LENGTH).lanewise(XOR, load(words + 2L * VECTOR_LENGTH));
        LongVector a3 = load(state + 3L * VECTOR_LENGTH).lanewise(XOR, load(words + 3L * VECTOR_LENGTH));
        LongVector a4 = load(state + 4L * VECTOR_LENGTH).lanewise(XOR, load(words + 4L * VECTOR_LENGTH));
        LongVector a5 = load(state + 5L * VECTOR_LENGTH).lanewise(XOR, load(words + 5L * VECTOR_LENGTH));
        LongVector a6 = load(state + 6L * VECTOR_LENGTH).lanewise(XOR, load(words + 6L * VECTOR_LENGTH));
        LongVector a7 = load(state + 7L * VECTOR_LENGTH).lanewise(XOR, load(words + 7L * VECTOR_LENGTH));
        LongVector a8 = load(state + 8L * VECTOR_LENGTH).lanewise(XOR, load(words + 8L * VECTOR_LENGTH));
        LongVector a9 = load(state + 9L * VECTOR_LENGTH).lanewise(XOR, load(words + 9L * VECTOR_LENGTH));
        LongVector a10 = load(state + 10L * VECTOR_LENGTH).lanewise(XOR, load(words + 10L * VECTOR_LENGTH));
        LongVector a11 = load(state + 11L * VECTOR_LENGTH).lanewise(XOR, load(words + 11L * VECTOR_LENGTH));
        LongVector a12 = load(state + 12L * VECTOR_LENGTH).lanewise(XOR, load(words + 12L * VECTOR_LENGTH));
        LongVector a13 = load(state + 13L * VECTOR_LENGTH).lanewise(XOR, load(words + 13L * VECTOR_LENGTH));
        LongVector a14 = load(state + 14L * VECTOR_LENGTH).lanewise(XOR, load(words + 14L * VECTOR_LENGTH));
        LongVector a15 = load(state + 15L * VECTOR_LENGTH).lanewise(XOR, load(words + 15L * VECTOR_LENGTH));
        LongVector a16 = load(state + 16L * VECTOR_LENGTH).lanewise(XOR, load(words + 16L * VECTOR_LENGTH));
        LongVector a17 = load(state + 17L * VECTOR_LENGTH);
        LongVector a18 = load(state + 18L * VECTOR_LENGTH);
        LongVector a19 = load(state + 19L * VECTOR_LENGTH);
        LongVector a20 = load(state + 20L * VECTOR_LENGTH);
        LongVector a21 = load(state + 21L * VECTOR_LENGTH);
        LongVector a22 = load(state + 22L * VECTOR_LENGTH);
        LongVector a23 = load(state + 23L * VECTOR_LENGTH);
        LongVector a24 = load(state + 24L * VECTOR_LENGTH);
        for (int round = 0; round < ROUND_CONSTANTS.length; round++) {
            final LongVector c0 =
                    a0.lanewise(XOR, a5).lanewise(XOR, a10).lanewise(XOR, a15).lanewise(XOR, a20);
            final LongVector c1 =
                    a1.lanewise(XOR, a6).lanewise(XOR, a11).lanewise(XOR, a16).lanewise(XOR, a21);
            final LongVector c2 =
                    a2.lanewise(XOR, a7).lanewise(XOR, a12).lanewise(XOR, a17).lanewise(XOR, a22);
            final LongVector c3 =
                    a3.lanewise(XOR, a8).lanewise(XOR, a13).lanewise(XOR, a18).lanewise(XOR, a23);
            final LongVector c4 =
                    a4.lanewise(XOR, a9).lanewise(XOR, a14).lanewise(XOR, a19).lanewise(XOR, a24);
            final LongVector d0 = c4.lanewise(XOR, c1.lanewise(ROL, 1));
            final LongVector d1 = c0.lanewise(XOR, c2.lanewise(ROL, 1));
            final LongVector d2 = c1.lanewise(XOR, c3.lanewise(ROL, 1));
            final LongVector d3 = c2.lanewise(XOR, c4.lanewise(ROL, 1));
            final LongVector d4 = c3.lanewise(XOR, c0.lanewise(ROL, 1));
            final LongVector b0 = a0.lanewise(XOR, d0);
            final LongVector b10 = a1.lanewise(XOR, d1).lanewise(ROL, 1);
            final LongVector b20 = a2.lanewise(XOR, d2).lanewise(ROL, 62);
            final LongVector b5 = a3.lanewise(XOR, d3).lanewise(ROL, 28);
            final LongVector b15 = a4.lanewise(XOR, d4).lanewise(ROL, 27);
            final LongVector b16 = a5.lanewise(XOR, d0).lanewise(ROL, 36);
            final LongVector b1 = a6.lanewise(XOR, d1).lanewise(ROL, 44);
            final LongVector b11 = a7.lanewise(XOR, d2).lanewise(ROL, 6);
            final LongVector b21 = a8.lanewise(XOR, d3).lanewise(ROL, 55);
            final LongVector b6 = a9.lanewise(XOR, d4).lanewise(ROL, 20);
            final LongVector b7 = a10.lanewise(XOR, d0).lanewise(ROL, 3);
            final LongVector b17 = a11.lanewise(XOR, d1).lanewise(ROL, 10);
            final LongVector b2 = a12.lanewise(XOR, d2).lanewise(ROL, 43);
            final LongVector b12 = a13.lanewise(XOR, d3).lanewise(ROL, 25);
            final LongVector b22 = a14.lanewise(XOR, d4).lanewise(ROL, 39);
            final LongVector b23 = a15.lanewise(XOR, d0).lanewise(ROL, 41);
            final LongVector b8 = a16.lanewise(XOR, d1).lanewise(ROL, 45);
            final LongVector b18 = a17.lanewise(XOR, d2).lanewise(ROL, 15);
            final LongVector b3 = a18.lanewise(XOR, d3).lanewise(ROL, 21);
            final LongVector b13 = a19.lanewise(XOR, d4).lanewise(ROL, 8);
            final LongVector b14 = a20.lanewise(XOR, d0).lanewise(ROL, 18);
            final LongVector b24 = a21.lanewise(XOR, d1).lanewise(ROL, 2);
            final LongVector b9 = a22.lanewise(XOR, d2).lanewise(ROL, 61);
            final LongVector b19 = a23.lanewise(XOR, d3).lanewise(ROL, 56);
            final LongVector b4 = a24.lanewise(XOR, d4).lanewise(ROL, 14);
            a0 = b0.lanewise(XOR, b2.lanewise(AND_NOT, b1)).lanewise(XOR, ROUND_CONSTANTS[round]);
            a1 = b1.lanewise(XOR, b3.lanewise(AND_NOT, b2));
            a2 = b2.lanewise(XOR, b4.lanewise(AND_NOT, b3));
            a3 = b3.lanewise(XOR, b0.lanewise(AND_NOT, b4));
            a4 = b4.lanewise(XOR, b1.lanewise(AND_NOT, b0));
            a5 = b5.lanewise(XOR, b7.lanewise(AND_NOT, b6));
            a6 = b6.lanewise(XOR, b8.lanewise(AND_NOT, b7));
            a7 = b7.lanewise(XOR, b9.lanewise(AND_NOT, b8));
            a8 = b8.lanewise(XOR, b5.lanewise(AND_NOT, b9));
            a9 = b9.lanewise(XOR, b6.lanewise(AND_NOT, b5));
            a10 = b10.lanewise(XOR, b12.lanewise(AND_NOT, b11));
            a11 = b11.lanewise(XOR, b13.lanewise(AND_NOT, b12));
            a12 = b12.lanewise(XOR, b14.lanewise(AND_NOT, b13));
            a13 = b13.lanewise(XOR, b10.lanewise(AND_NOT, b14));
            a14 = b14.lanewise(XOR, b11.lanewise(AND_NOT, b10));
            a15 = b15.lanewise(XOR, b17.lanewise(AND_NOT, b16));
            a16 = b16.lanewise(XOR, b18.lanewise(AND_NOT, b17));
            a17 = b17.lanewise(XOR, b19.lanewise(AND_NOT, b18));
            a18 = b18.lanewise(XOR, b15.lanewise(AND_NOT, b19));
            a19 = b19.lanewise(XOR, b16.lanewise(AND_NOT, b15));
            a20 = b20.lanewise(XOR, b22.lanewise(AND_NOT, b21));
            a21 = b21.lanewise(XOR, b23.lanewise(AND_NOT, b22));
            a22 = b22.lanewise(XOR, b24.lanewise(AND_NOT, b23));
            a23 = b23.lanewise(XOR, b20.lanewise(AND_NOT, b24));
            a24 = b24.lanewise(XOR, b21.lanewise(AND_NOT, b20));
        }
        store(a0, state + 0L * VECTOR_LENGTH);
        store(a1, state + 1L * VECTOR_LENGTH);
        store(a2, state + 2L * VECTOR_LENGTH);
        store(a3, state + 3L * VECTOR_LENGTH);
        store(a4, state + 4L * VECTOR_LENGTH);
        store(a5, state + 5L * VECTOR_LENGTH);
        store(a6, state + 6L * VECTOR_LENGTH);
        store(a7, state + 7L * VECTOR_LENGTH);
        store(a8, state + 8L * VECTOR_LENGTH);
        store(a9, state + 9L * VECTOR_LENGTH);
        store(a10, state + 10L * VECTOR_LENGTH);
        store(a11, state + 11L * VECTOR_LENGTH);
        store(a12, state + 12L * VECTOR_LENGTH);
        store(a13, state + 13L * VECTOR_LENGTH);
        store(a14, state + 14L * VECTOR_LENGTH);
        store(a15, state + 15L * VECTOR_LENGTH);
        store(a16, state + 16L * VECTOR_LENGTH);
        store(a17, state + 17L * VECTOR_LENGTH);
        store(a18, state + 18L * VECTOR_LENGTH);
        store(a19, state + 19L * VECTOR_LENGTH);
        store(a20, state + 20L * VECTOR_LENGTH);
        store(a21, state + 21L * VECTOR_LENGTH);
        store(a22, state + 22L * VECTOR_LENGTH);
        store(a23, state + 23L * VECTOR_LENGTH);
        store(a24, state + 24L * VECTOR_LENGTH);
    }

    private static LongVector load(final long address) {
        return LongVector.fromMemorySegment(SPECIES, Memory.ALL, address, ByteOrder.LITTLE_ENDIAN);
    }

    private static void store(final LongVector vector, final long address) {
        vector.intoMemorySegment(Memory.ALL, address, ByteOrder.LITTLE_ENDIAN);
    }
}
