package io.venation.aeron;

import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One lattice frame where it lies, 12,288 bytes: as Agrona's buffer, in a memory segment, or as a byte buffer for file
 * channels. Inside a claim it is there to be written; inside a handler it is shared with other readers of the stream
 * and must not be.
 *
 * <p>A flyweight that its owner moves on: whoever needs the bytes later copies them. One thread. Allocates nothing once
 * {@link #byteBuffer()} and {@link #segment()} have been in each of a log's three terms.
 */
public final class FrameView {
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final int PAYLOAD_OFFSET = SealedFrameLayout.HEADER_LENGTH + SealedFrameLayout.FRAME_OFFSET;

    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final ByteBuffer[] logs = new ByteBuffer[3];
    private final ByteBuffer[] duplicates = new ByteBuffer[logs.length];
    private final MemorySegment[] segments = new MemorySegment[logs.length];
    private int current;

    FrameView() {}

    /** Moves on to the frame whose 32-byte header starts at an offset of an off-heap buffer. */
    void wrap(final UnsafeBuffer log, final int headerOffset) {
        frame.wrap(log, headerOffset + PAYLOAD_OFFSET, LatticeFrame.LENGTH);
    }

    /**
     * The frame as a buffer.
     *
     * @return 12,288 bytes from index 0.
     */
    public MutableDirectBuffer buffer() {
        return frame;
    }

    /**
     * The segment that the frame lies in: a whole log or staging batch, so that none has to be made for each frame. Its
     * scope is global: Aeron, not the segment, ends its life.
     *
     * @return a segment that has the frame's 12,288 bytes from {@link #segmentOffset()}.
     */
    public MemorySegment segment() {
        return segments[log()];
    }

    /**
     * Where the frame starts in {@link #segment()}.
     *
     * @return bytes from the segment's start.
     */
    public long segmentOffset() {
        return frame.wrapAdjustment();
    }

    /**
     * The frame as a byte buffer, for reading a file into it or writing it to one.
     *
     * @return 12,288 bytes between position and limit; the index 0 is elsewhere. The next call resets both.
     */
    public ByteBuffer byteBuffer() {
        final int offset = frame.wrapAdjustment();
        return duplicates[log()].limit(offset + LatticeFrame.LENGTH).position(offset);
    }

    /** Index of the log that the frame lies in; one that is new takes the place of the oldest. */
    private int log() {
        final ByteBuffer log = Objects.requireNonNull(frame.byteBuffer(), "the frame lies in no ByteBuffer");
        for (int i = 0; i < logs.length && logs[current] != log; i++) {
            current = (current + 1) % logs.length;
        }
        if (logs[current] != log) {
            current = (current + 1) % logs.length;
            logs[current] = log;
            duplicates[current] = log.duplicate();
            segments[current] = MEMORY.asSlice(BufferUtil.address(log), log.capacity());
        }
        return current;
    }

    /**
     * Where the frame lies.
     *
     * @return absolute address of its first byte.
     */
    public long address() {
        return frame.addressOffset();
    }

    /**
     * Where the sealed frame lies that this frame is the last part of: 12,448 bytes, what a {@code FrameVerifier} takes.
     *
     * @return absolute address of the envelope.
     */
    public long sealedAddress() {
        return frame.addressOffset() - SealedFrameLayout.FRAME_OFFSET;
    }
}
