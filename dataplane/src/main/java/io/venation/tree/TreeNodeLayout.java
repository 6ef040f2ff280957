package io.venation.tree;

import io.venation.codec.TreeNodeEncoder;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.Relation;

/**
 * A tree node in a lattice frame: entries from the front, their bounds from the back, zeroes between.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+---------------+---------------+  0
 *   |         magic = "VT"          |  version = 1  |     level     |
 *   +-------------------------------+---------------+---------------+  4
 *   |          entries here         |   value form  |  reserved = 0 |
 *   +-------------------------------+-------------------------------+  8
 *   |                                                               |
 *   |        entries of level 0 at and below this node, u64         |
 *   +---------------------------------------------------------------+  16
 *   |                                                               |
 *   |                            salt id                            |
 *   +---------------+-----------------------------------------------+  24
 *   |  key length   |  key, then value: entry 0                    ...
 *   +---------------+-----------------------------------------------+
 *   |  key length   |  key, then value: entry 1                    ...
 *   +---------------+-----------------------------------------------+
 *   |            zeroes                                            ...
 *   +-------------------------------+-------------------------------+
 *   |   bound n = end of entry n-1  |             ...               |
 *   +-------------------------------+-------------------------------+  12,284
 *   |   bound 1 = start of entry 1  |  bound 0 = 24                 |
 *   +-------------------------------+-------------------------------+  12,288
 * </pre>
 *
 * <p>Entry i lies from bound i to bound i + 1; keys ascend strictly. On level 0 the value is the caller's, of the form that the
 * header says. Above, key is
 * the last key below the child and value is the child's content address (32 bytes) and the entries of level 0 below it
 * (u64). Every child is one level below its parent; only an empty tree has a node without entries.
 *
 * <p>A node's length is what is not the zeroes between: header, entries, bounds.
 */
public final class TreeNodeLayout {
    /** Magic u16. */
    public static final int MAGIC_OFFSET = 0;
    /** "VT". */
    public static final int MAGIC = 'V' | 'T' << 8;
    /** Version u8. */
    public static final int VERSION_OFFSET = 2;
    /** The version that is read and written. */
    public static final int VERSION = 1;
    /** Level u8, 0 for leaves. */
    public static final int LEVEL_OFFSET = 3;
    /** Entries in this node, u16. */
    public static final int COUNT_OFFSET = 4;
    /** What values are, u8: 0 {@link ValueForm#BYTES}, 1 {@link ValueForm#TYPED}. */
    public static final int VALUE_FORM_OFFSET = 6;
    /** Zero, u8. */
    public static final int RESERVED_OFFSET = 7;
    /** Entries of level 0 at and below this node, u64. */
    public static final int ENTRY_COUNT_OFFSET = 8;
    /** What the salt is known by, u64: {@link TreeSalt#id()}. */
    public static final int SALT_ID_OFFSET = 16;
    /** The first entry. */
    public static final int ENTRIES_OFFSET = 24;

    /** Longest key in bytes. */
    public static final int MAX_KEY_LENGTH = 255;
    /** Longest value in bytes; what is longer becomes an object, and its content address the value. */
    public static final int MAX_VALUE_LENGTH = 1_024;
    /** Bytes of an entry beside key and value: key length u8, bound u16. */
    public static final int ENTRY_OVERHEAD = 3;
    /** Longest entry, its bound included. */
    public static final int MAX_ENTRY_LENGTH = ENTRY_OVERHEAD + MAX_KEY_LENGTH + MAX_VALUE_LENGTH;
    /** Value of an entry above level 0: content address and count. */
    public static final int CHILD_LENGTH = 40;
    /** Count in the value of an entry above level 0: bytes from its start. */
    public static final int CHILD_COUNT_OFFSET = 32;

    /** No node but the last of its level is shorter. */
    public static final int MIN_LENGTH = 4_096;
    /** A node that is longer has ended. */
    public static final int FULL_LENGTH = LatticeFrame.LENGTH - MAX_ENTRY_LENGTH;
    /** Highest level that 2⁶³ entries can need, whatever their keys. */
    public static final int MAX_LEVEL = 17;

    private static final int BOUND_LENGTH = 2;
    private static final int BOUND_0_OFFSET = LatticeFrame.LENGTH - BOUND_LENGTH;
    private static final int MIN_ENTRIES_LENGTH = MIN_LENGTH - ENTRIES_OFFSET - BOUND_LENGTH;

