package io.venation.snapshot;

import io.venation.frame.OffHeap;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds keys of an array off-heap: open addressing, at most half full, hashed with random factors so that whoever makes
 * up keys cannot choose their places.
 *
 * <p>One thread. Allocates nothing after construction.
 */
final class WantedKeys {
    private static final int KEY_LENGTH = KeySet.KEY_LENGTH;

    private final long keys;
    private final long[] factors = new SplittableRandom()
            .longs(KEY_LENGTH / Long.BYTES)
            .map(factor -> factor | 1)
            .toArray();
    /** Index of a key + 1, or 0 for an empty place. */
    private final int[] table;

    private final int shift;
    private int count;

    /** Keys of an array of {@code capacity} × 32 bytes, none of which is there yet. */
    WantedKeys(final long keys, final int capacity) {
        this.keys = keys;
        table = new int[Integer.highestOneBit(2 * capacity - 1) * 2];
        shift = Long.numberOfLeadingZeros(table.length) + 1;
    }

    /** Takes the key of an index that is not there yet. */
    void add(final int index) {
        table[place(key(index))] = index + 1;
        count++;
    }

    /** Index of a key, or {@link FrameFetch#NOT_WANTED}. */
    int indexOf(final long key) {
        return table[place(key)] - 1;
    }

    void clear() {
        if (count > 0) {
            Arrays.fill(table, 0);
            count = 0;
        }
    }

    /** The place where a key stands, or the empty one where it would. */
    private int place(final long key) {
        long hash = 0;
        for (int i = 0; i < factors.length; i++) {
            hash = (hash ^ OffHeap.getU64(key + (long) i * Long.BYTES)) * factors[i];
            hash ^= hash >>> 32;
        }
        final int mask = table.length - 1;
        int place = (int) (hash * factors[0] >>> shift);
        while (table[place] != 0 && KeySet.compare(key, key(table[place] - 1)) != 0) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private long key(final int index) {
        return keys + (long) index * KEY_LENGTH;
    }
}
