package io.venation.aeron;

import io.aeron.protocol.DataHeaderFlyweight;
import io.venation.frame.SealedFrameLayout;

/** How sealed frames stand one behind the other in a term: 32 bytes of Aeron header, then the sealed frame. */
final class FrameStride {
    /** Aeron's data header. */
    static final int HEADER_LENGTH = DataHeaderFlyweight.HEADER_LENGTH;
    /** Bytes from one frame's start to the next: 195 cache lines. */
    static final int LENGTH = HEADER_LENGTH + SealedFrameLayout.LENGTH;
    /** Where the payload starts, counted from the Aeron header. */
    static final int PAYLOAD_OFFSET = HEADER_LENGTH + SealedFrameLayout.FRAME_OFFSET;

    static {
        if (LENGTH != 195 * 64) {
            throw new AssertionError("stride=" + LENGTH + ": must be 195 * 64");
        }
    }

    private FrameStride() {}
}
