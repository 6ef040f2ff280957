package io.venation.aeron;

import io.aeron.Image;
import io.aeron.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.CloseHelper;

/**
 * The receiving end of a frame stream with all its sessions: each publication that sends on the stream is an image of
 * its own, in order in itself, verified apart from the others and polled in turn.
 *
 * <p>One thread: the polling agent. Allocates nothing while no session comes or goes, once it has been in each term.
 */
public final class FrameSubscription implements AutoCloseable {
    private final Subscription subscription;
    private final Function<Image, FrameImage> opener;
    private final VerifyPool pool;
    private final SubscriptionCounters counters;
    private final Consumer<Image> onImage = this::onImage;
    /** Sessions that are gone, with what of them still has to be handed out. */
    private final List<FrameImage> leaving = new ArrayList<>();

    private FrameHandler handler;
    private ControlledFrameHandler controlledHandler;
    private FrameBlockHandler blockHandler;
    private final Poller one = (image, limit) -> image.poll(this.handler, limit);
    private final Poller controlledOne = (image, limit) -> image.controlledPoll(this.controlledHandler, limit);
    private final Poller block = (image, limit) -> image.blockPoll(this.blockHandler, limit);
    private FrameImage[] images = {};
    private int seenCount;
    private boolean isChanged;
    private int roundRobinIndex;

    private interface Poller {
        int poll(FrameImage image, int limit);
    }

    FrameSubscription(
            final Subscription subscription,
            final Function<Image, FrameImage> opener,
            final VerifyPool pool,
            final SubscriptionCounters counters) {
        this.pool = pool;
        this.subscription = subscription;
        this.opener = opener;
        this.counters = counters;
    }

    /**
     * Hands out frames one by one.
     *
     * @param handler takes the outcome; what it throws is thrown on, and the next poll goes on after that frame.
     * @param limit   messages, ≥ 1.
     * @return messages handed out or rejected; 0 when none is there: idle.
     */
    public int poll(final FrameHandler handler, final int limit) {
        this.handler = handler;
        return poll(one, handler, limit);
    }

    /**
     * Hands out frames one by one; the handler says how to go on.
     *
     * @param handler takes the outcome; what it throws is thrown on, and the next poll goes on after that frame.
     * @param limit   messages, ≥ 1.
     * @return messages handed out or rejected, an aborted one not counted; 0 when none is there: idle.
     */
    public int controlledPoll(final ControlledFrameHandler handler, final int limit) {
        controlledHandler = handler;
        return poll(controlledOne, handler, limit);
    }

    /**
     * Hands out frames in blocks, for consumers that take everything: fewer calls, one gathering write a block.
     *
     * @param handler takes the outcome; what it throws is thrown on once that session's frames of this poll are handed
     *                out.
     * @param limit   messages, ≥ 1; of each session at most 64 are taken.
     * @return messages handed out or rejected; 0 when none is there: idle.
     */
    public int blockPoll(final FrameBlockHandler handler, final int limit) {
        blockHandler = handler;
        return poll(block, handler, limit);
    }

    private int poll(final Poller poller, final RejectHandler rejects, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ": must be ≥ 1");
        }
        refresh();
        int count = leaving.isEmpty() ? 0 : pollLeaving(poller, rejects, limit);
        final FrameImage[] images = this.images;
        int index = roundRobinIndex < images.length ? roundRobinIndex : 0;
        roundRobinIndex = index + 1;
        for (int i = 0; i < images.length && count < limit; i++) {
            count += poller.poll(images[index], limit - count);
            index = index + 1 == images.length ? 0 : index + 1;
        }
        return count;
    }

    private int pollLeaving(final Poller poller, final RejectHandler rejects, final int limit) {
        int count = 0;
        while (!leaving.isEmpty() && count < limit) {
            final FrameImage image = leaving.getFirst();
            final int polled = image.isDrained() ? 0 : poller.poll(image, limit - count);
            if (image.isDrained()) {
                leaving.removeFirst();
                image.close();
                count += image.abandon(rejects);
            } else if (polled == 0) {
                break;
            }
            count += polled;
        }
        return count;
    }

    private void refresh() {
        seenCount = 0;
        isChanged = false;
        subscription.forEachImage(onImage);
        if (isChanged || seenCount != images.length) {
            rebuild();
        }
    }

    private void onImage(final Image image) {
        isChanged |= seenCount >= images.length || !images[seenCount].isOf(image);
        seenCount++;
    }

    private void rebuild() {
        final List<FrameImage> gone = new ArrayList<>(List.of(images));
        final List<FrameImage> here = new ArrayList<>();
        subscription.forEachImage(image -> {
            FrameImage frames = null;
            for (final FrameImage candidate : gone) {
                frames = candidate.isOf(image) ? candidate : frames;
            }
            gone.remove(frames);
            here.add(frames == null ? opener.apply(image) : frames);
        });
        images = here.toArray(FrameImage[]::new);
        leaving.addAll(gone);
    }

    /**
     * Whether a publication is there.
     *
     * @return true while at least one session is.
     */
    public boolean isConnected() {
        return subscription.isConnected();
    }

    /**
     * Whether this end has left the stream.
     *
     * @return true after {@link #close()}, or once Aeron has closed it.
     */
    public boolean isClosed() {
        return subscription.isClosed();
    }

    /**
     * Sessions that are there.
     *
     * @return publications that send on the stream now.
     */
    public int imageCount() {
        return subscription.imageCount();
    }

    /**
     * The channel as concluded: the caller's URI and what the profile added.
     *
     * @return an Aeron URI.
     */
    public String channel() {
        return subscription.channel();
    }

    /**
     * The channel with the port that the system gave where the caller's URI says port 0.
     *
     * @return an Aeron URI, or null while it is not known yet.
     */
    public String resolvedChannel() {
        return subscription.tryResolveChannelEndpointPort();
    }

    /**
     * Aeron's stream id.
     *
     * @return the id.
     */
    public int streamId() {
        return subscription.streamId();
    }

    /**
     * What was counted so far.
     *
     * @return live counters; any thread may read them.
     */
    public SubscriptionCounters counters() {
        return counters;
    }

    /** Leaves the stream; what was not polled is not seen. */
    @Override
    public void close() {
        for (final FrameImage image : images) {
            image.close();
        }
        leaving.forEach(FrameImage::close);
        CloseHelper.close(pool);
        subscription.close();
        counters.close();
    }
}
