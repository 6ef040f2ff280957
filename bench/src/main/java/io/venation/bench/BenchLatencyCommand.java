package io.venation.bench;

import io.venation.aeron.LatticePlane;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench latency}: lone frames there and back, raw and sealed. */
@Command(
        name = "latency",
        description =
                "Send lone frames at a fixed rate to another thread and back: by Aeron alone, and sealed and verified.",
        footer = {
            "",
            "Open loop: a frame's time counts from when it was due, not from when the sender got to it, so a pause",
            "shows in every frame that it delayed. One process, two threads and the driver's."
        })
public final class BenchLatencyCommand implements VenationCommand {
    private static final double[] PERCENTILES = {50, 99, 99.9, 100};
    private static final int SEAL_CALLS = 20_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--transport",
            paramLabel = "ipc|udp",
            split = ",",
            defaultValue = "ipc,udp",
            description = "Shared memory, the loopback interface, or both (default ${DEFAULT-VALUE}).")
    private List<String> transports;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Frames a second (default ${DEFAULT-VALUE}).")
    private int framesPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "Length of each turn, after as long a warm-up (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--hdr",
            paramLabel = "DIR",
            description = "Write a .hdr log of all turns and a plot of the percentiles (SVG) there.")
    private Path hdrDirectory;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    private Console console;

    /** For the command line. */
    public BenchLatencyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        if (framesPerSecond < 1 || framesPerSecond > 1_000_000 || seconds < 1 || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--rate must be 1..1000000, --seconds and --rounds at least 1");
        }
        final Map<String, PingPong> pingPongs = new LinkedHashMap<>();
        transports.forEach(transport -> pingPongs.put(transport, pingPong(transport)));
        console = Console.of(spec);
        line(Machine.describe());
        line("%-18s %10s %21s %10s %10s %10s", "round trip, us", "p50", "min..max", "p99", "p99.9", "max");
        final List<Map<String, Object>> rows = new ArrayList<>();
        try (LatticePlane plane = LatticePlane.launch()) {
            for (final Map.Entry<String, PingPong> transport : pingPongs.entrySet()) {
                rows.addAll(measure(plane, transport.getKey(), transport.getValue()));
            }
        }
        if (json) {
            console.line(Json.of(rows));
        }
        return 0;
    }

    private PingPong pingPong(final String transport) {
        return switch (transport) {
            case "ipc" -> new PingPong("aeron:ipc", "aeron:ipc", framesPerSecond);
            case "udp" ->
                new PingPong(
                        "aeron:udp?endpoint=localhost:24768", "aeron:udp?endpoint=localhost:24769", framesPerSecond);
            default ->
                throw new ParameterException(spec.commandLine(), "--transport=" + transport + ": must be ipc or udp");
        };
    }

    private List<Map<String, Object>> measure(final LatticePlane plane, final String transport, final PingPong pingPong)
            throws IOException, InterruptedException, ExecutionException {
        final Map<PingPong.Variant, List<Histogram>> turns = new EnumMap<>(PingPong.Variant.class);
        final double[] sealMicros = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            sealMicros[round] = sealMicros();
            for (final PingPong.Variant variant : PingPong.Variant.values()) {
                turns.computeIfAbsent(variant, v -> new ArrayList<>())
                        .add(pingPong.measure(plane, variant, TimeUnit.SECONDS.toNanos(seconds)));
            }
        }
        final List<Map<String, Object>> rows = new ArrayList<>();
        final Map<PingPong.Variant, Double> p50 = new EnumMap<>(PingPong.Variant.class);
        turns.forEach((variant, histograms) -> {
            final String name = variant.name().toLowerCase(Locale.ROOT);
            final double[][] micros = new double[PERCENTILES.length][];
            Arrays.setAll(
                    micros,
                    i -> histograms.stream()
                            .mapToDouble(histogram -> histogram.getValueAtPercentile(PERCENTILES[i]) / 1e3)
                            .sorted()
                            .toArray());
            p50.put(variant, micros[0][rounds / 2]);
            rows.add(row(transport, name, micros));
            line(
                    "%-18s %10.1f %10.1f..%-10.1f %9.1f %10.1f %10.1f",
                    transport + ' ' + name,
                    micros[0][rounds / 2],
                    micros[0][0],
                    micros[0][rounds - 1],
                    micros[1][rounds / 2],
                    micros[2][rounds / 2],
                    micros[3][rounds / 2]);
        });
        Arrays.sort(sealMicros);
        final double seal = sealMicros[rounds / 2];
        final double difference = p50.get(PingPong.Variant.SEALED) - p50.get(PingPong.Variant.RAW);
        line("%s: sealed - raw %.1f us at p50, four lone seals and 3 us are %.1f", transport, difference, 4 * seal + 3);
        if (hdrDirectory != null) {
            write(transport, turns);
        }
        return rows;
    }

    private Map<String, Object> row(final String transport, final String variant, final double[][] micros) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", "ping-pong " + transport);
        row.put("variant", variant);
        row.put("frames_per_s", framesPerSecond);
        final String[] names = {"p50_us", "p99_us", "p999_us", "max_us"};
        for (int i = 0; i < names.length; i++) {
            row.put(names[i], micros[i][rounds / 2]);
            row.put(names[i] + "_min", micros[i][0]);
            row.put(names[i] + "_max", micros[i][rounds - 1]);
        }
        row.put("rounds", rounds);
        return row;
    }

    /** One frame sealed in the first-level cache, microseconds. */
    private static double sealMicros() {
        final FrameBatch frames = new FrameBatch();
        final FrameSealer sealer = new FrameSealer(Kernels.select(), Suite.DEFAULT, false);
        final int[] payloadLengths = {LatticeFrame.LENGTH};
        double best = Double.MAX_VALUE;
        for (int turn = 0; turn < 5; turn++) {
            final long startNs = System.nanoTime();
            for (int i = 0; i < SEAL_CALLS; i++) {
                sealer.seal(frames.sealedFrames(), FrameBatch.STRIDE, 1, i, payloadLengths);
            }
            best = Math.min(best, (System.nanoTime() - startNs) / 1e3 / SEAL_CALLS);
        }
        return best;
    }

    private void write(final String transport, final Map<PingPong.Variant, List<Histogram>> turns) throws IOException {
        Files.createDirectories(hdrDirectory);
        final Map<String, Histogram> sums = new LinkedHashMap<>();
        for (final Map.Entry<PingPong.Variant, List<Histogram>> entry : turns.entrySet()) {
            final String name = transport + '-' + entry.getKey().name().toLowerCase(Locale.ROOT);
            final Histogram sum = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
            try (PrintStream out =
                    new PrintStream(hdrDirectory.resolve(name + ".hdr").toFile())) {
                final HistogramLogWriter log = new HistogramLogWriter(out);
                log.outputLogFormatVersion();
                log.outputLegend();
                for (final Histogram histogram : entry.getValue()) {
                    log.outputIntervalHistogram(histogram);
                    sum.add(histogram);
                }
            }
            sums.put(name, sum);
        }
        Files.writeString(hdrDirectory.resolve(transport + ".svg"), PercentilePlot.svg(Machine.describe(), sums));
    }

    private void line(final String format, final Object... arguments) {
        if (!json) {
            console.line(String.format(Locale.ROOT, format, arguments));
        }
    }
}
