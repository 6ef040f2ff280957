package io.venation.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.venation.receipt.ReceiptFlyweight;

/**
 * Takes frames one by one and says how to go on. Called on the polling thread. What it throws is thrown on by the poll;
 * the frame counts as taken, and no other is lost.
 */
public interface ControlledFrameHandler extends RejectHandler {
    /**
     * A frame that verified, in the order of its stream.
     *
     * @param frame    where it lies, valid inside the call only.
     * @param receipt  a copy of its receipt as it was checked, valid inside the call only.
     * @param position stream position past the frame, in bytes.
     * @return {@code ABORT}: end the poll, this frame comes again (it is not verified again); {@code BREAK}: end the
     *     poll after this frame; {@code COMMIT}: give what was taken so far back to the sender and go on; {@code
     *     CONTINUE}: go on.
     */
    Action onFrame(FrameView frame, ReceiptFlyweight receipt, long position);
}
