package io.venation.cli;

import io.venation.object.ObjectFault;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.ReplicaFetch;
import io.venation.snapshot.RootWalk;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.Scrub;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code venation store verify}. */
@Command(
        name = "verify",
        description = "Hash every frame of a store and follow every root; exit 1 and name what is damaged or missing.")
final class StoreVerifyCommand extends StoreSubcommand {
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @Option(
            names = "--rate",
            paramLabel = "MB",
            description = "Megabytes a second at most (default as many as it can).")
    private Long megabytesPerSecond;

    @Option(
            names = "--repair-from",
            paramLabel = "SOURCE",
            description =
                    "Get what is damaged, and what roots stand on and lack, from here: " + StoreSources.NAMES + ".")
    private String repairSource;

    private final List<Map<String, Object>> damaged = new ArrayList<>();
    private int repaired;

    @Override
    int run() throws IOException {
        if (megabytesPerSecond != null && megabytesPerSecond <= 0) {
            throw new ParameterException(spec().commandLine(), "--rate=" + megabytesPerSecond + " must be above 0");
        }
        final Suite suite = suite();
        final long frames;
        final int roots;
        try (StoreSources sources = new StoreSources(this)) {
            final StoreSources.Source source = repairSource == null ? null : sources.open(repairSource);
            sources.requireFit(directory(), suite);
            try (MappedFrameStore store = open()) {
                roots = store.roots().size();
                if (source != null) {
                    store.repairFrom(source.frames());
                }
                scrub(store, sources);
                if (source != null) {
                    fetch(store, source.frames(), suite);
                }
                frames = store.frameCount();
                final RootWalk walk = RootWalk.trusting(store);
                store.roots().keySet().forEach(root -> walk.walk(root, new Damages(root, sources)));
            }
        }
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("frames", frames);
            fields.put("roots", roots);
            fields.put("repaired", repaired);
            fields.put("damaged", damaged);
            fields.put("ok", damaged.isEmpty());
            console().line(Json.of(fields));
        } else {
            console()
                    .line(frames + " frames, " + roots + " roots, "
                            + (repairSource == null ? "" : repaired + " repaired, ") + damaged.size() + " damaged");
        }
        return damaged.isEmpty() ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
    }

    private void scrub(final MappedFrameStore store, final StoreSources sources) {
        final Scrub scrub = store.scrub(megabytesPerSecond == null ? Long.MAX_VALUE : megabytesPerSecond * 1_000_000);
        while (!scrub.isDone()) {
            sources.requireUninterrupted();
            if (scrub.doWork(System.nanoTime()) == 0 && !scrub.isDone()) {
                LockSupport.parkNanos(WAIT_NS);
            }
        }
    }

    /** Gets what the store has quarantined when it opened, before anybody could be asked, and what it never had. */
    private void fetch(final MappedFrameStore store, final FrameSource source, final Suite suite) {
        final ReplicaFetch fetch =
                new ReplicaFetch(store, kernels(), suite.addressHash(), List.of(source), FetchListener.NONE);
        for (final Digest root : store.roots().keySet()) {
            repaired += Math.toIntExact(fetch.fetch(root).fetched());
        }
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(StoredPath.DIGITS / 2, Long.BYTES).address();
            damaged.removeIf(fields -> {
                Digest.parse((String) fields.get("address")).write(key);
                return store.contains(key);
            });
        }
    }

    /** The store says so when it opens, or while it is scrubbed. */
    @Override
    void onDamaged(final Digest address, final boolean isRepaired) {
        if (isRepaired) {
            repaired++;
            super.onDamaged(address, true);
        } else {
            add(address, ObjectFault.WRONG_ADDRESS.sentence(), null);
        }
    }

    private void add(final Digest address, final String fault, final Digest root) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("address", address.toString());
        fields.put("fault", fault);
        if (root != null) {
            fields.put("root", root.toString());
        }
        damaged.add(fields);
        console().error("frame " + address + ": " + fault + (root == null ? "" : ", below root " + root));
    }

    /** What a walk from a root finds. */
    private final class Damages implements RootWalk.Visitor {
        private final Digest root;
        private final StoreSources sources;

        Damages(final Digest root, final StoreSources sources) {
            this.root = root;
            this.sources = sources;
        }

        @Override
        public void onNode(final long key, final ReferenceKind kind, final int level, final long length) {
            sources.requireUninterrupted();
        }

        @Override
        public void onChunk(final long key, final int length) {
            // good
        }

        @Override
        public void onDamage(final Digest address, final String what) {
            add(address, what, root);
        }
    }
}
