package io.venation.store;

import io.venation.receipt.Digest;
import java.util.Map;

/**
 * What a store shows to those who read it, whoever writes to it: frames by address, all frames, roots.
 *
 * <p>One thread.
 */
public interface StoreView extends FrameSource {
    /**
     * Copies a frame out and verifies the copy, whatever the policy: what the caller has is what was hashed.
     *
     * @param key    absolute address of the 32-byte content address.
     * @param target absolute address of room for 12,288 bytes; its contents are undefined where the result is false.
     * @return whether the frame is there and whole.
     */
    boolean copy(long key, long target);

    /**
     * Frames kept.
     *
     * @return count, ≥ 0.
     */
    long frameCount();

    /**
     * Shows every frame, in the order of slots. The visitor must not write to the store.
     *
     * @param visitor sees them.
     */
    void forEach(FrameVisitor visitor);

    /**
     * The roots.
     *
     * @return address and number of pins, in the order of their first pin; does not change any more.
     */
    Map<Digest, Long> roots();

    /**
     * Counts. Cold.
     *
     * @return as of now.
     */
    StoreStatistics statistics();
}
