package io.venation.link;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads through a source before anything is sent: refuses what cannot be sent and counts the rest.
 *
 * @param bytes sum of the files' lengths.
 * @param files regular files.
 */
public record TreeScan(long bytes, long files) {
    /**
     * Walks a source.
     *
     * @param source absolute path of a file or directory.
     * @return the totals.
     * @throws LinkException for the first FIFO, socket, device or unreadable entry.
     */
    public static TreeScan of(final Path source) {
        final TreeWalk walk = new TreeWalk(source);
        long bytes = 0;
        long files = 0;
        try {
            while (walk.next()) {
                if (walk.kind() == TreeWalk.Kind.FILE) {
                    if (!Files.isReadable(walk.path())) {
                        throw new AccessDeniedException(walk.path().toString());
                    }
                    bytes += walk.attributes().size();
                    files++;
                }
            }
        } catch (final IOException e) {
            final Path where = walk.path() == null ? source : walk.path();
            throw new LinkException(RawPath.printable(where) + ": " + FileCommitter.reason(e), e);
        }
        return new TreeScan(bytes, files);
    }
}
