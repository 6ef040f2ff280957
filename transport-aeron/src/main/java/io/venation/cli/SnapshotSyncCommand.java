package io.venation.cli;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.link.PeerSource;
import io.venation.link.PeerStore;
import io.venation.link.SourcePaths;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.FetchResult;
import io.venation.snapshot.FollowOptions;
import io.venation.snapshot.ReplicaFetch;
import io.venation.snapshot.StoreReconciliation;
import io.venation.store.FollowedStore;
import io.venation.store.LogLimit;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreReader;
import io.venation.store.StoreView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code venation snapshot sync}. */
@Command(
        name = "sync",
        description =
                "Give the store TARGET all that roots of the store SOURCE stand on, beside whoever writes to SOURCE: what"
                        + " it has is shared, the rest is fetched, each frame verified. Interrupted, it goes on where it"
                        + " stopped.")
final class SnapshotSyncCommand extends StoresSubcommand {
    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description = "The store that has the frames: " + StoreSources.NAMES + ".")
    private String source;

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
            names = "--from",
            paramLabel = "SOURCE",
            description =
                    "A further store or peer, asked for what those before it lack or have damaged; may be repeated.")
    private List<String> others = List.of();

    @Option(
            names = "--all",
            description = "First give TARGET every frame of SOURCE that it lacks, found by set reconciliation.")
    private boolean all;

    @Option(
            names = "--follow",
            description = "Then do what the log of SOURCE tells, until interrupted, and go on where TARGET stopped"
                    + " before. One ROOT, a snapshot, to begin at its sequence; without it all roots, then what"
                    + " comes.")
    private boolean follow;

    @Option(names = "--until-current", description = "With --follow: end when TARGET has all that the log shows.")
    private boolean untilCurrent;

    @Option(
            names = "--mirror",
            description = "With --follow: let go in TARGET of roots that SOURCE lets go of, whoever pinned them"
                    + " (default: TARGET keeps them).")
    private boolean mirror;

    @Option(
            names = "--published",
            description = "With --follow: also what SOURCE may still lose with its power"
                    + " (default: only what it has forced to disk).")
    private boolean published;

    @Override
    int run() throws IOException {
        checkUsage();
        if (follow) {
            return follow();
        }
        try (StoreSources sources = new StoreSources(this)) {
            if (roots.isEmpty()) {
                warnUnauthenticated();
            }
            final StoreSources.Source first = sources.open(source);
            for (final String other : others) {
                sources.open(other);
            }
            final Suite suite = MappedFrameStore.suite(target).orElse(first.suite());
            sources.requireFit(target, suite);
            return sync(sources, first, suite);
        }
    }

    private void checkUsage() {
        if (all && !roots.isEmpty()) {
            throw new ParameterException(spec().commandLine(), "Either --all or ROOTs, not both");
        }
        if (!follow && (untilCurrent || mirror || published)) {
            throw new ParameterException(
                    spec().commandLine(), "--until-current, --mirror and --published are for --follow");
        }
        if (follow && (all || !others.isEmpty() || roots.size() > 1)) {
            throw new ParameterException(
                    spec().commandLine(), "--follow takes one snapshot at most, no --all and no --from");
        }
        for (final StoredPath path : roots) {
            if (!path.names().isEmpty()) {
                throw new ParameterException(spec().commandLine(), path.text() + ": only whole roots can be fetched");
            }
        }
    }

    /** Roots that a peer names are pinned here, whoever it is. */
    private void warnUnauthenticated() {
        if (StoreSources.isPeer(source)) {
            HostPort.orNull(source).warnUnauthenticated(console(), "say what its roots are");
        }
    }

    private int follow() throws IOException {
        if (StoreSources.isPeer(source)) {
            return followPeer();
        }
        final Path directory = RawText.path(source);
        SourcePaths.requireApart(SourcePaths.existing(directory), SourcePaths.target(target));
        final Suite sourceSuite = suite(directory);
        final Suite suite = MappedFrameStore.suite(target).orElse(sourceSuite);
        StoreSources.requireSame(target, suite, source, sourceSuite);
        try (StoreReader reader = reader(directory)) {
            return follow(reader, suite, fields -> {});
        }
    }

    private int followPeer() throws IOException {
        try (StoreSources sources = new StoreSources(this)) {
            warnUnauthenticated();
            final StoreSources.Source peer = sources.open(source);
            final Suite suite = MappedFrameStore.suite(target).orElse(peer.suite());
            sources.requireFit(target, suite);
            return follow(new PeerStore((PeerSource) peer.frames()), suite, sources::report);
        }
    }

    private int follow(final FollowedStore followed, final Suite suite, final Consumer<Map<String, Object>> costs)
            throws IOException {
        final FollowOptions options = new FollowOptions(
                published ? LogLimit.PUBLISHED : LogLimit.DURABLE, mirror, FollowOptions.DEFAULT.rememberIntervalNs());
        try (MappedFrameStore store = open(target, suite)) {
            return new Following(this, source, options, untilCurrent, costs)
                    .run(
                            followed,
                            store,
                            suite,
                            roots.isEmpty() ? null : roots.getFirst().root());
        }
    }

    private Collection<Digest> wanted(final StoreSources.Source first) {
        if (!roots.isEmpty()) {
            return roots.stream().map(StoredPath::root).toList();
        }
        return first.frames() instanceof final PeerSource peer
                ? peer.roots()
                : ((StoreView) first.frames()).roots().keySet();
    }

    private StoreReconciliation.Result reconcile(
            final MappedFrameStore store,
            final StoreSources sources,
            final StoreSources.Source first,
            final AddressHash addressHash,
            final FetchListener listener) {
        return first.frames() instanceof final PeerSource peer
                ? StoreReconciliation.run(store, peer, sources.frames(), kernels(), addressHash, listener)
                : StoreReconciliation.run(
                        store, (StoreView) first.frames(), sources.frames(), kernels(), addressHash, listener);
    }

    private int sync(final StoreSources sources, final StoreSources.Source first, final Suite suite)
            throws IOException {
        final long startNs = System.nanoTime();
        final Collection<Digest> wanted = wanted(first);
        FetchResult sum = new FetchResult(0, 0, 0, 0, 0);
        StoreReconciliation.Result reconciled = null;
        long complete = 0;
        try (MappedFrameStore store = open(target, suite);
                Progress progress = Progress.of("synced", first.frameCount() * LatticeFrame.LENGTH, json())) {
            final FetchListener listener = new Faults(sources, progress);
            if (all) {
                reconciled = reconcile(store, sources, first, suite.addressHash(), listener);
                sum = reconciled.frames();
            }
            final ReplicaFetch fetch =
                    new ReplicaFetch(store, kernels(), suite.addressHash(), sources.frames(), listener);
            for (final Digest root : wanted) {
                final FetchResult result = fetch.fetch(root);
                complete += result.isComplete() ? 1 : 0;
                sum = sum.plus(result);
            }
        }
        report(sources, wanted.size(), complete, sum, reconciled, (System.nanoTime() - startNs) / 1e9);
        return sum.isComplete() ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
    }

    private void report(
            final StoreSources sources,
            final int rootCount,
            final long complete,
            final FetchResult sum,
            final StoreReconciliation.Result reconciled,
            final double seconds) {
        final Map<String, Object> peers = new LinkedHashMap<>();
        sources.report(peers);
        if (!json()) {
            final String crossed = peers.isEmpty()
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "%,d round trips, %,d bytes, ",
                            peers.get("round_trips"),
                            peers.get("wire_bytes"));
            console()
                    .line(String.format(
                            Locale.ROOT,
                            "%,d of %,d roots complete, %,d frames fetched, %,d shared, %,d missing, %,d malformed,"
                                    + " %s%.3f s",
                            complete,
                            rootCount,
                            sum.fetched(),
                            sum.shared(),
                            sum.missing(),
                            sum.malformed(),
                            crossed,
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
        fields.putAll(peers);
        fields.put("seconds", seconds);
        console().line(Json.of(fields));
    }

    /** Names what is wrong, frame by frame. */
    private final class Faults implements FetchListener {
        private final StoreSources sources;
        private final Progress progress;

        Faults(final StoreSources sources, final Progress progress) {
            this.sources = sources;
            this.progress = progress;
        }

        @Override
        public void onRejected(final Digest address, final int index) {
            console().error("frame " + address + ": damaged in " + sources.name(index));
        }

        @Override
        public void onSourceFailed(final int index, final String reason) {
            console().error(reason + "; others are asked");
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
            sources.requireUninterrupted();
            progress.accept(count * LatticeFrame.LENGTH);
        }
    }
}
