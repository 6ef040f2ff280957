package io.venation.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.venation.aeron.FrameClaim;
import io.venation.aeron.FrameHandler;
import io.venation.aeron.FramePublication;
import io.venation.aeron.FrameSubscription;
import io.venation.aeron.FrameView;
import io.venation.aeron.LatticePlane;
import io.venation.cli.CommandFailure;
import io.venation.flow.RejectReason;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.ReceiptFlyweight;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/** One end of a ping-pong: frames that carry a stamp leave on one stream and come in on another. One thread. */
interface LoneFrames extends AutoCloseable {
    /** Sends a frame; false where it has to be tried again, with the same stamp. */
    boolean send(long stamp);

    /** Hands on the stamps of the frames that are there, 0 or more of them. */
    int poll(LongConsumer onStamp);

    /** Whether both streams are there. */
    boolean isConnected();

    @Override
    void close();

    /** By Aeron alone: the payload is copied in, the consumer reads every cache line. */
    final class Raw implements LoneFrames {
        private final ExclusivePublication publication;
        private final Subscription subscription;
        private final BufferClaim claim = new BufferClaim();
        private final FrameSource source = new FrameSource();
        private final FragmentHandler onFragment = this::onFragment;
        private LongConsumer onStamp;

        Raw(
                final Aeron aeron,
                final String publicationChannel,
                final int publicationStreamId,
                final String subscriptionChannel,
                final int subscriptionStreamId) {
            subscription = aeron.addSubscription(subscriptionChannel, subscriptionStreamId);
            publication = aeron.addExclusivePublication(publicationChannel, publicationStreamId);
        }

        @Override
        public boolean send(final long stamp) {
            if (publication.tryClaim(SealedFrameLayout.LENGTH, claim) <= 0) {
                return false;
            }
            final int frameOffset = claim.offset() + SealedFrameLayout.FRAME_OFFSET;
            source.fill(claim.buffer(), frameOffset);
            claim.buffer().putLong(frameOffset, stamp);
            claim.commit();
            return true;
        }

        @Override
        public int poll(final LongConsumer onStamp) {
            this.onStamp = onStamp;
            return subscription.poll(onFragment, 1);
        }

        private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
            source.read(buffer, offset, length);
            onStamp.accept(buffer.getLong(offset + SealedFrameLayout.FRAME_OFFSET));
        }

        @Override
        public boolean isConnected() {
            return publication.isConnected() && subscription.isConnected();
        }

        @Override
        public void close() {
            publication.close();
            subscription.close();
        }
    }

    /** Sealed, and verified before the stamp is handed on. */
    final class Sealed implements LoneFrames, FrameHandler {
        private final FramePublication publication;
        private final FrameSubscription subscription;
        private final FrameClaim claim = new FrameClaim();
        private final FrameSource source = new FrameSource();
        private boolean isClaimed;
        private LongConsumer onStamp;

        Sealed(
                final LatticePlane plane,
                final String publicationChannel,
                final int publicationStreamId,
                final String subscriptionChannel,
                final int subscriptionStreamId) {
            subscription = plane.addSubscription(subscriptionChannel, subscriptionStreamId);
            publication = plane.addPublication(publicationChannel, publicationStreamId);
        }

        @Override
        public boolean send(final long stamp) {
            if (!isClaimed) {
                if (requireOpen(publication.tryClaim(claim)) < 0) {
                    return false;
                }
                source.fill(claim.frame().buffer(), 0);
                claim.frame().buffer().putLong(0, stamp);
                isClaimed = true;
            }
            isClaimed = requireOpen(claim.commit()) < 0;
            return !isClaimed;
        }

        private static long requireOpen(final long result) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new CommandFailure("the stream has ended: " + Publication.errorString(result));
            }
            return result;
        }

        @Override
        public int poll(final LongConsumer onStamp) {
            this.onStamp = onStamp;
            return subscription.poll(this, 1);
        }

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            onStamp.accept(frame.buffer().getLong(0));
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            throw new CommandFailure("position " + position + ": " + reason.sentence());
        }

        @Override
        public boolean isConnected() {
            return publication.isConnected() && subscription.isConnected();
        }

        @Override
        public void close() {
            publication.close();
            subscription.close();
        }
    }
}
