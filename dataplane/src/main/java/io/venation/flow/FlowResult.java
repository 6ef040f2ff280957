package io.venation.flow;

/**
 * Named negative results of the hot path; everything ≥ 0 is a position or a count. The values are Aeron's, so a result
 * of its publications needs no translation.
 */
public final class FlowResult {
    /** Nobody receives yet, or any more. Retry later: idle and try again until a deadline of the caller's. */
    public static final long NOT_CONNECTED = -1;
    /** The receiver has not made room. Idle and try again; nothing was written. */
    public static final long BACK_PRESSURED = -2;
    /** The log rotated, or the driver has work of its own. Try again at once; nothing was written. */
    public static final long ADMIN_ACTION = -3;
    /** The stream was closed and, on the reading side, is drained. Stop; a new stream is needed to go on. */
    public static final long CLOSED = -4;
    /** The stream has reached its last position. Close it and continue on a new stream. */
    public static final long MAX_POSITION_EXCEEDED = -5;

    private FlowResult() {}
}
