package io.venation.snapshot;

import io.venation.receipt.Digest;

/** Hears how a store follows another, on its thread. */
public interface FollowListener extends FetchListener {
    /** Hears nothing. */
    FollowListener NONE = new FollowListener() {};

    /**
     * The log does not go on where it was followed to: all roots are taken as they are.
     *
     * @param why a few words without a full stop.
     */
    default void onRestarted(final String why) {}

    /**
     * Not all that a root stands on is to be had: the frames were named before. It is asked for again now and then, and what is
     * remembered stays before it.
     *
     * @param root its address.
     */
    default void onOwed(final Digest root) {}
}
