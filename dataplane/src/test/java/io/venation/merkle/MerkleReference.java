package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.List;

/** RFC 9162 §2.1 word by word: recursive, slow, no sharing. */
final class MerkleReference {
    private final MerkleHasher hasher;

    MerkleReference(final MerkleHasher hasher) {
        this.hasher = hasher;
    }

    /** MTH(D_n), §2.1.1. */
    Digest root(final List<Digest> leaves) {
        return switch (leaves.size()) {
            case 0 -> hasher.empty();
            case 1 -> leaves.getFirst();
            default -> {
                final int k = split(leaves.size());
                yield hasher.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
            }
        };
    }

    /** PATH(m, D_n), §2.1.3.1. */
    List<Digest> path(final int m, final List<Digest> leaves) {
        final int n = leaves.size();
        if (n == 1) {
            return List.of();
        }
        final int k = split(n);
        return m < k
                ? concatenation(path(m, leaves.subList(0, k)), root(leaves.subList(k, n)))
                : concatenation(path(m - k, leaves.subList(k, n)), root(leaves.subList(0, k)));
    }

    /** PROOF(m, D_n), §2.1.4.1. */
    List<Digest> proof(final int m, final List<Digest> leaves) {
        return subproof(m, leaves, true);
    }

    private List<Digest> subproof(final int m, final List<Digest> leaves, final boolean isWhole) {
        final int n = leaves.size();
        if (m == n) {
            return isWhole ? List.of() : List.of(root(leaves));
        }
        final int k = split(n);
        return m <= k
                ? concatenation(subproof(m, leaves.subList(0, k), isWhole), root(leaves.subList(k, n)))
                : concatenation(subproof(m - k, leaves.subList(k, n), false), root(leaves.subList(0, k)));
    }

    /** The largest power of two below n. */
    private static int split(final int n) {
        return Integer.highestOneBit(n - 1);
    }

    private static List<Digest> concatenation(final List<Digest> first, final Digest last) {
        final List<Digest> all = new ArrayList<>(first);
        all.add(last);
        return all;
    }
}
