package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.List;

/**
 * Shows that a tree begins with all entries of an older one, in their order (RFC 9162 §2.1.4).
 *
 * @param oldSize entries of the older tree, 0 ≤ oldSize ≤ newSize; every tree begins with none.
 * @param newSize entries of the newer tree.
 * @param path    the last full subtree of the older tree, unless it is all of it, then its siblings up to the new root;
 *                empty where the sizes are equal or the old one is 0.
 */
public record ConsistencyProof(long oldSize, long newSize, List<Digest> path) {
    /** Copies the path. */
    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /**
     * Reads a proof; whether it proves anything is for {@link #verify} to say.
     *
     * @param bytes as {@link #toBytes} writes them.
     * @return the proof.
     * @throws IllegalArgumentException where the length cannot be a proof's.
     */
    public static ConsistencyProof parse(final byte[] bytes) {
        return new ConsistencyProof(
                ProofEncoding.position(bytes), ProofEncoding.size(bytes), ProofEncoding.path(bytes));
    }

    /**
     * The proof as bytes: both sizes u64, then the path.
     *
     * @return 16 + 32 × path length bytes.
     */
    public byte[] toBytes() {
        return ProofEncoding.encode(oldSize, newSize, path);
    }

    /**
     * Whether the proof holds.
     *
     * @param hasher  of the trees.
     * @param oldHead the older tree that is trusted.
     * @param newHead the newer one.
     * @return true where the newer tree begins with the older one.
     */
    public boolean verify(final MerkleHasher hasher, final TreeHead oldHead, final TreeHead newHead) {
        if (oldSize != oldHead.size() || newSize != newHead.size() || oldSize > newSize) {
            return false;
        }
        if (oldSize == newSize) {
            return path.isEmpty() && oldHead.root().equals(newHead.root());
        }
        if (oldSize == 0) {
            return path.isEmpty() && oldHead.root().equals(hasher.empty());
        }
        final int level = Long.numberOfTrailingZeros(oldSize);
        final boolean isFull = oldSize == 1L << level;
        long node = (oldSize >> level) - 1;
        long last = (newSize - 1) >> level;
        if (path.size() != TreeShape.pathLength(level, node, newSize) + (isFull ? 0 : 1)) {
            return false;
        }
        Digest oldHash = isFull ? oldHead.root() : path.getFirst();
        Digest newHash = oldHash;
        for (final Digest sibling : path.subList(isFull ? 0 : 1, path.size())) {
            while (!TreeShape.hasSibling(node, last)) {
                node >>= 1;
                last >>= 1;
            }
            if ((node & 1) == 1) {
                oldHash = hasher.node(sibling, oldHash);
                newHash = hasher.node(sibling, newHash);
            } else {
                newHash = hasher.node(newHash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return oldHash.equals(oldHead.root()) && newHash.equals(newHead.root());
    }
}
