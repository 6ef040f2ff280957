package io.venation.object;

import static io.venation.object.ObjectLayout.KEY_LENGTH;
import static io.venation.object.ObjectLayout.MAX_LEVEL;
import static io.venation.object.ObjectLayout.REFERENCE_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The way from the root of an object to the node over a position: a copy of one checked node a level. A position near the
 * last one costs no node.
 *
 * <p>One thread. Allocates nothing after construction.
 */
final class NodeCursor {
    private final FrameLoader loader;
    private final int magic;
    private final MemorySegment memory =
            Arena.ofAuto().allocate((MAX_LEVEL + 1L) * LatticeFrame.LENGTH + KEY_LENGTH, 64);
    private final long rootKey = memory.address() + (MAX_LEVEL + 1L) * LatticeFrame.LENGTH;
    /** By level: position of the first byte or entry of the node there. */
    private final long[] starts = new long[MAX_LEVEL + 1];
    /** Lowest level whose node is the one that the levels above lead to. */
    private int level;

    private int rootLevel = -1;

    NodeCursor(final FrameLoader loader, final int magic) {
        this.loader = loader;
        this.magic = magic;
    }

    /**
     * Takes an object.
     *
     * @throws ObjectDamageException where the root is missing or no such node; nothing is open then.
     */
    void open(final Digest root) {
        rootLevel = -1;
        root.write(rootKey);
        // the level is not known before the root is: it is read to the lowest place, then moved to its own
        final long frame = node(0);
        loader.load(rootKey, KEY_LENGTH, 1, frame);
        final ObjectFault fault = ObjectNodes.check(frame);
        final ObjectFault rootFault = fault == ObjectFault.NONE ? ObjectNodes.checkRoot(frame) : fault;
        if (rootFault != ObjectFault.NONE || ObjectLayout.magic(frame) != magic) {
            throw new ObjectDamageException(rootFault == ObjectFault.NONE ? ObjectFault.NOT_A_NODE : rootFault, root);
        }
        level = ObjectLayout.level(frame);
        if (level > 0) {
            OffHeap.copy(frame, node(level), LatticeFrame.LENGTH);
        }
        starts[level] = 0;
        rootLevel = level;
    }

    int rootLevel() {
        return rootLevel;
    }

    long length() {
        if (rootLevel < 0) {
            throw new IllegalStateException("no root is open");
        }
        return ObjectLayout.length(node(rootLevel));
    }

    /** Copy of the node that a level is at. */
    long node(final int nodeLevel) {
        return memory.address() + (long) nodeLevel * LatticeFrame.LENGTH;
    }

    /** Address of that node. */
    Digest key(final int nodeLevel) {
        if (nodeLevel == rootLevel) {
            return Digest.read(rootKey);
        }
        final long parent = node(nodeLevel + 1);
        final int index = indexOf(parent, starts[nodeLevel] - starts[nodeLevel + 1]);
        return Digest.read(ObjectLayout.referenceKey(parent, index));
    }

    /** Position of the first byte or entry of that node. */
    long start(final int nodeLevel) {
        return starts[nodeLevel];
    }

    /**
     * Moves to the node of a level that has a position.
     *
     * @param targetLevel not above the root's.
     * @param position    from 0, below {@link #length()}.
     * @throws ObjectDamageException where a node on the way is missing or not what it must be.
     */
    void seek(final int targetLevel, final long position) {
        while (position < starts[level] || position - starts[level] >= ObjectLayout.length(node(level))) {
            level++;
        }
        level = Math.max(level, targetLevel);
        while (level > targetLevel) {
            descend(position);
        }
    }

    private void descend(final long position) {
        final long parent = node(level);
        final int index = indexOf(parent, position - starts[level]);
        final long childStart = ObjectLayout.referenceStart(parent, index);
        final long key = ObjectLayout.referenceKey(parent, index);
        final long child = node(level - 1);
        loader.load(key, REFERENCE_LENGTH, 1, child);
        final ObjectFault fault = checkChild(child, ObjectLayout.referenceEnd(parent, index) - childStart);
        if (fault != ObjectFault.NONE) {
            throw new ObjectDamageException(fault, Digest.read(key));
        }
        starts[level - 1] = starts[level] + childStart;
        level--;
    }

    private ObjectFault checkChild(final long child, final long length) {
        final ObjectFault fault = ObjectNodes.check(child);
        if (fault != ObjectFault.NONE) {
            return fault;
        }
        if (ObjectLayout.magic(child) != magic) {
            return ObjectFault.NOT_A_NODE;
        }
        if (ObjectLayout.level(child) != level - 1) {
            return ObjectFault.WRONG_LEVEL;
        }
        return ObjectLayout.length(child) == length ? ObjectFault.NONE : ObjectFault.WRONG_LENGTH;
    }

    /**
     * The child that has a position.
     *
     * @param node     absolute address of a checked node above level 0.
     * @param position within the node.
     * @return index of the child.
     */
    static int indexOf(final long node, final long position) {
        int low = 0;
        int high = ObjectLayout.count(node) - 1;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (ObjectLayout.referenceEnd(node, middle) > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
