package io.venation.link;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.venation.aeron.FrameHandler;
import io.venation.aeron.FrameImage;
import io.venation.aeron.FrameView;
import io.venation.codec.FramesGivenDecoder;
import io.venation.codec.FramesWantedEncoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.PeerFailedDecoder;
import io.venation.codec.PeerGoodbyeEncoder;
import io.venation.codec.PeerHelloEncoder;
import io.venation.codec.PeerWelcomeDecoder;
import io.venation.codec.PositionGivenDecoder;
import io.venation.codec.PositionWantedEncoder;
import io.venation.codec.ReconcilePartDecoder;
import io.venation.codec.ReconcilePartEncoder;
import io.venation.codec.RootsGivenDecoder;
import io.venation.codec.RootsWantedEncoder;
import io.venation.flow.FrameVerifier;
import io.venation.flow.RejectReason;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.Suite;
import io.venation.snapshot.ReconciliationPeer;
import io.venation.snapshot.SetReconciler;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * The frames of a store that somebody serves elsewhere. All questions of a {@link #fetch} are sent as fast as they go, 64
 * frames each, and answered in their order, so that a line is as full as its window lets it be, however long it is.
 *
 * <p>Frames come sealed, and their seals are verified; that they are what was asked for is the caller's to find out, who
 * believes no source. What breaks the protocol, a peer that is gone and one that is silent end the call with a
 * {@link LinkException}, and the source with it.
 *
 * <p>One thread. Allocates nothing per frame.
 */
public final class PeerSource implements FrameSource, ReconciliationPeer, ControlReader.Consumer, AutoCloseable {
    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(6);
    /** A peer that is gone is known sooner: its driver says nothing any more. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private static final long GOODBYE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long GOODBYE_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    static final int ROOTS_TOTAL_LIMIT = 1 << 20;
    private static final int KEY_LENGTH = LinkProtocol.KEY_LENGTH;
    private static final int QUESTION_LIMIT = FETCH_LIMIT / LinkProtocol.FRAMES_LIMIT;

    private final LinkEndpoint endpoint;
    private final FrameKernels kernels;
    private final IdleStrategy idle;
    private final NanoClock clock;
    private final long peerId = new SecureRandom().nextLong();
    private final Subscription replies;
    private final Subscription frameSubscription;
    private final ControlWriter control;
    private final FrameReceiver receiver = new FrameReceiver();
    private final PeerHelloEncoder hello = new PeerHelloEncoder();
    private final FramesWantedEncoder framesWanted = new FramesWantedEncoder();
    private final RootsWantedEncoder rootsWanted = new RootsWantedEncoder();
    private final ReconcilePartEncoder reconcilePart = new ReconcilePartEncoder();
    private final FramesGivenDecoder framesGiven = new FramesGivenDecoder();
    private final byte[] keyBytes = new byte[LinkProtocol.FRAMES_LIMIT * KEY_LENGTH];
    private final Arena arena = Arena.ofAuto();
    private final long single = arena.allocate(LatticeFrame.LENGTH, 64).address();

    private ControlReader reply;
    private FrameImage frames;
    private Suite suite;
    private int framesSessionId;
    private PeerPosition position;
    private long rootTotal;
    private byte[] rootKeys;
    /** Where the answer of a reconciliation goes; null where none is awaited. */
    private MutableDirectBuffer reconciled;

    private int reconciledLength;
    /** Reads the answer of {@link #ask}; null where none is awaited. */
    private AnswerReader awaited;

    private int awaitedId;
    /** Nothing can be asked: until the store has said its welcome, while a call is under way, and after one has failed. */
    private boolean isBroken = true;

    private long activeNs;

    /** Questions of the fetch in hand: how many frames each asks for, and which of them come. */
    private final long[] given = new long[QUESTION_LIMIT];

    private int asked;
    private int count;
    private int answeredCount;
    private long questionNumber;
    private long answerNumber;

    private long roundTrips;
    private long frameCount;

    /** Reads the body of an answer. */
    @FunctionalInterface
    interface AnswerReader {
        void read(DirectBuffer buffer, int offset, int blockLength, int version);
    }

    /**
     * How far a served store is.
     *
     * @param position        next sequence of its journal.
     * @param durablePosition all before it is on its disk.
     * @param frameCount      frames that it keeps.
     */
    public record PeerPosition(long position, long durablePosition, long frameCount) {}

    /**
     * Connects to a served store, and waits for it.
     *
     * @param aeron    connected client.
     * @param endpoint the store's, {@link LinkEndpoint#to}.
     * @param kernels  of the caller's thread.
     * @param idle     asked to wait while nothing comes; what it throws ends the call.
     * @param clock    nanoseconds.
     * @throws LinkException where nobody serves a store there, or no store to this peer; the message says why.
     */
    public PeerSource(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final FrameKernels kernels,
            final IdleStrategy idle,
            final NanoClock clock) {
        this.endpoint = endpoint;
        this.kernels = kernels;
        this.idle = idle;
        this.clock = clock;
        final int streamId = (int) peerId;
        Subscription replySubscription = null;
        Subscription frameSubscription = null;
        ControlWriter writer = null;
        try {
            replySubscription = aeron.addSubscription(endpoint.replyChannel(), streamId);
            frameSubscription = aeron.addSubscription(endpoint.replyChannel(), ~streamId);
            writer = new ControlWriter(
                    aeron.addExclusivePublication(endpoint.controlChannel(), LinkProtocol.PEER_STREAM_ID), kernels);
        } finally {
            if (writer == null) {
                CloseHelper.quietCloseAll(frameSubscription, replySubscription);
            }
        }
        replies = replySubscription;
        this.frameSubscription = frameSubscription;
        control = writer;
        boolean isConnected = false;
        try {
            connect(streamId);
            isConnected = true;
        } finally {
            if (!isConnected) {
                close();
            }
        }
    }

    private void connect(final int streamId) {
        final String nobody = "no store is served at " + endpoint.name() + ": start `venation store serve` there first";
        await(
                CONNECT_NS,
                nobody,
                () -> control.isConnected()
                        && endpoint.isReplyReady(replies)
                        && endpoint.isReplyReady(frameSubscription));
        control.begin(hello)
                .protocolVersion(LinkProtocol.PEER_VERSION)
                .peerId(peerId)
                .replyStreamId(streamId)
                .framesStreamId(~streamId)
                .replyPort(endpoint.replyPort(replies))
                .framesPort(endpoint.replyPort(frameSubscription));
        control.end();
        final String unanswered = "the store at " + endpoint.name()
                + " does not answer: is it Venation, and can it reach this host by UDP?";
        await(CONNECT_NS, unanswered, () -> {
            control.flush();
            return replies.imageCount() > 0;
        });
        reply = new ControlReader(replies.imageAtIndex(0), kernels, this);
        await(CONNECT_NS, unanswered, () -> {
            pollReply();
            return suite != null && frameSubscription.imageBySessionId(framesSessionId) != null;
        });
        frames = new FrameImage(
                frameSubscription.imageBySessionId(framesSessionId), () -> new FrameVerifier(kernels, suite), 0, null);
        isBroken = false;
    }

    private void await(final long timeoutNs, final String message, final BooleanSupplier condition) {
        final long startNs = clock.nanoTime();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - startNs > timeoutNs) {
                throw new LinkException(message);
            }
            idle.idle(0);
        }
    }

    /**
     * The served store's suite.
     *
     * @return what its frames are hashed with.
     */
    public Suite suite() {
        return suite;
    }

    /**
     * Who is meant, for messages.
     *
     * @return host and port.
     */
    public String name() {
        return endpoint.name();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Valid until the next call. A round trip: {@link #fetch} is for many.
     */
    @Override
    public long get(final long key) {
        final boolean[] has = {false};
        fetch(key, 1, (index, frame) -> {
            OffHeap.copy(frame, single, LatticeFrame.LENGTH);
            has[0] = true;
        });
        return has[0] ? single : NOT_FOUND;
    }

    @Override
    public void fetch(final long keys, final int count, final Sink sink) {
        if (count < 0 || count > FETCH_LIMIT) {
            throw new IllegalArgumentException("count=" + count + " not in 0.." + FETCH_LIMIT);
        }
        if (count == 0) {
            return;
        }
        begin();
        this.count = count;
        asked = 0;
        answeredCount = 0;
        receiver.begin(sink);
        while (asked < count || answeredCount < questions(asked) || receiver.isExpecting()) {
            worked(ask(keys) + pollReply() + pollFrames());
        }
        isBroken = false;
    }

    private static int questions(final int frames) {
        return Math.ceilDiv(frames, LinkProtocol.FRAMES_LIMIT);
    }

    private int ask(final long keys) {
        if (flush() == 0 || asked == count) {
            return 0;
        }
        final int length = Math.min(LinkProtocol.FRAMES_LIMIT, count - asked) * KEY_LENGTH;
        OffHeap.get(keys + (long) asked * KEY_LENGTH, keyBytes, 0, length);
        control.begin(framesWanted).number(questionNumber++).putKeys(keyBytes, 0, length);
        control.end();
        asked += length / KEY_LENGTH;
        return 1;
    }

    private int pollFrames() {
        final int limit = receiver.expectedCount();
        return limit == 0 ? 0 : frames.poll(receiver, limit);
    }

    /**
     * Asks how far the store is.
     *
     * @return its position at the time.
     */
    public PeerPosition position() {
        begin();
        awaitFlushed();
        control.begin(new PositionWantedEncoder());
        control.end();
        position = null;
        while (position == null) {
            worked(flush() == 0 ? 0 : pollReply());
        }
        isBroken = false;
        return position;
    }

    /**
     * Asks for the store's roots, 256 a round trip.
     *
     * @return as they were at the time, in the order of their first pin.
     */
    public List<Digest> roots() {
        begin();
        roundTrips--;
        final List<Digest> roots = new ArrayList<>();
        do {
            roundTrips++;
            awaitFlushed();
            control.begin(rootsWanted).from(roots.size());
            control.end();
            rootKeys = null;
            while (rootKeys == null) {
                worked(flush() == 0 ? 0 : pollReply());
            }
            final int count = rootKeys.length / KEY_LENGTH;
            if (count == 0 && roots.size() < rootTotal || roots.size() + count > rootTotal) {
                throw protocol(count + " roots behind " + roots.size() + " of " + rootTotal);
            }
            for (int i = 0; i < count; i++) {
                roots.add(Digest.read(rootKeys, i * KEY_LENGTH));
            }
        } while (roots.size() < rootTotal);
        isBroken = false;
        return roots;
    }

    private void onRootsGiven(final RootsGivenDecoder message) {
        rootTotal = message.total();
        if (rootTotal < 0 || rootTotal > ROOTS_TOTAL_LIMIT || message.keysLength() % KEY_LENGTH != 0) {
            throw protocol(message.keysLength() + " bytes of " + rootTotal + " roots");
        }
        rootKeys = ControlText.bytes(message.keysLength(), LinkProtocol.ROOTS_LIMIT * KEY_LENGTH, message::getKeys);
    }

    @Override
    public int answer(
            final DirectBuffer message, final int offset, final int length, final MutableDirectBuffer answer) {
        begin();
        final byte[] part = new byte[LinkProtocol.PART_LIMIT];
        for (int sent = 0, partLength; sent < length; sent += partLength) {
            partLength = Math.min(LinkProtocol.PART_LIMIT, length - sent);
            message.getBytes(offset + sent, part, 0, partLength);
            awaitFlushed();
            control.begin(reconcilePart)
                    .isLast((short) (sent + partLength == length ? 1 : 0))
                    .putContent(part, 0, partLength);
            control.end();
        }
        reconciled = answer;
        reconciledLength = 0;
        while (reconciled != null) {
            worked(flush() == 0 ? 0 : pollReply());
        }
        isBroken = false;
        return reconciledLength;
    }

    private void onReconcilePart(final ReconcilePartDecoder message) {
        final int length = message.contentLength();
        if (reconciled == null
                || length < 0
                || length > LinkProtocol.PART_LIMIT
                || length > SetReconciler.MAX_MESSAGE_LIMIT - reconciledLength) {
            throw protocol("part of " + length + " bytes behind " + reconciledLength + " of a reconciliation");
        }
        message.getContent(reconciled, reconciledLength, length);
        reconciledLength += length;
        if (message.isLast() == 1) {
            reconciled = null;
        }
    }

    /**
     * Asks a question that has one answer, and waits for it.
     *
     * @param question begins the message and sets its fields.
     * @param answerId SBE template of the answer.
     * @param reader   reads the answer's body.
     */
    void ask(final Consumer<ControlWriter> question, final int answerId, final AnswerReader reader) {
        begin();
        awaitFlushed();
        question.accept(control);
        control.end();
        awaited = reader;
        awaitedId = answerId;
        while (awaited != null) {
            worked(flush() == 0 ? 0 : pollReply());
        }
        isBroken = false;
    }

    private void awaitFlushed() {
        while (flush() == 0) {
            worked(0);
        }
    }

    /** A call that does not come to its end leaves answers behind that the next one would take for its own. */
    private void begin() {
        if (isBroken) {
            throw new LinkException("the session with the store at " + endpoint.name() + " was broken off");
        }
        isBroken = true;
        roundTrips++;
        activeNs = clock.nanoTime();
    }

    private int flush() {
        final int result = control.flush();
        if (result < 0) {
            throw gone();
        }
        return result;
    }

    private void worked(final int work) {
        idle.idle(work);
        if (work > 0) {
            activeNs = clock.nanoTime();
            return;
        }
        if ((!control.isConnected() || reply.isEnded()) && pollReply() == 0) { // it may have said why
            throw gone();
        }
        if (clock.nanoTime() - activeNs > SILENCE_NS) {
            throw new LinkException("the store at " + endpoint.name() + " has not answered for "
                    + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NS) + " s");
        }
    }

    private LinkException gone() {
        return new LinkException("the store at " + endpoint.name()
                + " is gone: what has come is kept; run the command again when it is back");
    }

    private int pollReply() {
        return reply.poll(16);
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return true;
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case PeerWelcomeDecoder.TEMPLATE_ID ->
                onWelcome(new PeerWelcomeDecoder().wrap(buffer, offset, blockLength, version));
            case FramesGivenDecoder.TEMPLATE_ID ->
                onFramesGiven(framesGiven.wrap(buffer, offset, blockLength, version));
            case PositionGivenDecoder.TEMPLATE_ID -> {
                final PositionGivenDecoder message =
                        new PositionGivenDecoder().wrap(buffer, offset, blockLength, version);
                position = new PeerPosition(message.position(), message.durablePosition(), message.frameCount());
            }
            case RootsGivenDecoder.TEMPLATE_ID ->
                onRootsGiven(new RootsGivenDecoder().wrap(buffer, offset, blockLength, version));
            case ReconcilePartDecoder.TEMPLATE_ID ->
                onReconcilePart(new ReconcilePartDecoder().wrap(buffer, offset, blockLength, version));
            case PeerFailedDecoder.TEMPLATE_ID -> {
                final PeerFailedDecoder message = new PeerFailedDecoder().wrap(buffer, offset, blockLength, version);
                throw new LinkException("the store at " + endpoint.name() + " says: "
                        + RawPath.printable(ControlText.bytes(
                                message.reasonLength(), LinkProtocol.REASON_LIMIT, message::getReason)));
            }
            default -> {
                if (awaited == null || header.templateId() != awaitedId) {
                    throw protocol("answer of unknown kind " + header.templateId());
                }
                awaited.read(buffer, offset, blockLength, version);
                awaited = null;
            }
        }
    }

    private void onWelcome(final PeerWelcomeDecoder message) {
        if (message.peerId() != peerId || suite != null) {
            throw protocol("welcome to somebody else");
        }
        try {
            suite = Suite.ofByte(message.suite());
        } catch (final IllegalArgumentException e) {
            throw protocol("unknown " + e.getMessage());
        }
        framesSessionId = message.framesSessionId();
    }

    private void onFramesGiven(final FramesGivenDecoder message) {
        final long mask = message.given();
        final int first = answeredCount * LinkProtocol.FRAMES_LIMIT;
        final int wanted = Math.min(LinkProtocol.FRAMES_LIMIT, asked - first);
        if (message.number() != answerNumber || wanted <= 0 || (mask & ~(-1L >>> -wanted)) != 0) {
            throw protocol("answer " + message.number() + " to question " + answerNumber + " for " + wanted
                    + " frames gives " + Long.toHexString(mask));
        }
        answerNumber++;
        given[answeredCount++] = mask;
        receiver.expect(Long.bitCount(mask));
    }

    LinkException protocol(final String what) {
        return new LinkException("the store at " + endpoint.name() + " breaks the protocol: " + what);
    }

    /**
     * Times that the caller had to wait for the other end, however much was asked for at once.
     *
     * @return calls that have asked, ≥ 0.
     */
    public long roundTrips() {
        return roundTrips;
    }

    /**
     * What has crossed, either way.
     *
     * @return bytes of sealed frames and of messages, without the headers of Aeron and below.
     */
    public long wireBytes() {
        return frameCount * SealedFrameLayout.LENGTH + control.byteCount() + reply.byteCount();
    }

    /** Says goodbye, so that the store need not wait to find out, and closes the streams. */
    @Override
    public void close() {
        if (!isBroken) {
            isBroken = true;
            control.begin(new PeerGoodbyeEncoder());
            control.end();
            final long startNs = clock.nanoTime();
            while (!reply.isEnded() && clock.nanoTime() - startNs < GOODBYE_NS && control.flush() >= 0) {
                LockSupport.parkNanos(GOODBYE_PAUSE_NS);
            }
        }
        CloseHelper.quietCloseAll(control, frameSubscription, replies);
    }

    /** Takes sealed frames in the order of the answers that promise them. */
    private final class FrameReceiver implements FrameHandler {
        private Sink sink;
        private int question;
        private int expectedCount;

        void begin(final Sink taker) {
            sink = taker;
            question = 0;
        }

        void expect(final int more) {
            expectedCount += more;
        }

        int expectedCount() {
            return expectedCount;
        }

        boolean isExpecting() {
            return expectedCount > 0;
        }

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            while (given[question] == 0) {
                question++;
            }
            final int index = question * LinkProtocol.FRAMES_LIMIT + Long.numberOfTrailingZeros(given[question]);
            given[question] &= given[question] - 1;
            expectedCount--;
            frameCount++;
            sink.onFrame(index, frame.address());
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            throw protocol("frame at stream position " + position + " does not verify: " + reason.sentence());
        }
    }
}
