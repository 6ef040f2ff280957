package io.venation.bench;

import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the throughput commands have in common: rounds in turns, a table, a JSON array. */
abstract class ThroughputCommand implements VenationCommand {
    static final String RAW = "raw";
    static final String SEALED = "sealed";
    static final String PEER = "peer:";
    private static final String SEAL = "seal";

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--millis",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Length of each turn (default ${DEFAULT-VALUE} ms).")
    private int millis;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    private Console console;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    @Override
    public final Integer call() throws IOException, InterruptedException, ExecutionException {
        if (rounds < 1 || millis < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds and --millis must be at least 1");
        }
        console = Console.of(spec);
        line(Machine.describe());
        line("%-34s %8s %15s %12s %9s", "", "GB/s", "min..max", "frames/s", "B/frame");
        measure();
        if (json) {
            console.line(Json.of(rows));
        }
        return 0;
    }

    abstract void measure() throws IOException, InterruptedException, ExecutionException;

    /** Measures the ways of one setting beside sealing alone, and prints them. */
    final void measure(final String what, final String setting, final Throughput throughput)
            throws InterruptedException, ExecutionException {
        final Map<String, Double> medians = new LinkedHashMap<>();
        for (final Throughput.Figure figure :
                throughput.add(SEAL, SealWay::new).measure(rounds, TimeUnit.MILLISECONDS.toNanos(millis))) {
            final boolean isSeal = figure.variant().equals(SEAL);
            final double framesPerS = figure.median() * 1e9 / LatticeFrame.LENGTH;
            medians.put(figure.variant(), figure.median());
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("what", isSeal ? SEAL : what);
            row.put("variant", isSeal ? "one thread, in cache" : figure.variant());
            row.put("setting", setting);
            row.put("gb_per_s", figure.median());
            row.put("gb_per_s_min", figure.min());
            row.put("gb_per_s_max", figure.max());
            row.put("rounds", rounds);
            row.put("frames_per_s", framesPerS);
            row.put("bytes_allocated_per_frame", figure.bytesAllocatedPerFrame());
            rows.add(row);
            line(
                    "%-34s %8.3f %7.3f..%-6.3f %,12.0f %9.2f",
                    (isSeal ? SEAL : what + ' ' + figure.variant()) + ' ' + setting,
                    figure.median(),
                    figure.min(),
                    figure.max(),
                    framesPerS,
                    figure.bytesAllocatedPerFrame());
        }
        line(
                "sealed: %.2f of raw, %.2f of sealing alone",
                medians.get(SEALED) / medians.get(RAW), medians.get(SEALED) / medians.get(SEAL));
    }

    private void line(final String format, final Object... arguments) {
        if (!json) {
            console.line(String.format(Locale.ROOT, format, arguments));
        }
    }
}
