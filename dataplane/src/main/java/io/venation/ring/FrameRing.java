package io.venation.ring;

import static org.agrona.concurrent.ringbuffer.RecordDescriptor.HEADER_LENGTH;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.encodedMsgOffset;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.lengthOffset;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.typeOffset;
import static org.agrona.concurrent.ringbuffer.RingBufferDescriptor.HEAD_POSITION_OFFSET;
import static org.agrona.concurrent.ringbuffer.RingBufferDescriptor.TRAILER_LENGTH;

import io.venation.flow.FlowResult;
import io.venation.frame.Relation;
import io.venation.frame.SealedFrameLayout;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * A ring of sealed frames from one producer thread to one consumer thread.
 *
 * <p>Claims and commits are Agrona's. Polling walks the records itself, because Agrona's readers hand out one message
 * at a time and a kernel wants the whole run before any of it is released.
 *
 * <pre>
 *   order: commit's release of the record length ──► poll's volatile read of it
 *          poll's release of the head position   ──► claim's volatile read of it
 *          close's volatile write                ──► poll's volatile read, before it looks for records
 * </pre>
 *
 * <p>Allocates nothing after construction. The memory is released once the ring is unreachable.
 */
public final class FrameRing {
    /** Bytes that are claimed for one frame. */
    public static final int CLAIM_LENGTH = 12_472;
    /** Sealed frame: bytes from the start of a claim. */
    public static final int SEALED_FRAME_OFFSET = 24;
    /** Smallest ring: Agrona takes messages up to an eighth of the capacity. */
    public static final int MIN_CAPACITY = 128 * 1_024;

    private static final int RECORD_LENGTH = SealedFrameLayout.STRIDE;
    private static final int FRAME_TYPE_ID = 1;

    static {
        Relation.holds(HEADER_LENGTH + CLAIM_LENGTH == RECORD_LENGTH, "a record has the stride of a term");
        Relation.holds(
                HEADER_LENGTH + SEALED_FRAME_OFFSET == SealedFrameLayout.HEADER_LENGTH,
                "a sealed frame in a record is aligned as in a term");
        Relation.holds(SEALED_FRAME_OFFSET + SealedFrameLayout.LENGTH == CLAIM_LENGTH, "a claim ends with its frame");
        Relation.holds(MIN_CAPACITY >> 3 >= CLAIM_LENGTH, "the smallest ring takes a claim");
    }

    private final AtomicBuffer buffer;
    private final OneToOneRingBuffer ring;
    private final int capacity;
    private final int headPositionIndex;
    private FrameClaim openClaim;
    private volatile boolean closed;

    /**
     * A ring in memory of its own.
     *
     * @param capacity bytes, a power of two ≥ {@link #MIN_CAPACITY}; a frame takes 12,480 of them.
     * @throws IllegalArgumentException where {@code capacity} is out of range.
     */
    public FrameRing(final int capacity) {
        if (capacity < MIN_CAPACITY || !BitUtil.isPowerOfTwo(capacity)) {
            throw new IllegalArgumentException("capacity=" + capacity + " not a power of two ≥ " + MIN_CAPACITY);
        }
        this.capacity = capacity;
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity + TRAILER_LENGTH, 64));
        ring = new OneToOneRingBuffer(buffer);
        headPositionIndex = capacity + HEAD_POSITION_OFFSET;
    }

    /**
     * Claims up to a number of frames. Caller: the producer, which then commits or aborts the claim.
     *
     * @param claim receives the frames.
     * @param count frames wanted, 1..the claim's most; fewer are claimed where there is less room.
     * @return frames claimed, ≥ 1; or {@link FlowResult#BACK_PRESSURED}, {@link FlowResult#CLOSED}.
     * @throws IllegalArgumentException where {@code count} is out of range.
     * @throws IllegalStateException    where the last claim is still open.
     */
    public long tryClaim(final FrameClaim claim, final int count) {
        if (openClaim != null) {
            throw new IllegalStateException("the last claim is open: count=" + openClaim.count());
        }
        if (count < 1 || count > claim.maxCount()) {
            throw new IllegalArgumentException("count=" + count + " not in 1.." + claim.maxCount());
        }
        if (closed) {
            return FlowResult.CLOSED;
        }
        claim.begin(this);
        while (claim.count() < count) {
            final int messageIndex = ring.tryClaim(FRAME_TYPE_ID, CLAIM_LENGTH);
            if (messageIndex < 0) {
                break;
            }
            claim.add(messageIndex);
        }
        if (claim.count() == 0) {
            return FlowResult.BACK_PRESSURED;
        }
        openClaim = claim;
        return claim.count();
    }

    /**
     * Hands over committed frames in runs. Caller: the consumer. A run is released when the handler returns or throws;
     * what it throws ends the poll, later frames stay for the next one.
     *
     * @param handler takes the runs.
     * @param limit   most frames, ≥ 1; also the longest run.
     * @return frames handed over, ≥ 0; or {@link FlowResult#CLOSED} once the ring is closed and drained.
     * @throws IllegalArgumentException where {@code limit} is out of range.
     */
    public long poll(final FrameRunHandler handler, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + " not ≥ 1");
        }
        final boolean closed = this.closed;
        final AtomicBuffer buffer = this.buffer;
        long head = buffer.getLong(headPositionIndex);
        int polled = 0;
        while (polled < limit) {
            final int recordIndex = (int) head & capacity - 1;
            final int recordLength = buffer.getIntVolatile(lengthOffset(recordIndex));
            if (recordLength <= 0) {
                break;
            }
            if (buffer.getInt(typeOffset(recordIndex)) != FRAME_TYPE_ID) {
                head += recordLength;
                buffer.putLongRelease(headPositionIndex, head);
                continue;
            }
            final int count = runLength(buffer, recordIndex, limit - polled);
            head += (long) count * RECORD_LENGTH;
            try {
                handler.onFrames(sealedFrameAddress(encodedMsgOffset(recordIndex)), RECORD_LENGTH, count);
            } finally {
                buffer.putLongRelease(headPositionIndex, head);
            }
            polled += count;
        }
        return polled == 0 && closed ? FlowResult.CLOSED : polled;
    }

    /**
     * Ends the stream: an open claim is aborted, later claims are refused, the consumer drains what is committed.
     * Caller: the producer. Does nothing where it is closed already.
     */
    public void close() {
        if (openClaim != null) {
            openClaim.abort();
        }
        closed = true;
    }

    long sealedFrameAddress(final int messageIndex) {
        return buffer.addressOffset() + messageIndex + SEALED_FRAME_OFFSET;
    }

    void commit(final int messageIndex) {
        ring.commit(messageIndex);
    }

    void abort(final int messageIndex) {
        ring.abort(messageIndex);
    }

    void claimEnded() {
        openClaim = null;
    }

    private int runLength(final AtomicBuffer buffer, final int firstRecordIndex, final int limit) {
        int count = 1;
        int recordIndex = firstRecordIndex + RECORD_LENGTH;
        while (count < limit
                && recordIndex <= capacity - RECORD_LENGTH
                && buffer.getIntVolatile(lengthOffset(recordIndex)) == RECORD_LENGTH
                && buffer.getInt(typeOffset(recordIndex)) == FRAME_TYPE_ID) {
            count++;
            recordIndex += RECORD_LENGTH;
        }
        return count;
    }
}
