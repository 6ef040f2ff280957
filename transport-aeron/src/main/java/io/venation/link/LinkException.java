package io.venation.link;

/** A transfer cannot go on; the message is one line that says what to do. */
public final class LinkException extends RuntimeException {
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
