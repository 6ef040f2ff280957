package io.venation.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The kernels held against their peers of the same run. */
final class KernelRatios {
    private static final String OFFICIAL = "peer:" + BenchKernelsCommand.OFFICIAL_BLAKE3;
    private static final String FRAME = "@12288";
    private static final int BATCH = BenchKernelsCommand.BATCH;

    private final List<KernelFigure> figures;
    private final List<String> lines = new ArrayList<>();

    private KernelRatios(final List<KernelFigure> figures) {
        this.figures = figures;
    }

    /** Lines of a table; a peer that was not measured is named as absent. */
    static List<String> table(final List<KernelFigure> figures) {
        final KernelRatios ratios = new KernelRatios(figures);
        ratios.lines.add(
                String.format(Locale.ROOT, "%-34s %9s %7s %8s  %s", "what", "GB/s", "ratio", "goal", "beside"));
        ratios.blake3();
        ratios.r96();
        ratios.sha3();
        ratios.seal();
        return ratios.lines;
    }

    private void blake3() {
        final Optional<KernelFigure> batch = kernel("blake3", "native", BATCH);
        final Optional<KernelFigure> avx2 =
                best("blake3", figure -> figure.isa().equals("avx2"));
        row(batch, peer("blake3", OFFICIAL + FRAME), 4, OFFICIAL + FRAME);
        row(batch, peer("blake3", OFFICIAL + "@"), 1.5, OFFICIAL + " at its best");
        row(kernel("blake3", "native", 1), peer("blake3", OFFICIAL + FRAME), 1.6, OFFICIAL + FRAME);
        row(avx2, peer("blake3", OFFICIAL + "-avx2" + FRAME), 1.6, OFFICIAL + "-avx2" + FRAME);
        row(avx2, peer("blake3", OFFICIAL + "-avx2@"), 1.2, OFFICIAL + "-avx2 at its best");
        row(
                kernel("blake3", "vector", BATCH),
                best("blake3", figure -> BenchKernelsCommand.JAVA_PEERS.contains(figure.mechanism())),
                20,
                "the fastest pure-Java library");
    }

    private void r96() {
        final Optional<KernelFigure> table = best(
                "r96",
                figure -> figure.mechanism().startsWith("peer:table")
                        || figure.mechanism().equals("scalar")
                        || figure.isa().equals("portable"));
        row(kernel("r96", "native", BATCH), table, 3.5, "the best scalar table");
        row(kernel("r96", "vector", BATCH), table, 1.6, "the best scalar table");
    }

    private void sha3() {
        row(kernel("sha3", "native", BATCH), peer("sha3", "peer:openssl"), 6, "peer:openssl");
        row(kernel("sha3", "native", BATCH), peer("sha3", "peer:jdk"), 12, "peer:jdk");
        final String xkcp = "peer:" + BenchKernelsCommand.XKCP_SHA3;
        row(kernel("sha3", "native", BATCH), peer("sha3", xkcp), 1, xkcp);
        row(kernel("sha3", "vector", BATCH), peer("sha3", "peer:jdk"), 6, "peer:jdk");
    }

    private void seal() {
        for (final String mechanism : List.of("native", "vector")) {
            final Optional<KernelFigure> seal = kernel("seal", mechanism, BATCH);
            final Optional<KernelFigure> blake3 = seal.flatMap(figure -> like(figure, "blake3"));
            final Optional<KernelFigure> r96 = seal.flatMap(figure -> like(figure, "r96"));
            if (seal.isPresent() && blake3.isPresent() && r96.isPresent()) {
                final double both =
                        1 / (1 / blake3.get().gbPerS() + 1 / r96.get().gbPerS());
                line(seal.get(), both, 0.9, "1/(1/BLAKE3 + 1/R96)");
            }
        }
    }

    /** The fastest of a mechanism's widths with this many frames a call. */
    private Optional<KernelFigure> kernel(final String algorithm, final String mechanism, final int batch) {
        return best(algorithm, figure -> figure.mechanism().equals(mechanism) && figure.batch() == batch);
    }

    /** The same mechanism, width and batch. */
    private Optional<KernelFigure> like(final KernelFigure other, final String algorithm) {
        return best(algorithm, figure -> KernelPlot.label(figure).equals(KernelPlot.label(other)));
    }

    private Optional<KernelFigure> peer(final String algorithm, final String prefix) {
        return best(algorithm, figure -> figure.mechanism().startsWith(prefix));
    }

    private Optional<KernelFigure> best(final String algorithm, final Predicate<KernelFigure> among) {
        return figures.stream()
                .filter(figure -> figure.algorithm().equals(algorithm))
                .filter(among)
                .max(Comparator.comparingDouble(KernelFigure::gbPerS));
    }

    private void row(
            final Optional<KernelFigure> measured,
            final Optional<KernelFigure> peer,
            final double goal,
            final String peerName) {
        if (measured.isEmpty()) {
            return;
        }
        if (peer.isPresent()) {
            final String name = peer.get().mechanism();
            line(
                    measured.get(),
                    peer.get().gbPerS(),
                    goal,
                    peerName.equals(name) ? name : peerName + ": " + KernelPlot.label(peer.get()));
        } else {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-34s %9.3f %7s %8s  %s, absent",
                    name(measured.get()),
                    measured.get().gbPerS(),
                    "-",
                    "≥ " + goal,
                    peerName));
        }
    }

    private void line(final KernelFigure measured, final double peerGbPerS, final double goal, final String peer) {
        lines.add(String.format(
                Locale.ROOT,
                "%-34s %9.3f %7.2f %8s  %s, %.3f GB/s",
                name(measured),
                measured.gbPerS(),
                measured.gbPerS() / peerGbPerS,
                "≥ " + goal,
                peer,
                peerGbPerS));
    }

    private static String name(final KernelFigure figure) {
        return figure.algorithm() + ' ' + KernelPlot.label(figure);
    }
}
