package io.venation.aeron;

import io.aeron.Image;
import io.aeron.logbuffer.BlockHandler;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.venation.flow.FrameVerifier;
import io.venation.flow.RejectReason;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.LangUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The receiving end of one session of a frame stream. On the first frame it looks ahead in the term, verifies the whole
 * run in place with one kernel call and keeps the outcomes; the frames are then handed out one by one or as a block. On a
 * fragmenting channel frames are put together in a staging batch first and verified there.
 *
 * <pre>
 *   term or staging   | frame | frame | frame | frame | other …      one call verifies the run
 *   run                 0       1       2       3                    good = 1011: 2 is rejected, the rest delivered
 * </pre>
 *
 * <p>Every message goes to the handler exactly once, delivered or rejected, and is hashed exactly once, whatever it is and
 * whatever the handler throws or answers. One thread: the polling agent. Allocates nothing once it has been in each term.
 */
public final class FrameImage {
    /** Most frames that are verified at once. */
    public static final int BATCH_LIMIT = FrameVerifier.MAX_COUNT;

    private static final int STRIDE = SealedFrameLayout.STRIDE;
    private static final int HEADER_LENGTH = SealedFrameLayout.HEADER_LENGTH;

    private final Image image;
    private final FrameVerifier verifier;
    private final VerifyMode mode;
    private final boolean onLink;
    private final boolean isNumbered;
    private final SubscriptionCounters counters;
    private final UnsafeBuffer staging;

    private final ControlledFragmentHandler onFragment = this::onFragment;
    private final BlockHandler onBlock = this::onBlock;
    private final FragmentHandler onMessage = this::onMessage;
    private final FragmentHandler onPart = this::onPart;

    private final FrameView frame = new FrameView();
    private final FrameBlock block = new FrameBlock(BATCH_LIMIT);
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();

    /** Sequence that the next frame must bear; {@link FrameVerifier#ANY_SEQUENCE} where any will do. */
    private long nextSequence;

    private UnsafeBuffer runBuffer;
    private int runOffset;
    private int runCount;
    private int runIndex;
    private long runGood;
    /** Stream position past the first frame of the run; in a term the others follow at the stride. */
    private long runPosition;

    private final long[] stagedPositions = new long[FrameBatch.LIMIT];
    private final long[] brokenPositions = new long[2];
    private int brokenCount;
    private int assembledLength = -1;

    private FrameHandler handler;
    private ControlledFrameHandler controlledHandler;
    private FrameBlockHandler blockHandler;
    private RejectHandler rejectHandler;
    private int handledLimit;
    private int handledCount;
    private Throwable failure;

    /**
     * Reads one image of a link: each frame bears the sequence after the one before it.
     *
     * @param image         of a stream that carries sealed frames only.
     * @param verifier      of the polling thread, for this image alone.
     * @param firstSequence that the first frame must bear, ≥ 0.
     */
    public FrameImage(final Image image, final FrameVerifier verifier, final long firstSequence) {
        this(image, verifier, VerifyMode.EAGER, true, true, firstSequence, new SubscriptionCounters());
    }

    /** Where numbered and the first sequence is any, the first good frame sets it. */
    FrameImage(
            final Image image,
            final FrameVerifier verifier,
            final VerifyMode mode,
            final boolean onLink,
            final boolean isNumbered,
            final long firstSequence,
            final SubscriptionCounters counters) {
        this.image = image;
        this.verifier = verifier;
        this.mode = mode;
        this.onLink = onLink;
        this.isNumbered = isNumbered;
        this.nextSequence = firstSequence;
        this.counters = counters;
        staging = image.mtuLength() >= STRIDE
                ? null
                : new UnsafeBuffer(BufferUtil.allocateDirectAligned(FrameBatch.LIMIT * STRIDE, 64));
    }

    /**
     * Hands out at most {@code limit} frames one by one.
     *
     * @param frameHandler takes the outcome; what it throws is thrown on, and the next poll goes on after that frame.
     * @param limit        messages, ≥ 1.
     * @return messages handed out or rejected, 0 when none is there.
     */
    public int poll(final FrameHandler frameHandler, final int limit) {
        handler = frameHandler;
        return pollEach(frameHandler, limit);
    }

