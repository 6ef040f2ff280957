package io.venation.aeron;

import org.agrona.LangUtil;

/**
 * Kernel calls on frames where they lie, and what came of them. Belongs to the stream's thread, but for the time between
 * {@link KernelWorkers#submit} and {@link #isDone()}, when a worker has it.
 */
abstract class KernelTask {
    private Throwable failure;
    private volatile boolean isDone;

    /** Calls the kernels. */
    abstract void call();

    /** Takes what came of it as not there yet. */
    final void reset() {
        failure = null;
        isDone = false;
    }

    /** Caller: whoever has the task. */
    final void execute() {
        try {
            call();
        } catch (final Throwable t) {
            failure = t;
        }
        isDone = true;
    }

    /** Whether it has been run: a worker has given it back. */
    final boolean isDone() {
        return isDone;
    }

    /** Whether the kernels threw. */
    final boolean isFailed() {
        return failure != null;
    }

    /** Throws what the kernels threw, if they did. */
    final void requireSuccess() {
        if (failure != null) {
            LangUtil.rethrowUnchecked(failure);
        }
    }
}
