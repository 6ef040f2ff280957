package io.venation.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the main thread clean up when the process is told to end: the signal wakes it and the JVM waits until this is
 * closed. The thread is not interrupted, for then no close would wait for the threads that still use what it closes.
 * Made and closed on the main thread.
 */
final class Interruption implements AutoCloseable {
    private static final long GRACE_MS = TimeUnit.SECONDS.toMillis(10);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean isRequested;

    Interruption() {
        final Thread main = Thread.currentThread();
        hook = new Thread(() -> {
            isRequested = true;
            LockSupport.unpark(main);
            try {
                closed.await(GRACE_MS, TimeUnit.MILLISECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Waits a little on the main thread.
     *
     * @param durationNs how long at most, in nanoseconds.
     * @return false once the process is to end.
     */
    boolean pause(final long durationNs) {
        if (!isRequested) {
            LockSupport.parkNanos(durationNs);
        }
        return !isRequested;
    }

    /** Ends a command that cannot pause here, once the process is to end. */
    void require() {
        if (isRequested) {
            throw new CommandFailure("interrupted");
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // the JVM is ending already
        }
    }
}
