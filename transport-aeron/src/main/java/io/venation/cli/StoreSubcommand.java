package io.venation.cli;

import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What commands on one store have in common. */
abstract class StoreSubcommand extends StoresSubcommand {
    @Option(names = "--store", required = true, paramLabel = "DIR", description = "The store.")
    private Path directory;

    final Path directory() {
        return directory;
    }

    /** The suite of the store that must be there. */
    final Suite suite() throws IOException {
        return suite(directory);
    }

    /** Opens the store for writing: nobody else may have it open for that. */
    final MappedFrameStore open() throws IOException {
        return open(suite());
    }

    /** The same, and makes it where it is not there. */
    final MappedFrameStore open(final Suite suite) throws IOException {
        return open(directory, suite);
    }

    /** Reads beside whoever writes; where a writer has died the store is opened for writing, which recovers it. */
    final int read(final StoreAccess.Reading reading) throws IOException {
        return read(directory, reading);
    }
}
