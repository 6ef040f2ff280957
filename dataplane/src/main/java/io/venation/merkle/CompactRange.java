package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The fewest full subtrees that cover entries begin..end: what an appender keeps, and what two neighbours merge.
 *
 * <pre>
 *   0..7     [0..4) [4..6) [6]         3..9     [3] [4..8) [8]
 * </pre>
 *
 * <p>At most 125 hashes, one for each bit of the bounds; appending costs one hash on average. One thread.
 */
public final class CompactRange {
    private final MerkleHasher hasher;
    private final long begin;
    private final List<Digest> hashes;
    private long end;

    /**
     * No entries yet.
     *
     * @param hasher of the tree, of the caller's thread.
     * @param begin  index of the first entry that will be appended, ≥ 0.
     */
    public CompactRange(final MerkleHasher hasher, final long begin) {
        this(hasher, begin, begin, List.of());
    }

    /**
     * A range that was kept.
     *
     * @param hasher of the tree, of the caller's thread.
     * @param begin  index of the first entry, ≥ 0.
     * @param end    index behind the last one, ≥ begin.
     * @param hashes as {@link #hashes} gave them.
     * @throws IllegalArgumentException where such a range has another number of hashes.
     */
    public CompactRange(final MerkleHasher hasher, final long begin, final long end, final List<Digest> hashes) {
        this.hasher = Objects.requireNonNull(hasher, "hasher");
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("begin=" + begin + " end=" + end + ": not 0 ≤ begin ≤ end");
        }
        final int count = TreeShape.count(begin, end);
        if (hashes.size() != count) {
            throw new IllegalArgumentException(
                    "hashes.size=" + hashes.size() + ": " + begin + ".." + end + " has " + count);
        }
        this.begin = begin;
        this.end = end;
        this.hashes = new ArrayList<>(hashes);
    }

    /**
     * Index of the first entry.
     *
     * @return index, ≥ 0.
     */
    public long begin() {
        return begin;
    }

    /**
     * Index behind the last entry.
     *
     * @return index, ≥ begin.
     */
    public long end() {
        return end;
    }

    /**
     * The subtrees' hashes, from the left.
     *
     * @return a copy.
     */
    public List<Digest> hashes() {
        return List.copyOf(hashes);
    }

    /**
     * Appends an entry.
     *
     * @param leaf its hash: {@link MerkleHasher#leaf}.
     */
    public void append(final Digest leaf) {
        append(leaf, 0);
    }

    /**
     * Appends a neighbour.
     *
     * @param right begins where this range ends; not changed.
     * @throws IllegalArgumentException where it begins elsewhere.
     */
    public void append(final CompactRange right) {
        if (right.begin != end) {
            throw new IllegalArgumentException("right.begin=" + right.begin + ": must be end=" + end);
        }
        for (final Digest hash : right.hashes()) {
            append(hash, TreeShape.level(end, right.end));
        }
    }

    private void append(final Digest subtree, final int firstLevel) {
        Digest hash = subtree;
        int level = firstLevel;
        long position = end;
        while ((position >> level & 1) == 1 && position - (1L << level) >= begin) {
            hash = hasher.node(hashes.removeLast(), hash);
            position -= 1L << level;
            level++;
        }
        hashes.add(hash);
        end = Math.addExact(end, 1L << firstLevel);
    }

    /**
     * Size and root of the tree so far.
     *
     * @return the head.
     * @throws IllegalStateException where the range does not begin with the tree.
     */
    public TreeHead head() {
        if (begin != 0) {
            throw new IllegalStateException("begin=" + begin + ": only a range from 0 has a root");
        }
        return new TreeHead(end, fold(hasher, hashes));
    }

    /** The root above full subtrees from the left. */
    static Digest fold(final MerkleHasher hasher, final List<Digest> hashes) {
        if (hashes.isEmpty()) {
            return hasher.empty();
        }
        Digest root = hashes.getLast();
        for (int i = hashes.size() - 2; i >= 0; i--) {
            root = hasher.node(hashes.get(i), root);
        }
        return root;
    }
}
