package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs jcstress over every class {@code *Stress} in JVMs of its own, with the report in {@code target/jcstress}. Unless
 * {@code venation.stress.options} says otherwise that is a glance at each; a forbidden outcome is a bug however seldom.
 */
final class StressTest {
    private static final String OPTIONS = System.getProperty(
            "venation.stress.options", "-m sanity -f 1 -time 100 -sc false -af NONE -jvmArgs -XX:TieredStopAtLevel=1");

    @Test
    void shouldSeeNoForbiddenOutcome() throws IOException, InterruptedException {
        final Path directory = Files.createDirectories(Path.of("target", "jcstress"));
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .toList()); // jcstress hands them down
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        command.addAll(List.of(OPTIONS.split(" ")));
        // few at a time: a ring has 128 KiB outside of the heap, which jcstress does not see
        command.addAll(List.of("-strideSize", "16", "-strideCount", "8", "-v"));
        final Path output = directory.toAbsolutePath().resolve("output.txt");
        final Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            final int exitCode = process.waitFor();
            final String said = Files.readString(output);
            assertEquals(0, exitCode, said);
            assertTrue(said.contains("RUN RESULTS:") && !said.contains("[SKIPPED]"), said);
        } finally {
            process.destroyForcibly();
        }
    }
}