    /**
     * Hands out at most {@code limit} frames one by one; the handler says how to go on.
     *
     * @param frameHandler takes the outcome; what it throws is thrown on, and the next poll goes on after that frame.
     * @param limit        messages, ≥ 1.
     * @return messages handed out or rejected, an aborted one not counted.
     */
    public int controlledPoll(final ControlledFrameHandler frameHandler, final int limit) {
        handler = null;
        controlledHandler = frameHandler;
        return pollEach(frameHandler, limit);
    }

    /**
     * Hands out at most {@code limit} frames in blocks of frames that stand one behind the other and are good.
     *
     * @param frameHandler takes the outcome; what it throws is thrown on once all frames of the poll are handed out.
     * @param limit        messages, ≥ 1; at most 64 are taken.
     * @return messages handed out or rejected, 0 when none is there.
     */
    public int blockPoll(final FrameBlockHandler frameHandler, final int limit) {
        blockHandler = frameHandler;
        begin(frameHandler, limit);
        if (staging != null) {
            stageRun();
            final int first = runIndex;
            final int end = Math.min(runCount, runIndex + limit);
            runIndex = end;
            deliverBlocks(first, end);
            if (runIndex == runCount) {
                rejectBroken();
            }
        } else if (!image.isClosed() && isInRun(image.position() + STRIDE)) {
            final int first = runIndexOf(image.position() + STRIDE);
            final int end = Math.min(runCount, first + limit);
            deliverBlocks(first, end);
            image.position(image.position() + (long) (end - first) * STRIDE);
        } else if (image.blockPoll(onBlock, Math.min(BATCH_LIMIT, limit) * STRIDE) == 0) {
            image.poll(onMessage, 1); // what is longer than the block limit would stand there for ever
        }
        return end();
    }

    private int pollEach(final RejectHandler rejects, final int limit) {
        begin(rejects, limit);
        if (staging == null) {
            image.controlledPoll(onFragment, limit);
        } else {
            pollStaged();
        }
        return end();
    }

