package io.venation.aeron;

import io.venation.flow.RejectReason;
import io.venation.receipt.ReceiptFlyweight;

/** Takes frames that bear consecutive numbers, the first one any, and throws at whatever else comes. */
final class NumberedReader implements FrameHandler {
    /** What happens in the handler once a frame is counted. */
    Runnable afterwards = () -> {};

    long count;
    /** The number that the next frame must bear. */
    long next = -1;

    @Override
    public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
        final long number = frame.buffer().getLong(0);
        if (count > 0 && number != next) {
            throw new AssertionError("number=" + number + " where " + next + " is due");
        }
        next = number + 1;
        count++;
        afterwards.run();
    }

    @Override
    public void onRejected(final long position, final RejectReason reason) {
        throw new AssertionError("at " + position + ": " + reason.sentence());
    }
}
