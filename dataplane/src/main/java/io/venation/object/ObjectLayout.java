package io.venation.object;

import io.venation.codec.ChildReferenceEncoder;
import io.venation.codec.DirectoryEntryEncoder;
import io.venation.codec.ObjectNodeEncoder;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.Relation;
import io.venation.receipt.ReceiptLayout;

/**
 * A node of an object in a lattice frame, little-endian; what follows the last entry is zero.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+---------------+---------------+  0
 *   |  magic: "VF" file, "VD" dir.  |  version = 1  |     level     |
 *   +-------------------------------+---------------+---------------+  4
 *   |          count u16            |         reserved = 0          |
 *   +-------------------------------+-------------------------------+  8
 *   |         length u64: bytes of the file, entries of the         |
 *   |                  directory, at and below here                 |
 *   +---------------------------------------------------------------+  16
 *
 *   file, level 0: the bytes, count = 0           directory, level 0: count entries
 *
 *   level 1 and above: count references of 40 bytes          an entry
 *   +-------------------------------+  0          +-----------------------------------+  0
 *   |  content address of the child |             |  kind u8: 1 file, 2 directory,    |
 *   |                               |             |  3 link, 4 prolly tree            |
 *   |                               |             +-----------------------------------+  1
 *   |                               |             |  name length u8, 1..255           |
 *   +-------------------------------+  32         +-----------------------------------+  2
 *   |  end u64: length of this      |             |  mode u16, 0..0777; of a link or  |
 *   |  child and those before it    |             |  a tree 0                         |
 *   +-------------------------------+  40         +-----------------------------------+  4
 *                                                 |  modified, nanoseconds u32        |
 *                                                 +-----------------------------------+  8
 *                                                 |  modified, seconds i64            |
 *                                                 +-----------------------------------+  16
 *                                                 |  length u64: bytes of the file or |
 *                                                 |  the link's text, entries of the  |
 *                                                 |  directory or the tree            |
 *                                                 +-----------------------------------+  24
 *                                                 |  name                            ...
 *                                                 +-----------------------------------+
 *                                                 |  root, 32 bytes; of a link its    |
 *                                                 |  text, 1..4,095 bytes            ...
 *                                                 +-----------------------------------+
 * </pre>
 */
public final class ObjectLayout {
    /** Magic u16. */
    public static final int MAGIC_OFFSET = 0;
    /** {@code "VF"}: a file, any bytes. */
    public static final int FILE_MAGIC = 'V' | 'F' << 8;
    /** {@code "VD"}: a directory. */
    public static final int DIRECTORY_MAGIC = 'V' | 'D' << 8;
    /** Version u8. */
    public static final int VERSION_OFFSET = 2;
    /** The version that is read and written. */
    public static final int VERSION = 1;
    /** Level u8. */
    public static final int LEVEL_OFFSET = 3;
    /** Entries or references in this node, u16. */
    public static final int COUNT_OFFSET = 4;
    /** Zero, u16. */
    public static final int RESERVED_OFFSET = 6;
    /** Length u64. */
    public static final int LENGTH_OFFSET = 8;
    /** What follows the header. */
    public static final int BODY_OFFSET = 16;
    /** Bytes behind the header: a file that fits is its own root. */
    public static final int MAX_BODY_LENGTH = LatticeFrame.LENGTH - BODY_OFFSET;

    /** Content address: bytes from the start of a reference. */
    public static final int REFERENCE_KEY_OFFSET = 0;
    /** End u64: bytes from the start of a reference. */
    public static final int REFERENCE_END_OFFSET = 32;
    /** Bytes of a reference. */
    public static final int REFERENCE_LENGTH = 40;
    /** Most references of a node. */
    public static final int MAX_REFERENCES = 306;
    /** A node that is not the last of its level has more. */
    public static final int MIN_REFERENCES = 64;
    /** Highest level that 2⁶³ bytes can need. */
    public static final int MAX_LEVEL = 9;

    /** Kind u8: bytes from the start of an entry. */
    public static final int ENTRY_KIND_OFFSET = 0;
    /** Name length u8. */
    public static final int ENTRY_NAME_LENGTH_OFFSET = 1;
    /** Mode u16. */
    public static final int ENTRY_MODE_OFFSET = 2;
    /** Nanoseconds of the time of modification u32. */
    public static final int ENTRY_NANOS_OFFSET = 4;
    /** Seconds of the time of modification i64, since 1970. */
    public static final int ENTRY_SECONDS_OFFSET = 8;
    /** Length u64. */
    public static final int ENTRY_LENGTH_OFFSET = 16;
    /** The name, then the root or the link's text. */
    public static final int ENTRY_NAME_OFFSET = 24;
    /** Longest name in bytes. */
    public static final int MAX_NAME_LENGTH = 255;
    /** Longest text of a link in bytes. */
    public static final int MAX_TEXT_LENGTH = 4_095;
    /** Largest mode: permission bits. */
    public static final int MAX_MODE = 0777;
    /** Entry kind: a file. */
    public static final int KIND_FILE = 1;
    /** Entry kind: a directory. */
    public static final int KIND_DIRECTORY = 2;
    /** Entry kind: a symbolic link. */
    public static final int KIND_LINK = 3;
    /** Entry kind: an ordered map of {@code io.venation.tree}. */
    public static final int KIND_TREE = 4;

    static final int KEY_LENGTH = ReceiptLayout.DIGEST_LENGTH;

