package io.venation.snapshot;

import io.venation.object.ObjectNodes;
import io.venation.tree.TreeNodes;

/** What a root is the root of. */
public enum RootKind {
    /** A file: {@link io.venation.object.ObjectWriter}. */
    FILE,
    /** A directory: {@link io.venation.object.DirectoryWriter}. */
    DIRECTORY,
    /** An ordered map: {@link io.venation.tree.TreeWriter}. What its values refer to is not followed. */
    TREE,
    /** A frame of any bytes that refers to nothing. */
    FRAME;

    /**
     * What a root says that it is. Only a root may be asked: a chunk holds any bytes.
     *
     * @param frame absolute address of 12,288 bytes.
     * @return the kind; {@link #FRAME} where it says nothing.
     */
    public static RootKind of(final long frame) {
        if (ObjectNodes.isNode(frame)) {
            return ObjectNodes.isDirectory(frame) ? DIRECTORY : FILE;
        }
        return TreeNodes.isNode(frame) ? TREE : FRAME;
    }
}
