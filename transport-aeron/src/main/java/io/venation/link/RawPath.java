package io.venation.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * File names as the bytes they are. {@link Path#toUri()} and {@link Path#of(URI)} carry every byte in every locale, which
 * strings do not.
 */
final class RawPath {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    /** A place that does not exist, so that resolving against it never touches the file system. */
    private static final Path NOWHERE = Path.of("/\u0001venation-nowhere");

    private static final int NOWHERE_LENGTH = decode(NOWHERE.toUri().getRawPath()).length + 1;

    private RawPath() {}

    /**
     * Bytes of a path below a root, names separated by {@code /}.
     *
     * @param root absolute.
     * @param path root itself (the result is empty) or below it.
     * @return the bytes between.
     */
    static byte[] relative(final Path root, final Path path) {
        final int rootCount = root.getNameCount();
        final int count = path.getNameCount();
        return count == rootCount ? new byte[0] : textBytes(path.subpath(rootCount, count));
    }

    /**
     * Bytes of a file's own name.
     *
     * @param path with at least one name.
     * @return the last name.
     */
    static byte[] name(final Path path) {
        return textBytes(path.getFileName());
    }

    /**
     * Turns bytes back into a path.
     *
     * @param root     absolute.
     * @param relative checked by {@link #defect}.
     * @return the path below the root.
     */
    static Path resolve(final Path root, final byte[] relative) {
        if (relative.length == 0) {
            return root;
        }
        final StringBuilder uri = new StringBuilder("file:///x/");
        for (final byte b : relative) {
            if (b == '/') {
                uri.append('/');
            } else {
                uri.append('%').append(HEX.toHexDigits(b));
            }
        }
        final Path path = Path.of(URI.create(uri.toString()));
        return root.resolve(path.subpath(1, path.getNameCount()));
    }

    /**
     * The bytes of a path as the system takes them.
     *
     * @param path absolute, perhaps only the root.
     * @return its bytes; directories have no slash at their end.
     */
    static byte[] bytes(final Path path) {
        if (path.getNameCount() == 0) {
            return new byte[] {'/'};
        }
        // by its names: toUri would mark directories
        final byte[] names = textBytes(path.subpath(0, path.getNameCount()));
        final byte[] bytes = new byte[names.length + 1];
        bytes[0] = '/';
        System.arraycopy(names, 0, bytes, 1, names.length);
        return bytes;
    }

    /**
     * The exact text of a symbolic link.
     *
     * @param link a symbolic link.
     * @return its bytes, as readlink(2) gives them.
     * @throws IOException where it cannot be read.
     */
    static byte[] linkText(final Path link) throws IOException {
        final Path target = Files.readSymbolicLink(link);
        final byte[] text = textBytes(target);
        final long length = Files.readAttributes(link, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .size();
        // toUri marks directories with a slash that the text does not have
        return length > 0 && length == text.length - 1 ? Arrays.copyOf(text, text.length - 1) : text;
    }

    private static byte[] textBytes(final Path path) {
        if (path.isAbsolute()) {
            return decode(path.toUri().getRawPath());
        }
        final byte[] whole = decode(NOWHERE.resolve(path).toUri().getRawPath());
        return Arrays.copyOfRange(whole, NOWHERE_LENGTH, whole.length);
    }

    private static byte[] decode(final String rawPath) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            final char c = rawPath.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(rawPath, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /**
     * What is wrong with a path that a peer sent.
     *
     * @param path relative, names separated by {@code /}.
     * @return the defect in words, or null for a path that stays inside.
     */
    static String defect(final byte[] path) {
        if (path.length == 0) {
            return "is empty";
        }
        if (path.length > LinkProtocol.PATH_LIMIT) {
            return "is longer than " + LinkProtocol.PATH_LIMIT + " bytes";
        }
        if (path[0] == '/') {
            return "is absolute";
        }
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                final int length = i - start;
                if (length == 0) {
                    return "has an empty name";
                }
                if (length == 1 && path[start] == '.' || length == 2 && path[start] == '.' && path[start + 1] == '.') {
                    return "has a name . or ..";
                }
                start = i + 1;
            } else if (path[i] == 0) {
                return "holds a NUL byte";
            }
        }
        return null;
    }

    /**
     * A name for one line of text: UTF-8 where it is, control characters escaped.
     *
     * @param path bytes of a path.
     * @return printable text.
     */
    static String printable(final byte[] path) {
        final StringBuilder text = new StringBuilder();
        new String(path, StandardCharsets.UTF_8)
                .chars()
                .forEach(c -> text.append(c == '\n' ? "\\n" : Character.isISOControl(c) ? "?" : (char) c));
        return text.toString();
    }

    /**
     * A path for one line of text.
     *
     * @param path any path.
     * @return printable text.
     */
    static String printable(final Path path) {
        return printable(path.isAbsolute() ? bytes(path) : textBytes(path));
    }
}
