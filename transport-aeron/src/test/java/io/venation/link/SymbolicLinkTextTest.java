package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of a symbolic link stays what it is, byte for byte; ln and readlink judge. */
final class SymbolicLinkTextTest {
    @TempDir
    private Path folder;

    @Test
    void shouldKeepEveryText() throws Exception {
        final long seed = 11;
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = Files.createDirectory(folder.resolve("source"));
        Files.createDirectory(source.resolve("directory"));
        final List<byte[]> texts = new ArrayList<>();
        for (final String text : new String[] {
            "directory",
            "directory/",
            "directory//",
            "./directory",
            "directory/.",
            "directory/..",
            ".",
            "..",
            "./",
            "../",
            "/",
            "//",
            "///",
            "/tmp",
            "/tmp/",
            "//tmp//",
            "/.",
            "/..",
            "a//b",
            "a///b//",
            "./.",
            "...",
            "missing/",
            "self",
            "%41",
            "a%2Fb",
            "a b\nc",
            "-",
            "\u0001",
            "?q",
            "#f",
            "\\",
            "~",
            "x".repeat(4_000),
            "y/".repeat(2_000)
        }) {
            texts.add(text.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 200; i++) {
            final byte[] text = new byte[1 + random.nextInt(60)];
            for (int j = 0; j < text.length; j++) {
                // slashes and dots often, newline at the end never: the shell's $() would eat it, readlink's output too
                text[j] = switch (random.nextInt(4)) {
                    case 0 -> (byte) '/';
                    case 1 -> (byte) '.';
                    default -> (byte) random.nextInt(1, 256);
                };
            }
            texts.add(text);
        }
        final ByteArrayOutputStream script = new ByteArrayOutputStream();
        for (int i = 0; i < texts.size(); i++) {
            script.writeBytes("ln -s -- '".getBytes(StandardCharsets.US_ASCII));
            script.writeBytes(quoted(texts.get(i)));
            script.writeBytes(("' link" + i + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        shell(source, script.toByteArray());

        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            for (int i = 0; i < texts.size(); i++) {
                final byte[] text =
                        shell(link.target, ("readlink -n link" + i + "\n").getBytes(StandardCharsets.US_ASCII));
                assertArrayEquals(texts.get(i), text, "seed=" + seed + " i=" + i);
            }
            TreeComparison.assertSame(source, link.target, "seed=" + seed);
            // and once more over links that are there
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "again");
            shell(folder, "rm -f source/link* target/link*\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Single quotes end the shell's word, so each becomes {@code '\''}. */
    private static byte[] quoted(final byte[] text) {
        final ByteArrayOutputStream quoted = new ByteArrayOutputStream();
        for (final byte b : text) {
            if (b == '\'') {
                quoted.writeBytes("'\\''".getBytes(StandardCharsets.US_ASCII));
            } else {
                quoted.write(b);
            }
        }
        return quoted.toByteArray();
    }

    private static byte[] shell(final Path directory, final byte[] script) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder("sh")
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(script);
        }
        final byte[] out = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        return out;
    }

    @Test
    void shouldNameWhatTheSystemRefuses() {
        final Path link = folder.resolve("missing/link");
        final FileSystemException refusal =
                assertThrows(FileSystemException.class, () -> SymbolicLink.create(link, new byte[] {'x'}));
        assertEquals("No such file or directory", refusal.getReason());
        assertEquals(link.toString(), refusal.getFile());
    }

    @Test
    void shouldPrintNamesOnOneLine() {
        assertEquals("a\\nb?c", RawPath.printable(new byte[] {'a', '\n', 'b', 7, 'c'}));
        assertEquals("/tmp", RawPath.printable(Path.of("/tmp")));
        assertEquals("tmp", RawPath.printable(Path.of("tmp")));
        assertEquals("/", RawPath.printable(Path.of("/")));
    }
}
