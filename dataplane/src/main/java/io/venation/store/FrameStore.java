package io.venation.store;

/**
 * Frames kept once each, by content address.
 *
 * <p>The address is the identity of a frame: who puts the same 12,288 bytes twice stores them once. One thread writes.
 */
public interface FrameStore extends FrameSource, FrameSink, AutoCloseable {
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
