package io.venation.aeron;

import io.venation.flow.FrameSealer;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Batches that are committed and not published yet: workers seal them in the term while the publication's thread fills
 * the next one. A ring, in the order of the stream, in which they are taken back.
 *
 * <p>One thread: the publication's. Allocates nothing once its batches have been in each term.
 */
final class SealPool implements AutoCloseable {
    /** One that is being sealed, and enough behind it that the worker finds work while the publisher sleeps. */
    private static final int BATCHES_PER_WORKER = 4;

    private final KernelWorkers workers;
    private final SealTask[] tasks;
    private int first;
    private int count;

    /** Starts the workers; each batch of the ring gets a sealer of its own. */
    SealPool(final int workerCount, final Supplier<FrameSealer> sealers) {
        workers = new KernelWorkers("venation-seal", workerCount);
        tasks = new SealTask[workerCount * BATCHES_PER_WORKER];
        Arrays.setAll(tasks, i -> new SealTask(sealers.get()));
    }

    static final class SealTask extends KernelTask {
        final FrameBatch batch = new FrameBatch();
        long firstSequence;
        private final FrameSealer sealer;

        SealTask(final FrameSealer sealer) {
            this.sealer = sealer;
        }

        @Override
        void call() {
            batch.seal(sealer, firstSequence);
        }
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == tasks.length;
    }

    /** Takes the frames of a batch over and has them sealed. There must be room. */
    void submit(final FrameBatch batch, final long firstSequence) {
        final SealTask task = tasks[(first + count) % tasks.length];
        task.reset();
        task.batch.takeFrom(batch);
        task.firstSequence = firstSequence;
        count++;
        workers.submit(task);
    }

    boolean isOldestDone() {
        return count > 0 && tasks[first].isDone();
    }

    SealTask oldest() {
        return tasks[first];
    }

    /** Makes room: the oldest is published or aborted. */
    void removeOldest() {
        tasks[first].batch.end();
        first = (first + 1) % tasks.length;
        count--;
    }

    /** Ends the workers once they have sealed what they were given. */
    @Override
    public void close() {
        workers.close();
    }
}
