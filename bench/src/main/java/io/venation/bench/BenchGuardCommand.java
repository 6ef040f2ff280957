package io.venation.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.aeron.LatticePlane;
import io.venation.cli.CommandFailure;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.hashing.Kernels;
import io.venation.nativehash.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code venation bench guard}: has anything become much slower beside what it is measured with? */
@Command(
        name = "guard",
        description = "Measure ratios in three turns and compare them with those that are checked in.",
        footer = {
            "",
            "A ratio fails that is more than 40 % below its baseline in each of the three turns. Baselines are kept by",
            "instruction set; a machine with another one prints that there is none, and passes."
        })
public final class BenchGuardCommand implements VenationCommand {
    private static final int ROUNDS = 3;
    private static final double TOLERANCE = 0.4;
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SLICES = 3;
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final String BASELINE = "guard.json";

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    @Option(names = "--update", description = "Print the measured ratios as a baseline and compare nothing.")
    private boolean update;

    @Option(names = "--slow-seal", description = "Seal everything twice: proves that the guard notices, by failing.")
    private boolean slowSeal;

    private Console console;

    /** For the command line. */
    public BenchGuardCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        console = Console.of(spec);
        final String isa = isa();
        final Map<?, ?> baseline = baseline(isa);
        if (baseline == null && !update) {
            console.line("guard: no baseline for " + isa);
            return 0;
        }
        final Map<String, double[]> ratios = new LinkedHashMap<>();
        kernels(ratios);
        if (!slowSeal) {
            transports(ratios);
        }
        if (update) {
            final Map<String, Object> medians = new LinkedHashMap<>();
            ratios.forEach((name, values) -> medians.put(name, Math.round(100 * median(values)) / 100.0));
            console.line(Json.of(Map.of(isa, medians)));
            return 0;
        }
        return report(isa, baseline, ratios);
    }

    /** What the figures go by: the native instruction set and the vector width. */
    private static String isa() {
        if (!NativeLibrary.isAvailable()) {
            return "no native kernels";
        }
        try {
            return Kernels.select("native").isa()
                    + '/'
                    + Kernels.select("vector").isa();
        } catch (final IllegalStateException e) {
            return "no vectors";
        }
    }

    private static Map<?, ?> baseline(final String isa) throws IOException {
        try (InputStream in = BenchGuardCommand.class.getResourceAsStream(BASELINE)) {
            return (Map<?, ?>) JSON.std.mapFrom(in).get(isa);
        }
    }

    private void kernels(final Map<String, double[]> ratios) {
        final Map<String, Runnable> calls = new LinkedHashMap<>();
        for (final String mechanism : List.of("native", "vector", "scalar")) {
            for (final Workload workload : List.of(Workload.BLAKE3, Workload.SHA3, Workload.R96, Workload.SEAL)) {
                calls.put(workload.label() + ' ' + mechanism, call(workload.label(), mechanism));
            }
        }
        calls.values().forEach(call -> perSecond(call, WARM_UP_NS));
        for (int round = 0; round < ROUNDS; round++) {
            final Map<String, Double> speeds = new LinkedHashMap<>();
            for (int slice = 0; slice < SLICES; slice++) {
                calls.forEach((name, call) -> speeds.merge(name, perSecond(call, SLICE_NS), Math::max));
            }
            for (final String mechanism : List.of("native", "vector")) {
                for (final String algorithm : List.of("blake3", "sha3", "r96")) {
                    put(
                            ratios,
                            algorithm + ' ' + mechanism + " / scalar",
                            round,
                            speeds.get(algorithm + ' ' + mechanism) / speeds.get(algorithm + " scalar"));
                }
                final double both = 1 / (1 / speeds.get("blake3 " + mechanism) + 1 / speeds.get("r96 " + mechanism));
                put(ratios, "seal " + mechanism + " / blake3 + r96", round, speeds.get("seal " + mechanism) / both);
            }
        }
    }

    private Runnable call(final String algorithm, final String mechanism) {
        final KernelBenchmark benchmark = new KernelBenchmark();
        benchmark.algorithm = algorithm;
        benchmark.mechanism = mechanism;
        benchmark.isa = Kernels.select("native").isa();
        benchmark.batch = FrameBatch.COUNT;
        benchmark.prepare();
        if (slowSeal && algorithm.equals(Workload.SEAL.label())) {
            return () -> {
                benchmark.batch();
                benchmark.batch();
            };
        }
        return benchmark::batch;
    }

    private static double perSecond(final Runnable call, final long durationNs) {
        final long startNs = System.nanoTime();
        long calls = 0;
        long elapsedNs;
        do {
            call.run();
            calls++;
            elapsedNs = System.nanoTime() - startNs;
        } while (elapsedNs < durationNs);
        return calls * 1e9 / elapsedNs;
    }

    private void transports(final Map<String, double[]> ratios)
            throws IOException, InterruptedException, ExecutionException {
        throughput(
                ratios,
                "ring",
                new Throughput().add("raw", () -> new RingWay(false)).add("sealed", () -> new RingWay(true)));
        try (LatticePlane plane = LatticePlane.launch()) {
            final int[] streamId = {12_288};
            throughput(
                    ratios,
                    "ipc",
                    new Throughput()
                            .add(
                                    "raw",
                                    () -> new RawAeronWay(
                                            plane.aeron(),
                                            plane.context().publicationChannel("aeron:ipc"),
                                            plane.context().subscriptionChannel("aeron:ipc"),
                                            streamId[0]++))
                            .add("sealed", () -> new SealedAeronWay(plane, "aeron:ipc", streamId[0]++)));
            final PingPong pingPong = new PingPong("aeron:ipc", "aeron:ipc", 10_000);
            for (int round = 0; round < ROUNDS; round++) {
                final Histogram raw = pingPong.measure(plane, PingPong.Variant.RAW, TimeUnit.SECONDS.toNanos(2));
                final Histogram sealed = pingPong.measure(plane, PingPong.Variant.SEALED, TimeUnit.SECONDS.toNanos(2));
                put(
                        ratios,
                        "ping-pong ipc raw / sealed",
                        round,
                        (double) raw.getValueAtPercentile(50) / sealed.getValueAtPercentile(50));
            }
        }
    }

    private static void throughput(final Map<String, double[]> ratios, final String what, final Throughput throughput)
            throws InterruptedException, ExecutionException {
        final Map<String, double[]> speeds = new LinkedHashMap<>();
        for (final Throughput.Figure figure :
                throughput.add("seal", SealWay::new).measure(ROUNDS, TimeUnit.SECONDS.toNanos(1))) {
            speeds.put(figure.variant(), figure.gbPerS());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (final String beside : what.equals("ring") ? List.of("seal") : List.of("raw", "seal")) {
                put(
                        ratios,
                        what + " sealed / " + beside,
                        round,
                        speeds.get("sealed")[round] / speeds.get(beside)[round]);
            }
        }
    }

    private static void put(
            final Map<String, double[]> ratios, final String name, final int round, final double ratio) {
        ratios.computeIfAbsent(name, key -> new double[ROUNDS])[round] = ratio;
    }

    private int report(final String isa, final Map<?, ?> baseline, final Map<String, double[]> ratios) {
        final List<String> failures = new ArrayList<>();
        final List<Map<String, Object>> rows = new ArrayList<>();
        line("%s, %s", Machine.describe(), isa);
        line("%-32s %9s %9s %24s", "ratio", "baseline", "at least", "measured in turns");
        ratios.forEach((name, values) -> {
            if (!(baseline.get(name) instanceof Number number)) {
                throw new CommandFailure("guard: the baseline for " + isa + " has no ratio " + name);
            }
            final double expected = number.doubleValue();
            final double limit = (1 - TOLERANCE) * expected;
            final boolean fails = Arrays.stream(values).max().orElseThrow() < limit;
            if (fails) {
                failures.add(name);
            }
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("what", "guard");
            row.put("ratio", name);
            row.put("baseline", expected);
            row.put("measured", values);
            row.put("ok", !fails);
            rows.add(row);
            line(
                    "%-32s %9.2f %9.2f %8.2f%8.2f%8.2f %s",
                    name, expected, limit, values[0], values[1], values[2], fails ? "FAILS" : "ok");
        });
        if (json) {
            console.line(Json.of(rows));
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure("guard: more than 40 % below the baseline in each of " + ROUNDS + " turns: "
                    + String.join(", ", failures));
        }
        return 0;
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void line(final String format, final Object... arguments) {
        if (!json) {
            console.line(String.format(Locale.ROOT, format, arguments));
        }
    }
}
