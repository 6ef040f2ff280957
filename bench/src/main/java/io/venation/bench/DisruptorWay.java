package io.venation.bench;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.venation.frame.LatticeFrame;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames through the LMAX Disruptor: events are arrays on the heap, made once, that the payload is copied into. Nothing is
 * verified and nothing outlives the process.
 */
final class DisruptorWay implements FrameWay, EventPoller.Handler<UnsafeBuffer> {
    /** As many as a power of two gives below the 1 MiB of the other rings. */
    private static final int EVENTS = 64;

    private static final int BATCH = 16;

    private final RingBuffer<UnsafeBuffer> ring = RingBuffer.createSingleProducer(
            () -> new UnsafeBuffer(new byte[LatticeFrame.LENGTH]), EVENTS, new YieldingWaitStrategy());
    private final EventPoller<UnsafeBuffer> poller = ring.newPoller();
    private final FrameSource source = new FrameSource();
    private final FrameSource sink = new FrameSource();
    private int polledCount;

    DisruptorWay() {
        ring.addGatingSequences(poller.getSequence());
    }

    @Override
    public int send() {
        if (!ring.hasAvailableCapacity(1)) {
            return 0;
        }
        final long sequence = ring.next();
        source.fill(ring.get(sequence), 0);
        ring.publish(sequence);
        return 1;
    }

    @Override
    public int receive() {
        polledCount = 0;
        try {
            poller.poll(this);
        } catch (final Exception e) {
            throw new IllegalStateException(e); // declared for other handlers
        }
        return polledCount;
    }

    @Override
    public boolean onEvent(final UnsafeBuffer frame, final long sequence, final boolean endOfBatch) {
        sink.readNext(frame, 0);
        return ++polledCount < BATCH;
    }

    @Override
    public void close() {}
}
