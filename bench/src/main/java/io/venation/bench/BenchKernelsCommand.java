package io.venation.bench;

import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
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
        description = "Measure the hash kernels, each in a JVM of its own, beside other libraries (about 5 minutes).")
public final class BenchKernelsCommand implements VenationCommand {
    static final int BATCH = FrameBatch.COUNT;
    static final String OFFICIAL_BLAKE3 = "official-c";
    static final String XKCP_SHA3 = "xkcp-times8";
    static final List<String> JAVA_PEERS = List.of("peer:commons-codec", "peer:bouncycastle");
    private static final Map<String, List<String>> PEERS = Map.of(
            "blake3", List.of("commons-codec", "bouncycastle"),
            "sha3", List.of("jdk", "bouncycastle"),
            "r96", List.of("table-256"));
    private static final int LONG_LENGTH = 1 << 20;
    private static final int ITERATIONS = 5;
    private static final long ITERATION_MS = 400;
    private static final long WARMUP_MS = 1_000;
    private static final int C_WARMUPS = 1;
    private static final int JAVA_WARMUPS = 4;
    private static final long QUICK_MS = 50;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print a JSON array instead of tables.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Also draw the figures.")
    private Path plot;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            split = ",",
            description = {
                "Only these of blake3, blake3-keyed, sha3, r96, seal,",
                "seal-chain, receipt-ids, receipt-chain (default: all)."
            })
    private List<String> algorithms = Workload.labels();

    @Option(
            names = "--peer",
            paramLabel = "NAME=PATH.so",
            description = {
                "Also measure a shared library: blake3 the official C library, blake3-avx2",
                "the same without AVX-512, sha3 XKCP's KeccakP-1600-times8."
            })
    private Map<String, Path> peers = new TreeMap<>();

    @Option(names = "--quick", description = "One short iteration each: shows that it runs, measures little.")
    private boolean quick;

    private final List<KernelFigure> figures = new ArrayList<>();

    /** For the command line. */
    public BenchKernelsCommand() {}

    @Override
    public Integer call() throws IOException, RunnerException {
        final Console console = Console.of(spec);
        for (final String algorithm : algorithms) {
            require(
                    Workload.labels().contains(algorithm),
                    "--algorithm=" + algorithm + ": must be one of " + String.join(", ", Workload.labels()));
        }
        require(
                plot == null || Files.isDirectory(plot.toAbsolutePath().getParent()),
                "--plot=" + plot + ": its folder does not exist");
        peers.forEach(this::open);
        if (!json) {
            console.line(Machine.describe());
            console.line(KernelFigure.HEADING);
        }
        final int vectorBits = vectorBits(console);
        for (final String algorithm : algorithms) {
            final Workload workload = Workload.of(algorithm);
            natives(console, workload);
            vectors(console, workload, vectorBits);
            if (workload.everyWidth()) {
                kernel(console, workload, "scalar", "-", BATCH);
            }
            peers(console, algorithm);
        }
        if (json) {
            console.line(Json.of(figures.stream().map(KernelFigure::toMap).toList()));
        } else {
            console.line("");
            KernelRatios.table(figures).forEach(console::line);
        }
        if (plot != null) {
            BenchPlotCommand.write(figures, plot);
        }
        return 0;
    }

    /** Says what is wrong with a peer's library before anything is measured. */
    private void open(final String name, final Path library) {
        final String path = library.toAbsolutePath().toString();
        try {
            switch (name) {
                case "blake3", "blake3-avx2" -> ForeignHash.blake3(path);
                case "sha3" -> ForeignHash.xkcpSha3(path);
                default -> throw new IllegalArgumentException("NAME must be one of blake3, blake3-avx2, sha3");
            }
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--peer=" + name + "=" + library + ": " + e.getMessage(), e);
        }
    }

    private void natives(final Console console, final Workload workload) throws RunnerException {
        final List<Isa> supported = Isa.supported();
        for (final Isa isa :
                workload.everyWidth() ? supported : supported.stream().limit(1).toList()) {
            kernel(console, workload, "native", isa.label(), BATCH);
        }
        if (workload.loneFrame() && !supported.isEmpty()) {
            kernel(console, workload, "native", supported.getFirst().label(), 1);
        }
    }

    private void vectors(final Console console, final Workload workload, final int widest) throws RunnerException {
        final int narrowest = workload.everyWidth() ? 128 : widest;
        for (int bits = widest; bits >= 128 && bits >= narrowest; bits /= 2) {
            kernel(console, workload, "vector", Integer.toString(bits), BATCH, "-XX:MaxVectorSize=" + bits / 8);
        }
    }

    private void kernel(
            final Console console,
            final Workload workload,
            final String mechanism,
            final String isa,
            final int batch,
            final String... jvmFlags)
            throws RunnerException {
        final ChainedOptionsBuilder options = options(
                        KernelBenchmark.class, mechanism.equals("native") ? C_WARMUPS : JAVA_WARMUPS)
                .param("algorithm", workload.label())
                .param("mechanism", mechanism)
                .param("isa", isa)
                .param("batch", Integer.toString(batch))
                .jvmArgsAppend(jvmFlags);
        for (final RunResult result : run(options)) {
            add(console, KernelFigure.of(workload.label(), mechanism, isa, batch, workload.length(), batch, result));
        }
    }

    private void peers(final Console console, final String algorithm) throws RunnerException {
        for (final String library : PEERS.getOrDefault(algorithm, List.of())) {
            peer(console, algorithm, library, library, FrameKernels.FRAME_LENGTH, 1, JAVA_WARMUPS);
        }
        if (algorithm.equals("sha3")) {
            try {
                ForeignHash.opensslSha3();
                peer(console, algorithm, "openssl", "openssl", FrameKernels.FRAME_LENGTH, 1, C_WARMUPS);
            } catch (final IllegalArgumentException e) {
                console.error("peer openssl: absent, no libcrypto.so.3 on this machine");
            }
        }
        for (final Map.Entry<String, Path> peer : peers.entrySet()) {
            final String library = peer.getValue().toAbsolutePath().toString();
            if (algorithm.equals("sha3") && peer.getKey().equals("sha3")) {
                peer(
                        console,
                        algorithm,
                        library,
                        XKCP_SHA3,
                        FrameKernels.FRAME_LENGTH,
                        ForeignHash.XKCP_MESSAGES,
                        C_WARMUPS);
            } else if (algorithm.equals("blake3") && peer.getKey().startsWith("blake3")) {
                final String name = peer.getKey().replace("blake3", OFFICIAL_BLAKE3);
                for (final int length : new int[] {FrameKernels.FRAME_LENGTH, LONG_LENGTH}) {
                    peer(console, algorithm, library, name + '@' + length, length, 1, C_WARMUPS);
                }
            }
        }
    }

    private void peer(
            final Console console,
            final String algorithm,
            final String library,
            final String name,
            final int length,
            final int batch,
            final int warmups)
            throws RunnerException {
        final ChainedOptionsBuilder options = options(PeerBenchmark.class, warmups)
                .param("peer", algorithm + ":" + library)
                .param("length", Integer.toString(length))
                .param("batch", Integer.toString(batch));
        for (final RunResult result : run(options)) {
            final double frames = (double) batch * length / FrameKernels.FRAME_LENGTH;
            add(console, KernelFigure.of(algorithm, "peer:" + name, "-", batch, length, frames, result));
        }
    }

    private ChainedOptionsBuilder options(final Class<?> benchmark, final int warmups) {
        return new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(quick ? 0 : warmups)
                .warmupTime(TimeValue.milliseconds(WARMUP_MS))
                .measurementIterations(quick ? 1 : ITERATIONS)
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

    private static Collection<RunResult> run(final ChainedOptionsBuilder options) throws RunnerException {
        final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Runner(options.build(), OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT)).run();
    }

    private void add(final Console console, final KernelFigure figure) {
        figures.add(figure);
        if (!json) {
            console.line(figure.line());
        }
    }
}
