package io.venation.store;

/**
 * Frames kept once each, by content address.
 *
 * <p>The address is the identity of a frame: who puts the same 12,288 bytes twice stores them once. One thread writes.
 */
public interface FrameStore extends FrameSource, AutoCloseable {
    /** Most frames of one {@link #put}. */
    int MAX_COUNT = 64;

    /**
     * Hashes frames and keeps those that are not there yet.
     *
     * @param frames absolute address of the first frame's 12,288 bytes; they are copied.
     * @param stride bytes between frame starts, ≥ 12,288.
     * @param count  frames, 0..{@link #MAX_COUNT}; 16 fill every lane.
     * @param keys   absolute address of room for {@code count} × 32 bytes: the content addresses are written there.
     * @return mask of the frames that were stored: bit i is 0 where frame i was already present.
     */
    long put(long frames, long stride, int count, long keys);

    /**
     * Whether a frame is there.
     *
     * @param key absolute address of the 32-byte content address.
     * @return true where {@link #get} would find it.
     */
    boolean contains(long key);

    /**
     * Frames kept.
     *
     * @return count, ≥ 0.
     */
    long frameCount();

    @Override
    void close();
}
