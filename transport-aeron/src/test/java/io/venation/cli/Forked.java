package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command in a JVM of its own, with the flags that the launcher gives it. */
public final class Forked implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private Forked(final Process process, final Path out, final Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** How a command ended. */
    record Outcome(int exitCode, String out, String err) {
        /** What the command itself has said: the JVM has one line about its incubator module. */
        String error() {
            return String.join(
                    "\n",
                    err.lines().filter(line -> !line.contains("incubator")).toList());
        }

        @Override
        public String toString() {
            return "exit " + exitCode + "\n" + out + "\n" + err;
        }
    }

    static Outcome run(final String... arguments) throws Exception {
        return run(List.of(), Map.of(), arguments);
    }

    /** Runs to the end; {@code before} are the words of a command that runs the rest of its arguments. */
    static Outcome run(final List<String> before, final Map<String, String> environment, final String... arguments)
            throws Exception {
        try (Forked forked = start(before, environment, arguments)) {
            return forked.outcome();
        }
    }

    static Forked start(final List<String> before, final Map<String, String> environment, final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(before);
        command.addAll(java("-XX:TieredStopAtLevel=1", VenationMain.class.getName()));
        command.addAll(Arrays.asList(arguments));
        final Path out = Files.createTempFile("venation-test-", ".out");
        final Path err = Files.createTempFile("venation-test-", ".err");
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new Forked(builder.start(), out, err);
    }

    /** The words that start a JVM with the launcher's flags and this one's class path; then come more flags and a class. */
    public static List<String> java(final String... words) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("venation.root"), ".config", "jvm.options"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of(words));
        return command;
    }

    Process process() {
        return process;
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.ISO_8859_1);
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.ISO_8859_1);
    }

    Outcome outcome() throws Exception {
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> "still running: " + process.info());
        return new Outcome(process.exitValue(), out(), err());
    }

    /** Directories of a process in shared memory or, where that is small, in the temporary directory. */
    long driverDirectories() throws IOException {
        long count = 0;
        for (final Path base : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            if (Files.isDirectory(base)) {
                try (Stream<Path> entries = Files.list(base)) {
                    count += entries.filter(entry ->
                                    entry.getFileName().toString().startsWith("venation-" + process.pid() + "-"))
                            .count();
                }
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.delete(out);
        Files.delete(err);
    }
}
