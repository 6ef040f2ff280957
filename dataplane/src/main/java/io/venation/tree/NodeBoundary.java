package io.venation.tree;

import io.venation.frame.LatticeFrame;
import io.venation.frame.Relation;

/**
 * Where nodes end: a function of the entries since the last end, and of nothing that follows.
 *
 * <pre>
 *   length after an entry    the node ends there
 *   below  4,096             never
 *   up to 11,006             where hash32(level, key) &lt; entry length · 2²⁰: once in 4,096 bytes, however they are cut
 *   above 11,006             always: the longest entry might not fit any more
 * </pre>
 *
 * <p>Any thread, allocates nothing.
 */
final class NodeBoundary {
    /** Bytes past the shortest node in which one end is expected: 2³² / 2²⁰. */
    private static final int CHANCE_SHIFT = 20;

    static {
        Relation.holds(
                TreeNodeLayout.FULL_LENGTH + TreeNodeLayout.MAX_ENTRY_LENGTH == LatticeFrame.LENGTH,
                "a node that has not ended takes any entry");
        Relation.holds((long) TreeNodeLayout.MAX_ENTRY_LENGTH << CHANCE_SHIFT < 1L << 32, "a chance is below 1");
    }

    private NodeBoundary() {}

    /**
     * @param entryLength bytes of the entry, its bound included.
     * @param nodeLength  bytes of the node with the entry.
     */
    static boolean endsAfter(
            final TreeSalt salt,
            final int level,
            final long key,
            final int keyLength,
            final int entryLength,
            final int nodeLength) {
        return nodeLength >= TreeNodeLayout.MIN_LENGTH
                && (nodeLength > TreeNodeLayout.FULL_LENGTH
                        || salt.hash32(level, key, keyLength) < (long) entryLength << CHANCE_SHIFT);
    }
}
