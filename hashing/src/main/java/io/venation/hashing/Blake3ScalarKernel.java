package io.venation.hashing;

/**
 * BLAKE3 compression, chunks, parents and frames in plain Java (BLAKE3 paper, section 2). Stateless, any thread,
 * allocates nothing.
 */
final class Blake3ScalarKernel {
    static final int BLOCK_LENGTH = 64;
    static final int CHUNK_LENGTH = 1024;
    static final int VALUE_LENGTH = 32;
    static final int CHUNKS_PER_FRAME = FrameKernels.FRAME_LENGTH / CHUNK_LENGTH;

    static final int CHUNK_START = 1;
    static final int CHUNK_END = 1 << 1;
    static final int PARENT = 1 << 2;
    static final int ROOT = 1 << 3;
    static final int KEYED_HASH = 1 << 4;
    static final int DERIVE_KEY_CONTEXT = 1 << 5;
    static final int DERIVE_KEY_MATERIAL = 1 << 6;

    static final int IV0 = 0x6A09E667;
    static final int IV1 = 0xBB67AE85;
    static final int IV2 = 0x3C6EF372;
    static final int IV3 = 0xA54FF53A;
    static final int IV4 = 0x510E527F;
    static final int IV5 = 0x9B05688C;
    static final int IV6 = 0x1F83D9AB;
    static final int IV7 = 0x5BE0CD19;

    private static final int ROUNDS = 7;

    private Blake3ScalarKernel() {}

    /**
     * Writes the IV as key words.
     *
     * @param keyWords address for 8 words.
     */
    static void putIv(final long keyWords) {
        Memory.putInt(keyWords, IV0);
        Memory.putInt(keyWords + 4, IV1);
        Memory.putInt(keyWords + 8, IV2);
        Memory.putInt(keyWords + 12, IV3);
        Memory.putInt(keyWords + 16, IV4);
        Memory.putInt(keyWords + 20, IV5);
        Memory.putInt(keyWords + 24, IV6);
        Memory.putInt(keyWords + 28, IV7);
    }

