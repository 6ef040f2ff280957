package io.venation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what the calling thread allocates once code is warm. */
public final class Allocation {
    private static final int MAX_ROUNDS = 60;
    private static final int CALLS_PER_ROUND = 400;

    private Allocation() {}

    /**
     * Runs rounds of calls until one allocates nothing; the rounds before it are warm-up, however long the compilers
     * take. Code that allocates on each call has no such round.
     */
    public static void assertNone(final Runnable call) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = -1;
        for (int round = 0; round < MAX_ROUNDS && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                call.run();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes allocated by " + CALLS_PER_ROUND + " warm calls");
    }
}
