package io.venation.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal, nothing elsewhere. One thread. */
final class Progress implements LongConsumer, AutoCloseable {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ProgressBar bar;
    private final long totalBytes;
    private long nextNs = System.nanoTime();

    private Progress(final ProgressBar bar, final long totalBytes) {
        this.bar = bar;
        this.totalBytes = totalBytes;
    }

    /**
     * Progress of some bytes. It is for people: not for JSON, not for a file.
     *
     * @param task       one word in the past tense.
     * @param totalBytes of all that is to be done, for the time left; −1 where nobody knows.
     * @param json       whether the command prints JSON.
     * @return to be closed when all is done.
     */
    static Progress of(final String task, final long totalBytes, final boolean json) {
        final java.io.Console terminal = System.console();
        final boolean isShown = !json && terminal != null && terminal.isTerminal();
        return new Progress(isShown ? bar(task, totalBytes) : null, totalBytes);
    }

    private static ProgressBar bar(final String task, final long totalBytes) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(totalBytes)
                .setUnit("MB", 1_000_000)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build();
    }

    /**
     * Says how far things are.
     *
     * @param bytes done so far.
     */
    @Override
    public void accept(final long bytes) {
        if (bar != null && System.nanoTime() - nextNs >= 0) {
            bar.stepTo(totalBytes < 0 ? bytes : Math.min(bytes, totalBytes));
            nextNs += INTERVAL_NS;
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
