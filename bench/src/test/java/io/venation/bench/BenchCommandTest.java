package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bench runs and prints rows of the documented shape; what the figures are is not judged here. */
final class BenchCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPrintAndPlotKernelRows() throws IOException, InterruptedException {
        final Path plot = directory.resolve("plot.svg");
        final String output = output(
                "bench", "kernels", "--json", "--algorithm", "r96,seal-chain", "--quick", "--plot", plot.toString());
        final List<Object> rows = JSON.std.listFrom(output);
        assertTrue(rows.size() >= 3, rows::toString);
        final Path results = Files.writeString(directory.resolve("results.json"), output);
        final Path plotAgain = directory.resolve("again.svg");
        output("bench", "plot", results.toString(), plotAgain.toString());
        assertEquals(-1, Files.mismatch(plot, plotAgain));
        for (final Object row : rows) {
            assertEquals(
                    Set.of(
                            "machine",
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
    @ValueSource(strings = {"blake3", "sha3"})
    void shouldNameTheFunctionThatAPeerLacks(final String peer) throws IOException, InterruptedException {
        final Path library = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("nio"));
        final Process process =
                command("bench", "kernels", "--peer", peer + "=" + library).start();
        final String error = new String(process.getErrorStream().readAllBytes());
        assertEquals(2, process.waitFor(), error);
        assertTrue(error.contains("--peer=" + peer + "=" + library + ": the library has no function "), error);
    }

    @Test
    void shouldRefuseToPlotAnythingElse() throws IOException, InterruptedException {
        final Path results = Files.writeString(directory.resolve("results.json"), "[{\"machine\": 1}]");
        final Path plot = directory.resolve("plot.svg");
        final Process process =
                command("bench", "plot", results.toString(), plot.toString()).start();
        final String error = new String(process.getErrorStream().readAllBytes());
        assertEquals(1, process.waitFor(), error);
        assertTrue(error.contains(results + ": not the output of"), error);
        assertTrue(Files.notExists(plot));
    }

    @ParameterizedTest
    @CsvSource({
        "scaling --rounds 1 --threads 2, 2",
        "latency --seconds 1 --rate 1000 --rounds 1, 4",
        "tree --rounds 1 --entries 20000, 10",
        "ipc --rounds 1 --millis 50 --workers 1, 5",
        "ipc --rounds 1 --millis 5 --sweep, 21",
        "store --mib 4 --file-mib 2 --index-entries 5000 --rounds 1 --dir, 55",
        "sync --frames 500 --differing 10 --rounds 2 --dir, 1",
        "replicate --mib 8 --rounds 1 --dir, 2"
    })
    void shouldPrintRows(final String command, final int rowCount) throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of("bench"));
        words.addAll(List.of(command.split(" ")));
        if (command.endsWith("--dir")) {
            words.add(directory.toString());
        }
        words.add("--json");
        final List<Object> rows = JSON.std.listFrom(output(words.toArray(String[]::new)));
        assertEquals(rowCount, rows.size(), rows::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "ring, raw sealed peer:one-to-one peer:disruptor",
        "ipc, raw sealed peer:chronicle-queue",
        "udp, raw sealed peer:tcp-commons-codec"
    })
    void shouldMeasurePeersInTheSameRun(final String what, final String variants)
            throws IOException, InterruptedException {
        final List<Object> rows = JSON.std.listFrom(output("bench", what, "--rounds", "1", "--millis", "50", "--json"));
        final List<?> measured = rows.stream()
                .map(row -> (Map<?, ?>) row)
                .filter(row -> row.get("what").equals(what))
                .map(row -> row.get("variant"))
                .toList();
        assertEquals(List.of(variants.split(" ")), measured);
    }

    @Test
    void shouldWriteHistogramsAndPlotThem() throws IOException {
        final Path hdr = directory.resolve("hdr");
        assertDoesNotThrow(() -> output(
                "bench",
                "latency",
                "--seconds",
                "1",
                "--rate",
                "500",
                "--rounds",
                "1",
                "--transport",
                "ipc",
                "--hdr",
                hdr.toString()));
        for (final String variant : List.of("raw", "sealed")) {
            final HistogramLogReader log = new HistogramLogReader(
                    hdr.resolve("ipc-" + variant + ".hdr").toFile());
            assertEquals(500, ((Histogram) log.nextIntervalHistogram()).getTotalCount());
            assertTrue(Files.readString(hdr.resolve("ipc.svg")).contains("ipc-" + variant));
        }
    }

    private static String output(final String... words) throws IOException, InterruptedException {
        final Process process =
                command(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private static ProcessBuilder command(final String... words) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of(System.getProperty("venation.root"), ".config", "jvm.options"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.venation.cli.VenationMain"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }
}
