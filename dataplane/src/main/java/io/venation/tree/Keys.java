package io.venation.tree;

import io.venation.frame.OffHeap;

/**
 * The order of keys: by unsigned bytes, a prefix before what it begins.
 *
 * <p>Any thread, allocates nothing. Reads no byte outside of the keys: a frame's last key may end where memory does.
 */
final class Keys {
    private Keys() {}

    static int compare(final long key, final int length, final long otherKey, final int otherLength) {
        final int common = Math.min(length, otherLength);
        int offset = 0;
        for (; offset <= common - Long.BYTES; offset += Long.BYTES) {
            final long word = OffHeap.getU64(key + offset);
            final long otherWord = OffHeap.getU64(otherKey + offset);
            if (word != otherWord) {
                return compareWords(word, otherWord);
            }
        }
        if (offset < common) {
            final long word = tail(key, offset, common);
            final long otherWord = tail(otherKey, offset, common);
            if (word != otherWord) {
                return compareWords(word, otherWord);
            }
        }
        return length - otherLength;
    }

    static boolean equal(final long key, final int length, final long otherKey, final int otherLength) {
        return length == otherLength && compare(key, length, otherKey, otherLength) == 0;
    }

    static boolean startsWith(final long key, final int length, final long prefix, final int prefixLength) {
        return length >= prefixLength && compare(key, prefixLength, prefix, prefixLength) == 0;
    }

    private static int compareWords(final long word, final long otherWord) {
        return Long.compareUnsigned(Long.reverseBytes(word), Long.reverseBytes(otherWord));
    }

    /** The bytes from offset to length, 1 to 7 of them, in the order of a word; where there is room, with some before. */
    private static long tail(final long key, final int offset, final int length) {
        if (length >= Long.BYTES) {
            return OffHeap.getU64(key + length - Long.BYTES);
        }
        if (length >= Integer.BYTES) {
            return OffHeap.getU32(key) | OffHeap.getU32(key + length - Integer.BYTES) << Integer.SIZE;
        }
        long word = 0;
        for (int i = offset; i < length; i++) {
            word |= (long) OffHeap.getU8(key + i) << (i - offset) * Byte.SIZE;
        }
        return word;
    }
}
