package io.venation.tree;

import static io.venation.tree.TreeNodeLayout.CHILD_LENGTH;
import static io.venation.tree.TreeNodeLayout.ENTRIES_OFFSET;
import static io.venation.tree.TreeNodeLayout.MAX_LEVEL;
import static io.venation.tree.TreeNodeLayout.MAX_VALUE_LENGTH;

import io.venation.frame.OffHeap;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;

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
     * Visits what a node refers to, for who follows a tree: a sweep, a sync. That is each child, in order, or of a leaf
     * with {@link ValueForm#TYPED} values each value that is a reference. Values of {@link ValueForm#BYTES} are the
     * caller's to follow.
     *
     * @param frame   absolute address of 12,288 bytes that do not change meanwhile.
     * @param visitor takes each reference; its length is entries, or bytes of a file.
     * @return {@link TreeFault#NONE}, or the fault for which nothing was visited.
     */
    public static TreeFault references(final long frame, final ReferenceVisitor visitor) {
        final TreeFault fault = check(frame);
        if (fault == TreeFault.NONE && hasReferences(frame)) {
            final int level = TreeNodeLayout.level(frame);
            for (int i = 0, count = TreeNodeLayout.count(frame); i < count; i++) {
                final long value = TreeNodeLayout.value(frame, i);
                if (level > 0) {
                    visitor.onReference(value, ReferenceKind.TREE, level - 1, TreeNodeLayout.childEntryCount(frame, i));
                } else if (TypedValue.kind(value) != null) {
                    visitor.onReference(
                            value + TypedValue.ROOT_OFFSET,
                            TypedValue.kind(value),
                            ReferenceVisitor.ROOT,
                            TypedValue.length(value));
                }
            }
        }
        return fault;
    }

    /**
     * Whether a node may refer to anything.
     *
     * @param frame absolute address of a node.
     * @return false for a leaf whose values are bytes.
     */
    public static boolean hasReferences(final long frame) {
        return TreeNodeLayout.level(frame) > 0 || ValueForm.of(frame) == ValueForm.TYPED;
    }

    /**
     * Checks a root against what refers to it, all but what is below it.
     *
     * @param frame  absolute address of 12,288 bytes that do not change meanwhile.
     * @param length entries of the tree; negative where nobody says.
     * @return the first fault, {@link TreeFault#NONE} where there is none.
     */
    public static TreeFault checkRoot(final long frame, final long length) {
        final TreeFault fault = check(frame);
        return fault == TreeFault.NONE && length >= 0 && TreeNodeLayout.entryCount(frame) != length
                ? TreeFault.WRONG_ENTRY_COUNT
                : fault;
    }

    /**
     * The salt of a node's tree.
     *
     * @param frame absolute address of a node.
     * @return {@link TreeSalt#id()}.
     */
    public static long saltId(final long frame) {
        return TreeNodeLayout.saltId(frame);
    }

    /**
     * What the values of a node's tree are.
     *
     * @param frame absolute address of a node that was checked.
     * @return their form.
     */
    public static ValueForm form(final long frame) {
        return ValueForm.of(frame);
    }

    /**
     * Checks a node against what follows from the one that refers to it, all but keys and what is below it: for who has not
     * that one at hand any more.
     *
     * @param frame  absolute address of 12,288 bytes that do not change meanwhile.
     * @param level  that it must be at: one below a node above level 0 that was checked.
     * @param length entries at and below it, as that node says.
     * @param saltId that node's.
     * @param form   that node's.
     * @return the first fault, {@link TreeFault#NONE} where there is none.
     */
    public static TreeFault checkChild(
            final long frame, final int level, final long length, final long saltId, final ValueForm form) {
        final TreeFault headerFault = checkChildHeader(frame, level, saltId, form.ordinal());
        if (headerFault != TreeFault.NONE) {
            return headerFault;
        }
        final TreeFault fault = checkEntries(frame);
        return fault == TreeFault.NONE && TreeNodeLayout.entryCount(frame) != length
                ? TreeFault.WRONG_ENTRY_COUNT
                : fault;
    }

    /**
     * Checks a node against the one that refers to it, all but what is below it, and that the first child's keys come
     * after what lies before the parent.
     *
     * @param frame  absolute address of 12,288 bytes that do not change meanwhile.
     * @param parent absolute address of a node above level 0 that was checked.
     * @param index  of the entry of the parent that refers to the node.
     * @return the first fault, {@link TreeFault#NONE} where there is none.
     */
    public static TreeFault checkChild(final long frame, final long parent, final int index) {
        final TreeFault fault = checkChild(
                frame,
                TreeNodeLayout.level(parent) - 1,
                TreeNodeLayout.childEntryCount(parent, index),
                TreeNodeLayout.saltId(parent),
                ValueForm.of(parent));
        if (fault != TreeFault.NONE) {
            return fault;
        }
        final int last = TreeNodeLayout.count(frame) - 1;
        if (!Keys.equal(
                TreeNodeLayout.key(frame, last),
                TreeNodeLayout.keyLength(frame, last),
                TreeNodeLayout.key(parent, index),
                TreeNodeLayout.keyLength(parent, index))) {
            return TreeFault.WRONG_LAST_KEY;
        }
        return index == 0 || isAfter(frame, parent, index - 1) ? TreeFault.NONE : TreeFault.WRONG_ORDER;
    }

    /**
     * Level of a node.
     *
     * @param frame absolute address of a node that was checked.
     * @return 0 for a leaf.
     */
    public static int level(final long frame) {
        return TreeNodeLayout.level(frame);
    }

    /**
     * The first child of a node.
     *
     * @param frame absolute address of a node above level 0 that was checked.
     * @return absolute address of the child's 32-byte content address, inside the frame.
     */
    public static long firstChild(final long frame) {
        return TreeNodeLayout.value(frame, 0);
    }

    /**
     * Whether a node's first key is above the key of an entry of another. Of a node above level 0 that is the last key of its
     * first child: where what is below it begins, its first leaf says.
     *
     * @param frame absolute address of a node with entries that was checked.
     * @param other absolute address of another.
     * @param index of the entry there.
     * @return false where the keys are equal, too.
     */
    public static boolean isAfter(final long frame, final long other, final int index) {
        return Keys.compare(
                        TreeNodeLayout.key(other, index),
                        TreeNodeLayout.keyLength(other, index),
                        TreeNodeLayout.key(frame, 0),
                        TreeNodeLayout.keyLength(frame, 0))
                < 0;
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
        if (TreeNodeLayout.form(frame) > ValueForm.TYPED.ordinal()) {
            return TreeFault.FOREIGN_FORM;
        }
        if (OffHeap.getU8(frame + TreeNodeLayout.RESERVED_OFFSET) != 0) {
            return TreeFault.NOT_ZERO;
        }
        final int count = TreeNodeLayout.count(frame);
        if (TreeNodeLayout.boundOffset(count) < ENTRIES_OFFSET || count == 0 && TreeNodeLayout.level(frame) > 0) {
            return TreeFault.WRONG_COUNT;
        }
        return TreeFault.NONE;
    }

    /**
     * Checks as much of a node below another as a lookup must know: that it is one, and that its bounds lie in the frame.
     */
    static TreeFault checkChildHeader(final long frame, final int level, final long saltId, final int form) {
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
        if (TreeNodeLayout.form(frame) != form) {
            return TreeFault.FOREIGN_FORM;
        }
        return TreeNodeLayout.count(frame) == 0 ? TreeFault.WRONG_COUNT : TreeFault.NONE;
    }

    /** Checks the entries of a node whose header is good. */
    static TreeFault checkEntries(final long frame) {
        final int count = TreeNodeLayout.count(frame);
        final boolean isLeaf = TreeNodeLayout.level(frame) == 0;
        final boolean isTyped = isLeaf && ValueForm.of(frame) == ValueForm.TYPED;
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
            if (isTyped && !TypedValue.isGood(key + keyLength, valueLength)) {
                return TreeFault.WRONG_VALUE;
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
