package io.venation.aeron;

import io.venation.flow.RejectReason;

/** Hears of what is not delivered. Called on the polling thread. */
public interface RejectHandler {
    /**
     * A frame that did not verify, or something on the stream that is no frame. It is counted and never delivered.
     *
     * @param position stream position past it, in bytes.
     * @param reason   the first rule that it breaks.
     */
    void onRejected(long position, RejectReason reason);
}
