package io.venation.aeron;

import io.aeron.Image;
import io.aeron.logbuffer.BlockHandler;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.venation.flow.FrameVerifier;
import io.venation.frame.SealedFrameLayout;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The receiving end of a frame stream: polls a run of frames, verifies it in place with one kernel call and hands it
 * on. On a fragmenting channel frames are put together in a staging batch first and verified there.
 *
 * <p>Every frame goes to the handler exactly once, delivered or rejected. After a rejection the rest of the batch is
 * still judged frame by frame. One thread: the polling agent. Allocates nothing once it has been in each term.
 */
public final class FrameImage {
    /** Most frames that one {@link #poll} verifies at once. */
    public static final int BATCH_LIMIT = 64;

    private final Image image;
    private final FrameVerifier verifier;
    private final boolean onLink;
    private final PayloadViews views = new PayloadViews(BATCH_LIMIT);
    private final UnsafeBuffer staging;
    private final BlockHandler onBlock = this::onBlock;
    private final FragmentHandler onMessage = this::onMessage;
    private final FragmentHandler onFragment = this::onFragment;
    private final long[] stagedPositions = new long[FramePublication.BATCH_LIMIT];

    private FrameHandler handler;
    private long nextSequence;
    private int handledCount;
    private int stagedCount;
    private int assembledLength = -1;
    private long termPosition;

    /**
     * Reads one image.
     *
     * @param image    of a stream that carries sealed frames only.
     * @param verifier of the polling thread.
     * @param onLink   whether envelopes carry the link sequence.
     */
    public FrameImage(final Image image, final FrameVerifier verifier, final boolean onLink) {
        this.image = image;
        this.verifier = verifier;
        this.onLink = onLink;
        staging = image.mtuLength() >= FrameStride.LENGTH
                ? null
                : new UnsafeBuffer(
                        BufferUtil.allocateDirectAligned(FramePublication.BATCH_LIMIT * FrameStride.LENGTH, 64));
    }

    /**
     * Polls, verifies and hands on at most {@code frameLimit} frames.
     *
     * @param frameHandler takes the outcome; must not throw.
     * @param frameLimit   frames, ≥ 1.
     * @param sequence     sequence that the next frame must carry.
     * @return frames handled, 0 when none is there.
     */
    public int poll(final FrameHandler frameHandler, final long frameLimit, final long sequence) {
        handler = frameHandler;
        nextSequence = sequence;
        handledCount = 0;
        if (staging == null) {
            final int blockLimit = (int) Math.min(BATCH_LIMIT, frameLimit) * FrameStride.LENGTH;
            if (image.blockPoll(onBlock, blockLimit) == 0) {
                image.poll(onMessage, 1); // a message beyond the block limit would stand there for ever
            }
        } else {
            final int batchLimit = (int) Math.min(FramePublication.BATCH_LIMIT, frameLimit);
            while (stagedCount < batchLimit && image.poll(onFragment, 1) > 0) {
                // one fragment at a time: the next message may belong to another file
            }
            if (stagedCount > 0) {
                verify(staging, 0, stagedCount);
                if (assembledLength > 0) {
                    stagedPositions[0] = stagedPositions[stagedCount];
                    staging.putBytes(
                            FrameStride.HEADER_LENGTH,
                            staging,
                            stagedCount * FrameStride.LENGTH + FrameStride.HEADER_LENGTH,
                            assembledLength);
                }
                stagedCount = 0;
            }
        }
        return handledCount;
    }

    /**
     * Whether the image is gone, with whatever was not polled.
     *
     * @return true at the end.
     */
    public boolean isClosed() {
        return image.isClosed();
    }

    private void onBlock(
            final DirectBuffer buffer, final int offset, final int length, final int sessionId, final int termId) {
        judge((UnsafeBuffer) buffer, offset, length, image.position());
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final int alignedLength = aligned(FrameStride.HEADER_LENGTH + length);
        judge(
                (UnsafeBuffer) buffer,
                offset - FrameStride.HEADER_LENGTH,
                alignedLength,
                header.position() - alignedLength);
    }

