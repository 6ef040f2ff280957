package io.venation.merkle;

/** Where full subtrees lie: arithmetic of positions, no hash. */
final class TreeShape {
    private TreeShape() {}

    /**
     * Level of the largest full subtree that begins at a position and ends within a range.
     *
     * @param position first entry, ≥ 0.
     * @param end      end of the range, exclusive, > position.
     * @return 0..62.
     */
    static int level(final long position, final long end) {
        final int fits = 63 - Long.numberOfLeadingZeros(end - position);
        return Math.min(fits, Long.numberOfTrailingZeros(position));
    }

    /**
     * How many full subtrees a range takes.
     *
     * @param begin first entry, ≥ 0.
     * @param end   end, exclusive, ≥ begin.
     * @return 0..125.
     */
    static int count(final long begin, final long end) {
        int count = 0;
        for (long position = begin; position < end; position += 1L << level(position, end)) {
            count++;
        }
        return count;
    }

    /**
     * Siblings on the way from a node to the root.
     *
     * @param level of the node.
     * @param index of the node on its level.
     * @param size  entries of the tree.
     * @return 0..63.
     */
    static int pathLength(final int level, final long index, final long size) {
        int length = 0;
        long node = index;
        for (long last = (size - 1) >> level; last > 0; last >>= 1) {
            length += hasSibling(node, last) ? 1 : 0;
            node >>= 1;
        }
        return length;
    }

    /**
     * Whether a node has another one beside it below the same parent.
     *
     * @param node index on its level.
     * @param last index of the last node there.
     * @return false only for a last one that stands on the left.
     */
    static boolean hasSibling(final long node, final long last) {
        return (node & 1) == 1 || node < last;
    }
}
