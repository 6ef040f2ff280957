package io.venation.store;

import java.io.IOException;
import java.nio.file.Path;

/** A header page that fails its checksum: damage, as opposed to a file of another kind. */
final class DamagedHeaderException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedHeaderException(final Path path, final String reason) {
        super(path + ": " + reason);
    }
}
