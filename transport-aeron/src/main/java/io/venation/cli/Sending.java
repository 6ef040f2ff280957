package io.venation.cli;

import io.venation.aeron.EmbeddedDriver;
import io.venation.link.SendAgent;
import io.venation.link.TransferSummary;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** Drives a {@link SendAgent} to its end. */
final class Sending {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private Sending() {}

    /**
     * Runs an agent on a thread of its own.
     *
     * @param agent      closed by the end of the call.
     * @param progress     hears of the bytes that are sent.
     * @param interruption ends the transfer.
     * @return how it ended.
     */
    static TransferSummary run(final SendAgent agent, final Progress progress, final Interruption interruption) {
        try (AgentRunner runner = new AgentRunner(idle(), EmbeddedDriver::logError, null, agent)) {
            AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
            while (agent.summary() == null && interruption.pause(POLL_NS)) {
                progress.accept(agent.sentBytes());
            }
        }
        return agent.summary();
    }

    /** Spins little: on two cores the driver and the other agent need them. */
    static IdleStrategy idle() {
        return new BackoffIdleStrategy(10, 100, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
    }
}
