package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.venation.aeron.EmbeddedDriver;
import io.venation.codec.FramesGivenEncoder;
import io.venation.codec.FramesWantedDecoder;
import io.venation.codec.LogGivenEncoder;
import io.venation.codec.LogRootsGivenEncoder;
import io.venation.codec.LogWantedDecoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.PeerHelloDecoder;
import io.venation.codec.PeerWelcomeEncoder;
import io.venation.codec.PositionGivenEncoder;
import io.venation.codec.RootsGivenEncoder;
import io.venation.codec.RootsWantedDecoder;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.store.LogHandler;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.StoreLog;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store that lies can do to the peer that asks it: nothing but end the session. */
@Timeout(120)
class FalseStoreTest {
    private static final int COUNT = 100;
    private static final UUID STORE = new UUID(1, 2);

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofShared();
    private final long keys = arena.allocate(COUNT * 32L, 8).address();
    private EmbeddedDriver driver;
    private FalseStore store;
    private PeerSource peer;

    /** A store on IPC that answers what a test wants it to answer, on the thread of the peer that waits for it. */
    private final class FalseStore implements ControlReader.Consumer, IdleStrategy {
        private final Subscription questions;
        private ControlReader control;
        private ControlWriter reply;
        private ExclusivePublication frames;
        private final FrameSealer sealer = new FrameSealer(kernels, TestLink.SUITE, true);
        private final UnsafeBuffer sealed =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
        private long sequence;

        /** Added to the number of each answer. */
        int numberChange;

        int suite = TestLink.SUITE.toByte() & 0xff;
        /** Byte of the second frame that is changed once it is sealed; none where it is negative. */
        int changedByte = -1;

        boolean answersSomethingElse;
        long rootTotal;
        int rootBytes;
        /** Begins the answers to all that is asked of the log. */
        Consumer<ControlWriter> log = control -> {};

        Runnable onIdle = () -> {};

        FalseStore() {
            questions =
                    driver.aeron().addSubscription(LinkEndpoint.ipc().controlChannel(), LinkProtocol.PEER_STREAM_ID);
        }

        @Override
        public void idle(final int workCount) {
            if (control == null && questions.imageCount() > 0) {
                control = new ControlReader(questions.imageAtIndex(0), kernels, this);
            }
            if (control != null && (reply == null || reply.flush() == 1)) {
                control.poll(1);
            }
            onIdle.run();
            Thread.yield();
        }

        @Override
        public void idle() {
            idle(0);
        }

        @Override
        public void reset() {
            // nothing is kept
        }

        @Override
        public boolean isReadyFor(final int templateId) {
            return true;
        }

        @Override
        public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
            if (header.templateId() == PeerHelloDecoder.TEMPLATE_ID) {
                final PeerHelloDecoder hello =
                        new PeerHelloDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                reply = new ControlWriter(
                        driver.aeron().addExclusivePublication("aeron:ipc", hello.replyStreamId()), kernels);
                frames = driver.aeron()
                        .addExclusivePublication(LinkEndpoint.ipc().frameChannel(), hello.framesStreamId());
                until(() -> reply.isConnected() && frames.isConnected());
                reply.begin(new PeerWelcomeEncoder())
                        .peerId(hello.peerId())
                        .framesSessionId(frames.sessionId())
                        .suite((short) suite);
                reply.end();
                return;
            }
            if (header.templateId() == RootsWantedDecoder.TEMPLATE_ID) {
                reply.begin(new RootsGivenEncoder()).total(rootTotal).putKeys(new byte[rootBytes], 0, rootBytes);
                reply.end();
                return;
            }
            if (header.templateId() >= LogWantedDecoder.TEMPLATE_ID) {
                log.accept(reply);
                reply.end();
                return;
            }
            final FramesWantedDecoder wanted =
                    new FramesWantedDecoder().wrap(buffer, offset, header.blockLength(), header.version());
            final int count = wanted.keysLength() / 32;
            // all of the first question, however few were asked for
            final long mask = wanted.number() == 0 ? -1 : -1L >>> -count;
            if (answersSomethingElse) {
                reply.begin(new PositionGivenEncoder());
            } else {
                reply.begin(new FramesGivenEncoder())
                        .number(wanted.number() + numberChange)
                        .given(mask);
            }
            reply.end();
            reply.flush();
            for (int i = Long.bitCount(mask); i > 0; i--) {
                send();
            }
        }

