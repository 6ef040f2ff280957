package io.venation.cli;

import io.venation.link.SourcePaths;
import io.venation.link.TreeScan;
import io.venation.link.TreeStorer;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.Snapshot;
import io.venation.snapshot.SnapshotWriter;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code venation snapshot create}. */
@Command(
        name = "create",
        description = "Store a file or tree, or take one that is stored, give it a name and keep it;"
                + " print the snapshot's address on the last line.")
final class SnapshotCreateCommand extends StoreSubcommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "1..255 bytes, of no other snapshot of the store.")
    private String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "PATH", description = "A file or directory to store.")
    private Path source;

    @Option(
            names = "--root",
            paramLabel = "ROOT[/PATH]",
            converter = StoredPath.Converter.class,
            description = "What is stored already, instead of PATH.")
    private StoredPath root;

    @Override
    int run() throws IOException {
        if ((source == null) == (root == null)) {
            throw new ParameterException(spec().commandLine(), "Either PATH or --root is needed");
        }
        if (!RawText.isWellFormed(name)) {
            throw new ParameterException(spec().commandLine(), "NAME must be UTF-8");
        }
        final long startNs = System.nanoTime();
        final Suite suite =
                source == null ? suite() : MappedFrameStore.suite(directory()).orElse(Suite.DEFAULT);
        final Path from = source == null ? null : existing();
        final Snapshot snapshot;
        final long framesAdded;
        try (MappedFrameStore store = open(suite)) {
            final SnapshotWriter snapshots = new SnapshotWriter(store, kernels(), suite.addressHash());
            snapshots.requireFree(name);
            final long before = store.frameCount();
            snapshot = snapshots.create(name, from == null ? stored(store, suite) : put(store, from), Instant.now());
            framesAdded = store.frameCount() - before;
        }
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        if (json()) {
            final Map<String, Object> fields = SnapshotListCommand.fields(snapshot);
            fields.put("frames_added", framesAdded);
            fields.put("seconds", seconds);
            console().line(Json.of(fields));
        } else {
            console().line(framesAdded + " frames added");
            console().line(snapshot.address().toString());
        }
        return VenationMain.EXIT_OK;
    }

    private Path existing() throws IOException {
        final Path from = SourcePaths.existing(source);
        final Path to = SourcePaths.target(directory());
        if (Files.isDirectory(from) && (to.startsWith(from) || from.startsWith(to))) {
            throw new CommandFailure("--store " + directory() + " and PATH " + source + ": one is inside the other");
        }
        return from;
    }

    private Digest put(final MappedFrameStore store, final Path from) throws IOException {
        try (Progress progress = Progress.of("stored", TreeScan.of(from).bytes(), json())) {
            return new TreeStorer(store, progress).put(from).root();
        }
    }

    private Digest stored(final MappedFrameStore store, final Suite suite) {
        return switch (root.resolve(store, kernels(), suite)) {
            case final StoredPath.StoredFile file -> file.root();
            case final StoredPath.StoredDirectory inner -> inner.root();
            case final StoredPath.StoredTree tree -> tree.root();
            case StoredPath.StoredLink _ -> throw new CommandFailure(root.text() + ": is a symbolic link");
        };
    }
}
