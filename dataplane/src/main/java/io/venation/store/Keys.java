package io.venation.store;

import io.venation.frame.OffHeap;

/** Content addresses in memory. */
final class Keys {
    static final int LENGTH = 32;

    private Keys() {}

    static boolean same(final long key, final long otherKey) {
        return OffHeap.getU64(key) == OffHeap.getU64(otherKey)
                && OffHeap.getU64(key + 8) == OffHeap.getU64(otherKey + 8)
                && OffHeap.getU64(key + 16) == OffHeap.getU64(otherKey + 16)
                && OffHeap.getU64(key + 24) == OffHeap.getU64(otherKey + 24);
    }

    static void copy(final long key, final long target) {
        OffHeap.putU64(target, OffHeap.getU64(key));
        OffHeap.putU64(target + 8, OffHeap.getU64(key + 8));
        OffHeap.putU64(target + 16, OffHeap.getU64(key + 16));
        OffHeap.putU64(target + 24, OffHeap.getU64(key + 24));
    }
}
