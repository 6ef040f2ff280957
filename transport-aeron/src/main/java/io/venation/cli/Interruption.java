package io.venation.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the main thread clean up when the process is told to end: the signal interrupts it and the JVM waits until it is
 * done. Made and closed on the main thread.
 */
final class Interruption implements AutoCloseable {
    private static final long GRACE_MS = TimeUnit.SECONDS.toMillis(10);

    private final Thread hook;

    Interruption() {
        final Thread main = Thread.currentThread();
        hook = new Thread(() -> {
            main.interrupt();
            try {
                main.join(GRACE_MS);
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
        LockSupport.parkNanos(durationNs);
        return !Thread.currentThread().isInterrupted();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // the JVM is ending already
        }
    }
}
