package io.venation.hashing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** BLAKE3 as section 2 of its paper tells it: slow, recursive, one message in one array. */
final class Blake3Reference {
    private static final int[] IV = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
    };
    private static final int[] PERMUTATION = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    private static final int CHUNK_START = 1;
    private static final int CHUNK_END = 2;
    private static final int PARENT = 4;
    private static final int ROOT = 8;
    private static final int KEYED_HASH = 16;
    private static final int DERIVE_KEY_CONTEXT = 32;
    private static final int DERIVE_KEY_MATERIAL = 64;

    private Blake3Reference() {}

    static byte[] hash(final byte[] message, final int length) {
        return root(message, IV, 0, length);
    }

    static byte[] keyedHash(final byte[] key, final byte[] message, final int length) {
        return root(message, words(key), KEYED_HASH, length);
    }

    static byte[] deriveKey(final String context, final byte[] material, final int length) {
        final byte[] contextKey = root(context.getBytes(StandardCharsets.UTF_8), IV, DERIVE_KEY_CONTEXT, 32);
        return root(material, words(contextKey), DERIVE_KEY_MATERIAL, length);
    }

    /** Section 2.6: the root node is compressed once per 64 bytes of output, with the block's index as counter. */
    private static byte[] root(final byte[] message, final int[] key, final int flags, final int length) {
        final Node node = tree(message, 0, key, flags);
        final ByteBuffer output = ByteBuffer.allocate((length + 63) / 64 * 64).order(ByteOrder.LITTLE_ENDIAN);
        for (long block = 0; output.hasRemaining(); block++) {
            for (final int word : compress(node.value, node.block, block, node.blockLength, node.flags | ROOT)) {
                output.putInt(word);
            }
        }
        return Arrays.copyOf(output.array(), length);
    }

    /** A compression that has not been done yet: it may be the root. */
    private record Node(int[] value, int[] block, long counter, int blockLength, int flags) {
        int[] chainingValue() {
            return Arrays.copyOf(compress(value, block, counter, blockLength, flags), 8);
        }
    }

    /** Section 2.1: the left subtree is the largest power of two of whole chunks that leaves something for the right. */
    private static Node tree(final byte[] message, final long chunk, final int[] key, final int flags) {
        if (message.length <= 1024) {
            return chunk(message, chunk, key, flags);
        }
        final int leftChunks = Integer.highestOneBit((message.length - 1) / 1024);
        final byte[] left = Arrays.copyOf(message, leftChunks * 1024);
        final byte[] right = Arrays.copyOfRange(message, leftChunks * 1024, message.length);
        final int[] block = Arrays.copyOf(tree(left, chunk, key, flags).chainingValue(), 16);
        System.arraycopy(tree(right, chunk + leftChunks, key, flags).chainingValue(), 0, block, 8, 8);
        return new Node(key, block, 0, 64, flags | PARENT);
    }

    /** Section 2.4: the blocks of a chunk are chained; the first and the last carry a flag. */
    private static Node chunk(final byte[] bytes, final long chunk, final int[] key, final int flags) {
        int[] value = key;
        int blockFlags = flags | CHUNK_START;
        int offset = 0;
        for (; bytes.length - offset > 64; offset += 64) {
            final int[] block = words(Arrays.copyOfRange(bytes, offset, offset + 64));
            value = Arrays.copyOf(compress(value, block, chunk, 64, blockFlags), 8);
            blockFlags = flags;
        }
        final int[] block = words(Arrays.copyOfRange(bytes, offset, offset + 64));
        return new Node(value, block, chunk, bytes.length - offset, blockFlags | CHUNK_END);
    }

    /** Section 2.2. */
    private static int[] compress(
            final int[] value, final int[] block, final long counter, final int blockLength, final int flags) {
        final int[] v = Arrays.copyOf(value, 16);
        System.arraycopy(IV, 0, v, 8, 4);
        v[12] = (int) counter;
        v[13] = (int) (counter >>> 32);
        v[14] = blockLength;
        v[15] = flags;
        int[] m = block;
        for (int round = 0; round < 7; round++) {
            g(v, 0, 4, 8, 12, m[0], m[1]);
            g(v, 1, 5, 9, 13, m[2], m[3]);
            g(v, 2, 6, 10, 14, m[4], m[5]);
            g(v, 3, 7, 11, 15, m[6], m[7]);
            g(v, 0, 5, 10, 15, m[8], m[9]);
            g(v, 1, 6, 11, 12, m[10], m[11]);
            g(v, 2, 7, 8, 13, m[12], m[13]);
            g(v, 3, 4, 9, 14, m[14], m[15]);
            final int[] permuted = new int[16];
            for (int i = 0; i < 16; i++) {
                permuted[i] = m[PERMUTATION[i]];
            }
            m = permuted;
        }
        for (int i = 0; i < 8; i++) {
            v[i] ^= v[i + 8];
            v[i + 8] ^= value[i];
        }
        return v;
    }

    private static void g(final int[] v, final int a, final int b, final int c, final int d, final int x, final int y) {
        v[a] = v[a] + v[b] + x;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 16);
        v[c] = v[c] + v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 12);
        v[a] = v[a] + v[b] + y;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 8);
        v[c] = v[c] + v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 7);
    }

    private static int[] words(final byte[] bytes) {
        final int[] words = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        return words;
    }
}
