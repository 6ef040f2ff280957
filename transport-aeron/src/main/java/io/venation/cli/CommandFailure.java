package io.venation.cli;

/** The work cannot be done: the message is one line that says what to do, the command ends with exit code 1. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one line for standard error.
     */
    public CommandFailure(final String message) {
        super(message);
    }

    /**
     * A failure with a cause, which {@code --verbose} shows.
     *
     * @param message one line for standard error.
     * @param cause   what went wrong below.
     */
    public CommandFailure(final String message, final Throwable cause) {
        super(message, cause);
    }
}
