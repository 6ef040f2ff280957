package io.venation.store;

/** How far the log of a store is shown to who follows it. */
public enum LogLimit {
    /**
     * What a loss of power leaves: a follower never has what the store it follows does not have any more. Where the writer forces
     * seldom, the follower waits for it.
     */
    DURABLE,
    /** All that the writer has published: what the store loses with its power a follower may have. */
    PUBLISHED
}
