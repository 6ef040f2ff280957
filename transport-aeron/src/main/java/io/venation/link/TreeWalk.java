package io.venation.link;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Walks a file or tree depth first, names in byte order, holding only the names of the directories on the way down.
 * Follows no symbolic link below its root. One thread.
 */
final class TreeWalk {
    /** What a step of the walk has come to. */
    enum Kind {
        /** A directory, before its content. */
        DIRECTORY_BEGIN,
        /** A regular file. */
        FILE,
        /** A symbolic link. */
        LINK,
        /** A directory, after its content. */
        DIRECTORY_END
    }

    private record Level(Path directory, Iterator<Path> names) {}

    private final Path root;
    private final Deque<Level> levels = new ArrayDeque<>();
    private boolean started;
    private Kind kind;
    private Path path;
    private BasicFileAttributes attributes;

    TreeWalk(final Path root) {
        this.root = root;
    }

    /**
     * Goes one step on.
     *
     * @return false at the end.
     * @throws IOException   where a directory cannot be read.
     * @throws LinkException for a FIFO, socket or device.
     */
    boolean next() throws IOException {
        if (!started) {
            started = true;
            visit(root, Files.readAttributes(root, BasicFileAttributes.class));
            return true;
        }
        final Level level = levels.peek();
        if (level == null) {
            return false;
        }
        if (level.names.hasNext()) {
            final Path child = level.names.next();
            visit(child, Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } else {
            levels.pop();
            path = level.directory;
            kind = Kind.DIRECTORY_END;
        }
        return true;
    }

    Kind kind() {
        return kind;
    }

    Path path() {
        return path;
    }

    BasicFileAttributes attributes() {
        return attributes;
    }

    private void visit(final Path visited, final BasicFileAttributes visitedAttributes) throws IOException {
        path = visited;
        attributes = visitedAttributes;
        if (attributes.isDirectory()) {
            kind = Kind.DIRECTORY_BEGIN;
            levels.push(new Level(path, children(path)));
        } else if (attributes.isRegularFile()) {
            kind = Kind.FILE;
        } else if (attributes.isSymbolicLink()) {
            kind = Kind.LINK;
        } else {
            throw new LinkException(RawPath.printable(path)
                    + ": is a FIFO, socket or device; only files, directories and symbolic links are sent");
        }
    }

    private static Iterator<Path> children(final Path directory) throws IOException {
        final List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(names::add);
        } catch (final DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        return names.iterator();
    }
}
