package io.venation.aeron;

import io.venation.receipt.ReceiptFlyweight;

/**
 * Takes frames one by one. Called on the polling thread. What it throws is thrown on by the poll; the frame counts as
 * taken, and no other is lost.
 */
public interface FrameHandler extends RejectHandler {
    /**
     * A frame that verified, in the order of its stream.
     *
     * @param frame    where it lies, valid inside the call only.
     * @param receipt  a copy of its receipt as it was checked, valid inside the call only.
     * @param position stream position past the frame, in bytes: what the publication's commit returned.
     */
    void onFrame(FrameView frame, ReceiptFlyweight receipt, long position);
}
