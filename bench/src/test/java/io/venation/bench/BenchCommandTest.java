package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each bench runs and prints rows of the documented shape; what the figures are is not judged here. */
final class BenchCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPrintKernelRows() throws IOException, InterruptedException {
        final List<Object> rows = run("bench", "kernels", "--json", "--algorithm", "r96", "--quick");
        assertTrue(rows.size() >= 2, rows::toString);
        for (final Object row : rows) {
            assertEquals(
                    Set.of(
                            "algorithm",
                            "mechanism",
                            "isa",
                            "batch",
                            "gb_per_s",
                            "gb_per_s_min",
                            "gb_per_s_max",
                            "runs",
                            "ns_per_frame",
                            "bytes_allocated_per_frame"),
                    ((Map<?, ?>) row).keySet());
        }
    }

    @ParameterizedTest
    @CsvSource({"latency --seconds 1 --rate 1000, 1", "replicate --mib 8 --rounds 1 --dir, 2"})
    void shouldPrintRows(final String command, final int rowCount) throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of("bench"));
        words.addAll(List.of(command.split(" ")));
        if (command.endsWith("--dir")) {
            words.add(directory.toString());
        }
        words.add("--json");
        final List<Object> rows = run(words.toArray(String[]::new));
        assertEquals(rowCount, rows.size(), rows::toString);
    }

    private static List<Object> run(final String... words) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.venation.cli.VenationMain"));
        command.addAll(List.of(words));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return JSON.std.listFrom(output);
    }
}
