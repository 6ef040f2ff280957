package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.venation.flow.RejectReason;
import io.venation.frame.SealedFrameLayout;
import io.venation.link.Turns;
import io.venation.receipt.ReceiptFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers verify ahead is handed out as if the polling thread had verified it: the same, in the same order. */
final class VerifyPoolTest {
    private static final int MESSAGES = 1_500;

    /** Values of good frames, and minus the code of each rejection, in the order of the stream. */
    private final List<Long> outcomes = new ArrayList<>();

    private final List<Long> expected = new ArrayList<>();

    private enum Way {
        POLL,
        CONTROLLED,
        BLOCK
    }

    private final class Taker implements FrameHandler, FrameBlockHandler {
        private final SplittableRandom random;

        Taker(final SplittableRandom random) {
            this.random = random;
        }

        int poll(final FrameSubscription subscription) {
            final int limit = 1 + random.nextInt(40);
            return switch (Way.values()[random.nextInt(Way.values().length)]) {
                case POLL -> subscription.poll(this, limit);
                case BLOCK -> subscription.blockPoll(this, limit);
                case CONTROLLED -> subscription.controlledPoll(new ControlledTaker(random), limit);
            };
        }

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            outcomes.add(frame.buffer().getLong(0));
            if (random.nextInt(100) == 0) {
                throw new IllegalStateException("planted");
            }
        }

        @Override
        public void onBlock(final FrameBlock block) {
            for (int i = 0; i < block.count(); i++) {
                outcomes.add(block.frame(i).buffer().getLong(0));
            }
            if (random.nextInt(20) == 0) {
                throw new IllegalStateException("planted");
            }
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            outcomes.add(-(long) reason.code());
        }
    }

    private final class ControlledTaker implements ControlledFrameHandler {
        private final SplittableRandom random;

        ControlledTaker(final SplittableRandom random) {
            this.random = random;
        }

        @Override
        public Action onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            final Action action = Action.values()[random.nextInt(Action.values().length)];
            if (action != Action.ABORT) {
                outcomes.add(frame.buffer().getLong(0));
            }
            return action;
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            outcomes.add(-(long) reason.code());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldHandOutTheSameInTheSameOrder(final int workerCount) throws Exception {
        final long seed = 12_480 + workerCount;
        final SplittableRandom random = new SplittableRandom(seed);
        final Taker taker = new Taker(random.split());
        try (TestStream stream = new TestStream(new LatticePlane.Context().verifyWorkers(workerCount))) {
            final FrameSubscription subscription = stream.subscribe(TestStream.WHOLE);
            final ExclusivePublication publication = stream.foreign(TestStream.WHOLE);
            int sent = 0;
            UnsafeBuffer message = message(random, sent);
            while (outcomes.size() < MESSAGES) {
                while (sent < MESSAGES && random.nextInt(30) > 0 && publication.offer(message) > 0) {
                    sent++;
                    message = sent < MESSAGES ? message(random, sent) : null;
                }
                poll(taker, subscription);
            }
            assertEquals(expected, outcomes, "seed=" + seed);
        }
    }

    /** Good; of another length; or with a byte changed somewhere. */
    private UnsafeBuffer message(final SplittableRandom random, final int value) {
        final UnsafeBuffer sealed = TestStream.sealed(value, value);
        final int kind = random.nextInt(20);
        if (kind == 0) {
            expected.add(-(long) RejectReason.LENGTH.code());
            return new UnsafeBuffer(sealed, 0, random.nextInt(SealedFrameLayout.LENGTH));
        }
        if (kind == 1) {
            expected.add(-(long) RejectReason.CONTENT_ADDRESS.code());
            return TestStream.flipped(
                    sealed, SealedFrameLayout.FRAME_OFFSET + random.nextInt(SealedFrameLayout.LENGTH / 2));
        }
        if (kind == 2) {
            expected.add(-(long) RejectReason.ENVELOPE_VERSION.code());
            return TestStream.flipped(sealed, 0);
        }
        expected.add((long) value);
        return sealed;
    }

    private static void poll(final Taker taker, final FrameSubscription subscription) {
        try {
            if (taker.poll(subscription) == 0) {
                Thread.onSpinWait();
            }
        } catch (final IllegalStateException e) {
            assertEquals("planted", e.getMessage());
        }
    }

    @Test
    void shouldWaitForWorkersWhenASubscriptionWithRunsAheadCloses() throws Exception {
        try (TestStream stream = new TestStream(new LatticePlane.Context().verifyWorkers(2))) {
            final FrameSubscription subscription = stream.subscribe(TestStream.WHOLE);
            final FramePublication publication = stream.publish(TestStream.WHOLE);
            final FrameBatch batch = new FrameBatch();
            publication.tryClaim(batch, FrameBatch.LIMIT);
            batch.commit();
            final Recorder recorder = new Recorder();
            Turns.until(() -> subscription.blockPoll(recorder.blocks, 1) == 1);
            subscription.close();
            assertEquals(0, subscription.blockPoll(recorder.blocks, FrameBatch.LIMIT));
        }
    }

    @Test
    void shouldRefuseAPoolOfNobody() {
        assertEquals(
                "workerCount=0: must be ≥ 1",
                assertThrows(IllegalArgumentException.class, () -> new VerifyPool(0))
                        .getMessage());
    }
}
