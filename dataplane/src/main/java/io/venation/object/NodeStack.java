package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.KEY_LENGTH;
import static io.venation.object.ObjectLayout.MAX_LEVEL;
import static io.venation.object.ObjectLayout.REFERENCE_END_OFFSET;
import static io.venation.object.ObjectLayout.REFERENCE_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.store.FrameSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * The open node of each level above 0 of an object that is being written. A node ends when it is full, or behind a child
 * whose address says so, so that a change of some children leaves the nodes beside them as they were.
 *
 * <p>One thread. Allocates nothing after construction but the root's value.
 */
final class NodeStack {
    /** Levels from 1 to the highest, and the one where its root is noted. */
    private static final int NODE_COUNT = MAX_LEVEL + 1;

    private final FrameSink store;
    private final int magic;
    private final MemorySegment memory =
            Arena.ofAuto().allocate((long) NODE_COUNT * LatticeFrame.LENGTH + KEY_LENGTH, 64);
    private final long nodes = memory.address();
    private final long nodeKey = nodes + (long) NODE_COUNT * LatticeFrame.LENGTH;
    private final int[] counts = new int[NODE_COUNT + 1];
    private final long[] lengths = new long[NODE_COUNT + 1];
    private final boolean[] hasEnded = new boolean[NODE_COUNT + 1];

    NodeStack(final FrameSink store, final int magic) {
        this.store = store;
        this.magic = magic;
    }

    /** Appends a child to the open node of a level. */
    void add(final int level, final long key, final long length) {
        final long reference = ObjectLayout.referenceKey(node(level), counts[level]++);
        lengths[level] = Math.addExact(lengths[level], length);
        OffHeap.copy(key, reference, KEY_LENGTH);
        OffHeap.putU64(reference + REFERENCE_END_OFFSET, lengths[level]);
        if (counts[level] == ObjectLayout.MAX_REFERENCES
                || counts[level] > ObjectLayout.MIN_REFERENCES && ContentCut.endsNode(key)) {
            end(level);
        }
    }

    private void end(final int level) {
        final long node = node(level);
        final int used = BODY_OFFSET + counts[level] * REFERENCE_LENGTH;
        ObjectLayout.putHeader(node, magic, level, counts[level], lengths[level]);
        OffHeap.zero(node + used, LatticeFrame.LENGTH - used);
        store.put(node, LatticeFrame.LENGTH, 1, nodeKey);
        final long length = lengths[level];
        counts[level] = 0;
        lengths[level] = 0;
        hasEnded[level] = true;
        add(level + 1, nodeKey, length);
    }

    /**
     * Ends all nodes and forgets them.
     *
     * @param leastLevel of the root: what has one child above it is that child.
     * @return the root.
     */
    Digest finish(final int leastLevel) {
        int level = 1;
        while (hasEnded[level] || counts[level] > 1 || level <= leastLevel) {
            if (counts[level] > 0) {
                end(level);
            }
            hasEnded[level++] = false;
        }
        final Digest root = Digest.read(ObjectLayout.referenceKey(node(level), 0));
        counts[level] = 0;
        lengths[level] = 0;
        Reference.reachabilityFence(this);
        return root;
    }

    /** Forgets all nodes. */
    void reset() {
        Arrays.fill(counts, 0);
        Arrays.fill(lengths, 0);
        Arrays.fill(hasEnded, false);
    }

    private long node(final int level) {
        return nodes + (long) (level - 1) * LatticeFrame.LENGTH;
    }
}
