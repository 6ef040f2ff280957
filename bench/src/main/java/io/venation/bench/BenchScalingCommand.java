package io.venation.bench;

import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.flow.FrameSealer;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench scaling}: how many times faster do more threads seal? */
@Command(
        name = "scaling",
        description = "Seal on 1, 2, 4, … threads, each its own frames, in turns.",
        footer = {"", "Prints GB/s of all threads, and their ratio to one thread in the same round."})
public final class BenchScalingCommand implements VenationCommand {
    private static final long WARM_UP_NS = 3_000_000_000L;
    private static final long ROUND_NS = 500_000_000L;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            description = "Numbers of threads (default: the powers of two up to the cores, and the cores).")
    private List<Integer> threads = powersOfTwo();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    /** For the command line. */
    public BenchScalingCommand() {}

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        require(rounds >= 1, "--rounds=" + rounds + ": must be ≥ 1");
        for (final int count : threads) {
            require(count >= 1 && count <= 1_024, "--threads=" + count + ": must be in 1..1024");
        }
        final TreeSet<Integer> counts = new TreeSet<>(threads);
        counts.add(1);
        final List<Sealing> sealings = new ArrayList<>();
        for (int i = 0; i < counts.last(); i++) {
            sealings.add(new Sealing());
        }
        final Map<Integer, double[]> gbPerS = new LinkedHashMap<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(counts.last())) {
            seal(pool, sealings, WARM_UP_NS);
            for (int round = 0; round < rounds; round++) {
                for (final int count : counts) {
                    gbPerS.computeIfAbsent(count, n -> new double[rounds])[round] =
                            seal(pool, sealings.subList(0, count), ROUND_NS);
                }
            }
        }
        report(Console.of(spec), gbPerS, sealings.getFirst().kernels());
        return 0;
    }

    private static List<Integer> powersOfTwo() {
        final int cores = Runtime.getRuntime().availableProcessors();
        final TreeSet<Integer> counts = new TreeSet<>(List.of(cores));
        for (int count = 1; count < cores; count *= 2) {
            counts.add(count);
        }
        return List.copyOf(counts);
    }

    private void require(final boolean holds, final String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Sum of the threads' own speeds, GB/s. */
    private static double seal(final ExecutorService pool, final List<Sealing> sealings, final long durationNs)
            throws InterruptedException, ExecutionException {
        final CyclicBarrier start = new CyclicBarrier(sealings.size());
        final List<Callable<Double>> work = new ArrayList<>();
        for (final Sealing sealing : sealings) {
            work.add(() -> seal(sealing, start, durationNs));
        }
        double gbPerS = 0;
        for (final Future<Double> result : pool.invokeAll(work)) {
            gbPerS += result.get();
        }
        return gbPerS;
    }

    private static double seal(final Sealing sealing, final CyclicBarrier start, final long durationNs)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        final long startNs = System.nanoTime();
        long bytes = 0;
        long elapsedNs;
        do {
            bytes += sealing.seal();
            elapsedNs = System.nanoTime() - startNs;
        } while (elapsedNs < durationNs);
        return (double) bytes / elapsedNs;
    }

    /** The frames and the sealer of one thread. */
    private static final class Sealing {
        private final FrameBatch frames = new FrameBatch();
        private final FrameKernels kernels = Kernels.select();
        private final FrameSealer sealer = new FrameSealer(kernels, Suite.DEFAULT, false);
        private final int[] payloadLengths = new int[FrameBatch.COUNT];

        Sealing() {
            Arrays.fill(payloadLengths, FrameKernels.FRAME_LENGTH);
        }

        String kernels() {
            return kernels.mechanism().name().toLowerCase(Locale.ROOT) + ' ' + kernels.isa();
        }

        /** Seals every frame; returns their bytes. */
        long seal() {
            sealer.seal(frames.sealedFrames(), FrameBatch.STRIDE, FrameBatch.COUNT, 0, payloadLengths);
            return (long) FrameBatch.COUNT * FrameKernels.FRAME_LENGTH;
        }
    }

    private void report(final Console console, final Map<Integer, double[]> gbPerS, final String kernels) {
        final List<Map<String, Object>> rows = new ArrayList<>();
        if (!json) {
            console.line(Machine.describe());
            console.line("seal, 16 frames a call, " + kernels + ", " + rounds + " rounds");
            console.line(String.format(
                    Locale.ROOT, "%7s %9s %19s %7s %15s", "threads", "GB/s", "min..max", "ratio", "min..max"));
        }
        final double[] ofOneThread = gbPerS.get(1);
        gbPerS.forEach((count, ofCount) -> {
            final double[] ratios = new double[rounds];
            Arrays.setAll(ratios, round -> ofCount[round] / ofOneThread[round]);
            final double[] speeds = ofCount.clone();
            Arrays.sort(speeds);
            Arrays.sort(ratios);
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("machine", Machine.describe());
            row.put("kernels", kernels);
            row.put("threads", count);
            row.put("rounds", rounds);
            row.put("gb_per_s", speeds[rounds / 2]);
            row.put("gb_per_s_min", speeds[0]);
            row.put("gb_per_s_max", speeds[rounds - 1]);
            row.put("ratio", ratios[rounds / 2]);
            row.put("ratio_min", ratios[0]);
            row.put("ratio_max", ratios[rounds - 1]);
            rows.add(row);
            if (!json) {
                console.line(String.format(
                        Locale.ROOT,
                        "%7d %9.3f %9.3f..%-8.3f %7.3f %7.3f..%-6.3f",
                        count,
                        speeds[rounds / 2],
                        speeds[0],
                        speeds[rounds - 1],
                        ratios[rounds / 2],
                        ratios[0],
                        ratios[rounds - 1]));
            }
        });
        if (json) {
            console.line(Json.of(rows));
        }
    }
}
