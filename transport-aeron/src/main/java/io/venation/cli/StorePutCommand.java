package io.venation.cli;

import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import io.venation.link.SourcePaths;
import io.venation.link.TreeScan;
import io.venation.link.TreeStorer;
import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code venation store put}. */
@Command(
        name = "put",
        description = "Store a file or tree, print its root on the last line and keep it until it is removed.")
final class StorePutCommand extends StoreSubcommand {
    @Parameters(paramLabel = "PATH", description = "A file or directory.")
    private Path source;

    @Option(
            names = "--suite",
            paramLabel = "blake3|sha3",
            converter = SuiteName.class,
            description = "Hash of the addresses of a new store (default blake3).")
    private AddressHash addressHash;

    @Override
    int run() throws IOException {
        final Path from = SourcePaths.existing(source);
        final Path to = SourcePaths.target(directory());
        if (Files.isDirectory(from) && (to.startsWith(from) || from.startsWith(to))) {
            throw new CommandFailure("--store " + directory() + " and PATH " + source + ": one is inside the other");
        }
        final TreeScan scan = TreeScan.of(from);
        final long startNs = System.nanoTime();
        final TreeStorer.Stored stored;
        final long before;
        final long after;
        try (MappedFrameStore store = open(suiteToUse());
                BackgroundForce force = new BackgroundForce(store);
                Arena arena = Arena.ofConfined();
                Progress progress = Progress.of("stored", scan.bytes(), json())) {
            before = store.frameCount();
            stored = new TreeStorer(store, progress).put(from);
            if (!store.roots().containsKey(stored.root())) {
                final long key =
                        arena.allocate(StoredPath.DIGITS / 2, Long.BYTES).address();
                stored.root().write(key);
                store.pin(key);
            }
            force.finish();
            after = store.frameCount();
        }
        final double seconds = (System.nanoTime() - startNs) / 1e9; // closing has forced it to disk
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("root", stored.root().toString());
            fields.put("kind", stored.isDirectory() ? "directory" : "file");
            fields.put("bytes", stored.bytes());
            fields.put("files", stored.files());
            fields.put("frames_added", after - before);
            fields.put("frames", after);
            fields.put("seconds", seconds);
            console().line(Json.of(fields));
        } else {
            console()
                    .line(String.format(
                            Locale.ROOT,
                            "%,d bytes in %,d files, %,d frames added to %,d, %.3f s, %.3f GB/s",
                            stored.bytes(),
                            stored.files(),
                            after - before,
                            before,
                            seconds,
                            stored.bytes() / seconds / 1e9));
            console().line(stored.root().toString());
        }
        return VenationMain.EXIT_OK;
    }

    private Suite suiteToUse() throws IOException {
        final Suite wanted = addressHash == null ? Suite.DEFAULT : new Suite(R96Rule.MOD96, addressHash);
        final Suite there = MappedFrameStore.suite(directory()).orElse(wanted);
        if (addressHash != null && there.addressHash() != addressHash) {
            throw new CommandFailure(directory() + ": the store's suite is " + there.label());
        }
        return there;
    }
}
