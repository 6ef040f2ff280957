package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.venation.flow.FrameSealer;
import io.venation.hashing.Kernels;
import io.venation.link.Turns;
import io.venation.receipt.Suite;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A publisher is gone from one moment to the next, its client with it, at some point between claim and commit: what it
 * committed arrives, the driver times the client out and ends the stream, and a new session goes on. Of several claims that
 * are open on IPC Aeron 1.51 pads the first only, so that session ends no sooner than the subscriber leaves.
 */
final class PublisherDeathTest {
    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private MediaDriver driver;
    private LatticePlane reading;
    private FrameSubscription subscription;

    /** How far the last batch had come. */
    private enum Point {
        CLAIMED,
        FILLED,
        SEALED,
        COMMITTED
    }

    @BeforeEach
    void launch() {
        driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("driver").toString())
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnShutdown(true)
                .timerIntervalNs(TimeUnit.MILLISECONDS.toNanos(10))
                .clientLivenessTimeoutNs(TimeUnit.MILLISECONDS.toNanos(1_000))
                .publicationLingerTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50))
                .publicationUnblockTimeoutNs(TimeUnit.MILLISECONDS.toNanos(1_100)));
        reading = LatticePlane.connect(new LatticePlane.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .termLength(TestStream.TERM_LENGTH)
                .closeTimeoutNs(0)
                .requiresContinuity(true));
        subscription = reading.addSubscription("aeron:ipc", 1);
    }

    @AfterEach
    void close() {
        reading.close();
        driver.close();
    }

    private static void fill(final FrameBatch batch, final long firstValue) {
        for (int i = 0; i < batch.count(); i++) {
            batch.frame(i).buffer().putLong(0, firstValue + i);
        }
    }

    /** A client that lives as long as it is invoked. */
    private Aeron mortal() {
        final Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .useConductorAgentInvoker(true)
                .errorHandler(error -> {}));
        aeron.conductorAgentInvoker().start();
        return aeron;
    }

    @ParameterizedTest
    @CsvSource({"CLAIMED, 1", "FILLED, 1", "SEALED, 1", "COMMITTED, 1", "CLAIMED, 16", "FILLED, 16", "COMMITTED, 16"})
    void shouldDeliverWhatWasCommittedAndGoOnWithANewSession(final Point point, final int openCount) throws Exception {
        final FrameBatch batch = new FrameBatch();
        try (Aeron mortal = mortal()) {
            final FramePublication publication = new FramePublication(
                    mortal.addExclusivePublication(reading.context().publicationChannel("aeron:ipc"), 1),
                    new FrameSealer(Kernels.select(), Suite.DEFAULT, false));
            Turns.until(() -> {
                mortal.conductorAgentInvoker().invoke();
                return publication.isConnected() && subscription.isConnected();
            });
            publication.tryClaim(batch, 2);
            fill(batch, 0);
            batch.commit();
            publication.tryClaim(batch, openCount);
            switch (point) {
                case CLAIMED -> {}
                case FILLED -> fill(batch, 2);
                case SEALED -> {
                    fill(batch, 2);
                    batch.seal();
                }
                case COMMITTED -> {
                    fill(batch, 2);
                    batch.commit();
                }
            }
            // nobody invokes it from here on
            final int count = point == Point.COMMITTED ? 2 + openCount : 2;
            final boolean isEnding = point == Point.COMMITTED || openCount == 1;
            Turns.until(() -> {
                subscription.poll(recorder.each, 100);
                return recorder.events.size() >= count && !(isEnding && subscription.isConnected());
            });
            final List<String> received = recorder.take();
            assertEquals(count, received.size());
            assertEquals("frame " + (count - 1), received.getLast());

            final FramePublication next = reading.addPublication("aeron:ipc", 1);
            Turns.until(next::isConnected);
            final FrameClaim claim = new FrameClaim();
            Turns.until(() -> next.tryClaim(claim) >= 0);
            claim.frame().buffer().putLong(0, 100);
            claim.commit();
            Turns.until(() -> subscription.poll(recorder.each, 10) == 1);
            assertEquals(List.of("frame 100"), recorder.take());
            assertEquals(0, subscription.counters().rejections());
        }
    }
}
