package io.venation.bench;

import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench kernels}: the JMH kernels in a short form. */
@Command(
        name = "kernels",
        description = "Measure the hash kernels, each in a JVM of its own, beside other libraries (about 4 minutes).")
public final class BenchKernelsCommand implements VenationCommand {
    private static final String[] ALGORITHMS = {"blake3", "sha3", "r96", "seal"};
    private static final Map<String, List<String>> PEERS =
            Map.of("blake3", List.of("commons-codec", "bouncycastle"), "sha3", List.of("jdk", "bouncycastle"));
    private static final int LONG_LENGTH = 1 << 20;
    private static final int ITERATIONS = 5;
    private static final long ITERATION_MS = 400;
    private static final long WARMUP_MS = 1_000;
    private static final long QUICK_MS = 50;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            split = ",",
            description = "Only these of blake3, sha3, r96, seal (default: all).")
    private List<String> algorithms = List.of(ALGORITHMS);

    @Option(
            names = "--peer",
            paramLabel = "blake3=PATH.so",
            description = "Also measure a shared library with the official BLAKE3 C interface.")
    private Map<String, Path> peers = Map.of();

    @Option(names = "--quick", description = "One short iteration each: shows that it runs, measures little.")
    private boolean quick;

    /** For the command line. */
    public BenchKernelsCommand() {}

    @Override
    public Integer call() throws RunnerException {
        final Console console = Console.of(spec);
        for (final String algorithm : algorithms) {
            require(
                    List.of(ALGORITHMS).contains(algorithm),
                    "--algorithm=" + algorithm + ": must be one of " + String.join(", ", ALGORITHMS));
        }
        for (final Map.Entry<String, Path> peer : peers.entrySet()) {
            require(
                    peer.getKey().equals("blake3") && Files.isRegularFile(peer.getValue()),
                    "--peer=" + peer.getKey() + "=" + peer.getValue() + ": must be blake3=PATH of a shared library");
        }
        final List<Map<String, Object>> rows = new ArrayList<>();
        if (!json) {
            console.line(Machine.describe());
            console.line(String.format(
                    Locale.ROOT,
                    "%-8s %-20s %-9s %5s %9s %19s %12s %8s",
                    "what",
                    "mechanism",
                    "isa",
                    "batch",
                    "GB/s",
                    "min..max",
                    "ns/frame",
                    "B/frame"));
        }
        for (final String algorithm : algorithms) {
            for (final Isa isa : Isa.supported()) {
                kernel(rows, console, algorithm, "native", isa.label(), 16, List.of());
            }
            if (!Isa.supported().isEmpty()) {
                kernel(
                        rows,
                        console,
                        algorithm,
                        "native",
                        Isa.supported().getFirst().label(),
                        1,
                        List.of());
            }
            for (int bits = vectorBits(console); bits >= 128; bits /= 2) {
                kernel(
                        rows,
                        console,
                        algorithm,
                        "vector",
                        Integer.toString(bits),
                        16,
                        List.of("-XX:MaxVectorSize=" + bits / 8));
            }
            kernel(rows, console, algorithm, "scalar", "-", 16, List.of());
            peers(rows, console, algorithm);
        }
        if (json) {
            console.line(Json.of(rows));
        }
        return 0;
    }

    private void kernel(
            final List<Map<String, Object>> rows,
            final Console console,
            final String algorithm,
            final String mechanism,
            final String isa,
            final int batch,
            final List<String> jvmFlags)
            throws RunnerException {
        final ChainedOptionsBuilder options = options(KernelBenchmark.class)
                .param("algorithm", algorithm)
                .param("mechanism", mechanism)
                .param("isa", isa)
                .param("batch", Integer.toString(batch))
                .jvmArgsAppend(jvmFlags.toArray(String[]::new));
        for (final RunResult result : run(options)) {
            add(rows, console, algorithm, mechanism, isa, batch, FrameKernels.FRAME_LENGTH, result);
        }
    }

    private void peers(final List<Map<String, Object>> rows, final Console console, final String algorithm)
            throws RunnerException {
        final List<String> libraries = new ArrayList<>(PEERS.getOrDefault(algorithm, List.of()));
        if (algorithm.equals("sha3")) {
            try {
                ForeignHash.opensslSha3();
                libraries.add("openssl");
            } catch (final IllegalArgumentException e) {
                console.error("peer openssl: absent, no libcrypto.so.3 on this machine");
            }
        }
        for (final String library : libraries) {
            peer(rows, console, algorithm, library, library, FrameKernels.FRAME_LENGTH);
        }
        if (algorithm.equals("blake3") && peers.containsKey(algorithm)) {
            final String path = peers.get(algorithm).toAbsolutePath().toString();
            final String name = peers.get(algorithm).getFileName().toString();
            for (final int length : new int[] {FrameKernels.FRAME_LENGTH, LONG_LENGTH}) {
                peer(rows, console, algorithm, path, name + "@" + length, length);
            }
        }
    }

    private void peer(
            final List<Map<String, Object>> rows,
            final Console console,
            final String algorithm,
            final String library,
            final String name,
            final int length)
            throws RunnerException {
        final ChainedOptionsBuilder options = options(PeerBenchmark.class)
                .param("peer", algorithm + ":" + library)
                .param("length", Integer.toString(length));
        for (final RunResult result : run(options)) {
            add(rows, console, algorithm, "peer:" + name, "-", 1, length, result);
        }
    }

    private ChainedOptionsBuilder options(final Class<?> benchmark) {
        return new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(quick ? 0 : 3)
                .warmupTime(TimeValue.milliseconds(WARMUP_MS))
                .measurementIterations(iterations())
                .measurementTime(TimeValue.milliseconds(quick ? QUICK_MS : ITERATION_MS))
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
    }

    private void require(final boolean holds, final String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Width of this machine's vectors, 0 where there are none. */
    private static int vectorBits(final Console console) {
        try {
            return Integer.parseInt(Kernels.select("vector").isa());
        } catch (final IllegalStateException e) {
            console.error(e.getMessage());
            return 0;
        }
    }

    private int iterations() {
        return quick ? 1 : ITERATIONS;
    }

    private static Collection<RunResult> run(final ChainedOptionsBuilder options) throws RunnerException {
        final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Runner(options.build(), OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT)).run();
    }

    private void add(
            final List<Map<String, Object>> rows,
            final Console console,
            final String algorithm,
            final String mechanism,
            final String isa,
            final int batch,
            final int length,
            final RunResult result) {
        final double bytes = (double) batch * length;
        double fastestNs = Double.MAX_VALUE;
        double slowestNs = 0;
        for (final var benchmark : result.getBenchmarkResults()) {
            for (final IterationResult iteration : benchmark.getIterationResults()) {
                fastestNs = Math.min(fastestNs, iteration.getPrimaryResult().getScore());
                slowestNs = Math.max(slowestNs, iteration.getPrimaryResult().getScore());
            }
        }
        final double ns = result.getPrimaryResult().getScore();
        final double allocated =
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / batch;
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("algorithm", algorithm);
        row.put("mechanism", mechanism);
        row.put("isa", isa);
        row.put("batch", batch);
        row.put("gb_per_s", bytes / ns);
        row.put("gb_per_s_min", bytes / slowestNs);
        row.put("gb_per_s_max", bytes / fastestNs);
        row.put("runs", iterations());
        row.put("ns_per_frame", ns * FrameKernels.FRAME_LENGTH / bytes);
        row.put("bytes_allocated_per_frame", allocated);
        rows.add(row);
        if (!json) {
            console.line(String.format(
                    Locale.ROOT,
                    "%-8s %-20s %-9s %5d %9.3f %9.3f..%-8.3f %12.1f %8.1f",
                    algorithm,
                    mechanism,
                    isa,
                    batch,
                    bytes / ns,
                    bytes / slowestNs,
                    bytes / fastestNs,
                    ns * FrameKernels.FRAME_LENGTH / bytes,
                    allocated));
        }
    }
}
