package io.venation.tree;

/** What the values of a tree are; one form for all of them, written in every node. */
public enum ValueForm {
    /** Bytes that mean nothing to a store: what they refer to, if anything, is the caller's to keep and follow. */
    BYTES,
    /**
     * Each value says whether it is bytes or the root of something stored ({@link TypedValue}), which then belongs to the
     * tree: sweeps keep it, fetches bring it, snapshots hold it.
     */
    TYPED;

    static ValueForm of(final long frame) {
        return TreeNodeLayout.form(frame) == TYPED.ordinal() ? TYPED : BYTES;
    }
}
