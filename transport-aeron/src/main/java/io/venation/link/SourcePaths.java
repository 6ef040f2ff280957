package io.venation.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Turns what the user typed into absolute paths that can be compared. */
public final class SourcePaths {
    private SourcePaths() {}

    /**
     * A source that exists.
     *
     * @param source a file or directory, perhaps through a symbolic link.
     * @return directories by their real path, files by their own name in their folder's real path.
     * @throws IOException   where it cannot be looked up.
     * @throws LinkException where it does not exist or is neither.
     */
    public static Path existing(final Path source) throws IOException {
        final Path real;
        try {
            real = source.toRealPath();
        } catch (final NoSuchFileException e) {
            throw new LinkException(RawPath.printable(source) + ": no such file or directory", e);
        }
        if (Files.isRegularFile(real)) {
            return source.toAbsolutePath().getParent().toRealPath().resolve(source.getFileName());
        }
        if (!Files.isDirectory(real)) {
            throw new LinkException(RawPath.printable(source) + ": is neither a file nor a directory");
        }
        return real;
    }

    /**
     * A target that may exist.
     *
     * @param target a path whose last names may be new.
     * @return the real path of what exists, with the new names behind it.
     * @throws IOException where it cannot be looked up.
     */
    public static Path target(final Path target) throws IOException {
        final Path absolute = target.toAbsolutePath();
        for (Path there = absolute; there != null; there = there.getParent()) {
            if (Files.exists(there) || Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            }
        }
        return absolute.normalize();
    }

    /**
     * A target that a single file becomes: its folder may be reached through symbolic links, the name itself is what is
     * replaced, whatever stands there.
     *
     * @param target a path.
     * @return the folder's real path with the name behind it.
     * @throws IOException   where the folder cannot be looked up.
     * @throws LinkException where the path has no name of its own.
     */
    public static Path fileTarget(final Path target) throws IOException {
        final Path absolute = target.toAbsolutePath();
        final Path name = absolute.getFileName();
        if (name == null || RawPath.defect(RawPath.name(absolute)) != null) {
            throw new LinkException("TARGET " + RawPath.printable(target) + " is a directory, SOURCE is not");
        }
        return target(absolute.getParent()).resolve(name);
    }

    /**
     * Refuses a target that is the source, inside it or around it.
     *
     * @param source of {@link #existing}.
     * @param target of {@link #target}.
     * @throws IOException where they cannot be compared.
     */
    public static void requireApart(final Path source, final Path target) throws IOException {
        final Path real = source.toRealPath();
        final String where = target.equals(real)
                ? "is SOURCE itself"
                : target.startsWith(real) ? "is inside SOURCE" : real.startsWith(target) ? "is around SOURCE" : null;
        if (where != null && (Files.isDirectory(real) || target.equals(real))) {
            throw new LinkException("TARGET " + RawPath.printable(target) + " " + where + ": choose another place");
        }
    }

    /**
     * Bytes of a path's last name.
     *
     * @param path with at least one name.
     * @return the bytes.
     */
    public static byte[] name(final Path path) {
        return RawPath.name(path);
    }
}
