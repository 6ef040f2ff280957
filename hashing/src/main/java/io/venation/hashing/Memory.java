package io.venation.hashing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Little-endian access to absolute off-heap addresses. Any thread; allocates nothing but in {@link #allocate(long)}.
 *
 * <p>One segment spans all memory: it is a constant to the compiler, so an access is a plain load or store.
 */
final class Memory {
    /** All memory: an offset in it is an absolute address. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long CACHE_LINE_LENGTH = 64;

    private Memory() {}

    /**
     * Zeroed scratch memory on a cache line, freed when the segment becomes unreachable: its owner keeps the segment,
     * and a fence keeps the owner while only the address is in use.
     *
     * @param length bytes.
     * @return the segment.
     */
    static MemorySegment allocate(final long length) {
        return Arena.ofAuto().allocate(length, CACHE_LINE_LENGTH);
    }

    /**
     * The same address, of which the compiler now knows that it is positive and that what it is added to cannot wrap:
     * accesses around it need no check of bounds. No address has the two bits that this clears.
     *
     * @param address absolute address.
     * @return the address.
     */
    static long unchecked(final long address) {
        return address & (Long.MAX_VALUE >> 1);
    }

    static byte getByte(final long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    static void putByte(final long address, final byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    static int getInt(final long address) {
        return ALL.get(INT, address);
    }

    static void putInt(final long address, final int value) {
        ALL.set(INT, address, value);
    }

    static long getLong(final long address) {
        return ALL.get(LONG, address);
    }

    static void putLong(final long address, final long value) {
        ALL.set(LONG, address, value);
    }

    static void copy(final long source, final long target, final long length) {
        MemorySegment.copy(ALL, source, ALL, target, length);
    }

    static void fill(final long address, final long length, final byte value) {
        for (long i = 0; i < length; i++) {
            putByte(address + i, value);
        }
    }
}
