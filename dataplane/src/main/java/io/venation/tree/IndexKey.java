package io.venation.tree;

import io.venation.frame.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * A key made of terms that sorts as its terms do, one after the other: what a secondary index is looked up by.
 *
 * <pre>
 *   term      its bytes, a zero among them as 00 FF, then 00 00: no term's key is the beginning of another term's key
 *   rest      bytes as they are, to the end of the key: the key that is indexed
 * </pre>
 *
 * <p>One thread. Allocates nothing after construction, where a method does not say so.
 */
public final class IndexKey {
    private static final int ESCAPE = 0xFF;

    private final MemorySegment memory = Arena.ofAuto().allocate(2L * TreeNodeLayout.MAX_KEY_LENGTH, Long.BYTES);
    private final long address = memory.address();
    private final long end = address + TreeNodeLayout.MAX_KEY_LENGTH;
    private int length;
    private int endLength;

    /** An empty key. */
    public IndexKey() {}

    /**
     * Forgets all terms.
     *
     * @return this.
     */
    public IndexKey clear() {
        length = 0;
        return this;
    }

    /**
     * Appends a term.
     *
     * @param term       absolute address of its bytes.
     * @param termLength bytes, ≥ 0.
     * @return this.
     * @throws IllegalArgumentException where the key becomes longer than {@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public IndexKey term(final long term, final int termLength) {
        for (int i = 0; i < termLength; i++) {
            termByte(OffHeap.getU8(term + i));
        }
        append(0);
        append(0);
        return this;
    }

    /**
     * Appends a term; it allocates.
     *
     * @param term text, taken as UTF-8.
     * @return this.
     * @throws IllegalArgumentException where the key becomes longer than {@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public IndexKey term(final String term) {
        for (final byte b : term.getBytes(StandardCharsets.UTF_8)) {
            termByte(b & 0xFF);
        }
        append(0);
        append(0);
        return this;
    }

    /**
     * Appends a number as a term: 8 bytes, sorted as unsigned.
     *
     * @param number 64 bits; {@code ~number} sorts the other way round.
     * @return this.
     * @throws IllegalArgumentException where the key becomes longer than {@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public IndexKey number(final long number) {
        checkRoom(Long.BYTES);
        OffHeap.putU64(address + length, Long.reverseBytes(number));
        length += Long.BYTES;
        Reference.reachabilityFence(memory);
        return this;
    }

    /**
     * Appends bytes as they are; nothing can follow them that is to be told apart.
     *
     * @param rest       absolute address.
     * @param restLength bytes, ≥ 0.
     * @return this.
     * @throws IllegalArgumentException where the key becomes longer than {@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public IndexKey rest(final long rest, final int restLength) {
        checkRoom(restLength);
        OffHeap.copy(rest, address + length, restLength);
        length += restLength;
        Reference.reachabilityFence(memory);
        return this;
    }

    /**
     * The key.
     *
     * @return absolute address, good for as long as the caller keeps this object reachable.
     */
    public long address() {
        return address;
    }

    /**
     * Length of the key.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public int length() {
        return length;
    }

    /** Makes the end of the range of all keys that begin with this one; {@link TreeReader#OPEN} where no key is above them. */
    long makeEnd() {
        endLength = length;
        while (endLength > 0 && OffHeap.getU8(address + endLength - 1) == 0xFF) {
            endLength--;
        }
        if (endLength == 0) {
            return TreeReader.OPEN;
        }
        OffHeap.copy(address, end, endLength);
        OffHeap.putU8(end + endLength - 1, OffHeap.getU8(end + endLength - 1) + 1);
        return end;
    }

    int endLength() {
        return endLength;
    }

    private void termByte(final int value) {
        append(value);
        if (value == 0) {
            append(ESCAPE);
        }
    }

    private void append(final int value) {
        checkRoom(1);
        OffHeap.putU8(address + length++, value);
        Reference.reachabilityFence(memory);
    }

    private void checkRoom(final int wanted) {
        if (wanted < 0 || wanted > TreeNodeLayout.MAX_KEY_LENGTH - length) {
            throw new IllegalArgumentException(
                    "length=" + (length + wanted) + " not in 0.." + TreeNodeLayout.MAX_KEY_LENGTH);
        }
    }
}
