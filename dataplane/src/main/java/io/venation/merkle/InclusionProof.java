package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.List;

/**
 * Shows that an entry stands at an index of a tree (RFC 9162 §2.1.3).
 *
 * <p>It proves what its reader checks: {@link #verify} holds size and root against a head that is trusted. Where the same
 * entry stands at two places, a proof for one may hold for the other too, and then it is true.
 *
 * @param leafIndex 0 ≤ index.
 * @param treeSize  entries of the tree.
 * @param path      the siblings from the leaf to the root.
 */
public record InclusionProof(long leafIndex, long treeSize, List<Digest> path) {
    /** Copies the path. */
    public InclusionProof {
        path = List.copyOf(path);
    }

    /**
     * Reads a proof; whether it proves anything is for {@link #verify} to say.
     *
     * @param bytes as {@link #toBytes} writes them.
     * @return the proof.
     * @throws IllegalArgumentException where the length cannot be a proof's.
     */
    public static InclusionProof parse(final byte[] bytes) {
        return new InclusionProof(ProofEncoding.position(bytes), ProofEncoding.size(bytes), ProofEncoding.path(bytes));
    }

    /**
     * The proof as bytes: index and size u64, then the path.
     *
     * @return 16 + 32 × path length bytes.
     */
    public byte[] toBytes() {
        return ProofEncoding.encode(leafIndex, treeSize, path);
    }

    /**
     * Whether the proof holds.
     *
     * @param hasher of the tree.
     * @param leaf   hash of the entry: {@link MerkleHasher#leaf}.
     * @param head   the tree that is trusted.
     * @return true where the entry stands at {@code leafIndex} of that tree.
     */
    public boolean verify(final MerkleHasher hasher, final Digest leaf, final TreeHead head) {
        if (treeSize != head.size()
                || leafIndex < 0
                || leafIndex >= treeSize
                || path.size() != TreeShape.pathLength(0, leafIndex, treeSize)) {
            return false;
        }
        Digest hash = leaf;
        long node = leafIndex;
        long last = treeSize - 1;
        for (final Digest sibling : path) {
            while (!TreeShape.hasSibling(node, last)) {
                node >>= 1;
                last >>= 1;
            }
            hash = (node & 1) == 1 ? hasher.node(sibling, hash) : hasher.node(hash, sibling);
            node >>= 1;
            last >>= 1;
        }
        return hash.equals(head.root());
    }
}
