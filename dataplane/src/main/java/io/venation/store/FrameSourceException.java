package io.venation.store;

/** A source gives no more frames at all: it is gone, silent or breaks its protocol. */
public class FrameSourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the reason.
     *
     * @param message one line that names the source.
     */
    public FrameSourceException(final String message) {
        super(message);
    }

    /**
     * Names the reason.
     *
     * @param message one line that names the source.
     * @param cause   what was thrown.
     */
    public FrameSourceException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
