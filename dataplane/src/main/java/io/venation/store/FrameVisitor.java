package io.venation.store;

/** Sees the frames of a store one by one. */
@FunctionalInterface
public interface FrameVisitor {
    /**
     * Sees a frame.
     *
     * @param key     absolute address of its 32-byte content address.
     * @param receipt absolute address of its 128-byte receipt.
     * @param frame   absolute address of its 12,288 bytes; all three are not to be written to.
     */
    void onFrame(long key, long receipt, long frame);
}
