package io.venation.store;

import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Goes once through all frames of a store, hashes them and deals with those that are bad, no faster than it is told.
 *
 * <p>The store's thread. Reads by {@code read} and not through the mapping, so that a file cut short is damage like any
 * other.
 */
public final class Scrub {
    private final MappedFrameStore store;
    private final FrameChecker checker;
    private final long bytesPerSecond;
    private long startNs;
    private long bytes;
    private long nextSlot;
    private long wholeCount;
    private long repairedCount;
    private long lostCount;

    /** What became of a frame. */
    enum Finding {
        WHOLE,
        REPAIRED,
        LOST
    }

    Scrub(final MappedFrameStore store, final FrameChecker checker, final long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("bytesPerSecond=" + bytesPerSecond + " not > 0");
        }
        this.store = store;
        this.checker = checker;
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Checks the next frames where that is due.
     *
     * @param nowNs present time of any clock that goes forward, nanoseconds.
     * @return slots looked at, up to 64; 0 where it is too early or all is {@link #isDone}.
     */
    public int doWork(final long nowNs) {
        if (bytes == 0) {
            startNs = nowNs;
        }
        if (isDone() || bytes > (nowNs - startNs) / 1e9 * bytesPerSecond) {
            return 0;
        }
        final long from = nextSlot;
        try {
            nextSlot = store.scrub(checker, from, this);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes += (nextSlot - from) * LatticeFrame.LENGTH;
        return (int) (nextSlot - from);
    }

    /**
     * Whether all frames have been looked at.
     *
     * @return true at the end.
     */
    public boolean isDone() {
        return nextSlot >= store.slotCount();
    }

    void checked(final Finding finding) {
        switch (finding) {
            case WHOLE -> wholeCount++;
            case REPAIRED -> repairedCount++;
            case LOST -> lostCount++;
        }
    }

    /**
     * Frames that were as they should be.
     *
     * @return count, ≥ 0.
     */
    public long wholeCount() {
        return wholeCount;
    }

    /**
     * Frames that were damaged, or their key or receipt, and are whole again.
     *
     * @return count, ≥ 0.
     */
    public long repairedCount() {
        return repairedCount;
    }

    /**
     * Frames that were damaged and that no peer had.
     *
     * @return count, ≥ 0.
     */
    public long lostCount() {
        return lostCount;
    }
}
