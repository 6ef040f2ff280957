package io.venation.cli;

import io.venation.link.SourcePaths;
import io.venation.link.TreeRestorer;
import io.venation.object.DirectoryReader;
import io.venation.object.ObjectReader;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.store.FrameSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Objects of a store written as files and trees, for the commands that do so. */
final class Restoring {
    private Restoring() {}

    /** Writes an object to a target; {@code text} is what the user called it. */
    static TreeRestorer.Restored run(
            final StoresSubcommand command,
            final FrameSource source,
            final Suite suite,
            final StoredPath.Target object,
            final String text,
            final Path target)
            throws IOException {
        final ObjectReader files = ObjectReader.verifying(source, command.kernels(), suite.addressHash());
        final DirectoryReader directories = DirectoryReader.verifying(source, command.kernels(), suite.addressHash());
        return switch (object) {
            case final StoredPath.StoredFile file -> {
                files.open(file.root());
                try (Progress progress = Progress.of("written", files.length(), command.json())) {
                    yield new TreeRestorer(files, directories, progress)
                            .restoreFile(file.root(), SourcePaths.fileTarget(target));
                }
            }
            case final StoredPath.StoredDirectory directory -> {
                try (Progress progress = Progress.of("written", -1, command.json())) {
                    yield new TreeRestorer(files, directories, progress)
                            .restoreDirectory(directory.root(), SourcePaths.target(target));
                }
            }
            case StoredPath.StoredTree _ ->
                throw new CommandFailure(text + ": is a tree of entries, which has no form as a file; ls lists them");
            case StoredPath.StoredLink _ -> throw new CommandFailure(text + ": is a symbolic link; get its directory");
        };
    }

    /** Says what was written. */
    static void report(
            final StoresSubcommand command,
            final Digest root,
            final TreeRestorer.Restored restored,
            final double seconds) {
        if (command.json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("root", root.toString());
            fields.put("bytes", restored.bytes());
            fields.put("files", restored.files());
            fields.put("seconds", seconds);
            command.console().line(Json.of(fields));
        } else {
            command.console()
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
