package io.venation.store;

/**
 * Where frames go that somebody makes: a store, or the way to one that is elsewhere.
 *
 * <p>One thread.
 */
public interface FrameSink {
    /** Most frames of one {@link #put}. */
    int MAX_COUNT = 64;

    /**
     * Hashes frames and keeps those that are not there yet.
     *
     * @param frames absolute address of the first frame's 12,288 bytes; they are copied.
     * @param stride bytes between frame starts, ≥ 12,288.
     * @param count  frames, 0..{@link #MAX_COUNT}; 16 fill every lane.
     * @param keys   absolute address of room for {@code count} × 32 bytes: the content addresses are written there.
     * @return mask of the frames that were new: bit i is 0 where frame i was already present.
     */
    long put(long frames, long stride, int count, long keys);
}
