package io.venation.store;

/**
 * Where frames come from by their content address: a store, a directory of another store, a peer.
 *
 * <p>One thread.
 */
public interface FrameSource {
    /** What {@link #get} returns for a frame that is not there; no frame lies at address 0. */
    long NOT_FOUND = 0;

    /** Most frames of one {@link #fetch}: 50 MB that may be under way at once. */
    int FETCH_LIMIT = 4_096;

    /** Takes the frames of a {@link #fetch}. */
    @FunctionalInterface
    interface Sink {
        /**
         * One frame. It must not ask the source.
         *
         * @param index which one of the frames asked for, 0 ≤ index &lt; count.
         * @param frame absolute address of 12,288 bytes, valid until the call returns.
         */
        void onFrame(int index, long frame);
    }

    /**
     * Finds a frame.
     *
     * @param key absolute address of the 32-byte content address.
     * @return absolute address of the frame's 12,288 bytes, not to be written to, valid as long as the source says;
     *         {@link #NOT_FOUND} where there is none.
     */
    long get(long key);

    /**
     * Hands over many frames, in any order; those that are not there are left out. A source that is far away has all of
     * them under way at once, so that they take one round trip and not one each.
     *
     * @param keys  absolute address of {@code count} × 32 bytes: content addresses, not to be written to meanwhile.
     * @param count frames, 0..{@link #FETCH_LIMIT}.
     * @param sink  takes each frame at most once; what it throws passes to the caller.
     * @throws FrameSourceException where this source can give no more at all: another may be asked.
     */
    default void fetch(final long keys, final int count, final Sink sink) {
        for (int i = 0; i < count; i++) {
            final long frame = get(keys + (long) i * Keys.LENGTH);
            if (frame != NOT_FOUND) {
                sink.onFrame(i, frame);
            }
        }
    }
}