    static {
        Relation.holds(MAGIC_OFFSET == ObjectNodeEncoder.magicEncodingOffset(), "MAGIC_OFFSET");
        Relation.holds(VERSION_OFFSET == ObjectNodeEncoder.versionEncodingOffset(), "VERSION_OFFSET");
        Relation.holds(LEVEL_OFFSET == ObjectNodeEncoder.levelEncodingOffset(), "LEVEL_OFFSET");
        Relation.holds(COUNT_OFFSET == ObjectNodeEncoder.countEncodingOffset(), "COUNT_OFFSET");
        Relation.holds(RESERVED_OFFSET == ObjectNodeEncoder.reservedEncodingOffset(), "RESERVED_OFFSET");
        Relation.holds(LENGTH_OFFSET == ObjectNodeEncoder.lengthEncodingOffset(), "LENGTH_OFFSET");
        Relation.holds(BODY_OFFSET == ObjectNodeEncoder.BLOCK_LENGTH, "BODY_OFFSET");
        Relation.holds(REFERENCE_KEY_OFFSET == ChildReferenceEncoder.keyEncodingOffset(), "REFERENCE_KEY_OFFSET");
        Relation.holds(REFERENCE_END_OFFSET == ChildReferenceEncoder.endEncodingOffset(), "REFERENCE_END_OFFSET");
        Relation.holds(REFERENCE_LENGTH == ChildReferenceEncoder.BLOCK_LENGTH, "REFERENCE_LENGTH");
        Relation.holds(ENTRY_KIND_OFFSET == DirectoryEntryEncoder.kindEncodingOffset(), "ENTRY_KIND_OFFSET");
        Relation.holds(
                ENTRY_NAME_LENGTH_OFFSET == DirectoryEntryEncoder.nameLengthEncodingOffset(),
                "ENTRY_NAME_LENGTH_OFFSET");
        Relation.holds(ENTRY_MODE_OFFSET == DirectoryEntryEncoder.modeEncodingOffset(), "ENTRY_MODE_OFFSET");
        Relation.holds(ENTRY_NANOS_OFFSET == DirectoryEntryEncoder.modifiedNanosEncodingOffset(), "ENTRY_NANOS_OFFSET");
        Relation.holds(
                ENTRY_SECONDS_OFFSET == DirectoryEntryEncoder.modifiedSecondsEncodingOffset(), "ENTRY_SECONDS_OFFSET");
        Relation.holds(ENTRY_LENGTH_OFFSET == DirectoryEntryEncoder.lengthEncodingOffset(), "ENTRY_LENGTH_OFFSET");
        Relation.holds(ENTRY_NAME_OFFSET == DirectoryEntryEncoder.BLOCK_LENGTH, "ENTRY_NAME_OFFSET");
        Relation.holds(MAX_REFERENCES == MAX_BODY_LENGTH / REFERENCE_LENGTH, "a node is full of references");
        long nodeCount = Math.ceilDiv(Long.MAX_VALUE, ContentCut.MIN_LENGTH);
        int level = 0;
        for (; nodeCount > 1; level++) {
            nodeCount = Math.ceilDiv(nodeCount, MIN_REFERENCES);
        }
        Relation.holds(level == MAX_LEVEL, "MAX_LEVEL is what 2^63 bytes can need");
        Relation.holds(
                ENTRY_NAME_OFFSET + MAX_NAME_LENGTH + MAX_TEXT_LENGTH <= MAX_BODY_LENGTH, "an entry fits a node");
    }

    private ObjectLayout() {}

    static int magic(final long frame) {
        return OffHeap.getU16(frame + MAGIC_OFFSET);
    }

    static int level(final long frame) {
        return OffHeap.getU8(frame + LEVEL_OFFSET);
    }

    static int count(final long frame) {
        return OffHeap.getU16(frame + COUNT_OFFSET);
    }

    static long length(final long frame) {
        return OffHeap.getU64(frame + LENGTH_OFFSET);
    }

    static long referenceKey(final long frame, final int index) {
        return frame + BODY_OFFSET + (long) index * REFERENCE_LENGTH + REFERENCE_KEY_OFFSET;
    }

    /** Length of the children before one: 0 for the first. */
    static long referenceStart(final long frame, final int index) {
        return index == 0 ? 0 : referenceEnd(frame, index - 1);
    }

    static long referenceEnd(final long frame, final int index) {
        return OffHeap.getU64(frame + BODY_OFFSET + (long) index * REFERENCE_LENGTH + REFERENCE_END_OFFSET);
    }

    /** Bytes of an entry, by what it says of its name and text. */
    static long entryLength(final long entry) {
        return entryTailOffset(entry)
                + (OffHeap.getU8(entry + ENTRY_KIND_OFFSET) == KIND_LINK
                        ? OffHeap.getU64(entry + ENTRY_LENGTH_OFFSET)
                        : KEY_LENGTH);
    }

    /** Root or text: bytes from the start of an entry. */
    static int entryTailOffset(final long entry) {
        return ENTRY_NAME_OFFSET + OffHeap.getU8(entry + ENTRY_NAME_LENGTH_OFFSET);
    }

    static void putHeader(final long frame, final int magic, final int level, final int count, final long length) {
        OffHeap.putU16(frame + MAGIC_OFFSET, magic);
        OffHeap.putU8(frame + VERSION_OFFSET, VERSION);
        OffHeap.putU8(frame + LEVEL_OFFSET, level);
        OffHeap.putU16(frame + COUNT_OFFSET, count);
        OffHeap.putU16(frame + RESERVED_OFFSET, 0);
        OffHeap.putU64(frame + LENGTH_OFFSET, length);
    }
}
