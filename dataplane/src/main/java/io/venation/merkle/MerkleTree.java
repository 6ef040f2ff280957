package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A tree that grows and keeps the hash of every full subtree: two hashes an entry, in memory.
 *
 * <p>It answers for each size it ever had. One thread.
 */
public final class MerkleTree {
    private final MerkleHasher hasher;
    /** Hashes of full subtrees, by level; level k has one for each 2^k entries. */
    private final List<List<Digest>> levels = new ArrayList<>();

    /**
     * A tree of no entries.
     *
     * @param hasher of the caller's thread.
     */
    public MerkleTree(final MerkleHasher hasher) {
        this.hasher = Objects.requireNonNull(hasher, "hasher");
        levels.add(new ArrayList<>());
    }

    /**
     * Entries so far.
     *
     * @return count, ≥ 0.
     */
    public long size() {
        return levels.getFirst().size();
    }

    /**
     * Appends an entry.
     *
     * @param leaf its hash: {@link MerkleHasher#leaf}.
     */
    public void append(final Digest leaf) {
        Digest hash = Objects.requireNonNull(leaf, "leaf");
        for (int level = 0; ; level++) {
            if (level == levels.size()) {
                levels.add(new ArrayList<>());
            }
            final List<Digest> hashes = levels.get(level);
            hashes.add(hash);
            if (hashes.size() % 2 == 1) {
                return;
            }
            hash = hasher.node(hashes.get(hashes.size() - 2), hash);
        }
    }

    /**
     * Size and root now.
     *
     * @return the head.
     */
    public TreeHead head() {
        return head(size());
    }

    /**
     * Size and root of the tree that this one once was.
     *
     * @param size 0..{@link #size()}.
     * @return the head.
     */
    public TreeHead head(final long size) {
        checkSize(size, "size", 0, size());
        return new TreeHead(size, hash(0, size));
    }

    /**
     * Shows that an entry is there.
     *
     * @param leafIndex 0..treeSize − 1.
     * @param treeSize  1..{@link #size()}.
     * @return the proof.
     */
    public InclusionProof inclusionProof(final long leafIndex, final long treeSize) {
        checkSize(treeSize, "treeSize", 1, size());
        checkSize(leafIndex, "leafIndex", 0, treeSize - 1);
        final List<Digest> path = new ArrayList<>();
        addSiblings(0, leafIndex, treeSize, path);
        return new InclusionProof(leafIndex, treeSize, path);
    }

    /**
     * Shows that the tree of one size begins with that of another.
     *
     * @param oldSize 0..newSize.
     * @param newSize 0..{@link #size()}.
     * @return the proof.
     */
    public ConsistencyProof consistencyProof(final long oldSize, final long newSize) {
        checkSize(newSize, "newSize", 0, size());
        checkSize(oldSize, "oldSize", 0, newSize);
        final List<Digest> path = new ArrayList<>();
        if (oldSize > 0 && oldSize < newSize) {
            final int level = Long.numberOfTrailingZeros(oldSize);
            final long node = (oldSize >> level) - 1;
            if (node > 0) {
                path.add(levels.get(level).get((int) node));
            }
            addSiblings(level, node, newSize, path);
        }
        return new ConsistencyProof(oldSize, newSize, path);
    }

    private void addSiblings(final int firstLevel, final long index, final long size, final List<Digest> path) {
        long node = index;
        int level = firstLevel;
        for (long last = (size - 1) >> level; last > 0; last >>= 1) {
            if (TreeShape.hasSibling(node, last)) {
                final long sibling = node ^ 1;
                path.add(hash(sibling << level, Math.min(sibling + 1 << level, size)));
            }
            node >>= 1;
            level++;
        }
    }

    /** Hash over entries that one node spans, or that begin with the tree. */
    private Digest hash(final long begin, final long end) {
        final List<Digest> subtrees = new ArrayList<>();
        for (long position = begin; position < end; ) {
            final int level = TreeShape.level(position, end);
            subtrees.add(levels.get(level).get((int) (position >> level)));
            position += 1L << level;
        }
        return CompactRange.fold(hasher, subtrees);
    }

    private static void checkSize(final long value, final String name, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + "=" + value + " not in " + least + ".." + most);
        }
    }
}
