package io.venation.tree;

import static io.venation.tree.TreeNodeLayout.CHILD_LENGTH;
import static io.venation.tree.TreeNodeLayout.ENTRIES_OFFSET;
import static io.venation.tree.TreeNodeLayout.MAX_LEVEL;
import static io.venation.tree.TreeNodeLayout.MAX_VALUE_LENGTH;

import io.venation.frame.OffHeap;
import java.util.function.LongConsumer;

/**
 * Tree nodes as frames that anybody may have written. Nothing outside of a frame's 12,288 bytes is read, whatever it
 * holds.
 *
 * <p>Any thread, allocates nothing.
 */
public final class TreeNodes {
    private TreeNodes() {}

    /**
     * Whether a frame says that it is a tree node.
     *
     * @param frame absolute address of 12,288 bytes.
     * @return true where it begins with the magic.
     */
    public static boolean isNode(final long frame) {
        return OffHeap.getU16(frame + TreeNodeLayout.MAGIC_OFFSET) == TreeNodeLayout.MAGIC;
    }

    /**
     * Checks all of a node that can be checked without its parent and its children.
     *
     * @param frame absolute address of 12,288 bytes.
     * @return the first fault, {@link TreeFault#NONE} where there is none.
     */
    public static TreeFault check(final long frame) {
        final TreeFault fault = checkHeader(frame);
        return fault == TreeFault.NONE ? checkEntries(frame) : fault;
    }

    /**
     * Visits the frames that a node refers to, for who follows a tree: a sweep, a sync. What values refer to is the
     * caller's to follow.
     *
     * @param frame   absolute address of 12,288 bytes.
     * @param visitor takes the absolute address of each child's 32-byte content address, inside the frame.
     * @return {@link TreeFault#NONE}, or the fault for which nothing was visited.
     */
    public static TreeFault references(final long frame, final LongConsumer visitor) {
        final TreeFault fault = check(frame);
        if (fault == TreeFault.NONE && TreeNodeLayout.level(frame) > 0) {
            for (int i = 0, count = TreeNodeLayout.count(frame); i < count; i++) {
                visitor.accept(TreeNodeLayout.value(frame, i));
            }
        }
        return fault;
    }

    /**
     * Checks a node against what follows from the one that refers to it, all but what is below it.
     *
     * @param frame  absolute address of 12,288 bytes.
     * @param level  that it must be at: one below a node above level 0 that was checked.
     * @param saltId that node's.
     * @return the first fault, {@link TreeFault#NONE} where there is none.
     */
    public static TreeFault checkChild(final long frame, final int level, final long saltId) {
        final TreeFault fault = checkChildHeader(frame, level, saltId);
        return fault == TreeFault.NONE ? checkEntries(frame) : fault;
    }

    private static TreeFault checkHeader(final long frame) {
        if (!isNode(frame)) {
            return TreeFault.NOT_A_NODE;
        }
        if (OffHeap.getU8(frame + TreeNodeLayout.VERSION_OFFSET) != TreeNodeLayout.VERSION) {
            return TreeFault.UNKNOWN_VERSION;
        }
        if (TreeNodeLayout.level(frame) > MAX_LEVEL) {
            return TreeFault.WRONG_LEVEL;
        }
        if (OffHeap.getU16(frame + TreeNodeLayout.RESERVED_OFFSET) != 0) {
            return TreeFault.NOT_ZERO;
        }
        final int count = TreeNodeLayout.count(frame);
        if (TreeNodeLayout.boundOffset(count) < ENTRIES_OFFSET || count == 0 && TreeNodeLayout.level(frame) > 0) {
            return TreeFault.WRONG_COUNT;
        }
        return TreeFault.NONE;
    }

    /** Checks as much of a child as a lookup must know: that it is one, and that its bounds lie in the frame. */
    static TreeFault checkChildHeader(final long frame, final int level, final long saltId) {
        final TreeFault fault = checkHeader(frame);
        if (fault != TreeFault.NONE) {
            return fault;
        }
        if (TreeNodeLayout.level(frame) != level) {
            return TreeFault.WRONG_LEVEL;
        }
        if (TreeNodeLayout.saltId(frame) != saltId) {
            return TreeFault.FOREIGN_SALT;
        }
        return TreeNodeLayout.count(frame) == 0 ? TreeFault.WRONG_COUNT : TreeFault.NONE;
    }

    /** Checks the entries of a node whose header is good. */
    static TreeFault checkEntries(final long frame) {
        final int count = TreeNodeLayout.count(frame);
        final boolean isLeaf = TreeNodeLayout.level(frame) == 0;
        final int limit = TreeNodeLayout.boundOffset(count);
        int start = TreeNodeLayout.bound(frame, 0);
        if (start != ENTRIES_OFFSET) {
            return TreeFault.WRONG_BOUND;
        }
        long entryCount = isLeaf ? count : 0;
        long lastKey = 0;
        int lastKeyLength = 0;
        for (int i = 0; i < count; i++) {
            final int end = TreeNodeLayout.bound(frame, i + 1);
            if (end > limit || end <= start) {
                return TreeFault.WRONG_BOUND;
            }
            final int keyLength = OffHeap.getU8(frame + start);
            final int valueLength = end - start - 1 - keyLength;
            if (valueLength < 0) {
                return TreeFault.WRONG_BOUND;
            }
            if (isLeaf ? valueLength > MAX_VALUE_LENGTH : valueLength != CHILD_LENGTH) {
                return TreeFault.WRONG_VALUE_LENGTH;
            }
            final long key = frame + start + 1;
            if (i > 0 && Keys.compare(lastKey, lastKeyLength, key, keyLength) >= 0) {
                return TreeFault.WRONG_ORDER;
            }
            if (!isLeaf) {
                final long childEntryCount = OffHeap.getU64(key + keyLength + TreeNodeLayout.CHILD_COUNT_OFFSET);
                entryCount += childEntryCount;
                if (childEntryCount <= 0 || entryCount < 0) {
                    return TreeFault.WRONG_ENTRY_COUNT;
                }
            }
            lastKey = key;
            lastKeyLength = keyLength;
            start = end;
        }
        if (entryCount != TreeNodeLayout.entryCount(frame)) {
            return TreeFault.WRONG_ENTRY_COUNT;
        }
        return OffHeap.isZero(frame + start, limit - start) ? TreeFault.NONE : TreeFault.NOT_ZERO;
    }

    /**
     * Finds the first entry whose key is not below a key. Checks what it touches, so the node needs no check before but
     * that its count fits the frame.
     *
     * @return twice its index, plus 1 where its key is the key; twice the count where all are below; −1 where an entry on
     *     the way does not lie in the frame.
     */
    static int search(final long frame, final int count, final long key, final int keyLength) {
        final int limit = TreeNodeLayout.boundOffset(count);
        int low = 0;
        int high = count;
        while (low < high) {
            final int middle = low + high >>> 1;
            final int start = TreeNodeLayout.bound(frame, middle);
            if (start >= limit) {
                return -1;
            }
            final int middleLength = OffHeap.getU8(frame + start);
            if (start + 1 + middleLength > limit) {
                return -1;
            }
            final int order = Keys.compare(frame + start + 1, middleLength, key, keyLength);
            if (order == 0) {
                return middle << 1 | 1;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low << 1;
    }
}
