package io.venation.store;

import java.io.UncheckedIOException;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Forces a store once an interval where there is something to force: the thread behind {@link Durability#GROUP}, which the
 * caller owns. Where it is the writer's own, puts wait for the disk; on another they go on.
 */
public final class GroupCommit implements Agent {
    private final MappedFrameStore store;
    private final NanoClock clock;
    private final long intervalNs;
    private long lastForceNs;

    /**
     * For one store.
     *
     * @param store      to be forced.
     * @param clock      what time it is.
     * @param intervalNs nanoseconds from the start of one force to the next at least, ≥ 0.
     */
    public GroupCommit(final MappedFrameStore store, final NanoClock clock, final long intervalNs) {
        this.store = store;
        this.clock = clock;
        this.intervalNs = intervalNs;
        lastForceNs = clock.nanoTime() - intervalNs;
    }

    /**
     * Forces where it is due, and where the clock has been set back.
     *
     * @return 1 where something was forced.
     * @throws UncheckedIOException where the disk fails; who waits for a position is told as well.
     */
    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        final long elapsedNs = nowNs - lastForceNs;
        if (elapsedNs >= 0 && elapsedNs < intervalNs || store.durablePosition() == store.position()) {
            return 0;
        }
        lastForceNs = nowNs;
        store.force();
        return 1;
    }

    @Override
    public String roleName() {
        return "store-commit";
    }
}
