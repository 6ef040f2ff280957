package io.venation.aeron;

/**
 * Threads that verify runs of frames in the term, ahead of the thread that polls them. They get descriptors through
 * one-to-one queues, a run to each worker in turn; the polling thread takes them back in the order of the stream, and only
 * then moves the stream's position, so nothing they read can be overwritten.
 *
 * <p>{@link #submit} belongs to one polling thread. Allocates nothing after construction.
 */
public final class VerifyPool implements AutoCloseable {
    private final KernelWorkers workers;

    /**
     * Starts the workers.
     *
     * @param workerCount threads, ≥ 1.
     * @throws IllegalArgumentException where there would be none.
     */
    public VerifyPool(final int workerCount) {
        workers = new KernelWorkers("venation-verify", workerCount);
    }

    /** Hands a run to the next worker; where that one has plenty, the caller verifies it here. */
    void submit(final FrameRun run) {
        workers.submit(run);
    }

    /** Ends the workers once they have verified what they were given. */
    @Override
    public void close() {
        workers.close();
    }
}
