package io.venation.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.cli.CommandFailure;
import io.venation.cli.VenationCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code venation bench plot}: saved figures as a picture. */
@Command(name = "plot", description = "Draw what `venation bench kernels --json` printed.")
public final class BenchPlotCommand implements VenationCommand {
    @Parameters(index = "0", paramLabel = "RESULTS.json", description = "Saved output of `bench kernels --json`.")
    private Path results;

    @Parameters(index = "1", paramLabel = "FILE.svg", description = "Written or overwritten.")
    private Path plot;

    /** For the command line. */
    public BenchPlotCommand() {}

    @Override
    public Integer call() throws IOException {
        write(read(results), plot);
        return 0;
    }

    private static List<KernelFigure> read(final Path results) throws IOException {
        final String text = Files.readString(results);
        try {
            final List<KernelFigure> figures = new ArrayList<>();
            for (final Object row : JSON.std.listFrom(text)) {
                figures.add(KernelFigure.of(row));
            }
            if (!figures.isEmpty()) {
                return figures;
            }
        } catch (final IOException | IllegalArgumentException e) {
            throw notFigures(results, e);
        }
        throw notFigures(results, null);
    }

    private static CommandFailure notFigures(final Path results, final Exception cause) {
        return new CommandFailure(results + ": not the output of `venation bench kernels --json`", cause);
    }

    static void write(final List<KernelFigure> figures, final Path plot) throws IOException {
        Files.writeString(plot, KernelPlot.svg(figures));
    }
}
