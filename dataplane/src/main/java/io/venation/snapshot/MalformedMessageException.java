package io.venation.snapshot;

/** The other side's message breaks the rules of {@link SetReconciler}; nothing of it was used from there on. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedMessageException(final String message) {
        super(message);
    }
}
