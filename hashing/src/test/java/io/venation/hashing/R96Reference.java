package io.venation.hashing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** R96 as section 2 of the lattice model tells it. */
final class R96Reference {
    private R96Reference() {}

    static int[] histogram(final R96Rule rule, final byte[] message) {
        final int[] counts = new int[96];
        for (final byte b : message) {
            counts[classOf(rule, b & 0xFF)]++;
        }
        return counts;
    }

    static byte[] encode(final int[] counts) {
        final ByteBuffer buffer = ByteBuffer.allocate(4 * counts.length).order(ByteOrder.LITTLE_ENDIAN);
        for (final int count : counts) {
            buffer.putInt(count);
        }
        return buffer.array();
    }

    static byte[] digest(final R96Rule rule, final byte[] message) {
        return Sha3Reference.sha3(encode(histogram(rule, message)));
    }

    /** The page's ranges, where {@link R96Rule} has its formulas. */
    static int classOf(final R96Rule rule, final int b) {
        switch (rule) {
            case MOD96:
                return b <= 95 ? b : b <= 191 ? b - 96 : b - 192;
            case MIX17:
                if (b <= 95) {
                    return b;
                }
                return b <= 174 ? b - 79 : b <= 191 ? b - 175 : b <= 253 ? b - 158 : b == 254 ? 0 : 1;
            case ALGEBRAIC:
                final int[] dOfPair = {0, 1, 2, 0};
                return 24 * (b / 64) + 8 * dOfPair[b / 16 % 4] + b / 2 % 8;
        }
        throw new AssertionError(rule);
    }
}
