package io.venation.object;

/** Takes what a node refers to. */
@FunctionalInterface
public interface ReferenceVisitor {
    /** Level of a target that is a root of its own: it says itself. */
    int ROOT = -1;

    /**
     * A reference.
     *
     * @param key    absolute address of the target's 32-byte content address, inside the node; read it before returning.
     * @param kind   what the target is.
     * @param level  level that the target must have; 0 for a chunk, {@link #ROOT} for a root.
     * @param length bytes of the file, or entries of the directory or tree, at and below the target; of a chunk its
     *               bytes.
     */
    void onReference(long key, ReferenceKind kind, int level, long length);
}