    private void judge(final UnsafeBuffer term, final int offset, final int length, final long streamPosition) {
        termPosition = streamPosition - offset;
        final int limit = offset + length;
        int runOffset = offset;
        int position = offset;
        while (position < limit) {
            final int frameLength = FrameDescriptor.frameLength(term, position);
            final int alignedLength = aligned(frameLength);
            if (frameLength != FrameStride.LENGTH || !isWhole(term, position)) {
                flushRun(term, runOffset, position);
                if (!FrameDescriptor.isPaddingFrame(term, position)) {
                    reject(termPosition + position, lengthReason(frameLength - FrameStride.HEADER_LENGTH));
                }
                runOffset = position + alignedLength;
            }
            position += alignedLength;
        }
        flushRun(term, runOffset, limit);
    }

    private static int aligned(final int length) {
        return BitUtil.align(length, FrameDescriptor.FRAME_ALIGNMENT);
    }

    private static String lengthReason(final int length) {
        return "message of " + length + " bytes where a sealed frame has " + SealedFrameLayout.LENGTH;
    }

    private static boolean isWhole(final UnsafeBuffer term, final int offset) {
        return !FrameDescriptor.isPaddingFrame(term, offset)
                && (FrameDescriptor.frameFlags(term, offset) & FrameDescriptor.UNFRAGMENTED)
                        == FrameDescriptor.UNFRAGMENTED;
    }

    private void flushRun(final UnsafeBuffer term, final int offset, final int end) {
        if (end > offset) {
            verify(term, offset, (end - offset) / FrameStride.LENGTH);
        }
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final byte flags = header.flags();
        final long position = header.position() - aligned(FrameStride.HEADER_LENGTH + length);
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0) {
            if (assembledLength >= 0) {
                reject(stagedPositions[stagedCount], lengthReason(assembledLength));
            }
            assembledLength = 0;
            stagedPositions[stagedCount] = position;
        }
        if (assembledLength < 0 || assembledLength + length > SealedFrameLayout.LENGTH) {
            assembledLength = -1;
            reject(position, "fragments that make no sealed frame");
            return;
        }
        staging.putBytes(
                stagedCount * FrameStride.LENGTH + FrameStride.HEADER_LENGTH + assembledLength, buffer, offset, length);
        assembledLength += length;
        if ((flags & FrameDescriptor.END_FRAG_FLAG) != 0) {
            if (assembledLength == SealedFrameLayout.LENGTH) {
                stagedCount++;
            } else {
                reject(stagedPositions[stagedCount], lengthReason(assembledLength));
            }
            assembledLength = -1;
        }
    }

    private void verify(final UnsafeBuffer buffer, final int offset, final int count) {
        final long address = buffer.addressOffset() + offset + FrameStride.HEADER_LENGTH;
        final long good = verifier.verify(address, FrameStride.LENGTH, count, nextSequence, onLink);
        if (good == (-1L >>> -count)) {
            final ByteBuffer[] payloads = views.place(buffer, offset, count);
            nextSequence += count;
            handledCount += count;
            handler.onFrames(payloads, count);
        } else {
            verifyEach(buffer, offset, count);
        }
    }

    private void verifyEach(final UnsafeBuffer buffer, final int offset, final int count) {
        for (int i = 0; i < count; i++) {
            final int frameOffset = offset + i * FrameStride.LENGTH;
            final long address = buffer.addressOffset() + frameOffset + FrameStride.HEADER_LENGTH;
            if (verifier.verify(address, FrameStride.LENGTH, 1, nextSequence, onLink) == 1) {
                nextSequence++;
                handledCount++;
                handler.onFrames(views.place(buffer, frameOffset, 1), 1);
            } else {
                nextSequence++;
                final long position = buffer == staging
                        ? stagedPositions[offset / FrameStride.LENGTH + i]
                        : termPosition + frameOffset;
                reject(position, verifier.reason(0).sentence());
            }
        }
    }

    private void reject(final long position, final String reason) {
        handledCount++;
        handler.onRejected(position, reason);
    }
}
