package io.venation.hashing;

import static io.venation.hashing.Blake3ScalarKernel.BLOCK_LENGTH;
import static io.venation.hashing.Blake3ScalarKernel.CHUNKS_PER_FRAME;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_END;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_LENGTH;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_START;
import static io.venation.hashing.Blake3ScalarKernel.PARENT;
import static io.venation.hashing.Blake3ScalarKernel.ROOT;
import static io.venation.hashing.Blake3ScalarKernel.VALUE_LENGTH;
import static io.venation.hashing.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * BLAKE3 on vectors of the preferred width: one compression per lane, 16, 8 or 4 lanes.
 *
 * <pre>
 *   lane = frame, whole groups:                    lane = chunk, what is left:
 *
 *   frame 0  chunk 0 │ chunk 1 │ … │ chunk 11      chunk 0 │ chunk 1 │ … │ chunk L−1
 *   frame 1  chunk 0 │ chunk 1 │ … │ chunk 11
 *     ⋮         ⋮                                  values go back to memory in rows of 32 bytes
 *            pass 0    pass 1        pass 11
 *            └── values: 8 vectors a pass, which are half of a parent's block as they stand
 * </pre>
 *
 * <p>A block of each lane is transposed into 16 vectors, word i of every lane in vector i. One thread; allocates nothing
 * after construction. Its owner keeps it reachable while it runs.
 */
final class Blake3VectorKernel {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

    /** Compressions per pass: 16, 8 or 4. */
    static final int LANES = SPECIES.length();

    private static final int VECTOR_LENGTH = SPECIES.vectorByteSize();
    private static final int WORDS_PER_BLOCK = BLOCK_LENGTH / Integer.BYTES;
    private static final int WORDS_PER_VALUE = VALUE_LENGTH / Integer.BYTES;
    private static final int ROUNDS = 7;

    /** A vector pass costs about as much as two scalar ones of any kind: fewer lanes than this go scalar. */
    private static final int LANES_WORTH_A_PASS = 2;

    /** Parents on their own, which also pay for setting up the keys of all lanes. */
    private static final int PARENTS_WORTH_A_PASS = LANES < 16 ? 2 : 3;

    /** Frames that fill as many chunk passes in lane = chunk as in lane = frame go the latter way. */
    private static final int CHUNKS_WORTH_A_GROUP = (CHUNKS_PER_FRAME - 1) * LANES;

    private static final int[] PERMUTATION = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

    /** Offset of the message word for each of 7 × 16 uses, in the transposed block. */
    private static final char[] ORDER = order();

    /** Lanes 0, L, 1, L + 1 … of a pair of vectors: their first halves interleaved. */
    private static final IntVector ZIP_LOW = zip(0);

    /** Their second halves. */
    private static final IntVector ZIP_HIGH = zip(LANES / 2);

    private final MemorySegment scratch = Memory.allocate(
            (2L * WORDS_PER_BLOCK + 2L * WORDS_PER_VALUE + CHUNKS_PER_FRAME * WORDS_PER_VALUE + 2L) * VECTOR_LENGTH
                    + (long) LANES * CHUNKS_PER_FRAME * VALUE_LENGTH);
    private final long words = scratch.address();
    private final long halfTransposed = words + (long) WORDS_PER_BLOCK * VECTOR_LENGTH;
    private final long keys = halfTransposed + (long) WORDS_PER_BLOCK * VECTOR_LENGTH;
    private final long state = keys + (long) WORDS_PER_VALUE * VECTOR_LENGTH;
    private final long nodes = state + (long) WORDS_PER_VALUE * VECTOR_LENGTH;
    private final long counters = nodes + (long) CHUNKS_PER_FRAME * WORDS_PER_VALUE * VECTOR_LENGTH;
    private final long rows = counters + 2L * VECTOR_LENGTH;
    private final long[] sources = new long[LANES];
    private final long[] targets = new long[LANES];

