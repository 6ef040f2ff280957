package io.venation.snapshot;

import io.venation.frame.OffHeap;
import io.venation.store.StoreView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Content addresses in the order of their bytes, each once, off-heap: 32 bytes a key.
 *
 * <p>Does not change once made. Any thread.
 */
public final class KeySet implements AutoCloseable {
    /** Bytes of a key. */
    public static final int KEY_LENGTH = 32;

    private static final int SHORT = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long base;
    private final int count;

    /**
     * Copies keys, sorts them and drops what is there twice.
     *
     * @param keys  absolute address of {@code count} × 32 bytes, in any order.
     * @param count keys, ≥ 0.
     */
    public KeySet(final long keys, final int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count=" + count + ": must be at least 0");
        }
        memory = arena.allocate(Math.max(1L, count) * KEY_LENGTH, KEY_LENGTH);
        base = memory.address();
        OffHeap.copy(keys, base, (long) count * KEY_LENGTH);
        sort(0, count, new SplittableRandom(count));
        this.count = dropEqual(count);
    }

    /**
     * The addresses of a store's frames. What is put while it is listed may be left out.
     *
     * @param store under {@code VerifyPolicy.NEVER} its frames are not hashed only to be listed.
     * @return all of them; 64 bytes a frame while they are made.
     */
    public static KeySet of(final StoreView store) {
        final int count = Math.toIntExact(store.frameCount());
        try (Arena arena = Arena.ofConfined()) {
            final long keys =
                    arena.allocate(Math.max(1L, count) * KEY_LENGTH, 64).address();
            final int[] listed = new int[1];
            store.forEach((key, receipt, frame) -> {
                if (listed[0] < count) {
                    OffHeap.copy(key, keys + (long) listed[0]++ * KEY_LENGTH, KEY_LENGTH);
                }
            });
            return new KeySet(keys, listed[0]);
        }
    }

    /**
     * Keys.
     *
     * @return count, ≥ 0.
     */
    public int count() {
        return count;
    }

    /**
     * One key.
     *
     * @param index 0 ≤ index &lt; count.
     * @return absolute address of its 32 bytes, valid until close.
     */
    public long key(final int index) {
        return base + (long) index * KEY_LENGTH;
    }

    /** The bytes of the keys {@code from ≤ index < to}. */
    MemorySegment range(final int from, final int to) {
        return memory.asSlice((long) from * KEY_LENGTH, (long) (to - from) * KEY_LENGTH);
    }

    /**
     * Where a key stands, or would.
     *
     * @param key  absolute address of 32 bytes.
     * @param from 0 ≤ from ≤ count: keys before it are known to be less.
     * @return index of the first key that is not less, {@link #count()} where all are.
     */
    public int lowerBound(final long key, final int from) {
        int low = from;
        int high = count;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (compare(key(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Compares 32 bytes as unsigned, the first byte first. */
    static int compare(final long key, final long otherKey) {
        for (int offset = 0; offset < KEY_LENGTH; offset += Long.BYTES) {
            final long word = OffHeap.getU64(key + offset);
            final long otherWord = OffHeap.getU64(otherKey + offset);
            if (word != otherWord) {
                return Long.compareUnsigned(Long.reverseBytes(word), Long.reverseBytes(otherWord));
            }
        }
        return 0;
    }

    /** Quicksort with random pivots: whoever makes up the keys cannot choose them. */
    private void sort(final int from, final int to, final SplittableRandom random) {
        int low = from;
        int high = to;
        while (high - low > SHORT) {
            swap(low, random.nextInt(low, high));
            final int pivot = partition(low, high);
            if (pivot - low < high - pivot) {
                sort(low, pivot, random);
                low = pivot + 1;
            } else {
                sort(pivot + 1, high, random);
                high = pivot;
            }
        }
        for (int i = low + 1; i < high; i++) {
            for (int j = i; j > low && compare(key(j - 1), key(j)) > 0; j--) {
                swap(j - 1, j);
            }
        }
    }

    /** Hoare's: equal keys are spread over both sides, so many of them cost nothing more. */
    private int partition(final int low, final int high) {
        int left = low;
        int right = high;
        while (true) {
            do {
                left++;
            } while (left < high && compare(key(left), key(low)) < 0);
            do {
                right--;
            } while (compare(key(right), key(low)) > 0);
            if (left >= right) {
                swap(low, right);
                return right;
            }
            swap(left, right);
        }
    }

    private void swap(final int index, final int otherIndex) {
        final long key = key(index);
        final long otherKey = key(otherIndex);
        for (int offset = 0; offset < KEY_LENGTH; offset += Long.BYTES) {
            final long word = OffHeap.getU64(key + offset);
            OffHeap.putU64(key + offset, OffHeap.getU64(otherKey + offset));
            OffHeap.putU64(otherKey + offset, word);
        }
    }

    private int dropEqual(final int sortedCount) {
        int kept = Math.min(1, sortedCount);
        for (int i = 1; i < sortedCount; i++) {
            if (compare(key(i), key(kept - 1)) != 0) {
                OffHeap.copy(key(i), key(kept++), KEY_LENGTH);
            }
        }
        return kept;
    }

    @Override
    public void close() {
        arena.close();
    }
}
