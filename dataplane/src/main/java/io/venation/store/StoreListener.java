package io.venation.store;

import io.venation.receipt.Digest;

/** What a store has to say that no caller asked for. Called on the thread whose call found it; cold. */
public interface StoreListener {
    /** Hears nothing. */
    StoreListener NONE = new StoreListener() {};

    /**
     * The store was not closed, or something in it was damaged, and opening has dealt with it.
     *
     * @param what one sentence for a person.
     */
    default void onRecovered(final String what) {}

    /**
     * A frame is not what its address says; it is never served again.
     *
     * @param address    of the frame that was lost.
     * @param slot       where the bad bytes stay until the store is rebuilt.
     * @param isRepaired whether a peer had the frame and it is stored again.
     */
    default void onDamaged(final Digest address, final long slot, final boolean isRepaired) {}
}
