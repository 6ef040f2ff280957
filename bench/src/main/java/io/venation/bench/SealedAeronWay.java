package io.venation.bench;

import io.venation.aeron.FrameBatch;
import io.venation.aeron.FrameBlock;
import io.venation.aeron.FrameBlockHandler;
import io.venation.aeron.FramePublication;
import io.venation.aeron.FrameSubscription;
import io.venation.aeron.LatticePlane;
import io.venation.cli.CommandFailure;
import io.venation.flow.RejectReason;

/** Sealed frames: copied in, sealed in the term, verified in the term. */
final class SealedAeronWay implements FrameWay, FrameBlockHandler {
    private static final int FRAME_LIMIT = 64;

    private final FrameSubscription subscription;
    private final FramePublication publication;
    private final FrameBatch batch = new FrameBatch();
    private final FrameSource source = new FrameSource();

    SealedAeronWay(final LatticePlane plane, final String channel, final int streamId) {
        subscription = plane.addSubscription(channel, streamId);
        publication = plane.addPublication(channel, streamId);
    }

    @Override
    public int send() {
        if (batch.count() == 0) {
            if (publication.tryClaim(batch, FrameBatch.LIMIT) < 0) {
                return 0;
            }
            for (int i = 0; i < batch.count(); i++) {
                source.fill(batch.frame(i).buffer(), 0);
            }
        }
        final int count = batch.count();
        return batch.commit() < 0 ? 0 : count;
    }

    @Override
    public int receive() {
        return subscription.blockPoll(this, FRAME_LIMIT);
    }

    @Override
    public void onBlock(final FrameBlock block) {}

    @Override
    public void onRejected(final long position, final RejectReason reason) {
        throw new CommandFailure("position " + position + ": " + reason.sentence());
    }

    @Override
    public void close() {
        publication.close();
        subscription.close();
    }
}
