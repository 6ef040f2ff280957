package io.venation.bench;

import io.venation.frame.LatticeFrame;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Frames through Agrona's ring with its own poll, off the heap: copied in and read. Nothing is verified. */
final class OneToOneRingWay implements FrameWay, MessageHandler {
    private static final int CAPACITY = 1 << 20;
    private static final int BATCH = 16;
    private static final int MESSAGE_TYPE = 1;

    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final FrameSource source = new FrameSource();
    private final FrameSource sink = new FrameSource();

    @Override
    public int send() {
        final int index = ring.tryClaim(MESSAGE_TYPE, LatticeFrame.LENGTH);
        if (index < 0) {
            return 0;
        }
        source.fill(ring.buffer(), index);
        ring.commit(index);
        return 1;
    }

    @Override
    public int receive() {
        return ring.read(this, BATCH);
    }

    @Override
    public void onMessage(final int messageType, final MutableDirectBuffer buffer, final int index, final int length) {
        sink.readNext(buffer, index);
    }

    @Override
    public void close() {}
}
