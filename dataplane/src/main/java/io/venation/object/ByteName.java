package io.venation.object;

import io.venation.frame.OffHeap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A file's name, or what a symbolic link says: bytes in no charset, ordered by their unsigned values. Immutable. */
public final class ByteName implements Comparable<ByteName> {
    private final byte[] bytes;

    private ByteName(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A name of bytes.
     *
     * @param bytes copied.
     * @return the name.
     */
    public static ByteName of(final byte[] bytes) {
        return new ByteName(bytes.clone());
    }

    /**
     * A name of characters.
     *
     * @param text becomes UTF-8.
     * @return the name.
     */
    public static ByteName of(final String text) {
        return new ByteName(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteName read(final long address, final int length) {
        final byte[] bytes = new byte[length];
        OffHeap.get(address, bytes, 0, length);
        return new ByteName(bytes);
    }

    /**
     * The bytes.
     *
     * @return a copy.
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * How many bytes.
     *
     * @return ≥ 0.
     */
    public int length() {
        return bytes.length;
    }

    /**
     * Whether a file can bear this name in any directory.
     *
     * @return false for no bytes, more than 255, {@code .}, {@code ..}, and names with a slash or a zero.
     */
    public boolean isFileName() {
        if (bytes.length == 0 || bytes.length > ObjectLayout.MAX_NAME_LENGTH) {
            return false;
        }
        if (bytes[0] == '.' && (bytes.length == 1 || bytes.length == 2 && bytes[1] == '.')) {
            return false;
        }
        return !contains('/') && !contains(0);
    }

    /**
     * Whether a byte is in it.
     *
     * @param value 0..127.
     * @return true where it is.
     */
    boolean contains(final int value) {
        for (final byte b : bytes) {
            if (b == value) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int compareTo(final ByteName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final ByteName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As UTF-8, whatever is none replaced. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