        private void send() {
            sealed.setMemory(0, SealedFrameLayout.LENGTH, (byte) 0);
            sealer.seal(sealed.addressOffset(), SealedFrameLayout.LENGTH, 1, sequence, new int[] {LatticeFrame.LENGTH});
            if (sequence++ == 1 && changedByte >= 0) {
                sealed.putByte(changedByte, (byte) ~sealed.getByte(changedByte));
            }
            until(() -> frames.offer(sealed, 0, SealedFrameLayout.LENGTH) >= 0);
        }

        private static void until(final BooleanSupplier condition) {
            while (!condition.getAsBoolean()) {
                Thread.yield();
            }
        }

        void close() {
            CloseHelper.closeAll(reply, frames, questions);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        driver = EmbeddedDriver.launch();
        store = new FalseStore();
        for (int i = 0; i < COUNT; i++) {
            OffHeap.putU16(keys + 32L * i, i);
        }
    }

    @AfterEach
    void end() {
        CloseHelper.close(peer);
        store.close();
        driver.close();
        arena.close();
    }

    private void connect() {
        peer = new PeerSource(driver.aeron(), LinkEndpoint.ipc(), kernels, store, SystemNanoClock.INSTANCE);
    }

    private int fetch(final int count) {
        final int[] came = new int[1];
        peer.fetch(keys, count, (index, frame) -> came[0]++);
        return came[0];
    }

    private String refusal() {
        return refusal(COUNT);
    }

    private String refusal(final int count) {
        connect();
        final String message =
                assertThrows(LinkException.class, () -> fetch(count)).getMessage();
        assertTrue(message.startsWith("the store at ipc breaks the protocol: "), message);
        assertThrows(LinkException.class, () -> fetch(1), "the session is over");
        return message.substring(message.indexOf(": ") + 2);
    }

    @Test
    void shouldLeaveItToTheCallerWhetherAFrameIsWhatWasAskedFor() {
        connect();
        assertEquals(COUNT, fetch(COUNT));
    }

    @Test
    void shouldRefuseMoreFramesThanItAskedFor() {
        assertEquals("answer 0 to question 0 for 3 frames gives ffffffffffffffff", refusal(3));
    }

    @Test
    void shouldRefuseAnswersToOtherQuestions() {
        store.numberChange = 1;
        assertTrue(refusal().startsWith("answer 1 to question 0"));
    }

    @Test
    void shouldRefuseFramesWhoseSealIsBroken() {
        store.changedByte = SealedFrameLayout.FRAME_OFFSET + 5_000;
        assertTrue(refusal().contains("does not verify"));
    }

    private void assertRefusesRoots(final long total, final int bytes, final String reason) {
        store.rootTotal = total;
        store.rootBytes = bytes;
        connect();
        final String message = assertThrows(LinkException.class, peer::roots).getMessage();
        assertTrue(message.endsWith(reason), message);
    }

    @Test
    void shouldRefuseMoreRootsThanThereAre() {
        assertRefusesRoots(1, 64, "2 roots behind 0 of 1");
    }

    @Test
    void shouldRefuseRootsThatDoNotCome() {
        assertRefusesRoots(1, 0, "0 roots behind 0 of 1");
    }

    @Test
    void shouldRefuseRootsWithoutEnd() {
        assertRefusesRoots(Long.MAX_VALUE, 32, "32 bytes of " + Long.MAX_VALUE + " roots");
    }

    private static String at(final long generation, final long sequence) {
        return new LogPosition(STORE, generation, sequence, LogPosition.NO_CHECKSUM).toString();
    }

    private static void give(
            final ControlWriter control, final int outcome, final long end, final String next, final int... sequences) {
        final LogGivenEncoder message = control.begin(new LogGivenEncoder());
        final LogGivenEncoder.ChangesEncoder changes =
                message.outcome((byte) outcome).end(end).changesCount(sequences.length);
        for (final int sequence : sequences) {
            changes.next().sequence(sequence).checksum(0).kind((short) 0).isRoot((short) 0);
            changes.putKey(new byte[32], 0, 32);
        }
        message.putNext(next.getBytes(StandardCharsets.US_ASCII), 0, next.length());
    }

    /** What is told behind sequence 10 of generation 1. */
    private void assertRefusesLog(
            final int outcome, final long end, final String next, final String reason, final int... sequences) {
        store.log = control -> give(control, outcome, end, next, sequences);
        connect();
        final PeerLog log = new PeerLog(peer, LogPosition.parse(at(1, 10)), LogLimit.DURABLE);
        final LogHandler nobody = new LogHandler() {
            @Override
            public void onPut(final long sequence, final long key, final long receipt) {
                throw new AssertionError("sequence=" + sequence);
            }
        };
        final String message =
                assertThrows(LinkException.class, () -> log.poll(nobody, 3)).getMessage();
        assertTrue(message.contains(reason), message);
        assertEquals(at(1, 10), log.position().toString());
    }

