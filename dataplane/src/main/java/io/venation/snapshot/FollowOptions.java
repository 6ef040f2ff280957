package io.venation.snapshot;

import io.venation.store.LogLimit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How a store follows another.
 *
 * @param limit              how far the other's log is followed.
 * @param isMirror           whether roots that the other lets go of are let go of here too: the roots here become those of the
 *                           other, whoever has pinned them. Else what was once pinned stays.
 * @param rememberIntervalNs nanoseconds from one time that the position is remembered, which forces the store, to the next at
 *                           least, ≥ 0.
 */
public record FollowOptions(LogLimit limit, boolean isMirror, long rememberIntervalNs) {
    /** What is on disk there, nothing unpinned here, remembered once a second. */
    public static final FollowOptions DEFAULT = new FollowOptions(LogLimit.DURABLE, false, TimeUnit.SECONDS.toNanos(1));

    /** Checks. */
    public FollowOptions {
        Objects.requireNonNull(limit, "limit");
        if (rememberIntervalNs < 0) {
            throw new IllegalArgumentException("rememberIntervalNs=" + rememberIntervalNs + ": must be at least 0");
        }
    }
}
