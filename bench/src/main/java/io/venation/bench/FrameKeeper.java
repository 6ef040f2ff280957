package io.venation.bench;

import io.venation.store.FrameSource;
import java.nio.file.Path;

/**
 * Somewhere frames are kept under their addresses: our store or a peer. What has been put outlives the process, and the
 * machine's loss of power once it is forced. One thread, except for {@link #force}.
 */
interface FrameKeeper extends AutoCloseable {
    /** How to come by one. */
    interface Opener {
        /** Makes one in a folder, or opens what one has left there. */
        FrameKeeper open(Path folder);
    }

    /** Keeps frames that are not there. */
    void put(int first, int count);

    /**
     * Puts frames again.
     *
     * @return frames that were already present.
     */
    int putAgain(int first, int count);

    /**
     * Finds a frame.
     *
     * @param index which.
     * @param place of the room for {@link StoreCheck#MAX_COUNT} frames where a copy goes; views need none.
     * @return absolute address of its bytes, valid until the next put or the next copy to that place; {@link
     *         FrameSource#NOT_FOUND} where there is none.
     */
    long get(int index, int place);

    /**
     * Finds frames, and hashes all bytes of each.
     *
     * @return whether all are there and are those of their addresses.
     */
    boolean getVerified(int first, int count);

    /** What has been put so far is on disk. Any thread. */
    void force();

    @Override
    void close();
}
