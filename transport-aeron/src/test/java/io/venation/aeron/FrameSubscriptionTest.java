package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.venation.flow.FrameVerifier;
import io.venation.flow.RejectReason;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.link.Turns;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands on a frame stream is delivered or rejected, once each, and never in the way of what follows. */
final class FrameSubscriptionTest {
    /** Eight fragments of 1,440 and the last of 1,216. */
    private static final int FRAGMENTED_LENGTH = 8 * 1_440 + 1_216;

    private final Recorder recorder = new Recorder();
    private TestStream stream;
    private FrameSubscription subscription;
    private ExclusivePublication publication;

    /** The ways to poll. */
    private enum Way {
        EACH,
        CONTROLLED,
        BLOCK
    }

    private void open(final String channel) throws Exception {
        open(channel, new LatticePlane.Context());
    }

    private void open(final String channel, final LatticePlane.Context context) throws Exception {
        stream = new TestStream(context);
        subscription = stream.subscribe(channel);
        publication = stream.foreign(channel);
        Turns.until(subscription::isConnected);
    }

    @AfterEach
    void close() {
        stream.close();
    }

    private int poll(final Way way, final int limit) {
        return switch (way) {
            case EACH -> subscription.poll(recorder.each, limit);
            case CONTROLLED -> subscription.controlledPoll(recorder.controlled, limit);
            case BLOCK -> subscription.blockPoll(recorder.blocks, limit);
        };
    }

    /** Polls until so many messages are handed out. */
    private List<String> pollAll(final Way way, final int limit, final int count) throws Exception {
        Turns.until(() -> {
            poll(way, limit);
            return recorder.events.size() >= count;
        });
        assertEquals(0, poll(way, limit));
        return recorder.take();
    }

    private void offer(final UnsafeBuffer message) throws Exception {
        TestStream.offer(publication, message);
    }

    private static UnsafeBuffer garbage(final int length) {
        return new UnsafeBuffer(new byte[length]);
    }

    @ParameterizedTest
    @EnumSource
    void shouldJudgeTheRestOfARunAfterARejection(final Way way) throws Exception {
        open(TestStream.WHOLE);
        offer(TestStream.sealed(0, 0));
        offer(TestStream.flipped(TestStream.sealed(1, 1), 5_000));
        offer(TestStream.sealed(2, 2));
        assertEquals(3, poll(way, 3));
        assertEquals(List.of("frame 0", 2 * 12_480 + " CONTENT_ADDRESS", "frame 2"), recorder.take());
        assertEquals(1, subscription.counters().verifications(1), "one call for all three");
        assertEquals(2, subscription.counters().framesVerified());
        assertEquals(1, subscription.counters().rejections(RejectReason.CONTENT_ADDRESS));
        assertEquals(1, subscription.counters().rejections());
    }

    @ParameterizedTest
    @EnumSource
    void shouldRejectWhatIsNoFrameByItsLength(final Way way) throws Exception {
        open(TestStream.WHOLE);
        offer(garbage(20_000));
        offer(TestStream.sealed(0, 0));
        offer(garbage(100));
        offer(garbage(0));
        offer(TestStream.sealed(1, 1));
        final BufferClaim claim = new BufferClaim();
        publication.tryClaim(SealedFrameLayout.LENGTH, claim);
        claim.flags(FrameDescriptor.BEGIN_FRAG_FLAG).commit();
        publication.tryClaim(SealedFrameLayout.LENGTH, claim);
        claim.abort();
        offer(TestStream.sealed(2, 2));
        final List<String> events = pollAll(way, 1, 8);
        assertEquals(
                List.of("frame 0", "frame 1", "frame 2"),
                events.stream().filter(e -> e.startsWith("frame")).toList());
        assertEquals(5, subscription.counters().rejections(RejectReason.LENGTH), "20,000 bytes are two fragments");
    }

