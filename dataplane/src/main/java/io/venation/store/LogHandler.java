package io.venation.store;

/**
 * Hears of the changes of a store in their order, on the thread that polls. Addresses are valid until the method returns; one
 * that throws hears of the same change again at the next poll.
 */
public interface LogHandler {
    /**
     * A frame was put that was not there.
     *
     * @param sequence of its record, ≥ 0.
     * @param key      absolute address of its 32-byte content address.
     * @param receipt  absolute address of its 128-byte receipt; 0 where the log does not tell it, as that of a served store.
     */
    default void onPut(final long sequence, final long key, final long receipt) {}

    /**
     * A frame was pinned; pins count.
     *
     * @param sequence of its record.
     * @param key      absolute address of the 32-byte content address.
     */
    default void onPin(final long sequence, final long key) {}

    /**
     * One pin was taken back.
     *
     * @param sequence of its record.
     * @param key      absolute address of the 32-byte content address.
     */
    default void onUnpin(final long sequence, final long key) {}

    /**
     * A sweep has freed a frame.
     *
     * @param sequence of its record.
     * @param key      absolute address of the 32-byte content address.
     */
    default void onFree(final long sequence, final long key) {}

    /**
     * A frame was found bad and taken out of service.
     *
     * @param sequence of its record.
     * @param key      absolute address of the 32-byte content address.
     */
    default void onQuarantine(final long sequence, final long key) {}

    /**
     * Roots may have been lost, or its owner says that they are all known again.
     *
     * @param sequence  of its record.
     * @param areKnown  whether all are known.
     */
    default void onRoots(final long sequence, final boolean areKnown) {}
}