    private static char[] order() {
        final char[] order = new char[ROUNDS * WORDS_PER_BLOCK];
        for (int i = 0; i < WORDS_PER_BLOCK; i++) {
            int word = i;
            for (int round = 0; round < ROUNDS; round++) {
                order[round * WORDS_PER_BLOCK + i] = (char) (word * VECTOR_LENGTH);
                word = PERMUTATION[word];
            }
        }
        return order;
    }

    private static IntVector zip(final int first) {
        final int[] lanes = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = first + i / 2 + (i & 1) * LANES;
        }
        return IntVector.fromArray(SPECIES, lanes, 0);
    }

    /**
     * Digests of frames.
     *
     * @param source       address of the first frame.
     * @param stride       bytes between frame starts.
     * @param count        frames.
     * @param keyWords     address of 8 key words.
     * @param flags        mode flags.
     * @param digests      address of the first digest.
     * @param digestStride bytes between digest starts.
     */
    void frames(
            final long source,
            final long stride,
            final int count,
            final long keyWords,
            final int flags,
            final long digests,
            final long digestStride) {
        broadcastKeys(keyWords);
        for (int i = 0; i < count; i += LANES) {
            final int frameCount = Math.min(LANES, count - i);
            final long first = source + i * stride;
            final long digest = digests + i * digestStride;
            if (frameCount * CHUNKS_PER_FRAME > CHUNKS_WORTH_A_GROUP) {
                group(first, stride, frameCount, flags, digest, digestStride);
            } else {
                rest(first, stride, frameCount, keyWords, flags, digest, digestStride);
            }
        }
    }

    /** Lane = frame: 12 chunk passes, then 6 + 3 + 1 + 1 parents whose blocks are the vectors as they were stored. */
    private void group(
            final long source,
            final long stride,
            final int frameCount,
            final int flags,
            final long digests,
            final long digestStride) {
        final int value = WORDS_PER_VALUE * VECTOR_LENGTH;
        for (int chunk = 0; chunk < CHUNKS_PER_FRAME; chunk++) {
            for (int lane = 0; lane < LANES; lane++) {
                sources[lane] = source + Math.min(lane, frameCount - 1) * stride + (long) chunk * CHUNK_LENGTH;
            }
            putCounters(chunk, 0);
            chunkPass(flags, nodes + (long) chunk * value);
        }
        putCounters(0, 0);
        for (int nodeCount = CHUNKS_PER_FRAME / 2; nodeCount >= 3; nodeCount /= 2) {
            for (int i = 0; i < nodeCount; i++) {
                compress(keys, nodes + 2L * i * value, flags | PARENT, nodes + (long) i * value);
            }
        }
        compress(keys, nodes, flags | PARENT, nodes + value);
        compress(keys, nodes + value, flags | PARENT | ROOT, state);
        for (int lane = 0; lane < frameCount; lane++) {
            targets[lane] = digests + lane * digestStride;
        }
        scatter(state, frameCount);
    }

    /** Lane = chunk over the frames that fill no group. */
    private void rest(
            final long source,
            final long stride,
            final int frameCount,
            final long keyWords,
            final int flags,
            final long digests,
            final long digestStride) {
        final int chunkCount = frameCount * CHUNKS_PER_FRAME;
        for (int i = 0; i < chunkCount; i += LANES) {
            final int laneCount = Math.min(LANES, chunkCount - i);
            for (int lane = 0; lane < LANES; lane++) {
                final int index = i + Math.min(lane, laneCount - 1);
                final int chunk = index % CHUNKS_PER_FRAME;
                sources[lane] = source + index / CHUNKS_PER_FRAME * stride + (long) chunk * CHUNK_LENGTH;
                targets[lane] = rows + (long) index * VALUE_LENGTH;
                Memory.putInt(counters + (long) lane * Integer.BYTES, chunk);
                Memory.putInt(counters + VECTOR_LENGTH + (long) lane * Integer.BYTES, 0);
            }
            chunkPass(flags, state);
            scatter(state, laneCount);
        }
        parentRows(rows, 2L * VALUE_LENGTH, chunkCount / 2, keyWords, flags, rows, VALUE_LENGTH);
        parentRows(rows, 2L * VALUE_LENGTH, chunkCount / 4, keyWords, flags, rows, VALUE_LENGTH);
        parentRows(rows, 3L * VALUE_LENGTH, frameCount, keyWords, flags, rows + VALUE_LENGTH, 3L * VALUE_LENGTH);
        parentRows(rows + VALUE_LENGTH, 3L * VALUE_LENGTH, frameCount, keyWords, flags | ROOT, digests, digestStride);
    }

    /**
     * Chaining values of consecutive full chunks of one message.
     *
     * @param source     address of the first chunk.
     * @param chunkCount chunks.
     * @param counter    index of the first chunk in its message.
     * @param keyWords   address of 8 key words.
     * @param flags      mode flags.
     * @param values     address for {@code chunkCount} × 32 bytes.
     */
    void chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        broadcastKeys(keyWords);
        for (long i = 0; i < chunkCount; i += LANES) {
            final int laneCount = (int) Math.min(LANES, chunkCount - i);
            final long first = source + i * CHUNK_LENGTH;
            if (laneCount < LANES_WORTH_A_PASS) {
                Blake3ScalarKernel.chunks(first, laneCount, counter + i, keyWords, flags, values + i * VALUE_LENGTH);
                continue;
            }
            for (int lane = 0; lane < LANES; lane++) {
                final long index = Math.min(lane, laneCount - 1);
                sources[lane] = first + index * CHUNK_LENGTH;
                targets[lane] = values + (i + index) * VALUE_LENGTH;
            }
            putCounters(counter + i, 1);
            chunkPass(flags, state);
            scatter(state, laneCount);
        }
    }

    /**
     * Parent nodes; in place allowed.
     *
     * @param children    address of {@code parentCount} × 64 bytes.
     * @param parentCount parents.
     * @param keyWords    address of 8 key words.
     * @param flags       flags beside PARENT.
     * @param values      address for {@code parentCount} × 32 bytes.
     */
    void parents(final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        if (parentCount < PARENTS_WORTH_A_PASS) {
            Blake3ScalarKernel.parents(children, parentCount, keyWords, flags, values);
            return;
        }
        broadcastKeys(keyWords);
        parentRows(children, BLOCK_LENGTH, parentCount, keyWords, flags, values, VALUE_LENGTH);
    }

    private void parentRows(
            final long children,
            final long childStride,
            final long parentCount,
            final long keyWords,
            final int flags,
            final long values,
            final long valueStride) {
        putCounters(0, 0);
        for (long i = 0; i < parentCount; i += LANES) {
            final int laneCount = (int) Math.min(LANES, parentCount - i);
            if (laneCount < LANES_WORTH_A_PASS) {
                Blake3ScalarKernel.parents(
                        children + i * childStride, laneCount, keyWords, flags, values + i * valueStride);
                continue;
            }
            for (int lane = 0; lane < LANES; lane++) {
                final long index = i + Math.min(lane, laneCount - 1);
                sources[lane] = children + index * childStride;
                targets[lane] = values + index * valueStride;
            }
            transpose(0);
            compress(keys, words, flags | PARENT, state);
            scatter(state, laneCount);
        }
    }

    /** One chunk per lane, from {@link #sources}. */
    private void chunkPass(final int flags, final long target) {
        transpose(0);
        compress(keys, words, flags | CHUNK_START, state);
        for (int offset = BLOCK_LENGTH; offset < CHUNK_LENGTH - BLOCK_LENGTH; offset += BLOCK_LENGTH) {
            transpose(offset);
            compress(state, words, flags, state);
        }
        transpose(CHUNK_LENGTH - BLOCK_LENGTH);
        compress(state, words, flags | CHUNK_END, target);
    }

    private void broadcastKeys(final long keyWords) {
        for (int word = 0; word < WORDS_PER_VALUE; word++) {
            final int key = Memory.getInt(keyWords + (long) word * Integer.BYTES);
            IntVector.broadcast(SPECIES, key).intoMemorySegment(ALL, keys + (long) word * VECTOR_LENGTH, LITTLE_ENDIAN);
        }
    }

    private void putCounters(final long first, final int step) {
        for (int lane = 0; lane < LANES; lane++) {
            final long counter = first + (long) lane * step;
            Memory.putInt(counters + (long) lane * Integer.BYTES, (int) counter);
            Memory.putInt(counters + VECTOR_LENGTH + (long) lane * Integer.BYTES, (int) (counter >>> 32));
        }
    }

    /** Words of 8 vectors back to rows of 32 bytes, to {@link #targets}. */
    private void scatter(final long vectors, final int laneCount) {
        for (int lane = 0; lane < laneCount; lane++) {
            final long target = targets[lane];
            final long source = vectors + (long) lane * Integer.BYTES;
            for (int word = 0; word < WORDS_PER_VALUE; word++) {
                Memory.putInt(
                        target + (long) word * Integer.BYTES, Memory.getInt(source + (long) word * VECTOR_LENGTH));
            }
        }
    }

    /**
     * Transposes one block of every lane: log2(LANES) perfect shuffles, two at a time while the vectors are at hand.
     * With fewer than 16 lanes a block has 16 / LANES columns of vectors.
     */
    private void transpose(final int offset) {
        for (int column = 0; column < WORDS_PER_BLOCK / LANES; column++) {
            final int columnOffset = offset + column * VECTOR_LENGTH;
            final long target = words + (long) column * LANES * VECTOR_LENGTH;
            final long firstTarget = LANES == 4 ? target : halfTransposed;
            final int quarter = LANES / 4;
            for (int i = 0; i < quarter; i++) {
                shuffleTwice(
                        sources[i] + columnOffset,
                        sources[i + quarter] + columnOffset,
                        sources[i + 2 * quarter] + columnOffset,
                        sources[i + 3 * quarter] + columnOffset,
                        firstTarget + 4L * i * VECTOR_LENGTH);
            }
            if (LANES == 16) {
                for (int i = 0; i < quarter; i++) {
                    final long row = halfTransposed + (long) i * VECTOR_LENGTH;
                    shuffleTwice(
                            row,
                            row + (long) quarter * VECTOR_LENGTH,
                            row + 2L * quarter * VECTOR_LENGTH,
                            row + 3L * quarter * VECTOR_LENGTH,
                            target + 4L * i * VECTOR_LENGTH);
                }
            } else if (LANES == 8) {
                for (int i = 0; i < LANES / 2; i++) {
                    final IntVector a = IntVector.fromMemorySegment(
                            SPECIES, ALL, halfTransposed + (long) i * VECTOR_LENGTH, LITTLE_ENDIAN);
                    final IntVector b = IntVector.fromMemorySegment(
                            SPECIES, ALL, halfTransposed + (long) (i + LANES / 2) * VECTOR_LENGTH, LITTLE_ENDIAN);
                    ZIP_LOW.selectFrom(a, b).intoMemorySegment(ALL, target + 2L * i * VECTOR_LENGTH, LITTLE_ENDIAN);
                    ZIP_HIGH.selectFrom(a, b)
                            .intoMemorySegment(ALL, target + (2L * i + 1) * VECTOR_LENGTH, LITTLE_ENDIAN);
                }
            }
        }
    }

    private static void shuffleTwice(
            final long first, final long second, final long third, final long fourth, final long output) {
        final long target = Memory.unchecked(output);
        final IntVector a = IntVector.fromMemorySegment(SPECIES, ALL, Memory.unchecked(first), LITTLE_ENDIAN);
        final IntVector b = IntVector.fromMemorySegment(SPECIES, ALL, Memory.unchecked(second), LITTLE_ENDIAN);
        final IntVector c = IntVector.fromMemorySegment(SPECIES, ALL, Memory.unchecked(third), LITTLE_ENDIAN);
        final IntVector d = IntVector.fromMemorySegment(SPECIES, ALL, Memory.unchecked(fourth), LITTLE_ENDIAN);
        final IntVector acLow = ZIP_LOW.selectFrom(a, c);
        final IntVector acHigh = ZIP_HIGH.selectFrom(a, c);
        final IntVector bdLow = ZIP_LOW.selectFrom(b, d);
        final IntVector bdHigh = ZIP_HIGH.selectFrom(b, d);
        ZIP_LOW.selectFrom(acLow, bdLow).intoMemorySegment(ALL, target, LITTLE_ENDIAN);
        ZIP_HIGH.selectFrom(acLow, bdLow).intoMemorySegment(ALL, target + VECTOR_LENGTH, LITTLE_ENDIAN);
        ZIP_LOW.selectFrom(acHigh, bdHigh).intoMemorySegment(ALL, target + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        ZIP_HIGH.selectFrom(acHigh, bdHigh).intoMemorySegment(ALL, target + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
    }

    /** One compression per lane of whole blocks; {@code output} may be {@code chainingValues}. */
    private void compress(final long chainingValues, final long words, final int flags, final long output) {
        IntVector v0 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v1 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v2 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v3 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v4 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v5 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 5L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v6 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 6L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v7 = IntVector.fromMemorySegment(SPECIES, ALL, chainingValues + 7L * VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v8 = IntVector.broadcast(SPECIES, Blake3ScalarKernel.IV0);
        IntVector v9 = IntVector.broadcast(SPECIES, Blake3ScalarKernel.IV1);
        IntVector v10 = IntVector.broadcast(SPECIES, Blake3ScalarKernel.IV2);
        IntVector v11 = IntVector.broadcast(SPECIES, Blake3ScalarKernel.IV3);
        IntVector v12 = IntVector.fromMemorySegment(SPECIES, ALL, counters, LITTLE_ENDIAN);
        IntVector v13 = IntVector.fromMemorySegment(SPECIES, ALL, counters + VECTOR_LENGTH, LITTLE_ENDIAN);
        IntVector v14 = IntVector.broadcast(SPECIES, BLOCK_LENGTH);
        IntVector v15 = IntVector.broadcast(SPECIES, flags);
        for (int order = 0; order < ROUNDS * WORDS_PER_BLOCK; order += WORDS_PER_BLOCK) {
            v0 = v0.add(v4).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 0], LITTLE_ENDIAN));
            v12 = v12.lanewise(XOR, v0).lanewise(ROR, 16);
            v8 = v8.add(v12);
            v4 = v4.lanewise(XOR, v8).lanewise(ROR, 12);
            v0 = v0.add(v4).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 1], LITTLE_ENDIAN));
            v12 = v12.lanewise(XOR, v0).lanewise(ROR, 8);
            v8 = v8.add(v12);
            v4 = v4.lanewise(XOR, v8).lanewise(ROR, 7);
            v1 = v1.add(v5).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 2], LITTLE_ENDIAN));
            v13 = v13.lanewise(XOR, v1).lanewise(ROR, 16);
            v9 = v9.add(v13);
            v5 = v5.lanewise(XOR, v9).lanewise(ROR, 12);
            v1 = v1.add(v5).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 3], LITTLE_ENDIAN));
            v13 = v13.lanewise(XOR, v1).lanewise(ROR, 8);
            v9 = v9.add(v13);
            v5 = v5.lanewise(XOR, v9).lanewise(ROR, 7);
            v2 = v2.add(v6).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 4], LITTLE_ENDIAN));
            v14 = v14.lanewise(XOR, v2).lanewise(ROR, 16);
            v10 = v10.add(v14);
            v6 = v6.lanewise(XOR, v10).lanewise(ROR, 12);
            v2 = v2.add(v6).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 5], LITTLE_ENDIAN));
            v14 = v14.lanewise(XOR, v2).lanewise(ROR, 8);
            v10 = v10.add(v14);
            v6 = v6.lanewise(XOR, v10).lanewise(ROR, 7);
            v3 = v3.add(v7).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 6], LITTLE_ENDIAN));
            v15 = v15.lanewise(XOR, v3).lanewise(ROR, 16);
            v11 = v11.add(v15);
            v7 = v7.lanewise(XOR, v11).lanewise(ROR, 12);
            v3 = v3.add(v7).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 7], LITTLE_ENDIAN));
            v15 = v15.lanewise(XOR, v3).lanewise(ROR, 8);
            v11 = v11.add(v15);
            v7 = v7.lanewise(XOR, v11).lanewise(ROR, 7);
            v0 = v0.add(v5).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 8], LITTLE_ENDIAN));
            v15 = v15.lanewise(XOR, v0).lanewise(ROR, 16);
            v10 = v10.add(v15);
            v5 = v5.lanewise(XOR, v10).lanewise(ROR, 12);
            v0 = v0.add(v5).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 9], LITTLE_ENDIAN));
            v15 = v15.lanewise(XOR, v0).lanewise(ROR, 8);
            v10 = v10.add(v15);
            v5 = v5.lanewise(XOR, v10).lanewise(ROR, 7);
            v1 = v1.add(v6).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 10], LITTLE_ENDIAN));
            v12 = v12.lanewise(XOR, v1).lanewise(ROR, 16);
            v11 = v11.add(v12);
            v6 = v6.lanewise(XOR, v11).lanewise(ROR, 12);
            v1 = v1.add(v6).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 11], LITTLE_ENDIAN));
            v12 = v12.lanewise(XOR, v1).lanewise(ROR, 8);
            v11 = v11.add(v12);
            v6 = v6.lanewise(XOR, v11).lanewise(ROR, 7);
            v2 = v2.add(v7).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 12], LITTLE_ENDIAN));
            v13 = v13.lanewise(XOR, v2).lanewise(ROR, 16);
            v8 = v8.add(v13);
            v7 = v7.lanewise(XOR, v8).lanewise(ROR, 12);
            v2 = v2.add(v7).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 13], LITTLE_ENDIAN));
            v13 = v13.lanewise(XOR, v2).lanewise(ROR, 8);
            v8 = v8.add(v13);
            v7 = v7.lanewise(XOR, v8).lanewise(ROR, 7);
            v3 = v3.add(v4).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 14], LITTLE_ENDIAN));
            v14 = v14.lanewise(XOR, v3).lanewise(ROR, 16);
            v9 = v9.add(v14);
            v4 = v4.lanewise(XOR, v9).lanewise(ROR, 12);
            v3 = v3.add(v4).add(IntVector.fromMemorySegment(SPECIES, ALL, words + ORDER[order + 15], LITTLE_ENDIAN));
            v14 = v14.lanewise(XOR, v3).lanewise(ROR, 8);
            v9 = v9.add(v14);
            v4 = v4.lanewise(XOR, v9).lanewise(ROR, 7);
        }
        v0.lanewise(XOR, v8).intoMemorySegment(ALL, output + 0L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v1.lanewise(XOR, v9).intoMemorySegment(ALL, output + 1L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v2.lanewise(XOR, v10).intoMemorySegment(ALL, output + 2L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v3.lanewise(XOR, v11).intoMemorySegment(ALL, output + 3L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v4.lanewise(XOR, v12).intoMemorySegment(ALL, output + 4L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v5.lanewise(XOR, v13).intoMemorySegment(ALL, output + 5L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v6.lanewise(XOR, v14).intoMemorySegment(ALL, output + 6L * VECTOR_LENGTH, LITTLE_ENDIAN);
        v7.lanewise(XOR, v15).intoMemorySegment(ALL, output + 7L * VECTOR_LENGTH, LITTLE_ENDIAN);
    }
}
