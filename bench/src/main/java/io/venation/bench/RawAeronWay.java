package io.venation.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.venation.frame.SealedFrameLayout;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages as long as sealed frames through Aeron alone: the payload is copied in, nothing is hashed. */
final class RawAeronWay implements FrameWay {
    private static final int FRAGMENT_LIMIT = 64;

    private final Subscription subscription;
    private final ExclusivePublication publication;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer staging =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
    private final FrameSource source = new FrameSource();
    private final FrameSource sink = new FrameSource();
    private final FragmentHandler onFragment = this::onFragment;
    private long receivedBytes;

    RawAeronWay(
            final Aeron aeron, final String publicationChannel, final String subscriptionChannel, final int streamId) {
        subscription = aeron.addSubscription(subscriptionChannel, streamId);
        publication = aeron.addExclusivePublication(publicationChannel, streamId);
    }

    @Override
    public int send() {
        if (publication.maxPayloadLength() < SealedFrameLayout.LENGTH) {
            source.fill(staging, SealedFrameLayout.FRAME_OFFSET);
            return publication.offer(staging) > 0 ? 1 : 0;
        }
        if (publication.tryClaim(SealedFrameLayout.LENGTH, claim) <= 0) {
            return 0;
        }
        source.fill(claim.buffer(), claim.offset() + SealedFrameLayout.FRAME_OFFSET);
        claim.commit();
        return 1;
    }

    @Override
    public int receive() {
        final long before = receivedBytes / SealedFrameLayout.LENGTH;
        subscription.poll(onFragment, FRAGMENT_LIMIT);
        return (int) (receivedBytes / SealedFrameLayout.LENGTH - before);
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        sink.read(buffer, offset, length);
        receivedBytes += length;
    }

    @Override
    public void close() {
        publication.close();
        subscription.close();
    }
}
