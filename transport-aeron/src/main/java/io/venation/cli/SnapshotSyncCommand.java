package io.venation.cli;

import io.venation.frame.LatticeFrame;
import io.venation.link.SourcePaths;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.FetchResult;
import io.venation.snapshot.ReplicaFetch;
import io.venation.snapshot.StoreReconciliation;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code venation snapshot sync}. */
@Command(
        name = "sync",
        description =
                "Give the store TARGET all that roots of the store SOURCE stand on, beside whoever writes to SOURCE: what it has is shared, the rest"
                        + " is fetched, each frame verified. Interrupted, it goes on where it stopped.")
final class SnapshotSyncCommand extends StoresSubcommand {
    @Parameters(index = "0", paramLabel = "SOURCE", description = "The store that has the frames.")
    private Path source;

    @Parameters(
            index = "1",
            paramLabel = "TARGET",
            description = "The store that gets them; made where it is not there.")
    private Path target;

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "ROOT",
            converter = StoredPath.Converter.class,
            description = "Addresses of snapshots or other roots; without any, all roots of SOURCE.")
    private List<StoredPath> roots = List.of();

    @Option(
            names = "--all",
            description = "First give TARGET every frame of SOURCE that it lacks, found by set reconciliation.")
    private boolean all;

    @Override
    int run() throws IOException {
        if (all && !roots.isEmpty()) {
            throw new ParameterException(spec().commandLine(), "Either --all or ROOTs, not both");
        }
        for (final StoredPath path : roots) {
            if (!path.names().isEmpty()) {
                throw new ParameterException(spec().commandLine(), path.text() + ": only whole roots can be fetched");
            }
        }
        final Path from = SourcePaths.existing(source);
        SourcePaths.requireApart(from, SourcePaths.target(target));
        final Suite suite = suite(source);
        final Suite targetSuite = MappedFrameStore.suite(target).orElse(suite);
        if (targetSuite.addressHash() != suite.addressHash()) {
            throw new CommandFailure(target + ": the store's suite is " + targetSuite.label() + ", that of " + source
                    + " is " + suite.label());
        }
        return read(
                source,
                (frames, same) -> sync(
                        frames,
                        targetSuite,
                        roots.isEmpty()
                                ? frames.roots().keySet()
                                : roots.stream().map(StoredPath::root).toList()));
    }

    private int sync(final StoreView frames, final Suite suite, final Collection<Digest> wanted) throws IOException {
        final long startNs = System.nanoTime();
        FetchResult sum = new FetchResult(0, 0, 0, 0, 0);
        StoreReconciliation.Result reconciled = null;
        long complete = 0;
        try (MappedFrameStore store = open(target, suite);
                Progress progress = Progress.of("synced", frames.frameCount() * LatticeFrame.LENGTH, json())) {
            final FetchListener listener = new Faults(progress);
            if (all) {
                reconciled = StoreReconciliation.run(store, frames, kernels(), suite.addressHash(), listener);
                sum = reconciled.frames();
            }
            final ReplicaFetch fetch =
                    new ReplicaFetch(store, kernels(), suite.addressHash(), List.of(frames), listener);
            for (final Digest root : wanted) {
                final FetchResult result = fetch.fetch(root);
                complete += result.isComplete() ? 1 : 0;
                sum = sum.plus(result);
            }
        }
        report(wanted.size(), complete, sum, reconciled, (System.nanoTime() - startNs) / 1e9);
        return sum.isComplete() ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
    }

    private void report(
            final int rootCount,
            final long complete,
            final FetchResult sum,
            final StoreReconciliation.Result reconciled,
            final double seconds) {
        if (!json()) {
            console()
                    .line(String.format(
                            Locale.ROOT,
                            "%,d of %,d roots complete, %,d frames fetched, %,d shared, %,d missing, %,d malformed, %.3f s",
                            complete,
                            rootCount,
                            sum.fetched(),
                            sum.shared(),
                            sum.missing(),
                            sum.malformed(),
                            seconds));
            return;
        }
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roots", rootCount);
        fields.put("roots_complete", complete);
        fields.put("frames_fetched", sum.fetched());
        fields.put("bytes_fetched", sum.fetchedBytes());
        fields.put("frames_shared", sum.shared());
        fields.put("bytes_shared", sum.sharedBytes());
        fields.put("rejected", sum.rejected());
        fields.put("missing", sum.missing());
        fields.put("malformed", sum.malformed());
        if (reconciled != null) {
            fields.put("messages", reconciled.messages());
            fields.put("message_bytes", reconciled.messageBytes());
        }
        fields.put("seconds", seconds);
        console().line(Json.of(fields));
    }

    /** Names what is wrong, frame by frame. */
    private final class Faults implements FetchListener {
        private final Progress progress;

        Faults(final Progress progress) {
            this.progress = progress;
        }

        @Override
        public void onRejected(final Digest address, final int index) {
            console().error("frame " + address + ": damaged in " + source);
        }

        @Override
        public void onMissing(final Digest address) {
            console().error("frame " + address + ": missing");
        }

        @Override
        public void onMalformed(final Digest address, final String what) {
            console().error("frame " + address + ": " + what);
        }

        @Override
        public void onProgress(final long count) {
            progress.accept(count * LatticeFrame.LENGTH);
        }
    }
}
