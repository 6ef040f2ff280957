package io.venation.link;

import io.venation.store.FrameSourceException;

/** A transfer, or a served store as a source, cannot go on; the message is one line that says what to do. */
public final class LinkException extends FrameSourceException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the reason.
     *
     * @param message one line.
     */
    public LinkException(final String message) {
        super(message);
    }

    /**
     * Names the reason and its cause.
     *
     * @param message one line.
     * @param cause   what was caught.
     */
    public LinkException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
