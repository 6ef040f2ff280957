package io.venation.tree;

import io.venation.codec.TypedReferenceEncoder;
import io.venation.frame.OffHeap;
import io.venation.frame.Relation;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;

/**
 * A value of a tree of {@link ValueForm#TYPED} values.
 *
 * <pre>
 *   bytes        0                         a reference  0
 *   +---------------+                      +---------------------------------------+
 *   |  kind u8 = 0  |                      |  kind u8: 1 file, 2 directory, 4 tree |
 *   +---------------+  1                   +---------------------------------------+  1
 *   |  0..1,023     |                      |  length u64: bytes of the file,       |
 *   |  bytes       ...                     |  entries of the directory or tree     |
 *   +---------------+                      +---------------------------------------+  9
 *                                          |  content address of the root          |
 *                                          |                                       |
 *                                          +---------------------------------------+  41
 * </pre>
 *
 * <p>Kinds are those of a directory's entry. What is not of this form is {@link TreeFault#WRONG_VALUE}, and a writer does
 * not take it. Any thread.
 */
public final class TypedValue {
    /** Kind u8. */
    public static final int KIND_OFFSET = 0;
    /** Kind of a value that is bytes. */
    public static final int KIND_BYTES = 0;
    /** The bytes of a value that is bytes. */
    public static final int BYTES_OFFSET = 1;
    /** Most bytes of a value that is bytes. */
    public static final int MAX_BYTES_LENGTH = TreeNodeLayout.MAX_VALUE_LENGTH - BYTES_OFFSET;
    /** Length u64 of what a reference leads to. */
    public static final int LENGTH_OFFSET = 1;
    /** Content address of what a reference leads to. */
    public static final int ROOT_OFFSET = 9;
    /** Bytes of a reference. */
    public static final int REFERENCE_LENGTH = 41;

    static {
        Relation.holds(KIND_OFFSET == TypedReferenceEncoder.kindEncodingOffset(), "KIND_OFFSET");
        Relation.holds(LENGTH_OFFSET == TypedReferenceEncoder.lengthEncodingOffset(), "LENGTH_OFFSET");
        Relation.holds(ROOT_OFFSET == TypedReferenceEncoder.rootEncodingOffset(), "ROOT_OFFSET");
        Relation.holds(REFERENCE_LENGTH == TypedReferenceEncoder.BLOCK_LENGTH, "REFERENCE_LENGTH");
    }

    private TypedValue() {}

    /**
     * A value that is bytes.
     *
     * @param bytes 0..{@link #MAX_BYTES_LENGTH} of them.
     * @return the value, for {@link TreeBatch#put(byte[], byte[])}.
     * @throws IllegalArgumentException where there are more.
     */
    public static byte[] ofBytes(final byte[] bytes) {
        if (bytes.length > MAX_BYTES_LENGTH) {
            throw new IllegalArgumentException("length=" + bytes.length + " not in 0.." + MAX_BYTES_LENGTH);
        }
        final byte[] value = new byte[BYTES_OFFSET + bytes.length];
        System.arraycopy(bytes, 0, value, BYTES_OFFSET, bytes.length);
        return value;
    }

    /**
     * A value that is something stored.
     *
     * @param kind   {@link ReferenceKind#FILE}, {@link ReferenceKind#DIRECTORY} or {@link ReferenceKind#TREE}.
     * @param length bytes of the file, entries of the directory or tree.
     * @param root   its root.
     * @return the value, for {@link TreeBatch#put(byte[], byte[])}.
     * @throws IllegalArgumentException for a chunk, which is no root, and for a negative length.
     */
    public static byte[] reference(final ReferenceKind kind, final long length, final Digest root) {
        if (kind == ReferenceKind.CHUNK || length < 0) {
            throw new IllegalArgumentException("kind=" + kind + " length=" + length + ": must be a root's, and ≥ 0");
        }
        final byte[] value = new byte[REFERENCE_LENGTH];
        value[KIND_OFFSET] = (byte) kind.number();
        for (int i = 0; i < Long.BYTES; i++) {
            value[LENGTH_OFFSET + i] = (byte) (length >>> i * Byte.SIZE);
        }
        root.write(value, ROOT_OFFSET);
        return value;
    }

    /**
     * What a value refers to.
     *
     * @param value absolute address of a value that a reader has handed out.
     * @return the kind, null where the value is bytes.
     */
    public static ReferenceKind kind(final long value) {
        return ReferenceKind.of(OffHeap.getU8(value + KIND_OFFSET));
    }

    /**
     * Length of what a value refers to.
     *
     * @param value absolute address of a reference.
     * @return bytes of the file, entries of the directory or tree.
     */
    public static long length(final long value) {
        return OffHeap.getU64(value + LENGTH_OFFSET);
    }

    /**
     * Root of what a value refers to.
     *
     * @param value absolute address of a reference.
     * @return its content address.
     */
    public static Digest root(final long value) {
        return Digest.read(value + ROOT_OFFSET);
    }

    static boolean isGood(final long value, final int valueLength) {
        if (valueLength < BYTES_OFFSET) {
            return false;
        }
        if (OffHeap.getU8(value + KIND_OFFSET) == KIND_BYTES) {
            return true;
        }
        return valueLength == REFERENCE_LENGTH && kind(value) != null && length(value) >= 0;
    }
}