    private void begin(final RejectHandler rejects, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ": must be ≥ 1");
        }
        rejectHandler = rejects;
        handledLimit = limit;
        handledCount = 0;
    }

    private int end() {
        if (failure != null) {
            final Throwable thrown = failure;
            failure = null;
            LangUtil.rethrowUnchecked(thrown);
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

    boolean isOf(final Image other) {
        return image == other;
    }

    /** Whether nothing waits in the staging batch to be handed out, apart from a frame of which parts are missing. */
    boolean isDrained() {
        return staging == null || runIndex == runCount && brokenCount == 0;
    }

    /** The image is gone: a frame of which parts are missing will not become whole. Returns messages rejected. */
    int abandon(final RejectHandler rejects) {
        if (assembledLength < 0) {
            return 0;
        }
        assembledLength = -1;
        counters.rejected(RejectReason.LENGTH);
        rejects.onRejected(stagedPositions[runCount], RejectReason.LENGTH);
        return 1;
    }

    private Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final UnsafeBuffer term = (UnsafeBuffer) buffer;
        final int headerOffset = offset - HEADER_LENGTH;
        final long position = header.position();
        try {
            if (!isWhole(term, headerOffset, length + HEADER_LENGTH)) {
                reject(position, RejectReason.LENGTH);
                return Action.CONTINUE;
            }
            if (!isInRun(position)) {
                verify(term, headerOffset, lookAhead(term, headerOffset), position);
            }
            return deliver(runIndexOf(position), position);
        } catch (final Throwable t) {
            failure = t;
            return Action.BREAK;
        }
    }

    private static boolean isWhole(final UnsafeBuffer term, final int headerOffset, final int length) {
        return length == STRIDE
                && !FrameDescriptor.isPaddingFrame(term, headerOffset)
                && (FrameDescriptor.frameFlags(term, headerOffset) & FrameDescriptor.UNFRAGMENTED)
                        == FrameDescriptor.UNFRAGMENTED;
    }

    private int lookAhead(final UnsafeBuffer term, final int headerOffset) {
        final int limit = Math.min(BATCH_LIMIT, handledLimit - handledCount);
        int count = 1;
        int next = headerOffset + STRIDE;
        while (count < limit
                && next <= term.capacity() - STRIDE
                && isWhole(term, next, FrameDescriptor.frameLengthVolatile(term, next))) {
            count++;
            next += STRIDE;
        }
        return count;
    }

    private boolean isInRun(final long position) {
        return position >= runPosition && position < runPosition + (long) runCount * STRIDE;
    }

    private int runIndexOf(final long position) {
        return (int) (position - runPosition) / STRIDE;
    }

    private void verify(final UnsafeBuffer buffer, final int headerOffset, final int count, final long position) {
        runBuffer = buffer;
        runOffset = headerOffset;
        runPosition = position;
        runIndex = 0;
        final long address = buffer.addressOffset() + headerOffset + HEADER_LENGTH;
        if (verifier == null) {
            runCount = count;
            runGood = -1L >>> -count;
            counters.unverified(mode, count);
            return;
        }
        final boolean isJoining = isJoining();
        runCount = isJoining ? 1 : count;
        runGood = verifier.verify(address, STRIDE, runCount, nextSequence, onLink);
        if (isJoining) {
            nextSequence = runGood == 1 ? receipt.wrap(verifier.receipts()).sequence() + 1 : nextSequence;
        } else if (isNumbered) {
            nextSequence += runCount;
        }
        countVerified();
    }

    private boolean isJoining() {
        return isNumbered && nextSequence == FrameVerifier.ANY_SEQUENCE;
    }

    private void countVerified() {
        long bytes = 0;
        for (long rest = runGood; rest != 0; rest &= rest - 1) {
            bytes += verifier.payloadLength(Long.numberOfTrailingZeros(rest));
        }
        counters.verified(runCount, Long.bitCount(runGood), bytes);
    }

    private Action deliver(final int index, final long position) {
        if ((runGood >>> index & 1) == 0) {
            reject(position, verifier.reason(index));
            return Action.CONTINUE;
        }
        handledCount++;
        frame.wrap(runBuffer, runOffset + index * STRIDE);
        receipt.wrap(receipts(index));
        if (handler != null) {
            handler.onFrame(frame, receipt, position);
            return Action.CONTINUE;
        }
        final Action action = controlledHandler.onFrame(frame, receipt, position);
        if (action == Action.ABORT) {
            handledCount--;
        }
        return action;
    }

    private long receipts(final int index) {
        return verifier == null
                ? runBuffer.addressOffset()
                        + runOffset
                        + (long) index * STRIDE
                        + HEADER_LENGTH
                        + SealedFrameLayout.RECEIPT_OFFSET
                : verifier.receipts() + (long) index * ReceiptLayout.LENGTH;
    }

    private void reject(final long position, final RejectReason reason) {
        handledCount++;
        counters.rejected(reason);
        rejectHandler.onRejected(position, reason);
    }

    private void onBlock(
            final DirectBuffer buffer, final int offset, final int length, final int sessionId, final int termId) {
        judge((UnsafeBuffer) buffer, offset, length, image.position());
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final int alignedLength = aligned(HEADER_LENGTH + length);
        judge((UnsafeBuffer) buffer, offset - HEADER_LENGTH, alignedLength, header.position() - alignedLength);
    }

    private void judge(final UnsafeBuffer term, final int offset, final int length, final long position) {
        final long termPosition = position - offset;
        final int limit = offset + length;
        int first = offset;
        int next = offset;
        while (next < limit) {
            final int frameLength = FrameDescriptor.frameLength(term, next);
            final int alignedLength = aligned(frameLength);
            if (!isWhole(term, next, frameLength)) {
                verifyBlocks(term, first, next, termPosition);
                if (!FrameDescriptor.isPaddingFrame(term, next)) {
                    rejectLate(termPosition + next + alignedLength, RejectReason.LENGTH);
                }
                first = next + alignedLength;
            }
            next += alignedLength;
        }
        verifyBlocks(term, first, limit, termPosition);
    }

    private void verifyBlocks(final UnsafeBuffer term, final int first, final int limit, final long termPosition) {
        int offset = first;
        while (offset < limit) {
            verify(term, offset, (limit - offset) / STRIDE, termPosition + offset + STRIDE);
            deliverBlocks(0, runCount);
            offset += runCount * STRIDE;
        }
    }

    private void deliverBlocks(final int first, final int end) {
        int index = first;
        while (index < end) {
            final int goodCount = Math.min(end - index, Long.numberOfTrailingZeros(~(runGood >>> index)));
            if (goodCount == 0) {
                rejectLate(position(index), verifier.reason(index));
                index++;
            } else {
                handledCount += goodCount;
                block.wrap(
                        runBuffer,
                        runOffset + index * STRIDE,
                        goodCount,
                        receipts(index),
                        verifier == null ? STRIDE : ReceiptLayout.LENGTH,
                        position(index + goodCount - 1));
                try {
                    blockHandler.onBlock(block);
                } catch (final Throwable t) {
                    fail(t);
                }
                index += goodCount;
            }
        }
    }

    private long position(final int index) {
        return staging == null ? runPosition + (long) index * STRIDE : stagedPositions[index];
    }

    private void rejectLate(final long position, final RejectReason reason) {
        try {
            reject(position, reason);
        } catch (final Throwable t) {
            fail(t);
        }
    }

    /** What comes after is still handed out; the poll throws at its end. */
    private void fail(final Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    private void pollStaged() {
        stageRun();
        try {
            while (runIndex < runCount && handledCount < handledLimit) {
                final Action action = deliver(runIndex, stagedPositions[runIndex++]);
                if (action == Action.ABORT) {
                    runIndex--;
                    return;
                }
                if (action == Action.BREAK) {
                    return;
                }
            }
            if (runIndex == runCount) {
                rejectBroken();
            }
        } catch (final Throwable t) {
            failure = t;
        }
    }

    /** Puts frames together, unless some wait to be handed out: at most a batch, ended by what makes no frame. */
    private void stageRun() {
        if (!isDrained()) {
            return;
        }
        if (assembledLength > 0) {
            staging.putBytes(HEADER_LENGTH, staging, runCount * STRIDE + HEADER_LENGTH, assembledLength);
        }
        if (assembledLength >= 0) {
            stagedPositions[0] = stagedPositions[runCount];
        }
        runCount = 0;
        runIndex = 0;
        final int limit = isJoining() ? 1 : Math.min(FrameBatch.LIMIT, handledLimit);
        while (runCount < limit && brokenCount == 0 && image.poll(onPart, 1) > 0) {
            // one fragment at a time: on a link the next message may belong to another file
        }
        if (runCount > 0) {
            verify(staging, 0, runCount, 0);
        }
    }

    private void rejectBroken() {
        while (brokenCount > 0) {
            brokenCount--;
            final long position = brokenPositions[0];
            brokenPositions[0] = brokenPositions[1];
            rejectLate(position, RejectReason.LENGTH);
        }
    }

    private void onPart(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final byte flags = header.flags();
        final long position = header.position();
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0) {
            if (assembledLength >= 0) {
                brokenPositions[brokenCount++] = stagedPositions[runCount];
            }
            assembledLength = 0;
        }
        if (assembledLength < 0 || assembledLength + length > SealedFrameLayout.LENGTH) {
            assembledLength = -1;
            brokenPositions[brokenCount++] = position;
            return;
        }
        staging.putBytes(runCount * STRIDE + HEADER_LENGTH + assembledLength, buffer, offset, length);
        stagedPositions[runCount] = position;
        assembledLength += length;
        if ((flags & FrameDescriptor.END_FRAG_FLAG) != 0) {
            if (assembledLength == SealedFrameLayout.LENGTH) {
                runCount++;
            } else {
                brokenPositions[brokenCount++] = position;
            }
            assembledLength = -1;
        }
    }

    private static int aligned(final int length) {
        return BitUtil.align(length, FrameDescriptor.FRAME_ALIGNMENT);
    }
}
