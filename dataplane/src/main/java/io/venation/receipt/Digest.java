package io.venation.receipt;

import io.venation.frame.OffHeap;
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
