package io.venation.cli;

import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code venation store rm}. */
@Command(name = "rm", description = "Forget roots; sweep then frees the frames that no other root needs.")
final class StoreRmCommand extends StoreSubcommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "ROOT",
            converter = StoredPath.Converter.class,
            description = "Roots that put has printed.")
    private List<StoredPath> roots;

    @Override
    int run() throws IOException {
        for (final StoredPath path : roots) {
            if (!path.names().isEmpty()) {
                throw new ParameterException(spec().commandLine(), path.text() + ": only whole roots can be removed");
            }
        }
        try (MappedFrameStore store = open();
                Arena arena = Arena.ofConfined()) {
            for (final StoredPath path : roots) {
                if (!store.roots().containsKey(path.root())) {
                    throw new CommandFailure(path.root() + ": is no root of the store");
                }
            }
            final long key = arena.allocate(StoredPath.DIGITS / 2, Long.BYTES).address();
            for (final StoredPath path : roots) {
                path.root().write(key);
                while (store.unpin(key)) {
                    // each time that it was pinned
                }
            }
            if (json()) {
                final Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("removed", roots.size());
                fields.put("roots", store.roots().size());
                console().line(Json.of(fields));
            }
        }
        return VenationMain.EXIT_OK;
    }
}
