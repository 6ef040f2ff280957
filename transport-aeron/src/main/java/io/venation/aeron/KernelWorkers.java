package io.venation.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Threads that run the tasks of one other thread, which gives one to each in turn, through a one-to-one queue.
 *
 * <p>{@link #submit} belongs to that thread. Allocates nothing after construction.
 */
final class KernelWorkers implements AutoCloseable {
    private static final int QUEUE_CAPACITY = 64;

    private final Worker[] workers;
    private final AgentRunner[] runners;
    private int next;

    KernelWorkers(final String name, final int workerCount) {
        if (workerCount < 1) {
            throw new IllegalArgumentException("workerCount=" + workerCount + ": must be ≥ 1");
        }
        workers = new Worker[workerCount];
        runners = new AgentRunner[workerCount];
        for (int i = 0; i < workerCount; i++) {
            workers[i] = new Worker(name + '-' + i);
            final BackoffIdleStrategy idle = new BackoffIdleStrategy(
                    100, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(50));
            runners[i] = new AgentRunner(idle, EmbeddedDriver::logError, null, workers[i]);
            AgentRunner.startOnThread(runners[i], Thread.ofPlatform().daemon().factory());
        }
    }

    private static final class Worker implements Agent {
        private final OneToOneConcurrentArrayQueue<KernelTask> queue =
                new OneToOneConcurrentArrayQueue<>(QUEUE_CAPACITY);
        private final String name;

        Worker(final String name) {
            this.name = name;
        }

        @Override
        public int doWork() {
            final KernelTask task = queue.poll();
            if (task == null) {
                return 0;
            }
            task.execute();
            return 1;
        }

        @Override
        public void onClose() {
            while (doWork() > 0) {
                // whoever waits for a task gets it
            }
        }

        @Override
        public String roleName() {
            return name;
        }
    }

    /** Hands a task to the next worker; where that one has plenty, the caller runs it here. */
    void submit(final KernelTask task) {
        if (!workers[next].queue.offer(task)) {
            task.execute();
        }
        next = (next + 1) % workers.length;
    }

    /** Ends the workers once they have run what they were given. */
    @Override
    public void close() {
        CloseHelper.closeAll(runners);
    }
}
