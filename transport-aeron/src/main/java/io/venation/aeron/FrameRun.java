package io.venation.aeron;

import io.venation.flow.FrameVerifier;
import io.venation.frame.SealedFrameLayout;
import org.agrona.LangUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames one behind the other that one kernel call verifies, and what came of it. Belongs to the polling thread, but for
 * the time between {@link VerifyPool#submit} and {@link #isDone()}, when a worker has it.
 */
final class FrameRun {
    private static final int STRIDE = SealedFrameLayout.STRIDE;

    /** Null where nothing is verified. */
    final FrameVerifier verifier;

    UnsafeBuffer buffer;
    int headerOffset;
    int count;
    /** Stream position past the first frame; in a term the others follow at the stride. */
    long position;
    /** The next frame to be handed out. */
    int index;
    /** Bit i for frame i. */
    long good;

    private long expectedSequence;
    private boolean onLink;
    private Throwable failure;
    private volatile boolean isDone;

    FrameRun(final FrameVerifier verifier) {
        this.verifier = verifier;
    }

    /** Moves on to other frames, which are not verified yet. */
    void begin(final UnsafeBuffer buffer, final int headerOffset, final int count, final long position) {
        this.buffer = buffer;
        this.headerOffset = headerOffset;
        this.count = count;
        this.position = position;
        index = 0;
        failure = null;
        isDone = false;
    }

    void expect(final long expectedSequence, final boolean onLink) {
        this.expectedSequence = expectedSequence;
        this.onLink = onLink;
    }

    /** Caller: whoever has the run. */
    void verify() {
        try {
            final long address = buffer.addressOffset() + headerOffset + SealedFrameLayout.HEADER_LENGTH;
            good = verifier.verify(address, STRIDE, count, expectedSequence, onLink);
        } catch (final Throwable t) {
            failure = t;
        }
        isDone = true;
    }

    /** Throws what the kernels threw, if they did. */
    void requireVerified() {
        if (failure != null) {
            LangUtil.rethrowUnchecked(failure);
        }
    }

    /** Whether the worker has given the run back. */
    boolean isDone() {
        return isDone;
    }

    boolean isHandedOut() {
        return index == count;
    }

    boolean contains(final long position) {
        return position >= this.position && position < this.position + (long) count * STRIDE;
    }

    int indexOf(final long position) {
        return (int) (position - this.position) / STRIDE;
    }
}
