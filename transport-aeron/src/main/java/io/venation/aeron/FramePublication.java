package io.venation.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.venation.flow.FrameSealer;
import io.venation.frame.SealedFrameLayout;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sending end of a frame stream: {@link #claim} up to 16 frames, fill {@link #payloads()}, {@link #seal}, {@link
 * #commit}, and {@link #flush()} until it is true.
 *
 * <p>On an unfragmented channel the frames are filled and sealed in the term buffer itself. Where the MTU is below a
 * sealed frame they are filled and sealed in a staging batch of the same shape and offered from there.
 *
 * <p>One thread: the sending agent. Allocates nothing once it has been in each term.
 */
public final class FramePublication implements AutoCloseable {
    /** Most frames of one batch: 192 BLAKE3 chunks, which leave no lane idle. */
    public static final int BATCH_LIMIT = 16;

    private final ExclusivePublication publication;
    private final FrameSealer sealer;
    private final PayloadViews views = new PayloadViews(BATCH_LIMIT);
    private final BufferClaim[] claims = new BufferClaim[BATCH_LIMIT];
    private final UnsafeBuffer staging;

    private ByteBuffer[] payloads;
    private long firstAddress;
    private int claimedCount;
    private int sealedCount;
    private int offeredCount;

    /**
     * Takes a publication and closes it with itself.
     *
     * @param publication a stream that carries nothing else; terms ≥ 512 KiB.
     * @param sealer      of the sending agent's thread.
     */
    public FramePublication(final ExclusivePublication publication, final FrameSealer sealer) {
        this.publication = publication;
        this.sealer = sealer;
        for (int i = 0; i < BATCH_LIMIT; i++) {
            claims[i] = new BufferClaim();
        }
        staging = publication.maxPayloadLength() >= SealedFrameLayout.LENGTH
                ? null
                : new UnsafeBuffer(BufferUtil.allocateDirectAligned(BATCH_LIMIT * FrameStride.LENGTH, 64));
    }

    /**
     * Claims room for up to {@code wanted} frames, contiguous and in one term. Never waits for a full batch.
     *
     * @param wanted frames, 1..{@link #BATCH_LIMIT}.
     * @return frames claimed, ≥ 1; or Aeron's negative code: {@link Publication#BACK_PRESSURED} and {@link
     *     Publication#ADMIN_ACTION} — try again later, {@link Publication#NOT_CONNECTED}, {@link Publication#CLOSED},
     *     {@link Publication#MAX_POSITION_EXCEEDED} — the stream has ended.
     */
    public int claim(final int wanted) {
        if (claimedCount != 0 || sealedCount != 0) {
            throw new IllegalStateException("the last batch is still open: commit or abort it, then flush");
        }
        if (wanted < 1 || wanted > BATCH_LIMIT) {
            throw new IllegalArgumentException("wanted=" + wanted + ": must be 1.." + BATCH_LIMIT);
        }
        if (staging != null) {
            if (!publication.isConnected()) {
                return (int) (publication.isClosed() ? Publication.CLOSED : Publication.NOT_CONNECTED);
            }
            claimedCount = wanted;
            firstAddress = staging.addressOffset() + FrameStride.HEADER_LENGTH;
            payloads = views.place(staging, 0, wanted);
            return wanted;
        }
        long result = publication.tryClaim(SealedFrameLayout.LENGTH, claims[0]);
        if (result == Publication.ADMIN_ACTION) {
            result = publication.tryClaim(SealedFrameLayout.LENGTH, claims[0]);
        }
        if (result < 0) {
            return (int) result;
        }
        int count = 1;
        while (count < wanted && publication.tryClaim(SealedFrameLayout.LENGTH, claims[count]) > 0) {
            count++;
        }
        claimedCount = count;
        final UnsafeBuffer first = (UnsafeBuffer) claims[0].buffer();
        firstAddress = first.addressOffset() + FrameStride.HEADER_LENGTH;
        payloads = views.place(first, 0, count);
        return count;
    }

    /**
     * The claimed payloads.
     *
     * @return buffers over 12,288 bytes each, as many as were claimed; later elements are stale.
     */
    public ByteBuffer[] payloads() {
        return payloads;
    }

    /**
     * Seals the first {@code count} claimed frames in place; the rest become padding.
     *
     * @param count          frames that were filled, 0..claimed.
     * @param firstSequence  sequence of the first.
     * @param payloadLengths bytes of each that carry data; the sealer zeroes what follows.
     */
    public void seal(final int count, final long firstSequence, final int[] payloadLengths) {
        if (count < 0 || count > claimedCount) {
            throw new IllegalArgumentException("count=" + count + ": must be 0.." + claimedCount);
        }
        if (count > 0) {
            sealer.seal(firstAddress, FrameStride.LENGTH, count, firstSequence, payloadLengths);
        }
        sealedCount = count;
        offeredCount = 0;
    }

    /**
     * Where the sealed batch stands until {@link #commit()}.
     *
     * @return absolute address of the first receipt; the next ones follow at {@link #stride()}.
     */
    public long receiptsAddress() {
        return firstAddress + SealedFrameLayout.RECEIPT_OFFSET;
    }

    /**
     * Bytes between frames.
     *
     * @return 12,480.
     */
    public long stride() {
        return FrameStride.LENGTH;
    }

    /** Publishes the sealed frames in order. On a fragmenting channel {@link #flush()} does the work. */
    public void commit() {
        if (staging == null) {
            for (int i = 0; i < claimedCount; i++) {
                if (i < sealedCount) {
                    claims[i].commit();
                } else {
                    claims[i].abort();
                }
            }
            sealedCount = 0;
        }
        claimedCount = 0;
    }

    /** Gives the claimed frames back: they become padding. */
    public void abort() {
        sealedCount = 0;
        commit();
    }

    /**
     * Hands what is left of a committed batch to a fragmenting channel.
     *
     * @return 1 when nothing is left, 0 when back-pressured (call again), or a negative code as of {@link #claim}.
     */
    public int flush() {
        while (offeredCount < sealedCount) {
            final long result = publication.offer(
                    staging, offeredCount * FrameStride.LENGTH + FrameStride.HEADER_LENGTH, SealedFrameLayout.LENGTH);
            if (result < 0) {
                final boolean again = result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION;
                return again ? 0 : (int) result;
            }
            offeredCount++;
        }
        sealedCount = 0;
        return 1;
    }

    /**
     * Whether a subscriber is there.
     *
     * @return true while connected.
     */
    public boolean isConnected() {
        return publication.isConnected();
    }

    /**
     * Aeron's session of this stream.
     *
     * @return the session id.
     */
    public int sessionId() {
        return publication.sessionId();
    }

    /** Aborts open claims and closes the publication. */
    @Override
    public void close() {
        if (!publication.isClosed()) {
            abort();
        }
        CloseHelper.close(publication);
    }
}
