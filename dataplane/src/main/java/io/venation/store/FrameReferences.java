package io.venation.store;

import java.util.function.LongConsumer;

/** Knows which frames a frame refers to; what builds trees of frames hands it in, for the store knows bytes only. */
@FunctionalInterface
public interface FrameReferences {
    /** Frames refer to nothing: only what is pinned itself is kept. */
    FrameReferences NONE = (frame, payloadLength, visitor) -> {};

    /**
     * Visits the addresses that a frame holds.
     *
     * @param frame         absolute address of the frame's 12,288 bytes.
     * @param payloadLength bytes of it that carry data, as its receipt says.
     * @param visitor       takes the absolute address of each 32-byte content address.
     */
    void visit(long frame, int payloadLength, LongConsumer visitor);
}
