package io.venation.store;

import io.venation.receipt.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/**
 * A store that others follow: its frames by address, its roots, its log.
 *
 * <p>One thread.
 */
public interface FollowedStore extends FrameSource {
    /**
     * Names the store, wherever it is.
     *
     * @return its random id.
     */
    UUID storeId();

    /**
     * The log from a position on, to be closed before the store.
     *
     * @param from  what {@link StoreLog#position} or {@link #logPosition} has said, now or in another process; where it is not
     *              in the journal any more the log says so.
     * @param limit how far it is shown.
     * @return the log, of this thread.
     * @throws IOException where the journal cannot be read.
     */
    StoreLog log(LogPosition from, LogLimit limit) throws IOException;

    /**
     * The log from its present end on: {@link StoreLog#roots} says what roots there are before anything is shown.
     *
     * @param limit how far it is shown.
     * @return the log, of this thread, to be closed before the store.
     * @throws IOException where the journal cannot be read.
     */
    StoreLog log(LogLimit limit) throws IOException;

    /**
     * The position of a sequence in the present journal, as a snapshot has it.
     *
     * @param sequence of the next record, ≥ 0.
     * @return position without a checksum: that the journal was not written anew since is known from its first sequence alone.
     */
    LogPosition logPosition(long sequence);

    /**
     * The roots as of now, durable or not.
     *
     * @return address and number of pins; does not change any more.
     */
    Map<Digest, Long> roots();

    /**
     * Whether roots may have been lost with a damaged journal.
     *
     * @return true until the writer says otherwise.
     */
    boolean areRootsUnknown();

    /** Lets go of what was handed out before, so that the writer may use its room again. */
    void refresh();
}
