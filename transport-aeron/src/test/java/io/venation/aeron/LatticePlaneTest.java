package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ChannelUri;
import io.aeron.Publication;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.DriverTimeoutException;
import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import io.venation.link.Turns;
import io.venation.receipt.Suite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings are checked and shown, channels are concluded, and what goes through is seen from outside. */
final class LatticePlaneTest {
    @TempDir
    private Path folder;

    @AfterEach
    void clear() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("venation.") && !name.equals("venation.root"))
                .forEach(System::clearProperty);
    }

    private static String refusal(final Consumer<LatticePlane.Context> setting) {
        final LatticePlane.Context context = new LatticePlane.Context();
        setting.accept(context);
        return assertThrows(IllegalArgumentException.class, context::conclude).getMessage();
    }

    @Test
    void shouldNameTheSettingAndItsRange() {
        assertEquals(
                "threadingMode=INVOKER: must be SHARED, SHARED_NETWORK or DEDICATED: nobody here invokes a driver",
                refusal(context -> context.threadingMode(ThreadingMode.INVOKER)));
        assertEquals(
                "mtuLength=1441: must be 0 (what fits the channel) or a multiple of 32 from 256 to 65504",
                refusal(context -> context.mtuLength(1_441)));
        assertEquals(
                "termLength=262144: must be a power of two from 524288 to 1073741824",
                refusal(context -> context.termLength(262_144)));
        assertEquals(
                "termLength=524289: must be a power of two from 524288 to 1073741824",
                refusal(context -> context.termLength(524_289)));
        assertEquals(
                "windowLength=1: must be 0 (what this machine grants) or at least 65536",
                refusal(context -> context.windowLength(1)));
        assertEquals("sealWorkers=-1: must be 0..64", refusal(context -> context.sealWorkers(-1)));
        assertEquals("verifyWorkers=65: must be 0..64", refusal(context -> context.verifyWorkers(65)));
        assertTrue(refusal(context -> context.firstSequence(-1)).startsWith("firstSequence=-1: must be 0.."));
        assertEquals("claimDeadlineNs=-1: must be ≥ 0 (0: none)", refusal(context -> context.claimDeadlineNs(-1)));
        assertEquals("closeTimeoutNs=-2: must be ≥ 0", refusal(context -> context.closeTimeoutNs(-2)));
        assertEquals(
                "aeronDirectoryName=/d: must be unset to launch, whose directory is private; connect takes one",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LatticePlane.launch(new LatticePlane.Context().aeronDirectoryName("/d")))
                        .getMessage());
        assertEquals(
                "suite",
                assertThrows(NullPointerException.class, () -> new LatticePlane.Context().suite(null))
                        .getMessage());
    }

    @Test
    void shouldTakeEverySettingFromItsProperty() {
        final String defaults = new LatticePlane.Context().toString();
        assertEquals(
                "LatticePlane.Context{aeronDirectoryName=null, threadingMode=SHARED, mtuLength=0, termLength=16777216,"
                        + " windowLength=0, suite=mod96+blake3, verifyMode=EAGER, sealWorkers=0, verifyWorkers=0,"
                        + " requiresContinuity=false, firstSequence=0, claimDeadlineNs=0, closeTimeoutNs=5000000000, errorHandler=, nanoClock=}",
                defaults.replaceAll("(errorHandler|nanoClock)=[^,}]*", "$1="));
        System.setProperty(LatticePlane.Context.AERON_DIRECTORY_PROPERTY, "/d");
        System.setProperty(LatticePlane.Context.THREADING_MODE_PROPERTY, "DEDICATED");
        System.setProperty(LatticePlane.Context.MTU_LENGTH_PROPERTY, "8k");
        System.setProperty(LatticePlane.Context.TERM_LENGTH_PROPERTY, "64m");
        System.setProperty(LatticePlane.Context.WINDOW_LENGTH_PROPERTY, "1m");
        System.setProperty(LatticePlane.Context.SUITE_PROPERTY, "mix17+sha3");
        System.setProperty(LatticePlane.Context.VERIFY_MODE_PROPERTY, "DEFERRED");
        System.setProperty(LatticePlane.Context.SEAL_WORKERS_PROPERTY, "2");
        System.setProperty(LatticePlane.Context.VERIFY_WORKERS_PROPERTY, "3");
        System.setProperty(LatticePlane.Context.CONTINUITY_PROPERTY, "true");
        System.setProperty(LatticePlane.Context.FIRST_SEQUENCE_PROPERTY, "7");
        System.setProperty(LatticePlane.Context.CLAIM_DEADLINE_PROPERTY, "2ms");
        System.setProperty(LatticePlane.Context.CLOSE_TIMEOUT_PROPERTY, "1s");
        final LatticePlane.Context context = new LatticePlane.Context().conclude();
        assertEquals("/d", context.aeronDirectoryName());
        assertEquals(ThreadingMode.DEDICATED, context.threadingMode());
        assertEquals(8_192, context.mtuLength());
        assertEquals(64 << 20, context.termLength());
        assertEquals(1 << 20, context.windowLength());
        assertEquals(new Suite(R96Rule.MIX17, AddressHash.SHA3_256), context.suite());
        assertEquals(VerifyMode.DEFERRED, context.verifyMode());
        assertEquals(2, context.sealWorkers());
        assertEquals(3, context.verifyWorkers());
        assertTrue(context.requiresContinuity());
        assertEquals(7, context.firstSequence());
        assertEquals(2_000_000, context.claimDeadlineNs());
        assertEquals(1_000_000_000, context.closeTimeoutNs());
        assertTrue(context.toString().contains("suite=mix17+sha3, verifyMode=DEFERRED"), context::toString);
        System.setProperty(LatticePlane.Context.VERIFY_MODE_PROPERTY, "OFF");
        assertEquals(
                "venation.verify.mode=OFF: must be one of [EAGER, DEFERRED, OFF_UNVERIFIED]",
                assertThrows(IllegalArgumentException.class, LatticePlane.Context::new)
                        .getMessage());
        System.clearProperty(LatticePlane.Context.VERIFY_MODE_PROPERTY);
        System.setProperty(LatticePlane.Context.SUITE_PROPERTY, "md5");
        assertTrue(assertThrows(IllegalArgumentException.class, LatticePlane.Context::new)
                .getMessage()
                .startsWith("venation.suite=md5: must be one of [mod96+blake3, mix17+blake3, algebraic+blake3"));
    }

    private static Map<String, String> parameters(final String channel) {
        final Map<String, String> parameters = new HashMap<>();
        ChannelUri.parse(channel).forEachParameter(parameters::put);
        return parameters;
    }

    @Test
    void shouldAddToAChannelOnlyWhatItLacks() {
        final LatticePlane.Context context =
                new LatticePlane.Context().windowLength(1 << 20).conclude();
        assertEquals(
                Map.of("mtu", "12480", "term-length", "16777216"), parameters(context.publicationChannel("aeron:ipc")));
        assertEquals(
                Map.of("mtu", "62400", "term-length", "16777216", "endpoint", "127.0.0.1:40123"),
                parameters(context.publicationChannel("aeron:udp?endpoint=127.0.0.1:40123")));
        assertEquals(
                "62400",
                parameters(context.publicationChannel("aeron:udp?endpoint=[::1]:1"))
                        .get("mtu"));
        assertEquals(
                "1440",
                parameters(context.publicationChannel("aeron:udp?endpoint=192.0.2.1:1"))
                        .get("mtu"));
        assertEquals(
                "1440",
                parameters(context.publicationChannel("aeron:udp?control=192.0.2.1:1|control-mode=dynamic"))
                        .get("mtu"));
        assertEquals(
                Map.of("mtu", "8k", "term-length", "1m", "alias", "x"),
                parameters(context.publicationChannel("aeron:ipc?mtu=8k|term-length=1m|alias=x")));
        assertEquals(
                "term-length=64k: must be a power of two from 524288 to 1073741824",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> context.publicationChannel("aeron:ipc?term-length=64k"))
                        .getMessage());
        assertEquals(Map.of(), parameters(context.subscriptionChannel("aeron:ipc")));
        assertEquals(
                Map.of("endpoint", "127.0.0.1:0", "so-rcvbuf", "1048576", "rcv-wnd", "1048576"),
                parameters(context.subscriptionChannel("aeron:udp?endpoint=127.0.0.1:0")));
        assertEquals(
                Map.of("endpoint", "127.0.0.1:0", "so-rcvbuf", "128k", "rcv-wnd", "131072"),
                parameters(context.subscriptionChannel("aeron:udp?endpoint=127.0.0.1:0|so-rcvbuf=128k")));
        assertEquals(
                "aeron-spy:aeron:udp?endpoint=127.0.0.1:1",
                context.subscriptionChannel("aeron-spy:aeron:udp?endpoint=127.0.0.1:1"));
        assertEquals(
                "8192",
                parameters(context.mtuLength(8_192).publicationChannel("aeron:ipc"))
                        .get("mtu"));
    }

    private static void exchange(final FramePublication publication, final FrameSubscription subscription)
            throws Exception {
        Turns.until(() -> publication.isConnected() && subscription.isConnected());
        final Recorder recorder = new Recorder();
        final FrameBatch batch = new FrameBatch();
        assertTrue(publication.tryClaim(batch, 16) >= 0);
        for (int i = 0; i < batch.count(); i++) {
            batch.frame(i).buffer().putLong(0, i);
            batch.payloadLength(i, 8);
        }
        Turns.until(() -> batch.commit() >= 0);
        Turns.until(() -> {
            subscription.poll(recorder.each, 100);
            return recorder.events.size() == 16;
        });
        assertEquals("frame 15", recorder.events.getLast());
    }

    @Test
    void shouldEndItsStreamsWhenTheDriverGoesAndBeginAgainOnTheNext() throws Exception {
        final String directory = folder.resolve("driver").toString();
        for (int life = 1; life <= 2; life++) {
            final List<Throwable> errors = new CopyOnWriteArrayList<>();
            final LatticePlane.Context context = new LatticePlane.Context()
                    .aeronDirectoryName(directory)
                    .termLength(TestStream.TERM_LENGTH)
                    .errorHandler(errors::add);
            final MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName(directory)
                    .threadingMode(ThreadingMode.SHARED)
                    .dirDeleteOnShutdown(true));
            try (LatticePlane plane = LatticePlane.connect(context)) {
                final FrameSubscription subscription = plane.addSubscription("aeron:ipc", 7);
                final FramePublication publication = plane.addPublication("aeron:ipc", 7);
                exchange(publication, subscription);
                final FrameBatch batch = new FrameBatch();
                assertTrue(publication.tryClaim(batch, 4) >= 0);
                driver.close();
                Turns.until(publication::isClosed);
                batch.frame(0).buffer().putLong(0, 1); // the term lingers
                assertEquals(Publication.CLOSED, batch.commit());
                assertEquals(Publication.CLOSED, publication.tryClaim(batch, 1));
                assertEquals(0, subscription.poll(new Recorder().each, 1));
                assertEquals(16, subscription.counters().framesVerified());
                Turns.until(() -> !errors.isEmpty());
            } finally {
                driver.close();
            }
        }
    }

    @Test
    void shouldShowItsCountersToAeronStatAndTakeThemAway() throws Exception {
        final String directory = folder.resolve("driver").toString();
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                        .aeronDirectoryName(directory)
                        .threadingMode(ThreadingMode.SHARED)
                        .dirDeleteOnShutdown(true));
                LatticePlane plane = LatticePlane.connect(
                        new LatticePlane.Context().aeronDirectoryName(directory).termLength(TestStream.TERM_LENGTH))) {
            final FrameSubscription subscription = plane.addSubscription("aeron:ipc", 7);
            final FramePublication publication = plane.addPublication("aeron:ipc", 7);
            exchange(publication, subscription);
            final Map<String, Long> counters = counters(driver);
            assertEquals(
                    16,
                    counters.get("venation frames sealed: stream 7 session " + publication.sessionId() + " "
                            + publication.channel()));
            assertEquals(16, counters.get("venation frames verified: stream 7 aeron:ipc"));
            assertEquals(16 * 8, counters.get("venation payload bytes verified: stream 7 aeron:ipc"));
            assertEquals(0, counters.get("venation rejected, bytes past the payload are not zero: stream 7 aeron:ipc"));
            subscription.close();
            publication.close();
            Turns.until(() -> counters(driver).keySet().stream().noneMatch(label -> label.startsWith("venation")));
            assertEquals(16, subscription.counters().framesVerified(), "kept in memory");
        }
    }

    private static Map<String, Long> counters(final MediaDriver driver) {
        final Map<String, Long> counters = new HashMap<>();
        driver.context().countersManager().forEach((value, counterId, label) -> counters.put(label, value));
        return counters;
    }

    @Test
    void shouldSayWhereNoDriverRuns() {
        final LatticePlane.Context context = new LatticePlane.Context()
                .aeronDirectoryName(folder.resolve("nobody").toString());
        System.setProperty("aeron.driver.timeout", "10");
        try {
            assertThrows(DriverTimeoutException.class, () -> LatticePlane.connect(context));
        } finally {
            System.clearProperty("aeron.driver.timeout");
        }
    }

    @Test
    void shouldGoThroughLoopbackWithItsProfile() throws Exception {
        try (LatticePlane plane = LatticePlane.launch()) {
            final FrameSubscription subscription = plane.addSubscription("aeron:udp?endpoint=127.0.0.1:0", 1);
            Turns.until(() -> subscription.resolvedChannel() != null);
            final String endpoint =
                    ChannelUri.parse(subscription.resolvedChannel()).get("endpoint");
            final FramePublication publication = plane.addPublication("aeron:udp?endpoint=" + endpoint, 1);
            assertTrue(publication.channel().contains("mtu=62400"), publication::channel);
            assertTrue(subscription.channel().contains("rcv-wnd="), subscription::channel);
            exchange(publication, subscription);
            final FrameSubscription network = plane.addSubscription("aeron:udp?endpoint=127.0.0.1:0", 2);
            Turns.until(() -> network.resolvedChannel() != null);
            final String other = ChannelUri.parse(network.resolvedChannel()).get("endpoint");
            exchange(plane.addPublication("aeron:udp?mtu=1440|endpoint=" + other, 2), network);
        }
    }

    @Test
    void shouldWriteFlightRecorderEvents() throws Exception {
        final Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording();
                TestStream stream = new TestStream()) {
            recording.enable("io.venation.FramePublication").with("period", "endChunk");
            recording.enable("io.venation.FrameSubscription").with("period", "endChunk");
            recording.start();
            final FrameSubscription subscription = stream.subscribe(TestStream.WHOLE);
            final FramePublication publication = stream.publish(TestStream.WHOLE);
            exchange(publication, subscription);
            recording.stop();
            recording.dump(file);
            final List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(2, events.size(), events::toString);
            for (final RecordedEvent event : events) {
                assertEquals(stream.streamId, event.getInt("streamId"));
                assertEquals(128, event.getLong("payloadBytes"));
                assertEquals(
                        16,
                        event.getLong(
                                event.getEventType().getName().endsWith("Publication")
                                        ? "framesSealed"
                                        : "framesVerified"));
            }
        }
        assertTrue(Files.exists(file));
    }

    @Test
    void shouldWaitForSubscribersWhenItClosesAndAbortWhatIsOpen() throws Exception {
        final String directory = folder.resolve("driver").toString();
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                        .aeronDirectoryName(directory)
                        .threadingMode(ThreadingMode.SHARED)
                        .dirDeleteOnShutdown(true));
                LatticePlane reading = LatticePlane.connect(new LatticePlane.Context().aeronDirectoryName(directory))) {
            assertFalse(driver.aeronDirectoryName().isEmpty());
            final FrameSubscription subscription = reading.addSubscription("aeron:ipc", 1);
            final LatticePlane writing = LatticePlane.connect(new LatticePlane.Context()
                    .aeronDirectoryName(directory)
                    .termLength(TestStream.TERM_LENGTH)
                    .closeTimeoutNs(Long.MAX_VALUE / 2));
            final FramePublication publication = writing.addPublication("aeron:ipc", 1);
            Turns.until(() -> publication.isConnected() && subscription.isConnected());
            final FrameBatch batch = new FrameBatch();
            publication.tryClaim(batch, 8);
            batch.commit();
            publication.tryClaim(batch, 4);
            final Thread closer = Thread.ofPlatform().start(writing::close);
            final Recorder recorder = new Recorder();
            Turns.until(() -> {
                assertTrue(closer.isAlive() || recorder.events.size() == 8, "closed before all was read");
                subscription.poll(recorder.each, 1);
                return recorder.events.size() == 8;
            });
            Turns.until(() -> {
                subscription.poll(recorder.each, 1);
                return !closer.isAlive();
            });
            assertEquals(8, recorder.events.size());
            assertEquals(4, publication.counters().framesAborted());
        }
    }

    @Test
    void shouldNotWaitForASubscriberThatReadsNothing() throws Exception {
        final TestStream stream = new TestStream(new LatticePlane.Context().closeTimeoutNs(0));
        final LatticePlane.Context context = new LatticePlane.Context()
                .aeronDirectoryName(stream.plane.aeron().context().aeronDirectoryName());
        try (LatticePlane other = LatticePlane.connect(context)) {
            other.addSubscription(TestStream.WHOLE, stream.streamId);
            final FramePublication publication = stream.publish(TestStream.WHOLE);
            final FrameClaim claim = new FrameClaim();
            publication.tryClaim(claim);
            claim.commit();
            stream.plane.close();
            assertTrue(publication.isClosed());
        }
    }
}
