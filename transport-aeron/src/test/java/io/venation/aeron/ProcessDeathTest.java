package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.venation.aeron.DoomedProcess.Point;
import io.venation.cli.Forked;
import io.venation.link.Turns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process at one end of a stream is killed, at a point that it names or at any time; the driver lives on. What a
 * publisher had committed arrives, its session ends, a new one goes on; a subscriber that is killed takes no frame from
 * others and holds the publisher up no longer than the driver waits for it. Processes die side by side, each on a stream of
 * its own, because the driver takes seconds to miss them. {@code venation.kills} says how many die at random times.
 */
final class ProcessDeathTest {
    private static final int RANDOM_KILLS = Integer.getInteger("venation.kills", 4);
    private static final int KILLS_PER_ROUND = 4;
    private static final long LONGEST_LIFE_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /** More than windows and runs ahead hold. */
    private static final int FRAMES_AFTERWARDS = 100;

    @TempDir
    private Path folder;

    private final List<Doomed> all = new ArrayList<>();
    private MediaDriver driver;
    private LatticePlane plane;
    private int streamCount;

    /** A process that is going to be killed, and the stream's other end here. */
    private abstract class Doomed {
        final int streamId = ++streamCount;
        final Point point;
        final String channel;
        final FrameSubscription subscription;
        final NumberedReader reader = new NumberedReader();
        final AtomicBuffer progress;
        private final Process process;
        private final BufferedReader output;
        private boolean hasSaid;
        private long deathNs;

