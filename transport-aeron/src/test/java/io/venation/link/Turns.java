package io.venation.link;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;

/** Turns the crank of agents on the test's own thread. */
public final class Turns {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private Turns() {}

    /** Gives each agent a turn until the condition holds; that it comes to hold at all is the test's claim. */
    public static void until(final BooleanSupplier condition, final Agent... agents) throws Exception {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            int work = 0;
            for (final Agent agent : agents) {
                work += agent.doWork();
            }
            if (work == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            if (System.nanoTime() - startNs > DEADLINE_NS) {
                throw new AssertionError("not reached within " + DEADLINE_NS + " ns");
            }
        }
    }

    /** Something that is not an agent, as one. */
    public static Agent of(final Runnable turn) {
        return new Agent() {
            @Override
            public int doWork() {
                turn.run();
                return 0;
            }

            @Override
            public String roleName() {
                return "test";
            }
        };
    }
}