    /**
     * One compression, truncated to the 8 words of a chaining value or whole.
     *
     * @param chainingValue address of 8 words in.
     * @param block         address of 64 bytes, zero padded.
     * @param blockLength   bytes that count, 0..64.
     * @param counter       chunk or output block counter.
     * @param flags         all flags.
     * @param output        address for 32 bytes, or for 64 where {@code whole}; may be {@code chainingValue}.
     * @param whole         whether the second half of the output is wanted (extended output).
     */
    static void compress(
            final long chainingValue,
            final long block,
            final int blockLength,
            final long counter,
            final int flags,
            final long output,
            final boolean whole) {
        final int h0 = Memory.getInt(chainingValue);
        final int h1 = Memory.getInt(chainingValue + 4);
        final int h2 = Memory.getInt(chainingValue + 8);
        final int h3 = Memory.getInt(chainingValue + 12);
        final int h4 = Memory.getInt(chainingValue + 16);
        final int h5 = Memory.getInt(chainingValue + 20);
        final int h6 = Memory.getInt(chainingValue + 24);
        final int h7 = Memory.getInt(chainingValue + 28);
        int m0 = Memory.getInt(block + 0);
        int m1 = Memory.getInt(block + 4);
        int m2 = Memory.getInt(block + 8);
        int m3 = Memory.getInt(block + 12);
        int m4 = Memory.getInt(block + 16);
        int m5 = Memory.getInt(block + 20);
        int m6 = Memory.getInt(block + 24);
        int m7 = Memory.getInt(block + 28);
        int m8 = Memory.getInt(block + 32);
        int m9 = Memory.getInt(block + 36);
        int m10 = Memory.getInt(block + 40);
        int m11 = Memory.getInt(block + 44);
        int m12 = Memory.getInt(block + 48);
        int m13 = Memory.getInt(block + 52);
        int m14 = Memory.getInt(block + 56);
        int m15 = Memory.getInt(block + 60);

        int v0 = h0;
        int v1 = h1;
        int v2 = h2;
        int v3 = h3;
        int v4 = h4;
        int v5 = h5;
        int v6 = h6;
        int v7 = h7;
        int v8 = IV0;
        int v9 = IV1;
        int v10 = IV2;
        int v11 = IV3;
        int v12 = (int) counter;
        int v13 = (int) (counter >>> 32);
        int v14 = blockLength;
        int v15 = flags;

        for (int round = 0; round < ROUNDS; round++) {
            v0 += v4 + m0;
            v12 = Integer.rotateRight(v12 ^ v0, 16);
            v8 += v12;
            v4 = Integer.rotateRight(v4 ^ v8, 12);
            v0 += v4 + m1;
            v12 = Integer.rotateRight(v12 ^ v0, 8);
            v8 += v12;
            v4 = Integer.rotateRight(v4 ^ v8, 7);
            v1 += v5 + m2;
            v13 = Integer.rotateRight(v13 ^ v1, 16);
            v9 += v13;
            v5 = Integer.rotateRight(v5 ^ v9, 12);
            v1 += v5 + m3;
            v13 = Integer.rotateRight(v13 ^ v1, 8);
            v9 += v13;
            v5 = Integer.rotateRight(v5 ^ v9, 7);
            v2 += v6 + m4;
            v14 = Integer.rotateRight(v14 ^ v2, 16);
            v10 += v14;
            v6 = Integer.rotateRight(v6 ^ v10, 12);
            v2 += v6 + m5;
            v14 = Integer.rotateRight(v14 ^ v2, 8);
            v10 += v14;
            v6 = Integer.rotateRight(v6 ^ v10, 7);
            v3 += v7 + m6;
            v15 = Integer.rotateRight(v15 ^ v3, 16);
            v11 += v15;
            v7 = Integer.rotateRight(v7 ^ v11, 12);
            v3 += v7 + m7;
            v15 = Integer.rotateRight(v15 ^ v3, 8);
            v11 += v15;
            v7 = Integer.rotateRight(v7 ^ v11, 7);
            v0 += v5 + m8;
            v15 = Integer.rotateRight(v15 ^ v0, 16);
            v10 += v15;
            v5 = Integer.rotateRight(v5 ^ v10, 12);
            v0 += v5 + m9;
            v15 = Integer.rotateRight(v15 ^ v0, 8);
            v10 += v15;
            v5 = Integer.rotateRight(v5 ^ v10, 7);
            v1 += v6 + m10;
            v12 = Integer.rotateRight(v12 ^ v1, 16);
            v11 += v12;
            v6 = Integer.rotateRight(v6 ^ v11, 12);
            v1 += v6 + m11;
            v12 = Integer.rotateRight(v12 ^ v1, 8);
            v11 += v12;
            v6 = Integer.rotateRight(v6 ^ v11, 7);
            v2 += v7 + m12;
            v13 = Integer.rotateRight(v13 ^ v2, 16);
            v8 += v13;
            v7 = Integer.rotateRight(v7 ^ v8, 12);
            v2 += v7 + m13;
            v13 = Integer.rotateRight(v13 ^ v2, 8);
            v8 += v13;
            v7 = Integer.rotateRight(v7 ^ v8, 7);
            v3 += v4 + m14;
            v14 = Integer.rotateRight(v14 ^ v3, 16);
            v9 += v14;
            v4 = Integer.rotateRight(v4 ^ v9, 12);
            v3 += v4 + m15;
            v14 = Integer.rotateRight(v14 ^ v3, 8);
            v9 += v14;
            v4 = Integer.rotateRight(v4 ^ v9, 7);

            final int p0 = m2;
            final int p1 = m6;
            final int p2 = m3;
            final int p3 = m10;
            final int p4 = m7;
            final int p5 = m0;
            final int p6 = m4;
            final int p7 = m13;
            final int p8 = m1;
            final int p9 = m11;
            final int p10 = m12;
            final int p11 = m5;
            final int p12 = m9;
            final int p13 = m14;
            final int p14 = m15;
            final int p15 = m8;
            m0 = p0;
            m1 = p1;
            m2 = p2;
            m3 = p3;
            m4 = p4;
            m5 = p5;
            m6 = p6;
            m7 = p7;
            m8 = p8;
            m9 = p9;
            m10 = p10;
            m11 = p11;
            m12 = p12;
            m13 = p13;
            m14 = p14;
            m15 = p15;
        }

        Memory.putInt(output + 0, v0 ^ v8);
        Memory.putInt(output + 4, v1 ^ v9);
        Memory.putInt(output + 8, v2 ^ v10);
        Memory.putInt(output + 12, v3 ^ v11);
        Memory.putInt(output + 16, v4 ^ v12);
        Memory.putInt(output + 20, v5 ^ v13);
        Memory.putInt(output + 24, v6 ^ v14);
        Memory.putInt(output + 28, v7 ^ v15);
        if (whole) {
            Memory.putInt(output + 32, v8 ^ h0);
            Memory.putInt(output + 36, v9 ^ h1);
            Memory.putInt(output + 40, v10 ^ h2);
            Memory.putInt(output + 44, v11 ^ h3);
            Memory.putInt(output + 48, v12 ^ h4);
            Memory.putInt(output + 52, v13 ^ h5);
            Memory.putInt(output + 56, v14 ^ h6);
            Memory.putInt(output + 60, v15 ^ h7);
        }
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
    static void chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        for (long i = 0; i < chunkCount; i++) {
            final long chunk = source + i * CHUNK_LENGTH;
            final long value = values + i * VALUE_LENGTH;
            compress(keyWords, chunk, BLOCK_LENGTH, counter + i, flags | CHUNK_START, value, false);
            for (int offset = BLOCK_LENGTH; offset < CHUNK_LENGTH - BLOCK_LENGTH; offset += BLOCK_LENGTH) {
                compress(value, chunk + offset, BLOCK_LENGTH, counter + i, flags, value, false);
            }
            compress(
                    value,
                    chunk + CHUNK_LENGTH - BLOCK_LENGTH,
                    BLOCK_LENGTH,
                    counter + i,
                    flags | CHUNK_END,
                    value,
                    false);
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
    static void parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        for (long i = 0; i < parentCount; i++) {
            final long node = children + i * BLOCK_LENGTH;
            compress(keyWords, node, BLOCK_LENGTH, 0, flags | PARENT, values + i * VALUE_LENGTH, false);
        }
    }

    /**
     * The digest of one frame: 12 chunks, of which the tree takes the first 8 left and the last 4 right.
     *
     * @param frame    address of the frame.
     * @param keyWords address of 8 key words.
     * @param flags    mode flags.
     * @param values   address of 12 × 32 bytes of scratch.
     * @param digest   address for 32 bytes.
     */
    static void frame(final long frame, final long keyWords, final int flags, final long values, final long digest) {
        chunks(frame, CHUNKS_PER_FRAME, 0, keyWords, flags, values);
        parents(values, 6, keyWords, flags, values);
        parents(values, 3, keyWords, flags, values);
        parents(values, 1, keyWords, flags, values + VALUE_LENGTH);
        parents(values + VALUE_LENGTH, 1, keyWords, flags | ROOT, digest);
    }
}
