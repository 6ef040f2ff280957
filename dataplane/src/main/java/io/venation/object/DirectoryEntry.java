package io.venation.object;

import io.venation.receipt.Digest;
import java.time.Instant;
import java.util.Objects;

/** What a directory says of one of the things in it. */
public sealed interface DirectoryEntry {
    /**
     * The name.
     *
     * @return 1..255 bytes: {@link ByteName#isFileName}.
     */
    ByteName name();

    /**
     * When it was modified.
     *
     * @return the time.
     */
    Instant modified();

    /**
     * A file.
     *
     * @param name     its name.
     * @param mode     permission bits, 0..0777.
     * @param modified when.
     * @param length   bytes.
     * @param root     address of its root.
     */
    record File(ByteName name, int mode, Instant modified, long length, Digest root) implements DirectoryEntry {
        /** Checks name, mode and length. */
        public File {
            check(name, mode, modified);
            checkLength(length, root);
        }
    }

    /**
     * A directory.
     *
     * @param name     its name.
     * @param mode     permission bits, 0..0777.
     * @param modified when.
     * @param length   entries in it.
     * @param root     address of its root.
     */
    record Directory(ByteName name, int mode, Instant modified, long length, Digest root) implements DirectoryEntry {
        /** Checks name, mode and length. */
        public Directory {
            check(name, mode, modified);
            checkLength(length, root);
        }
    }

    /**
     * An ordered map.
     *
     * @param name     its name.
     * @param modified when.
     * @param length   entries in it.
     * @param root     address of its root, a node of {@code io.venation.tree}.
     */
    record Tree(ByteName name, Instant modified, long length, Digest root) implements DirectoryEntry {
        /** Checks name and length. */
        public Tree {
            check(name, 0, modified);
            checkLength(length, root);
        }
    }

    /**
     * A symbolic link.
     *
     * @param name     its name.
     * @param modified when.
     * @param text     where it points, 1..4,095 bytes without a zero.
     */
    record Link(ByteName name, Instant modified, ByteName text) implements DirectoryEntry {
        /** Checks name and text. */
        public Link {
            check(name, 0, modified);
            if (text.length() == 0 || text.length() > ObjectLayout.MAX_TEXT_LENGTH || text.contains(0)) {
                throw new IllegalArgumentException(
                        "text=" + text + ": must be 1.." + ObjectLayout.MAX_TEXT_LENGTH + " bytes, none of them zero");
            }
        }
    }

    private static void check(final ByteName name, final int mode, final Instant modified) {
        if (!name.isFileName()) {
            throw new IllegalArgumentException("name=" + name + ": no file can have it");
        }
        if (mode < 0 || mode > ObjectLayout.MAX_MODE) {
            throw new IllegalArgumentException("mode=" + Integer.toOctalString(mode) + " not in 0..0777");
        }
        Objects.requireNonNull(modified, "modified");
    }

    private static void checkLength(final long length, final Digest root) {
        if (length < 0) {
            throw new IllegalArgumentException("length=" + length + " not ≥ 0");
        }
        Objects.requireNonNull(root, "root");
    }
}
