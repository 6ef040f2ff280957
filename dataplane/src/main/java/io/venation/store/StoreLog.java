package io.venation.store;

import io.venation.receipt.Digest;
import java.util.Map;

/**
 * The changes of a store in order, from a position on, for who follows them while another writes. What was shown once is not
 * shown again; who remembers {@link #position} goes on there later.
 *
 * <p>One thread.
 */
public interface StoreLog extends AutoCloseable {
    /**
     * {@link #poll}: the position is not in the journal that there is: it was written anew, or has lost its end. What has
     * happened since cannot be told; who follows takes the roots as they are and goes on from a new log.
     */
    int REPLACED = -1;

    /** {@link #poll}: the record at {@link #position} is damaged and nothing repeats it. As after {@link #REPLACED}. */
    int DAMAGED = -2;

    /**
     * Shows changes.
     *
     * @param handler sees them.
     * @param limit   changes at most, > 0.
     * @return how many were shown, 0 where nothing is new; {@link #REPLACED} or {@link #DAMAGED}, again at each call.
     * @throws java.io.UncheckedIOException where the journal cannot be read.
     */
    int poll(LogHandler handler, int limit);

    /**
     * Where the log goes on: behind the last change that a handler has returned from.
     *
     * @return value that stays.
     */
    LogPosition position();

    /**
     * Sequence up to which changes are shown by now.
     *
     * @return the end, ≥ that of {@link #position} where the log goes on.
     */
    long end();

    /**
     * Whether a frame is a root at {@link #end}, whatever was shown.
     *
     * @param address of the frame.
     * @return true where it is pinned.
     * @throws java.io.UncheckedIOException as {@link StoreView#roots} does.
     */
    boolean isRoot(Digest address);

    /**
     * The roots at {@link #end}.
     *
     * @return address and number of pins, in the order of their first pin; does not change any more.
     * @throws java.io.UncheckedIOException as {@link StoreView#roots} does.
     */
    Map<Digest, Long> roots();

    @Override
    void close();
}
