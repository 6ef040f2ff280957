package io.venation.tree;

import io.venation.frame.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * Puts and deletes for {@link TreeWriter#apply}, in any order; of several for one key the last one holds.
 *
 * <pre>
 *   log     kind u8, key length u8, value length u16, key, value: one record behind the other
 *   order   where records start, sorted by key when they are applied
 * </pre>
 *
 * <p>One thread. Grows as it is filled, off-heap up to 2 GiB, and keeps what it has grown to; {@link #clear()} makes it
 * ready for the next one.
 */
public final class TreeBatch {
    private static final int DELETE = 0;
    private static final int PUT = 1;
    private static final int HEADER_LENGTH = 4;
    private static final int FIRST_LOG_LENGTH = 4_096;
    private static final int FIRST_COUNT = 64;

    private MemorySegment memory = Arena.ofAuto().allocate(FIRST_LOG_LENGTH, Long.BYTES);
    private long log = memory.address();
    private int length;
    private int[] order = new int[FIRST_COUNT];
    private int[] spare = new int[FIRST_COUNT];
    private int count;
    private boolean isSorted = true;

    /** An empty batch. */
    public TreeBatch() {}

    /**
     * Adds a put.
     *
     * @param key         absolute address of the key, which is copied.
     * @param keyLength   bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     * @param value       absolute address of the value, which is copied.
     * @param valueLength bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}.
     * @throws IllegalArgumentException where a length is out of range; the batch stays as it was.
     */
    public void put(final long key, final int keyLength, final long value, final int valueLength) {
        final long record = append(PUT, keyLength, valueLength);
        OffHeap.copy(key, record + HEADER_LENGTH, keyLength);
        OffHeap.copy(value, record + HEADER_LENGTH + keyLength, valueLength);
        Reference.reachabilityFence(memory);
    }

    /**
     * Adds a put.
     *
     * @param key   key, at most {@link TreeNodeLayout#MAX_KEY_LENGTH} bytes.
     * @param value value, at most {@link TreeNodeLayout#MAX_VALUE_LENGTH} bytes.
     * @throws IllegalArgumentException where one is longer; the batch stays as it was.
     */
    public void put(final byte[] key, final byte[] value) {
        final long record = append(PUT, key.length, value.length);
        OffHeap.put(record + HEADER_LENGTH, key, 0, key.length);
        OffHeap.put(record + HEADER_LENGTH + key.length, value, 0, value.length);
        Reference.reachabilityFence(memory);
    }

    /**
     * Adds a delete; it does nothing where there is no such key.
     *
     * @param key       absolute address of the key, which is copied.
     * @param keyLength bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     * @throws IllegalArgumentException where the length is out of range; the batch stays as it was.
     */
    public void delete(final long key, final int keyLength) {
        final long record = append(DELETE, keyLength, 0);
        OffHeap.copy(key, record + HEADER_LENGTH, keyLength);
        Reference.reachabilityFence(memory);
    }

    /**
     * Adds a delete; it does nothing where there is no such key.
     *
     * @param key key, at most {@link TreeNodeLayout#MAX_KEY_LENGTH} bytes.
     * @throws IllegalArgumentException where it is longer; the batch stays as it was.
     */
    public void delete(final byte[] key) {
        final long record = append(DELETE, key.length, 0);
        OffHeap.put(record + HEADER_LENGTH, key, 0, key.length);
        Reference.reachabilityFence(memory);
    }

    /** Forgets all. */
    public void clear() {
        length = 0;
        count = 0;
        isSorted = true;
    }

    /**
     * Puts and deletes in the batch; once it has been applied, one for each key.
     *
     * @return count, ≥ 0.
     */
    public int count() {
        return count;
    }

    /** The record of a put or delete; they ascend by key after {@link #sort()}. */
    private long record(final int index) {
        return log + order[index];
    }

    boolean isPut(final int index) {
        return OffHeap.getU8(record(index)) == PUT;
    }

    long key(final int index) {
        return record(index) + HEADER_LENGTH;
    }

    int keyLength(final int index) {
        return OffHeap.getU8(record(index) + 1);
    }

    long value(final int index) {
        return key(index) + keyLength(index);
    }

    int valueLength(final int index) {
        return OffHeap.getU16(record(index) + 2);
    }

    private long append(final int kind, final int keyLength, final int valueLength) {
        if (keyLength < 0 || keyLength > TreeNodeLayout.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                    "keyLength=" + keyLength + " not in 0.." + TreeNodeLayout.MAX_KEY_LENGTH);
        }
        if (valueLength < 0 || valueLength > TreeNodeLayout.MAX_VALUE_LENGTH) {
            throw new IllegalArgumentException(
                    "valueLength=" + valueLength + " not in 0.." + TreeNodeLayout.MAX_VALUE_LENGTH);
        }
        final int recordLength = HEADER_LENGTH + keyLength + valueLength;
        if (recordLength > memory.byteSize() - length) {
            growLog(recordLength);
        }
        if (count == order.length) {
            order = Arrays.copyOf(order, 2 * count);
        }
        final long record = log + length;
        OffHeap.putU8(record, kind);
        OffHeap.putU8(record + 1, keyLength);
        OffHeap.putU16(record + 2, valueLength);
        order[count++] = length;
        length += recordLength;
        isSorted = false;
        return record;
    }

    private void growLog(final int recordLength) {
        final long wanted = Math.min(Integer.MAX_VALUE, 2 * memory.byteSize());
        if (wanted - length < recordLength) {
            throw new IllegalStateException(
                    "length=" + length + ": a batch has at most " + Integer.MAX_VALUE + " bytes");
        }
        final MemorySegment grown = Arena.ofAuto().allocate(wanted, Long.BYTES);
        MemorySegment.copy(memory, 0, grown, 0, length);
        memory = grown;
        log = grown.address();
    }

    /** Sorts by key and keeps of each key what was added last. */
    void sort() {
        if (isSorted) {
            return;
        }
        if (spare.length < order.length) {
            spare = new int[order.length];
        }
        for (int width = 1; width < count; width *= 2) {
            for (int start = 0; start < count; start += 2 * width) {
                merge(start, Math.min(start + width, count), Math.min(start + 2 * width, count));
            }
            final int[] sorted = spare;
            spare = order;
            order = sorted;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i + 1 == count || compare(order[i], order[i + 1]) != 0) {
                order[kept++] = order[i];
            }
        }
        count = kept;
        isSorted = true;
        Reference.reachabilityFence(memory);
    }

    /** Merges two neighbouring sorted runs into the spare array; of equal keys the one of the left run comes first. */
    private void merge(final int start, final int middle, final int end) {
        if (middle == end || compare(order[middle - 1], order[middle]) <= 0) {
            System.arraycopy(order, start, spare, start, end - start);
            return;
        }
        int left = start;
        int right = middle;
        for (int to = start; to < end; to++) {
            spare[to] = right == end || left < middle && compare(order[left], order[right]) <= 0
                    ? order[left++]
                    : order[right++];
        }
    }

    private int compare(final int record, final int other) {
        return Keys.compare(
                log + record + HEADER_LENGTH,
                OffHeap.getU8(log + record + 1),
                log + other + HEADER_LENGTH,
                OffHeap.getU8(log + other + 1));
    }
}
