package io.venation.link;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.venation.aeron.VerifyPool;
import io.venation.hashing.FrameKernels;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Serves a receiving endpoint: one {@link InboundTransfer} for each sender's control stream, kept apart by Aeron's
 * images. One thread drives {@link #doWork()}.
 */
public final class ReceiveAgent implements Agent, AutoCloseable {
    private final Aeron aeron;
    private final ReceiveOptions options;
    private final FrameKernels kernels;
    private final VerifyPool pool;
    private final NanoClock clock;
    private final Subscription control;
    private final Subscription frames;
    private final Long2ObjectHashMap<InboundTransfer> transfers = new Long2ObjectHashMap<>();
    private final List<InboundTransfer> ended = new ArrayList<>();

    /**
     * Opens the subscriptions.
     *
     * @param aeron    connected client.
     * @param endpoint where to listen.
     * @param options  what is accepted and where it goes.
     * @param kernels  of the thread that drives this agent.
     * @param pool     verifies ahead of that thread, ends with this agent; null where the thread does it.
     * @param clock    nanoseconds.
     */
    public ReceiveAgent(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final ReceiveOptions options,
            final FrameKernels kernels,
            final VerifyPool pool,
            final NanoClock clock) {
        this.aeron = aeron;
        this.options = options;
        this.kernels = kernels;
        this.pool = pool;
        this.clock = clock;
        Subscription controlSubscription = null;
        Subscription frameSubscription = null;
        try {
            controlSubscription = aeron.addSubscription(endpoint.controlChannel(), LinkProtocol.CONTROL_STREAM_ID);
            frameSubscription = aeron.addSubscription(endpoint.frameChannel(), LinkProtocol.FRAME_STREAM_ID);
        } finally {
            if (frameSubscription == null) {
                CloseHelper.quietCloseAll(pool, controlSubscription);
            }
        }
        control = controlSubscription;
        frames = frameSubscription;
    }

    @Override
    public String roleName() {
        return "venation-receive";
    }

    /**
     * One turn over all transfers.
     *
     * @return work done.
     */
    @Override
    public int doWork() {
        int work = 0;
        for (int i = 0, count = control.imageCount(); i < count; i++) {
            final Image image = control.imageAtIndex(i);
            if (!transfers.containsKey(image.correlationId())) {
                transfers.put(
                        image.correlationId(),
                        new InboundTransfer(aeron, image, frames, options, kernels, pool, clock));
                work++;
            }
        }
        for (final InboundTransfer transfer : transfers.values()) {
            work += transfer.doWork();
            if (transfer.isOver()) {
                ended.add(transfer);
            }
        }
        if (!ended.isEmpty()) {
            removeEnded();
        }
        return work;
    }

    private void removeEnded() {
        for (final InboundTransfer transfer : ended) {
            transfers.remove(transfer.imageId());
            transfer.close();
        }
        ended.clear();
    }

    @Override
    public void onClose() {
        close();
    }

    /** Interrupts what is under way and removes its temporary files. */
    @Override
    public void close() {
        transfers.values().forEach(InboundTransfer::close);
        transfers.clear();
        CloseHelper.quietCloseAll(pool, control, frames);
    }
}
