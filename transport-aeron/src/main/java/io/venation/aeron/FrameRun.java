package io.venation.aeron;

import io.venation.flow.FrameVerifier;
import io.venation.frame.SealedFrameLayout;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames one behind the other that one kernel call verifies, and what came of it. */
final class FrameRun extends KernelTask {
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
        reset();
    }

    void expect(final long expectedSequence, final boolean onLink) {
        this.expectedSequence = expectedSequence;
        this.onLink = onLink;
    }

    @Override
    void call() {
        final long address = buffer.addressOffset() + headerOffset + SealedFrameLayout.HEADER_LENGTH;
        good = verifier.verify(address, STRIDE, count, expectedSequence, onLink);
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
