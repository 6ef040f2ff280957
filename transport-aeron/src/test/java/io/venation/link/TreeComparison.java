package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/** Compares two trees: names, kinds, bytes, link texts, permissions, modification times to the nanosecond. */
public final class TreeComparison {
    private TreeComparison() {}

    /** Fails with the first entry that differs. */
    public static void assertSame(final Path expected, final Path actual, final String message) throws IOException {
        assertSame(entries(expected), entries(actual), expected, actual, message);
    }

    /** The same, but for the mode and time of the two roots. */
    public static void assertSameContents(final Path expected, final Path actual, final String message)
            throws IOException {
        final Map<Path, String> expectedEntries = entries(expected);
        final Map<Path, String> actualEntries = entries(actual);
        expectedEntries.remove(Path.of(""));
        actualEntries.remove(Path.of(""));
        assertSame(expectedEntries, actualEntries, expected, actual, message);
    }

    private static void assertSame(
            final Map<Path, String> expectedEntries,
            final Map<Path, String> actualEntries,
            final Path expected,
            final Path actual,
            final String message)
            throws IOException {
        assertEquals(describe(expectedEntries), describe(actualEntries), message);
        for (final Path relative : expectedEntries.keySet()) {
            final Path left = expected.resolve(relative);
            final Path right = actual.resolve(relative);
            if (Files.isSymbolicLink(left)) {
                // paths are equal when their bytes are
                assertEquals(
                        Files.readSymbolicLink(left),
                        Files.readSymbolicLink(right),
                        () -> message + ": " + relative.toUri());
            } else if (Files.isRegularFile(left)) {
                assertEquals(-1, Files.mismatch(left, right), () -> message + ": first difference in " + left.toUri());
            }
        }
    }

    private static String describe(final Map<Path, String> entries) {
        final StringBuilder text = new StringBuilder();
        entries.forEach((path, entry) -> text.append(entry).append('\n'));
        return text.toString();
    }

    private static Map<Path, String> entries(final Path root) throws IOException {
        final Map<Path, String> entries = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(final Path path, final BasicFileAttributes attributes)
                    throws IOException {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(final Path path, final BasicFileAttributes attributes) throws IOException {
                final Map<String, Object> all =
                        Files.readAttributes(path, "unix:mode,lastModifiedTime,size", LinkOption.NOFOLLOW_LINKS);
                final String name = path.toUri()
                        .getRawPath()
                        .substring(root.toUri().getRawPath().length())
                        .replaceAll("/$", "");
                entries.put(
                        root.relativize(path),
                        name + " " + Integer.toOctalString((int) all.get("mode")) + " " + all.get("lastModifiedTime")
                                + (attributes.isDirectory() ? "" : " " + all.get("size")));
                return FileVisitResult.CONTINUE;
            }
        });
        return entries;
    }
}
