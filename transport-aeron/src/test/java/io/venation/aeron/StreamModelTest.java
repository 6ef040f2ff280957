package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.venation.link.Turns;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random interleavings of claims, batches, aborts, offers, expired deadlines, corrupted bytes, term rotations and all
 * ways to poll, with handlers that throw, abort and break, against a model: a queue of what must come out.
 */
final class StreamModelTest {
    private static final int SEED_COUNT = 24;
    private static final int STEP_COUNT = 400;
    private static final long DEADLINE_NS = 100;

    private static final AtomicLong NANOS = new AtomicLong();
    private static int streamCount;

    private static LatticePlane launch(final int workerCount) throws Exception {
        return LatticePlane.launch(new LatticePlane.Context()
                .sealWorkers(workerCount)
                .verifyWorkers(workerCount)
                .termLength(TestStream.TERM_LENGTH)
                .requiresContinuity(true)
                .firstSequence(760)
                .claimDeadlineNs(DEADLINE_NS)
                .nanoClock(NANOS::get));
    }

    @ParameterizedTest
    @CsvSource({
        TestStream.WHOLE + ", 0",
        TestStream.WHOLE + ", 1",
        TestStream.WHOLE + ", 2",
        TestStream.WHOLE + ", 4",
        TestStream.FRAGMENTING + ", 0",
        TestStream.FRAGMENTING + ", 2"
    })
    void shouldHandOutWhatTheModelSaysForEverySeed(final String channel, final int workerCount) throws Exception {
        try (LatticePlane plane = launch(workerCount)) {
            for (int seed = 1; seed <= SEED_COUNT; seed++) {
                new Model(plane, channel, seed).run();
            }
        }
    }

    /** One stream, what is open on it, and what must still come out of it. */
    private static final class Model {
        private final String name;
        private final Random random;
        private final FrameSubscription subscription;
        private final FramePublication publication;
        private final FrameBatch batch = new FrameBatch();
        private final FrameClaim claim = new FrameClaim();
        private final Recorder recorder = new Recorder();
        private final Deque<String> expected = new ArrayDeque<>();
        private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[64]);
        private boolean isBatchSealed;
        private long nextValue = 1;
        private long goodCount;
        private long badCount;

        Model(final LatticePlane plane, final String channel, final int seed) throws Exception {
            name = channel + " seed=" + seed;
            random = new Random(seed);
            streamCount++;
            subscription = plane.addSubscription(channel, streamCount);
            publication = plane.addPublication(channel, streamCount);
            Turns.until(() -> publication.isConnected() && subscription.isConnected());
            recorder.answer = () -> Action.values()[random.nextInt(4)];
            recorder.afterwards = () -> {
                if (random.nextInt(12) == 0) {
                    throw new ArithmeticException("on purpose");
                }
            };
        }

        void run() throws Exception {
            for (int step = 0; step < STEP_COUNT || publication.position() <= 3 * TestStream.TERM_LENGTH; step++) {
                try {
                    step();
                } catch (final RuntimeException | AssertionError e) {
                    throw new AssertionError(name + " step=" + step, e);
                }
            }
            if (!isBatchSealed) {
                batch.abort();
            }
            Turns.until(() -> {
                poll();
                return (batch.count() == 0 || batch.commit() >= 0) && publication.flush() == 0 && expected.isEmpty();
            });
            assertEquals(goodCount, subscription.counters().framesVerified(), name);
            assertEquals(badCount, subscription.counters().rejections(), name);
            assertEquals(goodCount + badCount, publication.nextSequence() - 760, name);
            subscription.close();
            publication.close();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> claimBatch();
                case 3 -> lone();
                case 4 -> offer();
                case 5 -> NANOS.addAndGet(random.nextInt((int) DEADLINE_NS));
                default -> poll();
            }
            if (batch.count() > 0 && random.nextInt(3) > 0) {
                endBatch();
            }
        }

        private void claimBatch() {
            if (batch.count() > 0 && isBatchSealed) {
                return; // its claim may have expired with half of it sent: commit goes on with it
            }
            try {
                final boolean isClaimed = publication.tryClaim(batch, 1 + random.nextInt(16)) >= 0;
                isBatchSealed = false;
                assertEquals(isClaimed, batch.count() > 0, name);
            } catch (final IllegalStateException e) {
                assertTrue(batch.count() > 0, name);
            }
        }

        private void endBatch() {
            if (random.nextInt(8) == 0 && !isBatchSealed) {
                batch.abort();
                return;
            }
            if (!isBatchSealed) {
                for (int i = 0; i < batch.count(); i++) {
                    if (random.nextInt(5) == 0) {
                        batch.abort(i);
                    } else {
                        batch.frame(i).buffer().putLong(0, nextValue);
                        batch.payloadLength(i, 8 + random.nextInt(12_281));
                        announce(i);
                    }
                }
                isBatchSealed = true;
            }
            batch.commit();
            isBatchSealed = batch.count() > 0;
        }

        /** Expects frame i of the batch, which is corrupted now and then; the batch is sealed for that. */
        private void announce(final int index) {
            final boolean isCorrupted = index == batch.count() - 1 && random.nextInt(6) == 0;
            if (isCorrupted) {
                batch.seal();
                final int offset = random.nextInt(12_288);
                batch.frame(index).buffer().putByte(offset, (byte)
                        ~batch.frame(index).buffer().getByte(offset));
                expected.add("rejected");
                badCount++;
            } else {
                expected.add("frame " + nextValue);
                goodCount++;
            }
            nextValue++;
        }

        private void lone() {
            if (batch.count() == 0 && publication.tryClaim(claim) >= 0) {
                final FrameView frame = claim.frame();
                frame.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, frame.segmentOffset(), nextValue);
                if (random.nextBoolean() || claim.payloadLength(8).commit() < 0) {
                    claim.abort();
                } else {
                    expected.add("frame " + nextValue++);
                    goodCount++;
                }
            }
        }

        private void offer() {
            if (batch.count() == 0) {
                bytes.putLong(16, nextValue);
                if (publication.offer(bytes, 16, 8 + random.nextInt(40)) >= 0) {
                    expected.add("frame " + nextValue++);
                    goodCount++;
                }
            }
        }

        private void poll() {
            final int limit = 1 + random.nextInt(80);
            try {
                switch (random.nextInt(3)) {
                    case 0 -> subscription.poll(recorder.each, limit);
                    case 1 -> subscription.controlledPoll(recorder.controlled, limit);
                    default -> subscription.blockPoll(recorder.blocks, limit);
                }
            } catch (final ArithmeticException e) {
                assertEquals("on purpose", e.getMessage(), name);
            }
            for (final String event : recorder.take()) {
                final String outcome = event.startsWith("frame") ? event : "rejected";
                assertEquals(expected.poll(), outcome, name + " " + event);
            }
        }
    }
}
