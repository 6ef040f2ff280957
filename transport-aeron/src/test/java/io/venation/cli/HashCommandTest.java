package io.venation.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.Blake3;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashCommandTest {
    private static final String ABC = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
    private static final String EMPTY = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    private static final String KEYED_EMPTY = "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26";
    private static final String DERIVED_EMPTY = "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d";
    private static final String SHA3_ABC = "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532";
    private static final byte[] KEY = "whats the Elvish word for friend".getBytes(UTF_8);
    private static final String CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context";

    @TempDir
    private Path directory;

    @Test
    void shouldHashStandardInput() {
        assertEquals(
                ABC + "  -\n",
                CommandRun.withInput("abc".getBytes(UTF_8), "hash").out());
        assertEquals(
                ABC + "  -\n" + EMPTY + "  -\n",
                CommandRun.withInput("abc".getBytes(UTF_8), "hash", "-", "-").out());
    }

    @Test
    void shouldHashManyFilesAndGoOnAfterOneThatCannotBeRead() throws IOException {
        final String abc = write("abc", "abc");
        final String empty = write("empty", "");
        final CommandRun run = CommandRun.of("hash", abc, directory + "/absent", directory.toString(), empty, "");
        assertEquals(1, run.exitCode());
        assertEquals(ABC + "  " + abc + "\n" + EMPTY + "  " + empty + "\n", run.out());
        assertEquals(
                "venation: " + directory + "/absent: No such file or directory (os error 2)\n"
                        + "venation: " + directory + ": Is a directory (os error 21)\n"
                        + "venation: : No such file or directory (os error 2)\n",
                run.err());
    }

    @Test
    void shouldTakeTheKeyFromStandardInput() throws IOException {
        final String empty = write("empty", "");
        assertEquals(
                KEYED_EMPTY + "  " + empty + "\n",
                CommandRun.withInput(KEY, "hash", "--keyed", empty).out());

        final CommandRun shortKey = CommandRun.withInput(new byte[31], "hash", "--keyed", empty);
        assertEquals(1, shortKey.exitCode());
        assertEquals("venation: expected 32 key bytes from stdin, found 31\n", shortKey.err());
        final CommandRun longKey = CommandRun.withInput(new byte[33], "hash", "--keyed", empty);
        assertEquals(1, longKey.exitCode());
        assertEquals("venation: read more than 32 key bytes from stdin\n", longKey.err());
        final CommandRun both = CommandRun.withInput(KEY, "hash", "--keyed", "-", empty);
        assertEquals(1, both.exitCode());
        assertEquals(KEYED_EMPTY + "  " + empty + "\n", both.out());
        assertEquals("venation: -: Cannot open `-` in keyed mode\n", both.err());
    }

    @Test
    void shouldDeriveKeys() {
        assertEquals(
                DERIVED_EMPTY + "  -\n",
                CommandRun.of("hash", "--derive-key", CONTEXT).out());
    }

    @Test
    void shouldGiveAsMuchOutputAsAskedFor() {
        assertEquals("\n", CommandRun.of("hash", "--no-names", "-l", "0").out());
        assertEquals(
                EMPTY.substring(0, 10) + "\n",
                CommandRun.of("hash", "--no-names", "--length=5").out());
        final int length = 200_001;
        final byte[] output = new byte[length];
        Blake3.hasher(Kernels.select("scalar")).digest(output, 0, length);
        final String lengthOption = "-l" + length;
        assertEquals(
                HexFormat.of().formatHex(output) + "  -\n",
                CommandRun.of("hash", lengthOption).out());
        assertArrayEquals(output, CommandRun.of("hash", "--raw", lengthOption).outBytes());
    }

    @Test
    void shouldHashWithEveryKernelThatIsAvailable() {
        for (final String line : Kernels.report()) {
            if (!line.contains("not available")) {
                final String kernel = line.substring("kernel ".length(), line.indexOf(':'));
                assertEquals(
                        ABC + "  -\n",
                        CommandRun.withInput("abc".getBytes(UTF_8), "hash", "--kernel", kernel)
                                .out());
            }
        }
    }

    @Test
    void shouldHashLargeFilesAlikeWithAnyNumberOfThreads() throws IOException {
        final long seed = 96;
        final Random random = new Random(seed);
        for (final int length : new int[] {1 << 20, (1 << 20) + 1, (3 << 20) + random.nextInt(1 << 20), 5 << 20}) {
            final byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            final String file = Files.write(directory.resolve("large"), bytes).toString();
            final Blake3 expected = Blake3.hasher(Kernels.select("scalar"));
            expected.update(bytes, 0, length);
            final String line = HexFormat.of().formatHex(expected.digest()) + "  " + file + "\n";
            final String message = "seed=" + seed + " length=" + length;
            assertEquals(line, CommandRun.of("hash", file).out(), message);
            assertEquals(line, CommandRun.of("hash", "--num-threads", "3", file).out(), message);
            assertEquals(line, CommandRun.of("hash", "--no-mmap", file).out(), message);
        }
    }

    @Test
    void shouldSayThatAFileShrankWhileItWasRead() throws IOException {
        final Path file = Files.write(directory.resolve("shrunk"), new byte[100]);
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            final IOException e =
                    assertThrows(IOException.class, () -> InputHasher.readFully(channel, 10, arena.allocate(91)));
            assertEquals("shrank while it was read", e.getMessage());
        }
    }

    @Test
    void shouldRefuseWhatDoesNotGoTogether() {
        for (final String options : new String[] {
            "--keyed --derive-key x f",
            "--keyed",
            "--raw f f",
            "-c --keyed f",
            "-c --derive-key x f",
            "-c -l 32 f",
            "-c --raw f",
            "-c --no-names f",
            "--quiet f",
            "-l -1 f",
            "-l x f",
            "--num-threads -1 f",
            "--suite sha3 --keyed f",
            "--suite sha3 --derive-key x f",
            "--suite sha3 -l 32 f",
            "--suite md5 f",
            "--derive-key \uDCFF f"
        }) {
            final CommandRun run = CommandRun.of(("hash " + options).split(" "));
            assertEquals(2, run.exitCode(), options);
            assertEquals("", run.out(), options);
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }

    @Test
    void shouldCheckSums() throws IOException {
        final String abc = write("a\nb", "abc");
        final String escaped = abc.replace("\n", "\\n");
        final String sums = CommandRun.of("hash", abc).out();
        assertEquals("\\" + ABC + "  " + escaped + "\n", sums);

        final CommandRun good = CommandRun.withInput(sums.getBytes(UTF_8), "hash", "--check");
        assertEquals(new CommandRunText(0, "\\" + escaped + ": OK\n", ""), CommandRunText.of(good));
        final CommandRun quiet = CommandRun.withInput(sums.getBytes(UTF_8), "hash", "-c", "--quiet", "-");
        assertEquals(new CommandRunText(0, "", ""), CommandRunText.of(quiet));
        Files.writeString(Path.of(abc), "abd");
        final CommandRun bad = CommandRun.withInput(sums.getBytes(UTF_8), "hash", "-c", "--quiet");
        assertEquals(new CommandRunText(1, "\\" + escaped + ": FAILED\n", ""), CommandRunText.of(bad));
    }

    @Test
    void shouldNameWhatIsMalformedAndCheckTheRest() throws IOException {
        final String abc = write("abc", "abc");
        final String lines = "short\n"
                + "\n"
                + EMPTY + " *" + abc + "\n"
                + EMPTY.toUpperCase(java.util.Locale.ROOT) + "  " + abc + "\n"
                + "\\" + EMPTY + "  a\\b\n"
                + "\u00E9" + EMPTY + "  " + abc + "\n"
                + EMPTY + "  a\0b\n"
                + EMPTY + "  a\uFFFDb\n"
                + EMPTY + "  " + directory + "/absent\n"
                + EMPTY + "  " + abc + "\n"
                + ABC + "  " + abc;
        assertEquals(
                new CommandRunText(
                        1,
                        directory + "/absent: FAILED (No such file or directory (os error 2))\n"
                                + abc + ": FAILED\n"
                                + abc + ": OK\n",
                        "venation: Short line\n"
                                + "venation: Empty line\n"
                                + "venation: Invalid space\n"
                                + "venation: Invalid hex\n"
                                + "venation: Invalid backslash escape\n"
                                + "venation: Non-ASCII prefix\n"
                                + "venation: Null character in path\n"
                                + "venation: Unicode replacement character in path\n"),
                CommandRunText.of(CommandRun.withInput(lines.getBytes(UTF_8), "hash", "-c")));

        final CommandRun binary = CommandRun.withInput(new byte[] {(byte) 0xFF, '\n'}, "hash", "-c");
        assertEquals(
                new CommandRunText(1, "", "venation: -: stream did not contain valid UTF-8\n"),
                CommandRunText.of(binary));
    }

    @Test
    void shouldPrintSha3SumsAsSha3sumDoes() throws IOException, NoSuchAlgorithmException {
        final String abc = write("abc", "abc");
        final String odd = write("a\\\n\uDCFF", "abc");
        final String escaped = directory + "/a\\\\\\n\uDCFF";
        assertEquals(
                SHA3_ABC + "  " + abc + "\n\\" + SHA3_ABC + "  " + escaped + "\n",
                CommandRun.of("hash", "--suite", "sha3", abc, odd).out());
        final byte[] large = new byte[(1 << 20) + 5];
        Arrays.fill(large, (byte) 7);
        final String hex =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA3-256").digest(large));
        assertEquals(
                hex + "  -\n",
                CommandRun.withInput(large, "hash", "--suite", "sha3").out());
    }

    @Test
    void shouldCheckSha3SumsAsSha3sumDoes() throws IOException {
        final String abc = write("a\nb", "abc");
        final String lines = "# a comment\nmalformed\n"
                + "\\" + SHA3_ABC + "  " + abc.replace("\n", "\\n") + "\n"
                + ABC + "  " + directory + "/absent\n"
                + "\\" + ABC + " *" + abc.replace("\n", "\\n") + "\n";
        assertEquals(
                new CommandRunText(
                        1,
                        abc + ": OK\n" + directory + "/absent: FAILED open or read\n" + abc + ": FAILED\n",
                        "venation: " + directory + "/absent: No such file or directory\n"
                                + "venation: WARNING: 1 line is improperly formatted\n"
                                + "venation: WARNING: 1 listed file could not be read\n"
                                + "venation: WARNING: 1 computed checksum did NOT match\n"),
                CommandRunText.of(CommandRun.withInput(RawText.encode(lines), "hash", "--suite", "sha3", "-c")));

        final CommandRun none = CommandRun.withInput("x\n".getBytes(UTF_8), "hash", "--suite", "sha3", "-c");
        assertEquals(
                new CommandRunText(
                        1, "", "venation: standard input: no properly formatted SHA3 checksum lines found\n"),
                CommandRunText.of(none));
    }

    @Test
    void shouldTellAFileFromADirectoryByTheSlash() throws IOException {
        final CommandRun run = CommandRun.of("hash", write("abc", "abc") + "/");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().endsWith("/abc/: Not a directory (os error 20)\n"), run.err());
    }

    private String write(final String name, final String content) throws IOException {
        final String file = directory + "/" + name;
        Files.writeString(RawText.path(file), content);
        return file;
    }

    private record CommandRunText(int exitCode, String out, String err) {
        static CommandRunText of(final CommandRun run) {
            return new CommandRunText(run.exitCode(), run.out(), run.err());
        }
    }
}
