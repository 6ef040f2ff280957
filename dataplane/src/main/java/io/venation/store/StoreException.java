package io.venation.store;

import java.io.IOException;
import java.nio.file.Path;

/** A store that cannot be opened, or whose file is not what it must be. The message names the file and what is wrong. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong with a file.
     *
     * @param path   the file or directory.
     * @param reason what is wrong and, where it helps, what to do.
     */
    public StoreException(final Path path, final String reason) {
        super(path + ": " + reason);
    }
}
