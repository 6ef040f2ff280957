package io.venation.cli;

import io.venation.store.GroupCommit;
import io.venation.store.MappedFrameStore;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Forces a store on a thread of its own while the caller fills it, so that the disk works while frames are hashed. A force
 * that fails makes the store refuse the next put; who ends with {@link #finish} hears of it at the latest then.
 */
final class BackgroundForce implements AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long IDLE_MS = 10;

    private final MappedFrameStore store;
    private final AgentRunner runner;

    BackgroundForce(final MappedFrameStore store) {
        this.store = store;
        runner = new AgentRunner(
                new SleepingMillisIdleStrategy(IDLE_MS),
                error -> {}, // the store keeps it
                null,
                new GroupCommit(store, SystemNanoClock.INSTANCE, INTERVAL_NS));
        AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
    }

    /** Forces the rest. */
    void finish() {
        runner.close();
        store.force();
    }

    @Override
    public void close() {
        runner.close();
    }
}
