package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.venation.frame.LatticeFrame;
import io.venation.link.Turns;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claimed frames arrive once committed, in order and numbered; aborted ones leave no trace but padding. */
final class FramePublicationTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Recorder recorder = new Recorder();
    private final FrameBatch batch = new FrameBatch();
    private final FrameClaim claim = new FrameClaim();
    private TestStream stream;
    private FrameSubscription subscription;
    private FramePublication publication;

    @TempDir
    private Path folder;

    @BeforeEach
    void launch() throws Exception {
        stream = new TestStream(new LatticePlane.Context()
                .requiresContinuity(true)
                .claimDeadlineNs(1_000)
                .nanoClock(nanos::get));
    }

    @AfterEach
    void close() {
        stream.close();
    }

    private void open(final String channel) throws Exception {
        subscription = stream.subscribe(channel);
        publication = stream.publish(channel);
    }

    /** Claims; the subscriber reads on where there is no room. */
    private void claim(final int count) throws Exception {
        Turns.until(() -> hasRead(publication.tryClaim(batch, count)));
    }

    private void commit() throws Exception {
        Turns.until(() -> hasRead(batch.commit()));
    }

    private boolean hasRead(final long result) {
        if (result < 0) {
            subscription.poll(recorder.each, 100);
        }
        return result >= 0;
    }

    private void fill(final long firstValue) {
        for (int i = 0; i < batch.count(); i++) {
            batch.frame(i).buffer().putLong(0, firstValue + i);
        }
    }

    private List<String> received(final int count) throws Exception {
        Turns.until(() -> {
            subscription.poll(recorder.each, 100);
            return recorder.events.size() >= count;
        });
        return recorder.take();
    }

    private static List<String> frames(final long... values) {
        final List<String> frames = new ArrayList<>();
        for (final long value : values) {
            frames.add("frame " + value);
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldDeliverALoneFrameAndTellBothEndsTheSamePosition(final String channel) throws Exception {
        open(channel);
        assertTrue(publication.tryClaim(claim) >= 0);
        claim.frame().buffer().putLong(0, 17);
        final long position = claim.commit();
        assertEquals(frames(17), received(1));
        assertEquals(List.of(position), recorder.positions);
        assertEquals(1, publication.nextSequence());
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldSealAPartlyAbortedBatchInRuns(final String channel) throws Exception {
        open(channel);
        claim(8);
        fill(100);
        batch.abort(0);
        batch.abort(3);
        batch.abort(3);
        batch.abort(4);
        batch.abort(7);
        assertTrue(batch.commit() > 0);
        assertEquals(frames(101, 102, 105, 106), received(4));
        assertEquals(4, publication.nextSequence());
        final PublicationCounters counters = publication.counters();
        assertEquals(4, counters.framesSealed());
        assertEquals(4, counters.framesAborted());
        assertEquals(2, counters.seals(1), "two runs of two");
        claim(1);
        fill(200);
        batch.commit();
        assertEquals(frames(200), received(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldLetTheStreamGoOnAfterAWholeBatchWasAborted(final String channel) throws Exception {
        open(channel);
        claim(16);
        batch.abort();
        claim(16);
        for (int i = 0; i < batch.count(); i++) {
            batch.abort(i);
        }
        assertTrue(batch.commit() >= 0);
        Turns.until(() -> hasRead(publication.tryClaim(claim)));
        claim.frame().buffer().putLong(0, 5);
        claim.commit();
        assertEquals(frames(5), received(1));
        assertEquals(1, publication.nextSequence());
    }

    @Test
    void shouldAbortAClaimThatIsOpenPastItsDeadline() throws Exception {
        open(TestStream.WHOLE);
        claim(3);
        nanos.addAndGet(999);
        final IllegalStateException early =
                assertThrows(IllegalStateException.class, () -> publication.tryClaim(claim));
        assertEquals("a claim is open: count=3; commit or abort it first", early.getMessage());
        assertEquals(3, batch.count());
        nanos.incrementAndGet();
        assertTrue(publication.tryClaim(claim) >= 0);
        claim.frame().buffer().putLong(0, 9);
        claim.commit();
        assertEquals(frames(9), received(1));
        assertEquals(3, publication.counters().framesAborted());
        assertThrows(IllegalStateException.class, batch::commit);
        assertEquals(0, batch.count());
    }

    @Test
    void shouldAbortOpenClaimsWhenItCloses() throws Exception {
        open(TestStream.WHOLE);
        claim(2);
        fill(1);
        batch.commit();
        claim(5);
        publication.close();
        assertEquals(frames(1, 2), received(2));
        Turns.until(() -> subscription.poll(recorder.each, 100) == 0 && !subscription.isConnected());
        assertEquals(List.of(), recorder.take());
        assertEquals(5, publication.counters().framesAborted());
        assertThrows(IllegalStateException.class, batch::commit);
        assertEquals(Publication.CLOSED, publication.tryClaim(batch, 1));
        assertEquals(Publication.CLOSED, publication.offer(new UnsafeBuffer(new byte[1]), 0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldCopyAndZeroTheTailOfOfferedBytes(final String channel) throws Exception {
        open(channel);
        for (int i = 0; i < 20; i++) {
            claim(16); // leaves ones behind in every place that a later frame may lie in
            for (int k = 0; k < batch.count(); k++) {
                batch.frame(k).buffer().setMemory(0, LatticeFrame.LENGTH, (byte) -1);
            }
            commit();
            recorder.take();
        }
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[] {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0});
        Turns.until(() -> hasRead(publication.offer(bytes, 2, 8)));
        Turns.until(() -> hasRead(publication.offer(bytes, 0, 0)));
        Turns.until(() -> {
            subscription.poll(recorder.each, 100);
            return recorder.events.contains("frame 0");
        });
        final List<String> events = recorder.take();
        final long value = bytes.getLong(2, ByteOrder.nativeOrder());
        assertEquals(frames(value, 0), events.subList(events.size() - 2, events.size()));
    }

    @Test
    void shouldReadAFileStraightIntoTheTerm() throws Exception {
        open(TestStream.WHOLE);
        final byte[] content = new byte[3 * LatticeFrame.LENGTH];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i % 251);
        }
        final Path file = Files.write(folder.resolve("file"), content);
        claim(3);
        try (FileChannel channel = FileChannel.open(file)) {
            assertEquals(content.length, channel.read(batch.byteBuffers(), 0, 3));
        }
        batch.commit();
        final byte[] received = new byte[content.length];
        final int[] offset = new int[1];
        final Recorder whole = new Recorder();
        Turns.until(() -> {
            subscription.blockPoll(
                    new FrameBlockHandler() {
                        @Override
                        public void onBlock(final FrameBlock block) {
                            for (int i = 0; i < block.count(); i++) {
                                block.byteBuffers()[i].get(received, offset[0], LatticeFrame.LENGTH);
                                offset[0] += LatticeFrame.LENGTH;
                            }
                        }

                        @Override
                        public void onRejected(final long position, final io.venation.flow.RejectReason reason) {
                            whole.blocks.onRejected(position, reason);
                        }
                    },
                    64);
            return offset[0] == content.length;
        });
        assertEquals(List.of(), whole.take());
        org.junit.jupiter.api.Assertions.assertArrayEquals(content, received);
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldPushBackAtASlowSubscriberAndLoseNothing(final String channel) throws Exception {
        open(channel);
        long next = 0;
        long expected = 0;
        for (int round = 0; round < 12; round++) {
            if (batch.count() > 0) {
                Turns.until(() -> batch.commit() >= 0);
            } else {
                Turns.until(() -> publication.tryClaim(batch, 1) >= 0);
                fill(next++);
            }
            long code = 0;
            while (code >= 0) { // fills everything up, no frame is read meanwhile
                if (batch.count() == 0) {
                    code = publication.tryClaim(batch, 16);
                    fill(next);
                    next += batch.count();
                }
                if (batch.count() > 0) {
                    code = batch.commit();
                }
                code = code == Publication.ADMIN_ACTION ? 0 : code;
            }
            assertEquals(Publication.BACK_PRESSURED, code);
            final long sent = publication.nextSequence();
            final int readable = (int) (sent - expected);
            assertTrue(
                    readable > 0 && readable <= TestStream.TERM_LENGTH / LatticeFrame.LENGTH, "readable=" + readable);
            for (final String event : received(readable)) {
                assertEquals("frame " + expected, event);
                expected++;
            }
        }
        assertTrue(publication.counters().backPressured() >= 12);
    }

    /** Nobody reads, so a second batch does not fit as a whole: what was sent of it stands, the rest is given up. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCountWhatIsGivenUpOfAHalfSentBatch(final boolean closes) throws Exception {
        open(TestStream.FRAGMENTING);
        claim(16);
        fill(0);
        commit();
        claim(16);
        fill(16);
        batch.abort(1);
        batch.abort(15);
        Turns.until(() -> batch.commit() < 0 && publication.nextSequence() > 17);
        final int sentCount = (int) publication.nextSequence() - 16;
        assertTrue(sentCount < 14, "sentCount=" + sentCount);
        assertEquals(1, publication.counters().framesAborted(), "the one that was passed");
        if (closes) {
            publication.close();
        } else {
            batch.abort();
        }
        assertEquals(0, batch.count());
        assertEquals(16 - sentCount, publication.counters().framesAborted());
        final List<String> expected = new ArrayList<>();
        for (int value = 0; value < 17 + sentCount; value++) {
            if (value != 17) {
                expected.add("frame " + value);
            }
        }
        assertEquals(expected, received(16 + sentCount));
        if (!closes) {
            claim(1);
            fill(99);
            commit();
            assertEquals(frames(99), received(1));
        }
    }

    @Test
    void shouldNameWhatIsWrong() throws Exception {
        publication = stream.plane.addPublication(TestStream.WHOLE, stream.streamId);
        assertEquals(Publication.NOT_CONNECTED, publication.tryClaim(batch, 16));
        assertEquals(0, batch.count());
        open(TestStream.WHOLE);
        assertEquals("count=17: must be 1..16", message(() -> publication.tryClaim(batch, 17)));
        assertEquals("count=0: must be 1..16", message(() -> publication.tryClaim(batch, 0)));
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[12_290]);
        assertEquals("length=12289: must be 0..12288", message(() -> publication.offer(bytes, 0, 12_289)));
        assertThrows(IndexOutOfBoundsException.class, () -> publication.offer(bytes, 3, 12_288));
        assertThrows(IllegalStateException.class, batch::commit);
        assertThrows(IllegalStateException.class, batch::seal);
        batch.abort();
        claim(2);
        assertEquals("payloadLength=12289: must be 0..12288", message(() -> batch.payloadLength(0, 12_289)));
        assertEquals("payloadLength=-1: must be 0..12288", message(() -> batch.payloadLength(0, -1)));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.frame(2));
        assertThrows(IndexOutOfBoundsException.class, () -> batch.abort(2));
        batch.abort(1);
        assertEquals("index=1 is aborted", message(() -> batch.payloadLength(1, 1)));
        batch.seal();
        batch.seal();
        assertEquals("the batch is sealed: count=2", message(() -> batch.payloadLength(0, 1)));
        assertEquals("the batch is sealed: count=2", message(() -> batch.abort(0)));
        final FramePublication other = stream.publish(TestStream.WHOLE);
        assertEquals("the batch is open on another publication: count=2", message(() -> other.tryClaim(batch, 1)));
        assertTrue(batch.commit() > 0);
        assertEquals(1, publication.nextSequence());
    }

    private static String message(final Runnable call) {
        return assertThrows(RuntimeException.class, call::run).getMessage();
    }
}
