package io.venation.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Little-endian access to memory by absolute address.
 *
 * <p>Any thread, any alignment, plain (unordered) access, nothing allocated. Addresses are trusted: a wrong one is a
 * crash. Whoever hands in an address keeps its memory alive for the length of the call.
 */
public final class OffHeap {
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final MemorySegment ZEROES = Arena.global().allocate(LatticeFrame.LENGTH, 64);

    private static final int PAGE_LENGTH = 4_096;
    private static final Runtime RUNTIME = Runtime.getRuntime();

    /** Up to here a loop beats the set-up of the JDK's vectorised comparison. */
    private static final int SHORT_LENGTH = 64;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private OffHeap() {}

    /**
     * Reads a u8.
     *
     * @param address absolute address.
     * @return 0..255.
     */
    public static int getU8(final long address) {
        return MEMORY.get(ValueLayout.JAVA_BYTE, address) & 0xFF;
    }

    /**
     * Reads a u16.
     *
     * @param address absolute address.
     * @return 0..65,535.
     */
    public static int getU16(final long address) {
        return MEMORY.get(U16, address) & 0xFFFF;
    }

    /**
     * Reads a u32.
     *
     * @param address absolute address.
     * @return 0..2³² − 1.
     */
    public static long getU32(final long address) {
        return MEMORY.get(U32, address) & 0xFFFF_FFFFL;
    }

    /**
     * Reads a u64.
     *
     * @param address absolute address.
     * @return the 64 bits; unsigned.
     */
    public static long getU64(final long address) {
        return MEMORY.get(U64, address);
    }

    /**
     * Writes a u8.
     *
     * @param address absolute address.
     * @param value   its low 8 bits are written.
     */
    public static void putU8(final long address, final int value) {
        MEMORY.set(ValueLayout.JAVA_BYTE, address, (byte) value);
    }

    /**
     * Writes a u16.
     *
     * @param address absolute address.
     * @param value   its low 16 bits are written.
     */
    public static void putU16(final long address, final int value) {
        MEMORY.set(U16, address, (short) value);
    }

    /**
     * Writes a u32.
     *
     * @param address absolute address.
     * @param value   its low 32 bits are written.
     */
    public static void putU32(final long address, final long value) {
        MEMORY.set(U32, address, (int) value);
    }

    /**
     * Writes a u64.
     *
     * @param address absolute address.
     * @param value   64 bits.
     */
    public static void putU64(final long address, final long value) {
        MEMORY.set(U64, address, value);
    }

    /**
     * Copies bytes.
     *
     * @param source address to read from.
     * @param target address to write to.
     * @param length bytes, ≥ 0.
     */
    public static void copy(final long source, final long target, final long length) {
        MemorySegment.copy(MEMORY, source, MEMORY, target, length);
    }

    /**
     * Copies bytes out to the heap.
     *
     * @param source address to read from.
     * @param target array to write to.
     * @param offset first index written, 0 ≤ offset ≤ target.length − length.
     * @param length bytes, ≥ 0.
     */
    public static void get(final long source, final byte[] target, final int offset, final int length) {
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_BYTE, source, target, offset, length);
    }

    /**
     * Copies bytes in from the heap.
     *
     * @param target address to write to.
     * @param source array to read from.
     * @param offset first index read, 0 ≤ offset ≤ source.length − length.
     * @param length bytes, ≥ 0.
     */
    public static void put(final long target, final byte[] source, final int offset, final int length) {
        MemorySegment.copy(source, offset, MEMORY, ValueLayout.JAVA_BYTE, target, length);
    }

    /**
     * Zeroes bytes.
     *
     * @param address first byte.
     * @param length  bytes, 0..{@link LatticeFrame#LENGTH}.
     */
    public static void zero(final long address, final int length) {
        MemorySegment.copy(ZEROES, 0, MEMORY, address, length);
    }

    /**
     * Whether all bytes are zero.
     *
     * @param address first byte.
     * @param length  bytes, 0..{@link LatticeFrame#LENGTH}.
     * @return true where every byte is zero.
     */
    public static boolean isZero(final long address, final int length) {
        return length > SHORT_LENGTH
                ? MemorySegment.mismatch(MEMORY, address, address + length, ZEROES, 0, length) < 0
                : isZeroShort(address, length);
    }

    /**
     * Whether two places hold the same bytes.
     *
     * @param address first byte of one.
     * @param other   first byte of the other.
     * @param length  bytes, ≥ 0.
     * @return true where all are equal.
     */
    public static boolean isSame(final long address, final long other, final long length) {
        return MemorySegment.mismatch(MEMORY, address, address + length, MEMORY, other, other + length) < 0;
    }

    /**
     * A buffer over memory, for channels.
     *
     * @param address absolute address of the first byte.
     * @param length  bytes; they are used only as far as they are touched.
     * @return a direct buffer, little-endian, that does not keep the memory alive.
     */
    public static ByteBuffer buffer(final long address, final int length) {
        return MEMORY.asSlice(address, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a byte of each page of a mapped file before native code does: where the file was cut short this throws an
     * {@link InternalError}, and native code would end the process.
     *
     * @param address first byte.
     * @param length  bytes, ≥ 0.
     * @return something of what was read; to be kept, or the compiler leaves the reads out.
     */
    public static int touch(final long address, final long length) {
        int sum = 0;
        for (long offset = 0; offset < length; offset += PAGE_LENGTH) {
            sum += getU8(address + offset);
        }
        // The JVM notes the failed read and throws at a later safepoint: at the latest when a native method returns.
        return sum + (int) RUNTIME.totalMemory();
    }

    private static boolean isZeroShort(final long address, final int length) {
        long bits = 0;
        int offset = 0;
        for (; offset <= length - Long.BYTES; offset += Long.BYTES) {
            bits |= getU64(address + offset);
        }
        for (; offset < length; offset++) {
            bits |= getU8(address + offset);
        }
        return bits == 0;
    }
}
