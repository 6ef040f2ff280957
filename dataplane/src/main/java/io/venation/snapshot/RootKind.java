package io.venation.snapshot;

import io.venation.frame.OffHeap;
import io.venation.object.ObjectLayout;
import io.venation.object.ObjectNodes;
import io.venation.object.ReferenceKind;
import io.venation.tree.TreeNodeLayout;
import io.venation.tree.TreeNodes;

/** What a root is the root of. */
public enum RootKind {
    /** A file: {@link io.venation.object.ObjectWriter}. */
    FILE(ReferenceKind.FILE, ObjectLayout.LENGTH_OFFSET),
    /** A directory: {@link io.venation.object.DirectoryWriter}. */
    DIRECTORY(ReferenceKind.DIRECTORY, ObjectLayout.LENGTH_OFFSET),
    /** An ordered map: {@link io.venation.tree.TreeWriter}. */
    TREE(ReferenceKind.TREE, TreeNodeLayout.ENTRY_COUNT_OFFSET),
    /** A frame of any bytes that refers to nothing. */
    FRAME(ReferenceKind.CHUNK, 0);

    private final ReferenceKind reference;
    private final int lengthOffset;

    RootKind(final ReferenceKind reference, final int lengthOffset) {
        this.reference = reference;
        this.lengthOffset = lengthOffset;
    }

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

    /** What refers to such a root calls it. */
    ReferenceKind reference() {
        return reference;
    }

    /** Bytes of the file, entries of the directory or tree, as its root says. */
    long length(final long frame) {
        return OffHeap.getU64(frame + lengthOffset);
    }
}
