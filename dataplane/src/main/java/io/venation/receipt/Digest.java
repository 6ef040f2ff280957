package io.venation.receipt;

import io.venation.frame.OffHeap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * 32 bytes as a value, for cold use: a content address, an R96 digest, a receipt id, a chain head.
 *
 * @param word0 bytes 0..7, little-endian.
 * @param word1 bytes 8..15.
 * @param word2 bytes 16..23.
 * @param word3 bytes 24..31.
 */
public record Digest(long word0, long word1, long word2, long word3) {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * Reads a digest.
     *
     * @param address absolute address of 32 bytes.
     * @return the digest.
     */
    public static Digest read(final long address) {
        return new Digest(
                OffHeap.getU64(address),
                OffHeap.getU64(address + 8),
                OffHeap.getU64(address + 16),
                OffHeap.getU64(address + 24));
    }

    /**
     * Reads a digest from the heap.
     *
     * @param bytes  array.
     * @param offset index of the first of 32 bytes.
     * @return the digest.
     */
    public static Digest read(final byte[] bytes, final int offset) {
        return new Digest(
                (long) WORD.get(bytes, offset),
                (long) WORD.get(bytes, offset + 8),
                (long) WORD.get(bytes, offset + 16),
                (long) WORD.get(bytes, offset + 24));
    }

    /**
     * Reads hexadecimal digits.
     *
     * @param digits 64 of them, byte 0 first, either case.
     * @return the digest.
     * @throws IllegalArgumentException for anything else.
     */
    public static Digest parse(final String digits) {
        if (digits.length() != 64) {
            throw new IllegalArgumentException("digits=" + digits + ": must be 64 hexadecimal digits");
        }
        return new Digest(word(digits, 0), word(digits, 16), word(digits, 32), word(digits, 48));
    }

    private static long word(final String digits, final int from) {
        return Long.reverseBytes(HexFormat.fromHexDigitsToLong(digits, from, from + 16));
    }

    /**
     * Writes the digest.
     *
     * @param address absolute address of room for 32 bytes.
     */
    public void write(final long address) {
        OffHeap.putU64(address, word0);
        OffHeap.putU64(address + 8, word1);
        OffHeap.putU64(address + 16, word2);
        OffHeap.putU64(address + 24, word3);
    }

    /**
     * Writes the digest to the heap.
     *
     * @param bytes  array.
     * @param offset index of the first of 32 bytes.
     */
    public void write(final byte[] bytes, final int offset) {
        WORD.set(bytes, offset, word0);
        WORD.set(bytes, offset + 8, word1);
        WORD.set(bytes, offset + 16, word2);
        WORD.set(bytes, offset + 24, word3);
    }

    /**
     * 64 lower-case hexadecimal digits, byte 0 first.
     *
     * @return the digits.
     */
    @Override
    public String toString() {
        final HexFormat hex = HexFormat.of();
        return hex.toHexDigits(Long.reverseBytes(word0))
                + hex.toHexDigits(Long.reverseBytes(word1))
                + hex.toHexDigits(Long.reverseBytes(word2))
                + hex.toHexDigits(Long.reverseBytes(word3));
    }
}
