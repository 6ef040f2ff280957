package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class VenationMainTest {
    private static List<String> commands() {
        return ServiceLoader.load(VenationCommand.class).stream()
                .map(provider -> provider.type().getAnnotation(Command.class).name())
                .toList();
    }

    @Test
    void shouldFindTheCommands() {
        assertTrue(
                commands().containsAll(List.of("doctor", "hash", "receive", "replicate", "send")),
                commands().toString());
    }

    @Test
    void shouldHelpOnEveryLevel() {
        final CommandRun root = CommandRun.of("--help");
        assertEquals(0, root.exitCode());
        assertTrue(root.out().startsWith("Usage: venation "), root.out());
        for (final String command : commands()) {
            assertTrue(root.out().contains("\n  " + command), command + " is missing in " + root.out());
            final CommandRun help = CommandRun.of(command, "--help");
            assertEquals(0, help.exitCode(), command);
            assertEquals("", help.err());
            assertTrue(help.out().startsWith("Usage: venation " + command + " "), help.out());
            assertTrue(help.out().contains("--verbose"), help.out());
            assertTrue(help.out().contains("Exit codes:"), help.out());
        }
    }

    @Test
    void shouldTellItsVersion() {
        for (final String[] args : new String[][] {{"--version"}, {"hash", "-V"}}) {
            final CommandRun version = CommandRun.of(args);
            assertEquals(0, version.exitCode());
            assertTrue(version.out().matches("(?s)venation \\d+\\.\\d+\\.\\d+\\S*\n.*"), version.out());
            assertTrue(version.out().contains("JDK " + Runtime.version()), version.out());
            assertTrue(version.out().contains("\nkernel "), version.out());
        }
    }

    @Test
    void shouldEndWithTwoOnWrongUsage() {
        for (final String[] args : new String[][] {
            {},
            {"--no-such-option"},
            {"no-such-command"},
            {"hash", "--no-such-option"},
            {"hash", "--length"},
            {"hash", "--kernel", "quantum"},
            {"doctor", "argument"}
        }) {
            final CommandRun run = CommandRun.of(args);
            final String message = String.join(" ", args) + " → " + run.err();
            assertEquals(2, run.exitCode(), message);
            assertEquals("", run.out(), message);
            assertTrue(run.err().matches("venation: [^\n]* \\(see 'venation[a-z -]* --help'\\)\n"), message);
        }
    }

    @Test
    void shouldCompleteInShells() {
        final CommandRun completion = CommandRun.of("generate-completion");
        assertEquals(0, completion.exitCode());
        for (final String command : commands()) {
            assertTrue(completion.out().contains("_picocli_venation_" + command), command);
        }
    }

    @Test
    void shouldTakeArgumentsThatLookLikeArgumentFilesAsTheyAre() {
        final CommandRun run = CommandRun.of("hash", "@no-such-file");
        assertEquals(1, run.exitCode());
        assertEquals("venation: @no-such-file: No such file or directory (os error 2)\n", run.err());
    }

    @Test
    void shouldShowStackTracesOnlyWhenVerbose() {
        final String line = "venation: no-such-sums: No such file or directory (os error 2)\n";
        assertEquals(line, CommandRun.of("hash", "-c", "no-such-sums").err());
        final String verbose =
                CommandRun.of("hash", "-c", "no-such-sums", "--verbose").err();
        assertTrue(verbose.contains("\tat io.venation.cli.HashCommand"), verbose);
        assertTrue(verbose.endsWith(line), verbose);
    }

    @Test
    void shouldEndQuietlyWhenNobodyReadsItsOutput() {
        assertEquals("1 ", runWithBrokenOutput("Broken pipe", "hash", "-"));
        assertEquals("1 ", runWithBrokenOutput("Broken pipe", "--help"));
    }

    @Test
    void shouldSayThatItsOutputCannotBeWritten() {
        final String line = "1 venation: standard output: No space left on device\n";
        assertEquals(line, runWithBrokenOutput("No space left on device", "hash", "-"));
        assertEquals(line, runWithBrokenOutput("No space left on device", "--help"));
    }

    @Test
    void shouldWriteJsonOnOneLine() {
        assertEquals("[{\"name\":\"a\\n\uFFFD\"},null]", Json.of(Arrays.asList(Map.of("name", "a\n\uDCFF"), null)));
        assertFalse(Json.of(List.of("\n")).contains("\n"));
    }

    private static String runWithBrokenOutput(final String reason, final String... args) {
        final OutputStream broken = new OutputStream() {
            @Override
            public void write(final int b) throws IOException {
                throw new IOException(reason);
            }
        };
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final int exitCode =
                VenationMain.run(args, new Console(Channels.newChannel(InputStream.nullInputStream()), broken, err));
        return exitCode + " " + err.toString(StandardCharsets.UTF_8);
    }
}
