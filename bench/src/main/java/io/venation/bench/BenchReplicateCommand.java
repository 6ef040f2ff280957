package io.venation.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code venation bench replicate}: a verified copy beside {@code cp} and {@code sync}, alternated. */
@Command(
        name = "replicate",
        description = "Replicate one cached file over IPC beside cp + sync FILE, in turns.",
        footer = {"", "Prints the seconds that `venation replicate` reports over those of cp + sync, and the medians."})
public final class BenchReplicateCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go (default: the temporary folder).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--mib",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Size of the file (default ${DEFAULT-VALUE} MiB).")
    private int mebibytes;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    /** For the command line. */
    public BenchReplicateCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Console console = Console.of(spec);
        final Path folder = Files.createTempDirectory(directory, "venation-bench-");
        final Path source = folder.resolve("source");
        final Path target = folder.resolve("target");
        try {
            fill(source);
            final double[] copySeconds = new double[rounds];
            final double[] replicateSeconds = new double[rounds];
            if (!json) {
                console.line(Machine.describe());
            }
            for (int round = 0; round < rounds; round++) {
                clear(target);
                final long startNs = System.nanoTime();
                Machine.run("cp", source.toString(), target.toString());
                Machine.run("sync", target.toString());
                copySeconds[round] = (System.nanoTime() - startNs) / 1e9;
                clear(target);
                replicateSeconds[round] = replicate(source, target);
                if (!json) {
                    console.line(String.format(
                            Locale.ROOT,
                            "round %d: cp + sync %.3f s, replicate %.3f s, ratio %.3f",
                            round + 1,
                            copySeconds[round],
                            replicateSeconds[round],
                            replicateSeconds[round] / copySeconds[round]));
                }
            }
            report(console, copySeconds, replicateSeconds);
        } finally {
            Files.deleteIfExists(source);
            Files.deleteIfExists(target);
            Files.deleteIfExists(folder);
        }
        return 0;
    }

    private void fill(final Path source) throws IOException {
        final SplittableRandom random = new SplittableRandom(12_288);
        final byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(source)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    private static void clear(final Path target) throws IOException, InterruptedException {
        Files.deleteIfExists(target);
        Machine.settle();
    }

    private static double replicate(final Path source, final Path target) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.venation.cli.VenationMain",
                "replicate",
                "--json",
                source.toString(),
                target.toString()));
        final Map<String, Object> summary = JSON.std.mapFrom(Machine.run(command.toArray(String[]::new)));
        return ((Number) summary.get("seconds")).doubleValue();
    }

    private void report(final Console console, final double[] copySeconds, final double[] replicateSeconds) {
        final double ratio = median(replicateSeconds) / median(copySeconds);
        final double bytes = mebibytes * 1048576.0;
        if (json) {
            console.line(Json.of(
                    List.of(row("peer:cp+sync", bytes, copySeconds), row("replicate", bytes, replicateSeconds))));
        } else {
            console.line(String.format(
                    Locale.ROOT,
                    "median of %d: cp + sync %.3f s, replicate %.3f s, ratio %.3f",
                    rounds,
                    median(copySeconds),
                    median(replicateSeconds),
                    ratio));
        }
    }

    private static Map<String, Object> row(final String variant, final double bytes, final double[] seconds) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", "replicate");
        row.put("variant", variant);
        row.put("seconds", median(seconds));
        row.put("seconds_min", Arrays.stream(seconds).min().orElseThrow());
        row.put("seconds_max", Arrays.stream(seconds).max().orElseThrow());
        row.put("gb_per_s", bytes / median(seconds) / 1e9);
        return row;
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
