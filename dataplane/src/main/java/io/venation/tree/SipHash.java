package io.venation.tree;

import io.venation.frame.OffHeap;

/**
 * SipHash-2-4: a keyed hash for short inputs that who does not know the key cannot predict.
 *
 * <p>Any thread, allocates nothing.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
final class SipHash {
    private SipHash() {}

    static long hash(final long key0, final long key1, final long address, final int length) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        final int wordsEnd = length & -Long.BYTES;
        for (int offset = 0; offset <= wordsEnd + Long.BYTES; offset += Long.BYTES) {
            final boolean isInput = offset <= wordsEnd;
            final long word = offset < wordsEnd
                    ? OffHeap.getU64(address + offset)
                    : isInput ? lastWord(address + wordsEnd, length) : 0;
            if (isInput) {
                v3 ^= word;
            } else {
                v2 ^= 0xFF;
            }
            final int rounds = isInput ? 2 : 4;
            for (int round = 0; round < rounds; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32) + v3;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The last 0 to 7 bytes and, on top, the length. */
    private static long lastWord(final long address, final int length) {
        long word = (long) length << 56;
        for (int i = 0; i < (length & 7); i++) {
            word |= (long) OffHeap.getU8(address + i) << i * Byte.SIZE;
        }
        return word;
    }
}
