package io.venation.cli;

import io.venation.link.SourcePaths;
import io.venation.link.TreeRestorer;
import io.venation.object.DirectoryReader;
import io.venation.object.ObjectReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
            final ObjectReader files = ObjectReader.verifying(source, kernels(), suite.addressHash());
            final DirectoryReader directories = DirectoryReader.verifying(source, kernels(), suite.addressHash());
            final TreeRestorer.Restored restored = switch (path.resolve(source, kernels(), suite)) {
                case final StoredPath.StoredFile file -> {
                    files.open(file.root());
                    try (Progress progress = Progress.of("written", files.length(), json())) {
                        yield new TreeRestorer(files, directories, progress)
                                .restoreFile(file.root(), SourcePaths.fileTarget(target));
                    }
                }
                case final StoredPath.StoredDirectory directory ->
                    new TreeRestorer(files, directories, bytes -> {})
                            .restoreDirectory(directory.root(), SourcePaths.target(target));
                case StoredPath.StoredLink _ ->
                    throw new CommandFailure(path.text() + ": is a symbolic link; get its directory");
            };
            report(restored, (System.nanoTime() - startNs) / 1e9);
            return VenationMain.EXIT_OK;
        });
    }

    private void report(final TreeRestorer.Restored restored, final double seconds) {
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("root", path.root().toString());
            fields.put("bytes", restored.bytes());
            fields.put("files", restored.files());
            fields.put("seconds", seconds);
            console().line(Json.of(fields));
        } else {
            console()
                    .line(String.format(
                            Locale.ROOT,
                            "%,d bytes in %,d files, verified, %.3f s, %.3f GB/s",
                            restored.bytes(),
                            restored.files(),
                            seconds,
                            restored.bytes() / seconds / 1e9));
        }
    }
}
