package io.venation.tree;

/** What is wrong with a node; the first rule that is broken. */
public enum TreeFault {
    /** Nothing. */
    NONE,
    /** The source has no frame of that address. */
    MISSING_FRAME,
    /** The frame does not begin as a tree node does. */
    NOT_A_NODE,
    /** A version that is not read. */
    UNKNOWN_VERSION,
    /** Above the highest level, or not one below its parent. */
    WRONG_LEVEL,
    /** Another salt than the root's. */
    FOREIGN_SALT,
    /** Values of a form that there is not, or of another than the root's. */
    FOREIGN_FORM,
    /** Reserved bytes, or bytes between entries and bounds, are not zero. */
    NOT_ZERO,
    /** More entries than a frame holds, or none where there must be some. */
    WRONG_COUNT,
    /** An entry does not lie where entries lie. */
    WRONG_BOUND,
    /** A value is longer than values are, or not as long as a child's. */
    WRONG_VALUE_LENGTH,
    /** A typed value of a kind that there is not, or not as long as its kind. */
    WRONG_VALUE,
    /** Keys do not ascend, here or against the node before. */
    WRONG_ORDER,
    /** The last key is not the one that the parent names. */
    WRONG_LAST_KEY,
    /** The entries below do not add up to what is stated. */
    WRONG_ENTRY_COUNT
}
