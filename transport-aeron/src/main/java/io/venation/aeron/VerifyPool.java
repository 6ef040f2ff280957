package io.venation.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Threads that verify runs of frames in the term, ahead of the thread that polls them. They get descriptors through
 * one-to-one queues, a run to each worker in turn; the polling thread takes them back in the order of the stream, and only
 * then moves the stream's position, so nothing they read can be overwritten.
 *
 * <p>{@link #submit} belongs to one polling thread. Allocates nothing after construction.
 */
public final class VerifyPool implements AutoCloseable {
    private static final int QUEUE_CAPACITY = 64;

    private final Worker[] workers;
    private final AgentRunner[] runners;
    private int next;

    /**
     * Starts the workers.
     *
     * @param workerCount threads, ≥ 1.
     * @throws IllegalArgumentException where there would be none.
     */
    public VerifyPool(final int workerCount) {
        if (workerCount < 1) {
            throw new IllegalArgumentException("workerCount=" + workerCount + ": must be ≥ 1");
        }
        workers = new Worker[workerCount];
        runners = new AgentRunner[workerCount];
        for (int i = 0; i < workerCount; i++) {
            workers[i] = new Worker("venation-verify-" + i);
            final BackoffIdleStrategy idle = new BackoffIdleStrategy(
                    100, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(50));
            runners[i] = new AgentRunner(idle, EmbeddedDriver::logError, null, workers[i]);
            AgentRunner.startOnThread(runners[i], Thread.ofPlatform().daemon().factory());
        }
    }

    private static final class Worker implements Agent {
        private final OneToOneConcurrentArrayQueue<FrameRun> queue = new OneToOneConcurrentArrayQueue<>(QUEUE_CAPACITY);
        private final String name;

        Worker(final String name) {
            this.name = name;
        }

        @Override
        public int doWork() {
            final FrameRun run = queue.poll();
            if (run == null) {
                return 0;
            }
            run.verify();
            return 1;
        }

        @Override
        public void onClose() {
            while (doWork() > 0) {
                // whoever waits for a run gets it
            }
        }

        @Override
        public String roleName() {
            return name;
        }
    }

    /** Hands a run to the next worker; where that one has plenty, the caller verifies it here. */
    void submit(final FrameRun run) {
        if (!workers[next].queue.offer(run)) {
            run.verify();
        }
        next = (next + 1) % workers.length;
    }

    /** Ends the workers once they have verified what they were given. */
    @Override
    public void close() {
        CloseHelper.closeAll(runners);
    }
}
