package io.venation.cli;

import io.venation.aeron.EmbeddedDriver;
import io.venation.link.SendAgent;
import io.venation.link.TransferSummary;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** Drives a {@link SendAgent} to its end, with a progress bar on a terminal. */
final class Sending {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BAR_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private Sending() {}

    /**
     * Runs an agent on a thread of its own.
     *
     * @param agent      closed by the end of the call.
     * @param totalBytes of the source, for the time left.
     * @param bar          whether to show progress.
     * @param interruption ends the transfer.
     * @return how it ended.
     */
    static TransferSummary run(
            final SendAgent agent, final long totalBytes, final boolean bar, final Interruption interruption) {
        try (AgentRunner runner = new AgentRunner(idle(), EmbeddedDriver::logError, null, agent);
                ProgressBar progress = bar ? bar(totalBytes) : null) {
            AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
            long nextBarNs = System.nanoTime();
            while (agent.summary() == null && interruption.pause(POLL_NS)) {
                if (progress != null && System.nanoTime() - nextBarNs >= 0) {
                    progress.stepTo(Math.min(agent.sentBytes(), totalBytes));
                    nextBarNs += BAR_NS;
                }
            }
        }
        return agent.summary();
    }

    /** Progress is for people: not for JSON, not for a file. */
    static boolean showsProgress(final TransferOptions options) {
        final java.io.Console terminal = System.console();
        return !options.json() && terminal != null && terminal.isTerminal();
    }

    /** Spins little: on two cores the driver and the other agent need them. */
    static IdleStrategy idle() {
        return new BackoffIdleStrategy(10, 100, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
    }

    private static ProgressBar bar(final long totalBytes) {
        return new ProgressBarBuilder()
                .setTaskName("sent")
                .setInitialMax(totalBytes)
                .setUnit("MB", 1_000_000)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build();
    }
}
