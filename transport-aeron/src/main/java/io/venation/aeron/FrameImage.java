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
import java.util.Arrays;
import java.util.function.Supplier;
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

    /** Frames of a run that is verified ahead: enough to fill every lane. */
    private static final int AHEAD_FRAMES = 16;

    private static final int AHEAD_RUNS = 8;

    private static final int STRIDE = SealedFrameLayout.STRIDE;
    private static final int HEADER_LENGTH = SealedFrameLayout.HEADER_LENGTH;

    private final Image image;
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

    /** What is verified on this thread. */
    private final FrameRun here;
    /** What is verified ahead by workers: a ring, in the order of the stream. */
    private final FrameRun[] ahead;

    private final VerifyPool pool;
    private final ControlledFragmentHandler onPeek = this::onPeek;
    private int aheadFirst;
    private int aheadCount;
    private long peekedPosition;
    private UnsafeBuffer peekedTerm;
    private int peekedCount;

    /** What is handed out. */
    private FrameRun run;

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
     * @param verifiers     makes verifiers for this image alone.
     * @param firstSequence that the first frame must bear, ≥ 0.
     * @param pool          verifies ahead of the polling thread; null where that thread does it.
     */
    public FrameImage(
            final Image image,
            final Supplier<FrameVerifier> verifiers,
            final long firstSequence,
            final VerifyPool pool) {
        this(image, verifiers, VerifyMode.EAGER, true, true, firstSequence, new SubscriptionCounters(), pool);
    }

    /** Where numbered and the first sequence is any, the first good frame sets it. */
    FrameImage(
            final Image image,
            final Supplier<FrameVerifier> verifiers,
            final VerifyMode mode,
            final boolean onLink,
            final boolean isNumbered,
            final long firstSequence,
            final SubscriptionCounters counters,
            final VerifyPool pool) {
        this.image = image;
        this.mode = mode;
        this.onLink = onLink;
        this.isNumbered = isNumbered;
        this.nextSequence = firstSequence;
        this.counters = counters;
        this.pool = pool;
        staging = image.mtuLength() >= STRIDE
                ? null
                : new UnsafeBuffer(BufferUtil.allocateDirectAligned(FrameBatch.LIMIT * STRIDE, 64));
        here = new FrameRun(mode == VerifyMode.EAGER ? verifiers.get() : null);
        run = here;
        ahead = new FrameRun[pool == null || staging != null || mode != VerifyMode.EAGER ? 0 : AHEAD_RUNS];
        Arrays.setAll(ahead, index -> new FrameRun(verifiers.get()));
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
            final int first = run.index;
            final int end = Math.min(run.count, run.index + limit);
            run.index = end;
            deliverBlocks(first, end);
            if (run.index == run.count) {
                rejectBroken();
            }
        } else if (isAhead()) {
            if (takeAhead()) {
                final int first = run.index;
                final int end = Math.min(run.count, first + limit);
                run.index = end;
                deliverBlocks(first, end);
                giveBack();
            }
        } else if (!image.isClosed() && run.contains(image.position() + STRIDE)) {
            final int first = run.indexOf(image.position() + STRIDE);
            final int end = Math.min(run.count, first + limit);
            deliverBlocks(first, end);
            image.position(image.position() + (long) (end - first) * STRIDE);
        } else if (image.blockPoll(onBlock, Math.min(BATCH_LIMIT, limit) * STRIDE) == 0) {
            image.poll(onMessage, 1); // what is longer than the block limit would stand there for ever
        }
        return end();
    }

    private int pollEach(final RejectHandler rejects, final int limit) {
        begin(rejects, limit);
        if (staging != null) {
            stageRun();
            if (pollRun()) {
                rejectBroken();
            }
        } else if (isAhead()) {
            boolean goesOn = true;
            while (goesOn && handledCount < limit && takeAhead()) {
                goesOn = pollRun();
                giveBack();
            }
        } else {
            image.controlledPoll(onFragment, limit);
        }
        return end();
    }

    /** Gives the workers what is there; whether they have anything, which is then handed out before all else. */
    private boolean isAhead() {
        if (image.isClosed()) {
            close();
        } else if (ahead.length > 0 && !isJoining() && !(aheadCount == 0 && isHere())) {
            peekAhead();
        }
        return aheadCount > 0;
    }

    /** Whether this thread has verified the next frame already. */
    private boolean isHere() {
        return here.contains(image.position() + STRIDE);
    }

    private void peekAhead() {
        final long position = image.position();
        final int termBits = Integer.numberOfTrailingZeros(image.termBufferLength());
        if (aheadCount == 0) {
            peekedPosition = position;
        }
        while (aheadCount < ahead.length && peekedPosition >>> termBits == position >>> termBits) {
            peekedCount = 0;
            image.controlledPeek(peekedPosition, onPeek, peekedPosition + (long) AHEAD_FRAMES * STRIDE);
            if (peekedCount == 0) {
                return;
            }
            final FrameRun next = ahead[(aheadFirst + aheadCount) % ahead.length];
            final int headerOffset = (int) peekedPosition & image.termBufferLength() - 1;
            next.begin(peekedTerm, headerOffset, peekedCount, peekedPosition + STRIDE);
            next.expect(nextSequence, onLink);
            nextSequence += isNumbered ? peekedCount : 0;
            peekedPosition += (long) peekedCount * STRIDE;
            aheadCount++;
            pool.submit(next);
        }
    }

    private Action onPeek(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final long position = peekedPosition + (long) (peekedCount + 1) * STRIDE;
        if (header.position() != position
                || !isWhole((UnsafeBuffer) buffer, offset - HEADER_LENGTH, length + HEADER_LENGTH)) {
            return Action.ABORT;
        }
        peekedTerm = (UnsafeBuffer) buffer;
        peekedCount++;
        return Action.CONTINUE;
    }

    /** Takes the oldest run back where its worker is done with it. */
    private boolean takeAhead() {
        if (aheadCount == 0 || !ahead[aheadFirst].isDone()) {
            return false;
        }
        if (run != ahead[aheadFirst]) {
            ahead[aheadFirst].requireSuccess();
            run = ahead[aheadFirst];
            countVerified();
        }
        return true;
    }

    /** Moves the stream's position past what was handed out. */
    private void giveBack() {
        image.position(run.position + (long) (run.index - 1) * STRIDE);
        if (run.isHandedOut()) {
            run = here;
            aheadFirst = (aheadFirst + 1) % ahead.length;
            aheadCount--;
        }
    }

    /** Waits until no worker reads the terms; nothing is handed out any more. */
    public void close() {
        for (int i = 0; i < aheadCount; i++) {
            while (!ahead[(aheadFirst + i) % ahead.length].isDone()) {
                Thread.onSpinWait();
            }
        }
        aheadCount = 0;
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
        return staging == null || run.index == run.count && brokenCount == 0;
    }

    /** The image is gone: a frame of which parts are missing will not become whole. Returns messages rejected. */
    int abandon(final RejectHandler rejects) {
        if (assembledLength < 0) {
            return 0;
        }
        assembledLength = -1;
        counters.rejected(RejectReason.LENGTH);
        rejects.onRejected(stagedPositions[run.count], RejectReason.LENGTH);
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
            if (!run.contains(position)) {
                verify(term, headerOffset, lookAhead(term, headerOffset), position);
            }
            return deliver(run.indexOf(position), position);
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

    private void verify(final UnsafeBuffer buffer, final int headerOffset, final int count, final long position) {
        run = here;
        if (run.verifier == null) {
            run.begin(buffer, headerOffset, count, position);
            run.good = -1L >>> -count;
            counters.unverified(mode, count);
            return;
        }
        final boolean isJoining = isJoining();
        run.begin(buffer, headerOffset, isJoining ? 1 : count, position);
        run.expect(nextSequence, onLink);
        run.execute();
        run.requireSuccess();
        if (isJoining) {
            nextSequence = run.good == 1 ? receipt.wrap(run.verifier.receipts()).sequence() + 1 : nextSequence;
        } else if (isNumbered) {
            nextSequence += run.count;
        }
        countVerified();
    }

    private boolean isJoining() {
        return isNumbered && nextSequence == FrameVerifier.ANY_SEQUENCE;
    }

    private void countVerified() {
        long bytes = 0;
        for (long rest = run.good; rest != 0; rest &= rest - 1) {
            bytes += run.verifier.payloadLength(Long.numberOfTrailingZeros(rest));
        }
        counters.verified(run.count, Long.bitCount(run.good), bytes);
    }

    private Action deliver(final int index, final long position) {
        if ((run.good >>> index & 1) == 0) {
            reject(position, run.verifier.reason(index));
            return Action.CONTINUE;
        }
        handledCount++;
        frame.wrap(run.buffer, run.headerOffset + index * STRIDE);
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
        return run.verifier == null
                ? run.buffer.addressOffset()
                        + run.headerOffset
                        + (long) index * STRIDE
                        + HEADER_LENGTH
                        + SealedFrameLayout.RECEIPT_OFFSET
                : run.verifier.receipts() + (long) index * ReceiptLayout.LENGTH;
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
            deliverBlocks(0, run.count);
            offset += run.count * STRIDE;
        }
    }

    private void deliverBlocks(final int first, final int end) {
        int index = first;
        while (index < end) {
            final int goodCount = Math.min(end - index, Long.numberOfTrailingZeros(~(run.good >>> index)));
            if (goodCount == 0) {
                rejectLate(position(index), run.verifier.reason(index));
                index++;
            } else {
                handledCount += goodCount;
                block.wrap(
                        run.buffer,
                        run.headerOffset + index * STRIDE,
                        goodCount,
                        receipts(index),
                        run.verifier == null ? STRIDE : ReceiptLayout.LENGTH,
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
        return staging == null ? run.position + (long) index * STRIDE : stagedPositions[index];
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

    /** Hands out the run one by one; false where the handler or the limit ends it. */
    private boolean pollRun() {
        try {
            while (run.index < run.count && handledCount < handledLimit) {
                final Action action = deliver(run.index, position(run.index++));
                if (action == Action.ABORT) {
                    run.index--;
                    return false;
                }
                if (action == Action.BREAK) {
                    return false;
                }
                if (action == Action.COMMIT && staging == null) {
                    image.position(position(run.index - 1));
                }
            }
            return run.isHandedOut();
        } catch (final Throwable t) {
            failure = t;
            return false;
        }
    }

    /** Puts frames together, unless some wait to be handed out: at most a batch, ended by what makes no frame. */
    private void stageRun() {
        if (!isDrained()) {
            return;
        }
        if (assembledLength > 0) {
            staging.putBytes(HEADER_LENGTH, staging, run.count * STRIDE + HEADER_LENGTH, assembledLength);
        }
        if (assembledLength >= 0) {
            stagedPositions[0] = stagedPositions[run.count];
        }
        run.count = 0;
        run.index = 0;
        final int limit = isJoining() ? 1 : Math.min(FrameBatch.LIMIT, handledLimit);
        while (run.count < limit && brokenCount == 0 && image.poll(onPart, 1) > 0) {
            // one fragment at a time: on a link the next message may belong to another file
        }
        if (run.count > 0) {
            verify(staging, 0, run.count, 0);
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
                brokenPositions[brokenCount++] = stagedPositions[run.count];
            }
            assembledLength = 0;
        }
        if (assembledLength < 0 || assembledLength + length > SealedFrameLayout.LENGTH) {
            assembledLength = -1;
            brokenPositions[brokenCount++] = position;
            return;
        }
        staging.putBytes(run.count * STRIDE + HEADER_LENGTH + assembledLength, buffer, offset, length);
        stagedPositions[run.count] = position;
        assembledLength += length;
        if ((flags & FrameDescriptor.END_FRAG_FLAG) != 0) {
            if (assembledLength == SealedFrameLayout.LENGTH) {
                run.count++;
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