        Doomed(final Point point, final String transport, final int limit, final int workerCount) throws Exception {
            this.point = point;
            channel = transport.equals("ipc") ? "aeron:ipc" : "aeron:udp?endpoint=127.0.0.1:" + freePort();
            subscription = plane.addSubscription(channel, streamId);
            final Path file = folder.resolve("progress-" + streamId);
            progress = new UnsafeBuffer(IoUtil.mapNewFile(file.toFile(), Long.BYTES));
            process = new ProcessBuilder(Forked.java(
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx64m",
                            DoomedProcess.class.getName(),
                            driver.aeronDirectoryName(),
                            channel,
                            Integer.toString(streamId),
                            point.name(),
                            Integer.toString(limit),
                            Integer.toString(workerCount),
                            file.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = process.inputReader();
            all.add(this);
        }

        /** What this end does all the time. */
        abstract void turn();

        /** Whether all has come that must after the death. */
        abstract boolean isOver();

        /** Opens the dead end anew. */
        abstract void renew();

        /** Whether frames have come from one end to the other since it was opened anew. */
        abstract boolean goesOn();

        final boolean isAtPoint() {
            try {
                if (!hasSaid && output.ready()) {
                    assertEquals(point.name(), output.readLine());
                    hasSaid = true;
                }
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            assertTrue(process.isAlive(), this::toString);
            return hasSaid;
        }

        final void dieIn(final long durationNs) {
            deathNs = System.nanoTime() + durationNs;
        }

        final boolean isDue() {
            return System.nanoTime() - deathNs >= 0;
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        @Override
        public String toString() {
            return point + " on " + channel + ", stream " + streamId + ": " + reader.count + " frames read, progress "
                    + progress.getLong(0) + (hasSaid ? ", at its point" : "") + (process.isAlive() ? ", alive" : "");
        }
    }

    private final class DoomedPublisher extends Doomed {
        private final int limit;
        private NumberedSender renewed;
        private int quietTurns;

        DoomedPublisher(final Point point, final String transport, final int limit, final int workerCount)
                throws Exception {
            super(point, transport, limit, workerCount);
            this.limit = limit;
        }

        @Override
        void turn() {
            quietTurns = subscription.poll(reader, 64) == 0 ? quietTurns + 1 : 0;
        }

        @Override
        void kill() {
            super.kill();
            quietTurns = 0;
        }

        /** A poll that meets the padding at a term's end finds nothing, the next one does. */
        private boolean isDrained() {
            return quietTurns > 1;
        }

        private long committedCount() {
            return switch (point) {
                case COMMITTED -> DoomedProcess.COMMITTED_BEFORE + limit;
                case SENDING -> Math.max(DoomedProcess.COMMITTED_BEFORE, progress.getLongVolatile(0));
                default -> DoomedProcess.COMMITTED_BEFORE;
            };
        }

        /** Of several claims that are open on IPC Aeron 1.51 pads the first only, so the session does not end. */
        private boolean mayStay() {
            return limit > 1 && point != Point.COMMITTED;
        }

        @Override
        boolean isOver() {
            return isDrained() && reader.count >= committedCount() && (mayStay() || !subscription.isConnected());
        }

        @Override
        void renew() {
            assertTrue(point == Point.SENDING || reader.count == committedCount(), this::toString);
            renewed = new NumberedSender(plane.addPublication(channel, streamId));
            renewed.next = reader.next;
        }

        @Override
        boolean goesOn() {
            if (renewed.publication.nextSequence() == 0) {
                renewed.send(1);
            }
            return renewed.publication.nextSequence() > 0 && reader.next == renewed.next;
        }
    }

    private final class DoomedSubscriber extends Doomed {
        private final NumberedSender sender = new NumberedSender(plane.addPublication(channel, streamId));
        private final NumberedReader renewedReader = new NumberedReader();
        private FrameSubscription renewed;
        private long target = Long.MAX_VALUE;

        DoomedSubscriber(final Point point, final String transport, final int limit, final int workerCount)
                throws Exception {
            super(point, transport, limit, workerCount);
        }

        @Override
        void turn() {
            if (sender.next < target) {
                sender.send(1 + (int) (sender.next % FrameBatch.LIMIT));
            }
            subscription.poll(reader, 64);
        }

        @Override
        void kill() {
            super.kill();
            target = sender.next + FRAMES_AFTERWARDS;
        }

        @Override
        boolean isOver() {
            return sender.next >= target && reader.count == sender.next;
        }

        @Override
        void renew() {
            renewed = plane.addSubscription(channel, streamId);
            target = Long.MAX_VALUE;
        }

        @Override
        boolean goesOn() {
            renewed.poll(renewedReader, 64);
            return renewedReader.count >= FRAMES_AFTERWARDS;
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @BeforeEach
    void launch() {
        driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("driver").toString())
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnShutdown(true)
                .timerIntervalNs(TimeUnit.MILLISECONDS.toNanos(10))
                .clientLivenessTimeoutNs(TimeUnit.MILLISECONDS.toNanos(3_000))
                .imageLivenessTimeoutNs(TimeUnit.MILLISECONDS.toNanos(5_000))
                .publicationLingerTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50))
                .publicationUnblockTimeoutNs(TimeUnit.MILLISECONDS.toNanos(3_100)));
        plane = LatticePlane.connect(new LatticePlane.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .termLength(TestStream.TERM_LENGTH)
                .closeTimeoutNs(0)
                .requiresContinuity(true));
    }

    @AfterEach
    void close() {
        all.forEach(doomed -> doomed.process.destroyForcibly().onExit().join());
        plane.close();
        driver.close();
    }

    /** Whether it holds for each stream, once each has had its turn. */
    private boolean holds(final Predicate<Doomed> condition) {
        boolean holds = true;
        for (final Doomed doomed : all) {
            doomed.turn();
            holds &= condition.test(doomed);
        }
        return holds;
    }

    private void await(final Predicate<Doomed> condition) throws Exception {
        try {
            Turns.until(() -> holds(condition));
        } catch (final AssertionError e) {
            throw new AssertionError(all.toString(), e);
        }
    }

    private void outlive() throws Exception {
        await(Doomed::isOver);
        all.forEach(Doomed::renew);
        await(Doomed::goesOn);
    }

    private void killEachAtItsPoint() throws Exception {
        await(Doomed::isAtPoint);
        all.forEach(Doomed::kill);
        outlive();
    }

    @Test
    void shouldDeliverWhatAPublisherHasCommittedWhereverItDies() throws Exception {
        for (final Point point : List.of(Point.CLAIMED, Point.FILLED, Point.SEALED, Point.COMMITTED)) {
            new DoomedPublisher(point, "ipc", 1, 0);
        }
        new DoomedPublisher(Point.FILLED, "ipc", FrameBatch.LIMIT, 0);
        new DoomedPublisher(Point.SEALED, "ipc", FrameBatch.LIMIT, 0);
        new DoomedPublisher(Point.SEALED, "udp", 1, 0);
        killEachAtItsPoint();
    }

    @Test
    void shouldGoOnWithoutASubscriberWhereverItDies() throws Exception {
        new DoomedSubscriber(Point.JOINED, "ipc", FrameBatch.LIMIT, 0);
        new DoomedSubscriber(Point.HANDLING, "ipc", FrameBatch.LIMIT, 0);
        new DoomedSubscriber(Point.HANDLING, "ipc", FrameBatch.LIMIT, 2);
        new DoomedSubscriber(Point.POLLED, "udp", FrameBatch.LIMIT, 0);
        killEachAtItsPoint();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldOutliveProcessesThatDieAtAnyTime(final long seed) throws Exception {
        final SplittableRandom random = new SplittableRandom(seed);
        final String transport = random.nextBoolean() ? "ipc" : "udp";
        new DoomedPublisher(Point.SENDING, transport, 1, 0);
        new DoomedPublisher(Point.SENDING, "ipc", FrameBatch.LIMIT, random.nextInt(3));
        new DoomedSubscriber(Point.POLLING, "ipc", 1 + random.nextInt(40), 0);
        new DoomedSubscriber(Point.POLLING, transport, 1 + random.nextInt(40), random.nextInt(3));
        await(Doomed::isAtPoint);
        all.forEach(doomed -> doomed.dieIn(random.nextLong(LONGEST_LIFE_NS)));
        final List<Doomed> alive = new ArrayList<>(all);
        Turns.until(() -> {
            holds(doomed -> true);
            alive.removeIf(doomed -> {
                final boolean isDue = doomed.isDue();
                if (isDue) {
                    doomed.kill();
                }
                return isDue;
            });
            return alive.isEmpty();
        });
        outlive();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Math.ceilDiv(RANDOM_KILLS, KILLS_PER_ROUND));
    }
}
