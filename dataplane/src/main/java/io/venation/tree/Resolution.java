package io.venation.tree;

/** What becomes of a key that both sides of a merge changed, each in its own way. */
public enum Resolution {
    /** The value, or the absence, of our tree. */
    OURS,
    /** The value, or the absence, of their tree. */
    THEIRS
}
