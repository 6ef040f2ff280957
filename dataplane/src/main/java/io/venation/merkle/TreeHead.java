package io.venation.merkle;

import io.venation.receipt.Digest;
import java.util.Objects;

/**
 * A tree by its size and root. Both belong together: the same proof leads to the same root in trees of several sizes,
 * so whoever trusts a root without its size lets a proof lie about the size.
 *
 * @param size entries, ≥ 0.
 * @param root hash over them.
 */
public record TreeHead(long size, Digest root) {
    /** Checks the size. */
    public TreeHead {
        if (size < 0) {
            throw new IllegalArgumentException("size=" + size + " not ≥ 0");
        }
        Objects.requireNonNull(root, "root");
    }
}
