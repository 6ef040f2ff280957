package io.venation.bench;

import io.venation.aeron.LatticePlane;
import io.venation.cli.CommandFailure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Frames due at a fixed rate go to another thread, which sends each back: the time from when a frame was due, not from
 * when it was sent, so that a pause counts for every frame it delays.
 */
final class PingPong {
    /** Whatever takes longer counts as this. */
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);

    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(10);

    private final String pingChannel;
    private final String pongChannel;
    private final long intervalNs;
    /** Each turn has streams of its own: Aeron lets the last ones linger. */
    private int streamId = 24_576;

    /** What is measured. */
    enum Variant {
        RAW,
        SEALED
    }

    PingPong(final String pingChannel, final String pongChannel, final int framesPerSecond) {
        this.pingChannel = pingChannel;
        this.pongChannel = pongChannel;
        intervalNs = TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
    }

    /** Round trips in nanoseconds over a duration, after as many again to warm up. */
    Histogram measure(final LatticePlane plane, final Variant variant, final long durationNs)
            throws InterruptedException, ExecutionException {
        final int pingStreamId = streamId++;
        final int pongStreamId = streamId++;
        try (LoneFrames near = end(plane, variant, pingChannel, pingStreamId, pongChannel, pongStreamId);
                LoneFrames far = end(plane, variant, pongChannel, pongStreamId, pingChannel, pingStreamId);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            final long count = 2 * durationNs / intervalNs;
            final Future<?> echo = pool.submit(() -> echo(far, count));
            try {
                final Histogram histogram = ping(near, count, echo);
                echo.get();
                return histogram;
            } finally {
                echo.cancel(true);
            }
        }
    }

    private static LoneFrames end(
            final LatticePlane plane,
            final Variant variant,
            final String outChannel,
            final int outStreamId,
            final String inChannel,
            final int inStreamId) {
        final LatticePlane.Context context = plane.context();
        return variant == Variant.SEALED
                ? new LoneFrames.Sealed(plane, outChannel, outStreamId, inChannel, inStreamId)
                : new LoneFrames.Raw(
                        plane.aeron(),
                        context.publicationChannel(outChannel),
                        outStreamId,
                        context.subscriptionChannel(inChannel),
                        inStreamId);
    }

    private static void echo(final LoneFrames frames, final long count) {
        final LongConsumer onStamp = stamp -> {
            while (!frames.send(stamp) && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        };
        for (long echoed = 0; echoed < count && !Thread.currentThread().isInterrupted(); ) {
            final int polled = frames.poll(onStamp);
            echoed += polled;
            if (polled == 0) {
                Thread.yield(); // where there are two cores the driver needs one of them
            }
        }
    }

    private Histogram ping(final LoneFrames frames, final long count, final Future<?> echo) {
        final Histogram histogram = new Histogram(LONGEST_NS, 3);
        final Histogram warmUp = new Histogram(LONGEST_NS, 3);
        final long deadlineNs = System.nanoTime() + CONNECT_NS;
        while (!frames.isConnected()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new CommandFailure("the media driver connects no stream: is the machine overloaded?");
            }
            Thread.yield();
        }
        final long firstNs = System.nanoTime() + intervalNs;
        final long measuredNs = firstNs + count / 2 * intervalNs;
        final LongConsumer onStamp =
                dueNs -> (dueNs < measuredNs ? warmUp : histogram).recordValue(System.nanoTime() - dueNs);
        long sent = 0;
        long received = 0;
        while (received < count) {
            final long dueNs = firstNs + sent * intervalNs;
            if (sent < count && System.nanoTime() - dueNs >= 0 && frames.send(dueNs)) {
                sent++;
            }
            final int polled = frames.poll(onStamp);
            received += polled;
            if (polled == 0) {
                Thread.yield();
            }
            if (echo.state() == Future.State.FAILED) {
                break;
            }
        }
        return histogram;
    }
}