    static {
        Relation.holds(MAGIC_OFFSET == TreeNodeEncoder.magicEncodingOffset(), "MAGIC_OFFSET");
        Relation.holds(VERSION_OFFSET == TreeNodeEncoder.nodeVersionEncodingOffset(), "VERSION_OFFSET");
        Relation.holds(LEVEL_OFFSET == TreeNodeEncoder.levelEncodingOffset(), "LEVEL_OFFSET");
        Relation.holds(COUNT_OFFSET == TreeNodeEncoder.countEncodingOffset(), "COUNT_OFFSET");
        Relation.holds(VALUE_FORM_OFFSET == TreeNodeEncoder.valueFormEncodingOffset(), "VALUE_FORM_OFFSET");
        Relation.holds(RESERVED_OFFSET == TreeNodeEncoder.reservedEncodingOffset(), "RESERVED_OFFSET");
        Relation.holds(ENTRY_COUNT_OFFSET == TreeNodeEncoder.entryCountEncodingOffset(), "ENTRY_COUNT_OFFSET");
        Relation.holds(SALT_ID_OFFSET == TreeNodeEncoder.saltIdEncodingOffset(), "SALT_ID_OFFSET");
        Relation.holds(ENTRIES_OFFSET == TreeNodeEncoder.BLOCK_LENGTH, "ENTRIES_OFFSET");
        final int leafFanOut = Math.ceilDiv(MIN_ENTRIES_LENGTH, MAX_ENTRY_LENGTH);
        final int fanOut = Math.ceilDiv(MIN_ENTRIES_LENGTH, ENTRY_OVERHEAD + MAX_KEY_LENGTH + CHILD_LENGTH);
        Relation.holds(leafFanOut == 4, "a leaf that is not the last has at least 4 entries");
        Relation.holds(fanOut == 14, "a node above that is not the last has at least 14 children");
        long nodeCount = Math.ceilDiv(Long.MAX_VALUE, leafFanOut);
        int level = 0;
        for (; nodeCount > 1; level++) {
            nodeCount = Math.ceilDiv(nodeCount, fanOut);
        }
        Relation.holds(level == MAX_LEVEL, "MAX_LEVEL is what 2^63 entries can need");
        Relation.holds(MAX_KEY_LENGTH < 1 << 8 && LatticeFrame.LENGTH < 1 << 16, "lengths fit their fields");
    }

    private TreeNodeLayout() {}

    static int magicVersionLevel(final int level) {
        return MAGIC | VERSION << 16 | level << 24;
    }

    static int level(final long frame) {
        return OffHeap.getU8(frame + LEVEL_OFFSET);
    }

    static int count(final long frame) {
        return OffHeap.getU16(frame + COUNT_OFFSET);
    }

    static int form(final long frame) {
        return OffHeap.getU8(frame + VALUE_FORM_OFFSET);
    }

    static long entryCount(final long frame) {
        return OffHeap.getU64(frame + ENTRY_COUNT_OFFSET);
    }

    static long saltId(final long frame) {
        return OffHeap.getU64(frame + SALT_ID_OFFSET);
    }

    static int boundOffset(final int index) {
        return BOUND_0_OFFSET - index * BOUND_LENGTH;
    }

    static int bound(final long frame, final int index) {
        return OffHeap.getU16(frame + boundOffset(index));
    }

    /** Length of a node whose entries end at an offset. */
    static int length(final int end, final int count) {
        return end + (count + 1) * BOUND_LENGTH;
    }

    static long key(final long frame, final int index) {
        return frame + bound(frame, index) + 1;
    }

    static int keyLength(final long frame, final int index) {
        return OffHeap.getU8(frame + bound(frame, index));
    }

    static long value(final long frame, final int index) {
        final long entry = frame + bound(frame, index);
        return entry + 1 + OffHeap.getU8(entry);
    }

    static int valueLength(final long frame, final int index) {
        final int start = bound(frame, index);
        return bound(frame, index + 1) - start - 1 - OffHeap.getU8(frame + start);
    }

    static long childEntryCount(final long frame, final int index) {
        return OffHeap.getU64(value(frame, index) + CHILD_COUNT_OFFSET);
    }
}