    /** One byte changed in each part of a sealed frame that has a rule of its own. */
    @ParameterizedTest
    @EnumSource
    void shouldNameTheReasonOfEachRejectionAndCountIt(final Way way) throws Exception {
        open(TestStream.WHOLE);
        final Map<Integer, RejectReason> reasons = new TreeMap<>(Map.ofEntries(
                Map.entry(SealedFrameLayout.VERSION_OFFSET, RejectReason.ENVELOPE_VERSION),
                Map.entry(SealedFrameLayout.KIND_OFFSET, RejectReason.ENVELOPE_KIND),
                Map.entry(SealedFrameLayout.FLAGS_OFFSET, RejectReason.ENVELOPE_FLAGS),
                Map.entry(SealedFrameLayout.KEY_EPOCH_OFFSET, RejectReason.KEY_EPOCH),
                Map.entry(SealedFrameLayout.LINK_SEQUENCE_OFFSET, RejectReason.LINK_SEQUENCE),
                Map.entry(SealedFrameLayout.TAG_OFFSET, RejectReason.TAG),
                Map.entry(SealedFrameLayout.RECEIPT_OFFSET, RejectReason.RECEIPT_MAGIC),
                Map.entry(
                        SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.VERSION_OFFSET, RejectReason.RECEIPT_VERSION),
                Map.entry(SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.SUITE_OFFSET, RejectReason.SUITE),
                Map.entry(
                        SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.PAYLOAD_LENGTH_OFFSET + 3,
                        RejectReason.PAYLOAD_LENGTH),
                Map.entry(SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.R96_DIGEST_OFFSET, RejectReason.R96_DIGEST),
                Map.entry(
                        SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.CONTENT_ADDRESS_OFFSET,
                        RejectReason.CONTENT_ADDRESS),
                Map.entry(
                        SealedFrameLayout.RECEIPT_OFFSET + ReceiptLayout.WITNESS_HEAD_OFFSET,
                        RejectReason.WITNESS_HEAD),
                Map.entry(SealedFrameLayout.FRAME_OFFSET, RejectReason.CONTENT_ADDRESS),
                Map.entry(SealedFrameLayout.LENGTH - 1, RejectReason.CONTENT_ADDRESS)));
        final List<String> expected = new ArrayList<>();
        long sequence = 0;
        for (final Map.Entry<Integer, RejectReason> reason : reasons.entrySet()) {
            offer(TestStream.flipped(TestStream.sealed(7, sequence), reason.getKey()));
            expected.add(++sequence * 12_480 + " " + reason.getValue());
        }
        offer(TestStream.sealed(8, sequence));
        expected.add("frame 8");
        assertEquals(expected, pollAll(way, 100, expected.size()));
        for (final RejectReason reason : reasons.values()) {
            assertEquals(
                    Collections.frequency(reasons.values(), reason),
                    subscription.counters().rejections(reason));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassThePaddingAtTheEndOfTerms(final Way way) throws Exception {
        open(TestStream.WHOLE);
        for (int i = 0; i < 120; i++) {
            offer(TestStream.sealed(i, i));
            assertEquals(List.of("frame " + i), pollAll(way, 7, 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldVerifyFragmentedFramesInBatches(final Way way) throws Exception {
        open(TestStream.FRAGMENTING);
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            offer(i == 4 ? TestStream.flipped(TestStream.sealed(i, i), 5_000) : TestStream.sealed(i, i));
            expected.add(i == 4 ? 5 * FRAGMENTED_LENGTH + " CONTENT_ADDRESS" : "frame " + i);
        }
        assertEquals(expected, pollAll(way, 4, 10));
        assertTrue(subscription.counters().verifications(2) >= 2, "four to seven at a time");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRejectFragmentsThatMakeNoFrame(final Way way) throws Exception {
        open(TestStream.FRAGMENTING);
        claim(100, FrameDescriptor.UNFRAGMENTED);
        claim(100, FrameDescriptor.BEGIN_FRAG_FLAG);
        offer(TestStream.sealed(0, 0));
        claim(100, FrameDescriptor.END_FRAG_FLAG);
        offer(garbage(13_000));
        offer(garbage(12_000));
        offer(TestStream.sealed(1, 1));
        final List<String> events = pollAll(way, 1, 8);
        assertEquals(
                List.of("160 LENGTH", "320 LENGTH", "frame 0", 320 + FRAGMENTED_LENGTH + 160 + " LENGTH"),
                events.subList(0, 4));
        assertEquals("frame 1", events.getLast());
        assertTrue(events.stream().skip(4).limit(events.size() - 5).allMatch(e -> e.endsWith(" LENGTH")));
    }

    private void claim(final int length, final byte flags) throws Exception {
        final BufferClaim claim = new BufferClaim();
        Turns.until(() -> publication.tryClaim(length, claim) > 0);
        claim.flags(flags).commit();
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldRejectAFrameWhosePublisherEndsInTheMiddleOfIt(final String channel) throws Exception {
        open(channel);
        offer(TestStream.sealed(0, 0));
        claim(1_400, FrameDescriptor.BEGIN_FRAG_FLAG);
        publication.close();
        Turns.until(() -> {
            poll(Way.EACH, 10);
            return recorder.events.size() == 2;
        });
        assertEquals("frame 0", recorder.events.getFirst());
        assertTrue(recorder.events.getLast().endsWith(" LENGTH"));
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldLoseNoOtherFrameWhenAHandlerThrows(final String channel) throws Exception {
        for (final Way way : Way.values()) {
            open(channel);
            for (int i = 0; i < 6; i++) {
                offer(i == 2 ? TestStream.flipped(TestStream.sealed(i, i), 5_000) : TestStream.sealed(i, i));
            }
            final IllegalStateException thrown = new IllegalStateException("from the handler");
            recorder.afterwards = () -> {
                throw thrown;
            };
            final List<Integer> calls = new ArrayList<>();
            Turns.until(() -> {
                try {
                    return subscription.imageCount() == 1 && poll(way, 10) == 0 && !calls.isEmpty();
                } catch (final IllegalStateException e) {
                    assertSame(thrown, e);
                    calls.add(recorder.events.size());
                    return false;
                }
            });
            assertEquals(6, recorder.events.size(), () -> way + " " + recorder.events);
            assertEquals(way == Way.BLOCK ? 1 : 6, calls.size(), way::toString);
            assertEquals(5, subscription.counters().framesVerified());
            assertEquals(1, subscription.counters().verifications(2), "verified once, whatever was thrown");
            recorder.take();
            close();
        }
        open(channel);
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldDoWhatAControlledHandlerAnswers(final String channel) throws Exception {
        open(channel);
        for (int i = 0; i < 6; i++) {
            offer(TestStream.sealed(i, i));
        }
        final Deque<Action> answers = new ArrayDeque<>(
                List.of(Action.CONTINUE, Action.ABORT, Action.ABORT, Action.COMMIT, Action.BREAK, Action.CONTINUE));
        recorder.answer = () -> answers.isEmpty() ? Action.CONTINUE : answers.poll();
        assertEquals(1, poll(Way.CONTROLLED, 10));
        assertEquals(List.of("frame 0"), recorder.take());
        assertEquals(0, poll(Way.CONTROLLED, 10));
        assertEquals(List.of(), recorder.take());
        assertEquals(2, poll(Way.CONTROLLED, 10));
        assertEquals(List.of("frame 1", "frame 2"), recorder.take());
        assertEquals(2, poll(Way.BLOCK, 2));
        assertEquals(List.of("frame 3", "frame 4"), recorder.take());
        assertEquals(1, poll(Way.EACH, 10));
        assertEquals(List.of("frame 5"), recorder.take());
        assertEquals(6, subscription.counters().framesVerified(), "each once, however often it came");
        assertEquals(1, subscription.counters().verifications(2), "all in one call");
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepSessionsApart(final Way way) throws Exception {
        open(TestStream.WHOLE, new LatticePlane.Context().requiresContinuity(true));
        final ExclusivePublication other = stream.foreign(TestStream.WHOLE);
        Turns.until(() -> subscription.imageCount() == 2);
        for (int i = 0; i < 5; i++) {
            offer(TestStream.sealed(i, i));
            TestStream.offer(other, TestStream.sealed(100 + i, 40 + i));
        }
        final List<String> events = pollAll(way, 4, 10);
        assertEquals(
                List.of("frame 0", "frame 1", "frame 2", "frame 3", "frame 4"),
                events.stream().filter(e -> e.length() == 7).toList());
        assertEquals(
                List.of("frame 100", "frame 101", "frame 102", "frame 103", "frame 104"),
                events.stream().filter(e -> e.length() == 9).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {TestStream.WHOLE, TestStream.FRAGMENTING})
    void shouldRequireContinuityFromTheFirstGoodFrame(final String channel) throws Exception {
        for (final Way way : Way.values()) {
            open(channel, new LatticePlane.Context().requiresContinuity(true));
            offer(TestStream.flipped(TestStream.sealed(0, 5), 5_000));
            offer(TestStream.sealed(1, 700));
            offer(TestStream.sealed(2, 701));
            offer(TestStream.sealed(3, 701));
            offer(TestStream.sealed(4, 703));
            offer(TestStream.flipped(TestStream.sealed(5, 704), 0));
            offer(TestStream.sealed(6, 705));
            final List<String> outcomes = pollAll(way, 10, 7).stream()
                    .map(e -> e.startsWith("frame") ? e : e.substring(e.indexOf(' ') + 1))
                    .toList();
            assertEquals(
                    List.of(
                            "CONTENT_ADDRESS",
                            "frame 1",
                            "frame 2",
                            "SEQUENCE",
                            "frame 4",
                            "ENVELOPE_VERSION",
                            "frame 6"),
                    outcomes);
            close();
        }
        open(channel);
    }

    @ParameterizedTest
    @EnumSource(names = {"DEFERRED", "OFF_UNVERIFIED"})
    void shouldHandOutFramesToVerifyLater(final VerifyMode mode) throws Exception {
        open(TestStream.WHOLE, new LatticePlane.Context().verifyMode(mode));
        offer(TestStream.sealed(0, 0));
        offer(TestStream.flipped(TestStream.sealed(1, 1), 5_000));
        offer(garbage(9));
        offer(TestStream.sealed(2, 2));
        final long copies = BufferUtil.address(BufferUtil.allocateDirectAligned(3 * SealedFrameLayout.LENGTH, 64));
        final int[] count = new int[1];
        final List<RejectReason> rejected = new ArrayList<>();
        final FrameHandler copier = new FrameHandler() {
            @Override
            public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
                assertEquals(8, receipt.payloadLength());
                OffHeap.copy(
                        frame.sealedAddress(),
                        copies + (long) count[0]++ * SealedFrameLayout.LENGTH,
                        SealedFrameLayout.LENGTH);
            }

            @Override
            public void onRejected(final long position, final RejectReason reason) {
                rejected.add(reason);
            }
        };
        Turns.until(() -> subscription.poll(copier, 10) == 0 && count[0] == 3);
        assertEquals(List.of(RejectReason.LENGTH), rejected);
        assertEquals(3, subscription.counters().framesUnverified());
        assertEquals(0, subscription.counters().framesVerified());
        assertEquals(
                0b101,
                new FrameVerifier(Kernels.select(), Suite.DEFAULT)
                        .verify(copies, SealedFrameLayout.LENGTH, 3, 0, false));
    }

    @Test
    void shouldGoOnWithANewSession() throws Exception {
        open(TestStream.WHOLE);
        offer(TestStream.sealed(0, 0));
        final int session = publication.sessionId();
        publication.close();
        assertEquals(List.of("frame 0"), pollAll(Way.EACH, 10, 1));
        Turns.until(() -> !subscription.isConnected());
        publication = stream.foreign(TestStream.WHOLE);
        assertNotEquals(session, publication.sessionId());
        offer(TestStream.sealed(1, 0));
        assertEquals(List.of("frame 1"), pollAll(Way.EACH, 10, 1));
        assertEquals(
                "limit=0: must be ≥ 1",
                assertThrows(IllegalArgumentException.class, () -> poll(Way.EACH, 0))
                        .getMessage());
    }
}
