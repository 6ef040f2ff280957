package io.venation.cli;

import io.venation.link.TreeRestorer;
import io.venation.snapshot.Snapshot;
import io.venation.snapshot.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code venation snapshot restore}. */
@Command(name = "restore", description = "Write what a snapshot is of to TARGET, every frame verified.")
final class SnapshotRestoreCommand extends StoreSubcommand {
    @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "Its name or address.")
    private String name;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The file or directory that it becomes.")
    private Path target;

    @Override
    int run() throws IOException {
        final long startNs = System.nanoTime();
        return read((store, suite) -> {
            final Snapshot snapshot = new Snapshots(store, kernels(), suite.addressHash()).find(name);
            final StoredPath.Target object = switch (snapshot.kind()) {
                case DIRECTORY -> new StoredPath.StoredDirectory(snapshot.root());
                case TREE -> new StoredPath.StoredTree(snapshot.root());
                case FILE, FRAME -> new StoredPath.StoredFile(snapshot.root());
            };
            final TreeRestorer.Restored restored = Restoring.run(this, store, suite, object, name, target);
            Restoring.report(this, snapshot.root(), restored, (System.nanoTime() - startNs) / 1e9);
            return VenationMain.EXIT_OK;
        });
    }
}
