package io.venation.aeron;

import io.aeron.logbuffer.LogBufferDescriptor;
import io.venation.frame.LatticeFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.DirectBuffer;

/**
 * Byte buffers over the payloads of frames that stand at {@link FrameStride#LENGTH} in one buffer, so that file channels
 * read and write them where they are. Views are made once for each of a log's three terms and moved from then on. One thread.
 */
final class PayloadViews {
    private final ByteBuffer[] bases = new ByteBuffer[LogBufferDescriptor.PARTITION_COUNT];
    private final ByteBuffer[][] views;
    private int current;

    PayloadViews(final int capacity) {
        views = new ByteBuffer[bases.length][capacity];
    }

    /**
     * Places the first {@code count} views.
     *
     * @param buffer      off-heap buffer that wraps a byte buffer.
     * @param frameOffset offset of the first Aeron header in it, in bytes.
     * @param count       frames, at most the capacity.
     * @return views over 12,288 bytes each; those past {@code count} are of earlier calls.
     */
    ByteBuffer[] place(final DirectBuffer buffer, final int frameOffset, final int count) {
        final ByteBuffer byteBuffer = Objects.requireNonNull(buffer.byteBuffer(), "buffer wraps no ByteBuffer");
        for (int i = 0; i < bases.length && bases[current] != byteBuffer; i++) {
            current = (current + 1) % bases.length;
        }
        if (bases[current] != byteBuffer) {
            current = (current + 1) % bases.length;
            bases[current] = byteBuffer;
            Arrays.setAll(views[current], i -> byteBuffer.duplicate());
        }
        final ByteBuffer[] views = this.views[current];
        int offset = buffer.wrapAdjustment() + frameOffset + FrameStride.PAYLOAD_OFFSET;
        for (int i = 0; i < count; i++) {
            views[i].limit(offset + LatticeFrame.LENGTH).position(offset);
            offset += FrameStride.LENGTH;
        }
        return views;
    }
}
