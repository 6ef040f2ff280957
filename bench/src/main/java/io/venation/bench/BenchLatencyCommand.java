package io.venation.bench;

import io.aeron.Image;
import io.aeron.Subscription;
import io.venation.aeron.EmbeddedDriver;
import io.venation.aeron.FrameClaim;
import io.venation.aeron.FrameHandler;
import io.venation.aeron.FrameImage;
import io.venation.aeron.FramePublication;
import io.venation.aeron.FrameView;
import io.venation.cli.CommandFailure;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.flow.RejectReason;
import io.venation.hashing.Kernels;
import io.venation.link.LinkEndpoint;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code venation bench latency}: lone frames, from the moment they are due to the moment they are verified. */
@Command(
        name = "latency",
        description = "Send lone frames over IPC at a fixed rate and measure until each is verified on the other side.",
        footer = {
            "",
            "Open loop: a frame's time counts from when it was due, not from when the sender got to it, so a pause",
            "shows in every frame that it delayed. One process, two threads and the driver's."
        })
public final class BenchLatencyCommand implements VenationCommand {
    private static final int STREAM_ID = 12_300;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Frames a second (default ${DEFAULT-VALUE}).")
    private int framesPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long, after 3 s of warm-up (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "Print a JSON array instead of text.")
    private boolean json;

    /** For the command line. */
    public BenchLatencyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Console console = Console.of(spec);
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        final Suite suite = Suite.DEFAULT;
        try (EmbeddedDriver driver = EmbeddedDriver.launch();
                Subscription subscription =
                        driver.aeron().addSubscription(LinkEndpoint.ipc().frameChannel(), STREAM_ID);
                FramePublication publication = new FramePublication(
                        driver.aeron()
                                .addExclusivePublication(LinkEndpoint.ipc().frameChannel(), STREAM_ID),
                        new FrameSealer(Kernels.select(), suite, true))) {
            final long warmupCount = 3L * framesPerSecond;
            final long count = warmupCount + (long) seconds * framesPerSecond;
            final Receiver receiver = new Receiver(image(subscription), suite, warmupCount, count, histogram);
            final Thread thread = Thread.ofPlatform().name("latency-receiver").start(receiver);
            send(publication, count);
            thread.join();
            if (receiver.rejected > 0) {
                throw new CommandFailure(receiver.rejected + " frames were rejected");
            }
        }
        print(console, histogram);
        return 0;
    }

    private static Image image(final Subscription subscription) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (subscription.hasNoImages()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new CommandFailure("the media driver connects no stream: is the machine overloaded?");
            }
            Thread.yield();
        }
        return subscription.imageAtIndex(0);
    }

    private void send(final FramePublication publication, final long count) {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) / framesPerSecond;
        final FrameClaim claim = new FrameClaim();
        long dueNs = System.nanoTime();
        for (long sequence = 0; sequence < count; sequence++) {
            dueNs += intervalNs;
            while (System.nanoTime() - dueNs < 0) {
                Thread.onSpinWait();
            }
            while (publication.tryClaim(claim) < 0) {
                Thread.onSpinWait();
            }
            claim.frame().buffer().putLong(0, dueNs);
            claim.commit();
        }
    }

    /** Verifies and records. Its own thread. */
    private static final class Receiver implements Runnable, FrameHandler {
        private final FrameImage frames;
        private final long warmupCount;
        private final long count;
        private final Histogram histogram;
        private long sequence;
        private long rejected;

        Receiver(
                final Image image,
                final Suite suite,
                final long warmupCount,
                final long count,
                final Histogram histogram) {
            this.frames = new FrameImage(image, new FrameVerifier(Kernels.select(), suite), 0);
            this.warmupCount = warmupCount;
            this.count = count;
            this.histogram = histogram;
        }

        @Override
        public void run() {
            while (sequence + rejected < count && !frames.isClosed()) {
                if (frames.poll(this, FrameImage.BATCH_LIMIT) == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            if (sequence++ >= warmupCount) {
                histogram.recordValue(System.nanoTime() - frame.buffer().getLong(0));
            }
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            rejected++;
        }
    }

    private void print(final Console console, final Histogram histogram) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", "latency");
        row.put("variant", "sealed");
        row.put("frames_per_s", framesPerSecond);
        row.put("p50_us", histogram.getValueAtPercentile(50) / 1e3);
        row.put("p99_us", histogram.getValueAtPercentile(99) / 1e3);
        row.put("p999_us", histogram.getValueAtPercentile(99.9) / 1e3);
        row.put("max_us", histogram.getMaxValue() / 1e3);
        if (json) {
            console.line(Json.of(List.of(row)));
        } else {
            console.line(Machine.describe());
            console.line(String.format(
                    Locale.ROOT,
                    "%,d frames at %,d a second, due to verified: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, max %.1f us",
                    histogram.getTotalCount(),
                    framesPerSecond,
                    row.get("p50_us"),
                    row.get("p99_us"),
                    row.get("p999_us"),
                    row.get("max_us")));
        }
    }
}
