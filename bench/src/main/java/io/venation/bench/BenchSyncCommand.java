package io.venation.bench;

import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.frame.LatticeFrame;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.snapshot.StoreReconciliation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench sync}: what it takes to give a store what another has. */
@Command(
        name = "sync",
        description = "Two stores that differ in some frames and have no common root: what a sync sends and takes.",
        footer = {
            "",
            "Frames are whole and on disk, 12,448 bytes each in both stores. Half of those that differ are in one store only,",
            "half in the other; a sync moves the half that its target lacks. Time is from opened stores to verified and",
            "stored frames, without a force. Both ways are gone between rounds, so that each begins with the same difference."
        })
public final class BenchSyncCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go (default: the temporary folder).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Frames that both stores have (default ${DEFAULT-VALUE}).")
    private int frameCount;

    @Option(
            names = "--differing",
            paramLabel = "N",
            defaultValue = "100",
            description = "Frames that one store only has, an even number (default ${DEFAULT-VALUE}).")
    private int differing;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print a JSON array instead of text.")
    private boolean json;

    /** For the command line. */
    public BenchSyncCommand() {}

    @Override
    public Integer call() throws IOException {
        if (frameCount < 1 || differing < 2 || differing % 2 != 0 || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--frames and --rounds must be at least 1, --differing even and at least 2");
        }
        final FrameKernels kernels = Kernels.select();
        final StoreFigure figure = new StoreFigure("sync", "reconcile", 1, 0, rounds);
        final Path folder = Files.createTempDirectory(directory, "venation-bench-");
        try (SyncStores stores = new SyncStores(folder, kernels)) {
            stores.putInBoth(frameCount);
            for (int round = -1; round < rounds; round++) {
                measure(round, stores, figure);
            }
        } finally {
            IoUtil.delete(folder.toFile(), true);
        }
        report(Console.of(spec), figure.toMap());
        return 0;
    }

    /** One sync; round −1 warms up. */
    private void measure(final int round, final SyncStores stores, final StoreFigure figure) {
        stores.putInEach(differing / 2);
        final long listLength = stores.frameCount() * StoreFrames.KEY_LENGTH;
        final long startNs = System.nanoTime();
        final StoreReconciliation.Result result = stores.sync();
        final long elapsedNs = System.nanoTime() - startNs;
        StoreCheck.that(result.frames().fetched() == differing / 2, "not what the target lacks was moved");
        stores.syncBack();
        if (round >= 0) {
            figure.set(round, elapsedNs, 0);
            figure.add("frames", frameCount)
                    .add("frames_differing", differing)
                    .add("frames_moved", result.frames().fetched())
                    .add("bytes_moved", result.frames().fetched() * (long) LatticeFrame.LENGTH)
                    .add("messages", result.messages())
                    .add("message_bytes", result.messageBytes())
                    .add("percent_of_list", 100.0 * result.messageBytes() / listLength);
        }
    }

    private void report(final Console console, final Map<String, Object> row) {
        if (json) {
            console.line(Json.of(List.of(row)));
            return;
        }
        console.line(Machine.describe());
        console.line(String.format(
                Locale.ROOT,
                "%,d frames, of which %d differ, %d rounds: %d moved (%,d bytes)",
                frameCount,
                differing,
                rounds,
                (Long) row.get("frames_moved"),
                (Long) row.get("bytes_moved")));
        console.line(String.format(
                Locale.ROOT,
                "%d messages, %,d bytes, %.3f %% of a list of all addresses; %.3f s (%.3f..%.3f)",
                (Integer) row.get("messages"),
                (Long) row.get("message_bytes"),
                (Double) row.get("percent_of_list"),
                1 / (Double) row.get("per_s"),
                1 / (Double) row.get("per_s_max"),
                1 / (Double) row.get("per_s_min")));
    }
}
