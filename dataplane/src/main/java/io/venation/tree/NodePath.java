package io.venation.tree;

import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.util.Objects;

/**
 * A way from a root down to a node, every node of it checked, and steps to the nodes beside.
 *
 * <pre>
 *   frames[l], indexes[l]    the node on level l, and which of its entries is on the way
 *   level 1 .. root          frames[l − 1] is the child at indexes[l] of frames[l]
 * </pre>
 *
 * <p>Levels below the one that a method is asked for hold what an earlier one left there, so that seeking the same node
 * again checks nothing twice. One thread. Allocates nothing after construction.
 */
final class NodePath {
    private static final int LEVELS = TreeNodeLayout.MAX_LEVEL + 1;

    private final FrameSource source;
    private final long[] frames = new long[LEVELS];
    private final int[] counts = new int[LEVELS];
    private final int[] indexes = new int[LEVELS];

    /** The parent and index by which frames[l] was entered; parent 0 where there is nothing to use again. */
    private final long[] parents = new long[LEVELS];

    private final int[] parentIndexes = new int[LEVELS];
    private int rootLevel = -1;

    NodePath(final FrameSource source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    /** Begins at a root. Where it throws, the path is as if it had never been opened. */
    void open(final long rootKey) {
        rootLevel = -1;
        final long frame = source.get(rootKey);
        final TreeFault fault = frame == FrameSource.NOT_FOUND ? TreeFault.MISSING_FRAME : TreeNodes.check(frame);
        if (fault != TreeFault.NONE) {
            throw new TreeDamageException(fault, Digest.read(rootKey));
        }
        final int level = TreeNodeLayout.level(frame);
        for (int below = 0; below < level; below++) {
            parents[below] = 0;
        }
        set(level, frame);
        rootLevel = level;
    }

    int rootLevel() {
        if (rootLevel < 0) {
            throw new IllegalStateException("no root is open");
        }
        return rootLevel;
    }

    long rootFrame() {
        return frames[rootLevel()];
    }

    long frame(final int level) {
        return frames[level];
    }

    int count(final int level) {
        return counts[level];
    }

    int index(final int level) {
        return indexes[level];
    }

    void index(final int level, final int index) {
        indexes[level] = index;
    }

    /** To the node where a key stands or would be put: the first whose last key is not below it, or the last one. */
    void seek(final int level, final long key, final int keyLength) {
        for (int above = rootLevel(); above > level; above--) {
            final int index = TreeNodes.search(frames[above], counts[above], key, keyLength) >> 1;
            enter(above, Math.min(index, counts[above] - 1));
        }
    }

    /** To the node that holds the entry of level 0 with a number, below their count; returns its number there. */
    int seekNumber(final long number) {
        long left = number;
        for (int above = rootLevel(); above > 0; above--) {
            int index = 0;
            for (long below; left >= (below = TreeNodeLayout.childEntryCount(frames[above], index)); index++) {
                left -= below;
            }
            enter(above, index);
        }
        return (int) left;
    }

    /** How many entries of level 0 lie before the node of level 0. */
    long entriesBefore() {
        long before = 0;
        for (int above = rootLevel(); above > 0; above--) {
            for (int index = 0; index < indexes[above]; index++) {
                before += TreeNodeLayout.childEntryCount(frames[above], index);
            }
        }
        return before;
    }

    /** To the first node of a level. */
    void first(final int level) {
        for (int above = rootLevel(); above > level; above--) {
            enter(above, 0);
        }
    }

    /** To the last node of a level. */
    void last(final int level) {
        for (int above = rootLevel(); above > level; above--) {
            enter(above, counts[above] - 1);
        }
    }

    /** Whether no node of the level follows. */
    boolean isLast(final int level) {
        for (int above = level + 1; above <= rootLevel; above++) {
            if (indexes[above] + 1 < counts[above]) {
                return false;
            }
        }
        return true;
    }

    /** To the next node of a level; false where there is none, and the path stays. */
    boolean next(final int level) {
        int above = level + 1;
        while (above <= rootLevel && indexes[above] + 1 == counts[above]) {
            above++;
        }
        if (above > rootLevel) {
            return false;
        }
        enter(above, indexes[above] + 1);
        while (--above > level) {
            enter(above, 0);
        }
        return true;
    }

    /** To the node before; false where there is none, and the path stays. */
    boolean previous(final int level) {
        int above = level + 1;
        while (above <= rootLevel && indexes[above] == 0) {
            above++;
        }
        if (above > rootLevel) {
            return false;
        }
        enter(above, indexes[above] - 1);
        while (--above > level) {
            enter(above, counts[above] - 1);
        }
        return true;
    }

    /** One level down, to a child of the node on a level. */
    void enter(final int level, final int index) {
        final int below = level - 1;
        final long parent = frames[level];
        if (parents[below] != parent || parentIndexes[below] != index) {
            parents[below] = 0;
            final long childKey = TreeNodeLayout.value(parent, index);
            final long child = source.get(childKey);
            indexes[level] = index;
            final TreeFault fault = checkChild(level, index, child);
            if (fault != TreeFault.NONE) {
                throw new TreeDamageException(fault, Digest.read(childKey));
            }
            set(below, child);
            parents[below] = parent;
            parentIndexes[below] = index;
            if (below > 0) {
                parents[below - 1] = 0;
            }
        }
        indexes[level] = index;
    }

    private void set(final int level, final long frame) {
        frames[level] = frame;
        counts[level] = TreeNodeLayout.count(frame);
        indexes[level] = 0;
    }

    private TreeFault checkChild(final int level, final int index, final long child) {
        if (child == FrameSource.NOT_FOUND) {
            return TreeFault.MISSING_FRAME;
        }
        final TreeFault fault = TreeNodes.checkChild(child, frames[level], index);
        if (fault != TreeFault.NONE || index > 0) {
            return fault;
        }
        return isAfterTheOneBefore(level, child) ? TreeFault.NONE : TreeFault.WRONG_ORDER;
    }

    /** Whether the first child's first key is above the last key of all that is left of the way. */
    private boolean isAfterTheOneBefore(final int level, final long child) {
        int above = level;
        while (above <= rootLevel && indexes[above] == 0) {
            above++;
        }
        if (above > rootLevel) {
            return true;
        }
        return TreeNodes.isAfter(child, frames[above], indexes[above] - 1);
    }

    /** Whether the entries on the way, on a level, are the same child. */
    static boolean sameChild(final NodePath a, final NodePath b, final int level) {
        final long key = TreeNodeLayout.value(a.frames[level], a.indexes[level]);
        final long otherKey = TreeNodeLayout.value(b.frames[level], b.indexes[level]);
        return OffHeap.getU64(key) == OffHeap.getU64(otherKey)
                && OffHeap.getU64(key + 8) == OffHeap.getU64(otherKey + 8)
                && OffHeap.getU64(key + 16) == OffHeap.getU64(otherKey + 16)
                && OffHeap.getU64(key + 24) == OffHeap.getU64(otherKey + 24);
    }
}
