package io.venation.object;

/** What a reference says its target is; a frame alone does not tell. */
public enum ReferenceKind {
    /** Bytes of a file: a frame of any bytes. */
    CHUNK(0),
    /** A node of a file. */
    FILE(ObjectLayout.KIND_FILE),
    /** A node of a directory. */
    DIRECTORY(ObjectLayout.KIND_DIRECTORY),
    /** A node of an ordered map: {@code io.venation.tree}. Its length is entries. */
    TREE(ObjectLayout.KIND_TREE);

    private final int number;

    ReferenceKind(final int number) {
        this.number = number;
    }

    /**
     * What stands for it in a directory's entry and in a typed value of a map.
     *
     * @return the number; 0 for a chunk, which neither of them names.
     */
    public int number() {
        return number;
    }

    /**
     * What such a number stands for.
     *
     * @param number any.
     * @return the kind, null where it is that of no root.
     */
    public static ReferenceKind of(final int number) {
        return switch (number) {
            case ObjectLayout.KIND_FILE -> FILE;
            case ObjectLayout.KIND_DIRECTORY -> DIRECTORY;
            case ObjectLayout.KIND_TREE -> TREE;
            default -> null;
        };
    }
}
