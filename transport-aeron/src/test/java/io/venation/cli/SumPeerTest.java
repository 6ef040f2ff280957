package io.venation.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same arguments and input to {@code venation hash} and to the programs it stands in for. */
class SumPeerTest {
    private static final byte[] KEY = "whats the Elvish word for friend".getBytes(UTF_8);
    private static final List<String> NAMES = List.of(
            "plain",
            "with space",
            "new\nline",
            "back\\slash",
            "back\\nslash",
            "tab\tand\rreturn",
            "'quoted'",
            "-",
            "\u00FCml\u00E4ut \uD83C\uDF3F",
            "no\uDCFFutf\uDCE9",
            "\uDCE2\uDC82",
            "\uDCED\uDCB2\uDC80",
            "replacement\uFFFD");

    @TempDir
    private Path directory;

    private final List<String> files = new ArrayList<>();

    @BeforeEach
    void writeFiles() throws IOException {
        final Random random = new Random(1);
        for (final String name : NAMES) {
            final byte[] content = new byte[random.nextInt(200_000)];
            random.nextBytes(content);
            files.add(directory + "/" + name);
            Files.write(RawText.path(files.getLast()), content);
        }
    }

    @Test
    void shouldPrintWhatB3sumPrints() throws Exception {
        assumeB3sum();
        final List<String> inputs = new ArrayList<>(files);
        inputs.add(5, directory + "/absent\uDCFF");
        inputs.add(7, directory.toString());
        compare("b3sum", "hash", new byte[0], inputs);
        compare("b3sum", "hash", "input".getBytes(UTF_8), List.of());
        compare("b3sum", "hash", "input".getBytes(UTF_8), List.of("-", files.getFirst(), "-"));
        for (final String options : new String[] {
            "--no-names", "-l 0", "-l 31", "--length=1000", "--num-threads 1", "--no-mmap", "--derive-key context"
        }) {
            compare("b3sum", "hash", new byte[0], join(options, files));
        }
        compare("b3sum", "hash", KEY, join("--keyed", files));
        compare("b3sum", "hash", KEY, join("--keyed --length 77", files));
        compare("b3sum", "hash", new byte[0], join("--raw", files.subList(0, 1)));
        compare("b3sum", "hash", KEY, join("--raw --length 100000", List.of()));
    }

    @Test
    void shouldCheckAsB3sumDoes() throws Exception {
        assumeB3sum();
        final byte[] sums = peer("b3sum", new byte[0], files).outBytes();
        compare("b3sum", "hash", sums, List.of("--check"));
        final long seed = 12_288;
        final Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            final byte[] changed = sums.clone();
            for (int i = 0; i <= round; i++) {
                changed[random.nextInt(changed.length)] = (byte) "\n\\ 0af\0gn\u007F".charAt(random.nextInt(10));
            }
            compare("b3sum", "hash", changed, join(random.nextBoolean() ? "-c" : "-c --quiet", List.of()));
        }
    }

    @Test
    void shouldPrintAndCheckAsSha3sumDoes() throws Exception {
        assumeOnPath("sha3sum");
        compare("sha3sum -a 256", "hash --suite sha3", new byte[0], files);
        compare("sha3sum -a 256", "hash --suite sha3", "input".getBytes(UTF_8), List.of());
        final byte[] sums = peer("sha3sum -a 256", new byte[0], files.subList(0, files.size() - 1))
                .outBytes();
        compare("sha3sum -a 256", "hash --suite sha3", sums, List.of("-c"));
        final byte[] changed = sums.clone();
        for (int i = 0; i < changed.length; i += 97) {
            changed[i] = 'x';
        }
        compare("sha3sum -a 256", "hash --suite sha3", changed, List.of("-c"));
    }

    private void compare(final String peer, final String command, final byte[] input, final List<String> arguments)
            throws Exception {
        final CommandRun expected = peer(peer, input, arguments);
        final CommandRun actual =
                CommandRun.withInput(input, join(command, arguments).toArray(String[]::new));
        final String message = printable(peer + " " + arguments + " < " + RawText.decode(input));
        assertEquals(printable(expected.out()), printable(actual.out()), message);
        final String program = peer.split(" ")[0];
        assertEquals(
                printable(expected.err().replaceAll("(?m)^(" + program + "|Error): ", "venation: ")),
                printable(actual.err().replace("venation: -: stream", "venation: stream")),
                message);
        assertEquals(expected.exitCode(), actual.exitCode(), message);
    }

    /** Through a script, because a process's arguments are bytes and Java's are text. */
    private CommandRun peer(final String program, final byte[] input, final List<String> arguments) throws Exception {
        final StringBuilder script = new StringBuilder("exec ").append(program);
        for (final String argument : arguments) {
            script.append(" '").append(argument.replace("'", "'\\''")).append('\'');
        }
        final Path scriptFile = Files.write(directory.resolve("script.sh"), RawText.encode(script.toString()));
        final Path inputFile = Files.write(directory.resolve("script.in"), input);
        final Path errFile = directory.resolve("script.err");
        final ProcessBuilder builder = new ProcessBuilder("sh", scriptFile.toString())
                .redirectInput(inputFile.toFile())
                .redirectError(errFile.toFile());
        builder.environment().put("RUST_BACKTRACE", "0");
        final Process process = builder.start();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        final int exitCode = process.waitFor();
        return new CommandRun(exitCode, out.toByteArray(), RawText.decode(Files.readAllBytes(errFile)));
    }

    /** Reports of tests carry plain text only. */
    private static String printable(final String text) {
        return text.chars()
                .mapToObj(c -> c == '\n' || c >= ' ' && c < 0x7F ? Character.toString(c) : "<%04x>".formatted(c))
                .collect(Collectors.joining());
    }

    private static List<String> join(final String words, final List<String> arguments) {
        final List<String> all = new ArrayList<>(List.of(words.split(" ")));
        all.addAll(arguments);
        return all;
    }

    private void assumeB3sum() throws Exception {
        assumeOnPath("b3sum");
        final String version =
                peer("b3sum", new byte[0], List.of("--version")).out().strip();
        Assumptions.assumeTrue(version.equals("b3sum 1.2.0"), "another version on the PATH: " + version);
    }

    private static void assumeOnPath(final String program) {
        Assumptions.assumeTrue(
                Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not on the PATH");
    }
}
