package io.venation.store;

/**
 * Where frames come from by their content address: a store, a directory of another store, a peer.
 *
 * <p>One thread.
 */
public interface FrameSource {
    /** What {@link #get} returns for a frame that is not there; no frame lies at address 0. */
    long NOT_FOUND = 0;

    /**
     * Finds a frame.
     *
     * @param key absolute address of the 32-byte content address.
     * @return absolute address of the frame's 12,288 bytes, not to be written to, valid as long as the source says;
     *         {@link #NOT_FOUND} where there is none.
     */
    long get(long key);
}
