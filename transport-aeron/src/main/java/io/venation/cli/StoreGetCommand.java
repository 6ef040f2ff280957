package io.venation.cli;

import io.venation.link.TreeRestorer;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code venation store get}. */
@Command(name = "get", description = "Write a stored file or tree to TARGET, every frame verified.")
final class StoreGetCommand extends StoreSubcommand {
    @Parameters(
            index = "0",
            paramLabel = "ROOT[/PATH]",
            converter = StoredPath.Converter.class,
            description = "A root that put has printed, or what is in it.")
    private StoredPath path;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The file or directory that it becomes.")
    private Path target;

    @Override
    int run() throws IOException {
        final long startNs = System.nanoTime();
        return read((source, suite) -> {
            final TreeRestorer.Restored restored =
                    Restoring.run(this, source, suite, path.resolve(source, kernels(), suite), path.text(), target);
            Restoring.report(this, path.root(), restored, (System.nanoTime() - startNs) / 1e9);
            return VenationMain.EXIT_OK;
        });
    }
}
