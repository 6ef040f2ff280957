package io.venation.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.venation.flow.RejectReason;
import io.venation.receipt.ReceiptFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Writes down what is delivered and rejected, whichever way it is polled. */
final class Recorder {
    final List<String> events = new ArrayList<>();
    final List<Long> positions = new ArrayList<>();
    /** What the controlled handler answers. */
    Supplier<Action> answer = () -> Action.CONTINUE;
    /** Throws or not, once something is written down. */
    Runnable afterwards = () -> {};

    final FrameHandler each = new FrameHandler() {
        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            add(frame, (int) receipt.payloadLength(), position);
            afterwards.run();
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            reject(position, reason);
        }
    };

    final ControlledFrameHandler controlled = new ControlledFrameHandler() {
        @Override
        public Action onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            final Action action = answer.get();
            if (action != Action.ABORT) {
                add(frame, (int) receipt.payloadLength(), position);
                afterwards.run();
            }
            return action;
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            reject(position, reason);
        }
    };

    final FrameBlockHandler blocks = new FrameBlockHandler() {
        @Override
        public void onBlock(final FrameBlock block) {
            for (int i = 0; i < block.count(); i++) {
                add(block.frame(i), block.payloadLength(i), i + 1 == block.count() ? block.position() : -1);
            }
            afterwards.run();
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            reject(position, reason);
        }
    };

    private void add(final FrameView frame, final int payloadLength, final long position) {
        events.add("frame "
                + (payloadLength < Long.BYTES ? -payloadLength : frame.buffer().getLong(0)));
        positions.add(position);
    }

    private void reject(final long position, final RejectReason reason) {
        events.add(position + " " + reason);
        afterwards.run();
    }

    /** What was delivered or rejected since the last call. */
    List<String> take() {
        final List<String> taken = List.copyOf(events);
        events.clear();
        return taken;
    }
}
