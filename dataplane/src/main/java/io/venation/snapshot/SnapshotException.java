package io.venation.snapshot;

/** A snapshot cannot be made, found or followed; the message says why. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SnapshotException(final String message) {
        super(message);
    }
}