    @Test
    void shouldRefuseALogThatGoesBack() {
        assertRefusesLog(0, 10, at(1, 9), "goes on at " + at(1, 9));
    }

    @Test
    void shouldRefuseChangesOfBefore() {
        assertRefusesLog(0, 20, at(1, 12), "goes on at", 9, 11);
    }

    @Test
    void shouldRefuseChangesInAnotherOrder() {
        assertRefusesLog(0, 20, at(1, 13), "goes on at", 12, 11);
    }

    @Test
    void shouldRefuseChangesBehindTheNextPosition() {
        assertRefusesLog(0, 20, at(1, 12), "goes on at", 11, 12);
    }

    @Test
    void shouldRefuseALogBehindItsEnd() {
        assertRefusesLog(0, 11, at(1, 12), "its end at 11", 10);
    }

    @Test
    void shouldRefuseALogOfAnotherGeneration() {
        assertRefusesLog(0, 20, at(2, 12), "goes on at");
    }

    @Test
    void shouldRefuseALogOfAnotherStore() {
        assertRefusesLog(0, 20, new UUID(3, 4) + " 1 12 -1", "goes on at");
    }

    @Test
    void shouldRefuseWhatIsNoPosition() {
        assertRefusesLog(0, 20, "x", "no position in a log");
    }

    @Test
    void shouldRefuseMoreChangesThanItAskedFor() {
        assertRefusesLog(0, 20, at(1, 20), "4 changes, 3 were asked for", 11, 12, 13, 14);
    }

    @Test
    void shouldRefuseChangesOfAJournalThatIsAnother() {
        assertRefusesLog(StoreLog.REPLACED, 20, at(1, 20), "1 changes", 11);
    }

    @Test
    void shouldRefuseAnUnknownOutcome() {
        assertRefusesLog(-3, 20, at(1, 20), "outcome -3");
    }

    private void assertRefusesLogRoots(final long total, final int count, final String reason) {
        final boolean[] isBegun = {false};
        store.log = control -> {
            if (!isBegun[0]) {
                isBegun[0] = true;
                give(control, 0, 10, at(1, 10));
                return;
            }
            final LogRootsGivenEncoder.RootsEncoder roots = control.begin(new LogRootsGivenEncoder())
                    .end(10)
                    .areUnknown((short) 0)
                    .total(total)
                    .rootsCount(count);
            for (int i = 0; i < count; i++) {
                roots.next().pins(1).putKey(new byte[32], 0, 32);
            }
        };
        connect();
        final PeerLog log = new PeerLog(peer, LogLimit.DURABLE);
        final String message = assertThrows(LinkException.class, log::roots).getMessage();
        assertTrue(message.endsWith(reason), message);
    }

    @Test
    void shouldRefuseRootsOfTheLogWithoutEnd() {
        assertRefusesLogRoots(Long.MAX_VALUE, 1, "1 roots behind 0 of " + Long.MAX_VALUE);
    }

    @Test
    void shouldRefuseMoreRootsOfTheLogThanThereAre() {
        assertRefusesLogRoots(1, 2, "2 roots behind 0 of 1");
    }

    @Test
    void shouldRefuseRootsOfTheLogThatDoNotCome() {
        assertRefusesLogRoots(1, 0, "0 roots behind 0 of 1");
    }

    @Test
    void shouldRefuseRootsOfTheLogThatComeTwice() {
        assertRefusesLogRoots(2, 2, "a root comes twice");
    }

    @Test
    void shouldRefuseAnUnknownSuite() {
        store.suite = 0xff;
        final String message = assertThrows(LinkException.class, this::connect).getMessage();
        assertTrue(message.contains("breaks the protocol: unknown suite"), message);
    }

    @Test
    void shouldGiveUpOnAStoreThatIsSilent() {
        store.answersSomethingElse = true;
        final AtomicLong nanos = new AtomicLong();
        peer = new PeerSource(driver.aeron(), LinkEndpoint.ipc(), kernels, store, nanos::get);
        store.onIdle = () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        final String message = assertThrows(LinkException.class, () -> fetch(1)).getMessage();
        assertTrue(message.contains("has not answered for 60 s"), message);
    }
}
