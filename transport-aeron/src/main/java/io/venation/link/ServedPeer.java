package io.venation.link;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Publication;
import io.venation.aeron.FrameBatch;
import io.venation.aeron.FramePublication;
import io.venation.codec.FramesGivenEncoder;
import io.venation.codec.FramesWantedDecoder;
import io.venation.codec.LogRootWantedDecoder;
import io.venation.codec.LogRootsWantedDecoder;
import io.venation.codec.LogWantedDecoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.PeerFailedEncoder;
import io.venation.codec.PeerGoodbyeDecoder;
import io.venation.codec.PeerHelloDecoder;
import io.venation.codec.PeerWelcomeEncoder;
import io.venation.codec.PositionGivenEncoder;
import io.venation.codec.PositionWantedDecoder;
import io.venation.codec.ReconcilePartDecoder;
import io.venation.codec.RootsGivenEncoder;
import io.venation.codec.RootsWantedDecoder;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.snapshot.MalformedMessageException;
import io.venation.store.FrameSource;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * One peer of a served store. It reads a question only when the last one is answered, so that what a peer has asked waits in
 * Aeron's buffers and nowhere else; the frames of an answer go out in turns of up to 16.
 *
 * <p>The first thing that is wrong ends the session: the peer is told and others go on. A peer that takes nothing of an
 * answer for {@value #STALL_S} seconds is left. Frames are sealed as they lie in the store, so a damaged one has an honest
 * receipt of bytes that are not its address: the peer rejects it, and {@link ServeOptions#onDamaged} hears of it.
 *
 * <p>One thread: the serving agent.
 */
final class ServedPeer implements ControlReader.Consumer, AutoCloseable {
    private static final long STALL_S = 30;
    private static final long STALL_NS = TimeUnit.SECONDS.toNanos(STALL_S);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final LogLimit[] LIMITS = LogLimit.values();

    /** Something to ask on the thread of the lists. */
    @FunctionalInterface
    private interface LogQuestion {
        ServedLog.Answer ask(ServedLog log) throws IOException;
    }

    private enum State {
        AWAIT_HELLO,
        AWAIT_STREAMS,
        SERVE,
        /** Lets the peer read the last answer. */
        FAILED,
        DONE
    }

    private final Aeron aeron;
    private final Image image;
    private final ServeOptions options;
    private final FrameKernels kernels;
    private final NanoClock clock;
    private final ServeAgent agent;
    private final long startNs;
    private final ControlReader control;
    private final FrameBatch batch = new FrameBatch();
    private final Arena arena = Arena.ofAuto();
    private final long keys = arena.allocate((long) LinkProtocol.FRAMES_LIMIT * LinkProtocol.KEY_LENGTH, 64)
            .address();
    private final byte[] keyBytes = new byte[LinkProtocol.FRAMES_LIMIT * LinkProtocol.KEY_LENGTH];
    /** Where the frames of an answer lie: what is swept meanwhile stays there until the next question. */
    private final long[] views = new long[LinkProtocol.FRAMES_LIMIT];

    private final PeerHelloDecoder hello = new PeerHelloDecoder();
    private final FramesWantedDecoder framesWanted = new FramesWantedDecoder();
    private final RootsWantedDecoder rootsWanted = new RootsWantedDecoder();
    private final ReconcilePartDecoder part = new ReconcilePartDecoder();
    private final LogWantedDecoder logWanted = new LogWantedDecoder();
    private final LogRootsWantedDecoder logRootsWanted = new LogRootsWantedDecoder();
    private final LogRootWantedDecoder logRootWanted = new LogRootWantedDecoder();
    private final FramesGivenEncoder framesGiven = new FramesGivenEncoder();
    private final PositionGivenEncoder positionGiven = new PositionGivenEncoder();
    private final RootsGivenEncoder rootsGiven = new RootsGivenEncoder();

    private State state = State.AWAIT_HELLO;
    private long deadlineNs;
    private boolean hasEntered;
    private long peerId;
    private ControlWriter reply;
    private FramePublication frames;
    private StoreReader store;
    private Reconciling reconciling;
    private Future<List<Digest>> roots;
    /** Index of the first root that is wanted; -1 where none is. */
    private int rootsFrom = -1;
    /** Null until the peer asks for the log. */
    private ServedLog log;
    /** What the peer is told of the log; null where it does not wait for it. */
    private Future<ServedLog.Answer> logAnswer;

    private boolean hasLeft;
    /** Frames of the answer that are still to be sent, those of {@link #batch} among them. */
    private long given;

    private long questionCount;
    private long frameQuestionCount;
    private long frameCount;

    ServedPeer(
            final Aeron aeron,
            final Image image,
            final ServeOptions options,
            final FrameKernels kernels,
            final NanoClock clock,
            final ServeAgent agent) {
        this.aeron = aeron;
        this.image = image;
        this.options = options;
        this.kernels = kernels;
        this.clock = clock;
        this.agent = agent;
        control = new ControlReader(image, kernels, this);
        startNs = clock.nanoTime();
        deadlineNs = startNs + DEADLINE_NS;
    }

    long imageId() {
        return image.correlationId();
    }

    /** Whether nothing is left to do and the image will not be seen again. */
    boolean isOver() {
        return state == State.DONE && image.isClosed();
    }

    int doWork() {
        try {
            return switch (state) {
                case AWAIT_HELLO ->
                    control.isEnded() ? end(null) : control.poll(1) + requireInTime("sent no PeerHello");
                case AWAIT_STREAMS -> awaitStreams();
                case SERVE -> serve();
                case FAILED -> reply.flush() != 0 && control.isEnded() || isLate() ? end(null) : 0;
                case DONE -> 0;
            };
        } catch (final IOException e) {
            fail(options.directory() + ": " + FileCommitter.reason(e));
        } catch (final InternalError e) {
            fail(options.directory() + ": a file of the store was cut short");
        } catch (final LinkException | MalformedMessageException e) {
            fail(e.getMessage());
        } catch (final RuntimeException e) {
            fail(e.toString());
        }
        return 1;
    }

    private boolean isLate() {
        return clock.nanoTime() - deadlineNs > 0;
    }

    private int requireInTime(final String what) {
        if (isLate()) {
            throw new LinkException("the peer at " + image.sourceIdentity() + " " + what);
        }
        return 0;
    }

    private int awaitStreams() throws IOException {
        if (!reply.isConnected() || !frames.isConnected()) {
            return control.isEnded() ? end(null) : requireInTime("listens for no answers");
        }
        store = new StoreReader(options.directory(), kernels, VerifyPolicy.NEVER);
        reply.begin(new PeerWelcomeEncoder())
                .peerId(peerId)
                .framesSessionId(frames.sessionId())
                .suite((short) (options.suite().toByte() & 0xff));
        reply.end();
        state = State.SERVE;
        progressed();
        return 1;
    }

    private void progressed() {
        deadlineNs = clock.nanoTime() + STALL_NS;
    }

    private int serve() throws IOException {
        final int flushed = reply.flush();
        if (flushed < 0 || hasLeft || control.isEnded()) {
            return end(null);
        }
        if (flushed == 0) {
            return requireInTime("takes no answers");
        }
        if (given != 0) {
            return sendFrames();
        }
        progressed();
        if (rootsFrom >= 0) {
            return sendRoots();
        }
        if (logAnswer != null) {
            return sendLog();
        }
        final int work = reconciling == null ? 0 : reconciling.doWork(reply);
        return work == 0 && (reconciling == null || !reconciling.isAnswering()) ? control.poll(1) : work;
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return true; // polled only when the last question is answered
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        if (state == State.AWAIT_HELLO) {
            if (header.templateId() != PeerHelloDecoder.TEMPLATE_ID) {
                throw new LinkException("the first message is no PeerHello");
            }
            onHello(hello.wrap(buffer, offset, header.blockLength(), header.version()));
            return;
        }
        store.refresh();
        switch (header.templateId()) {
            case FramesWantedDecoder.TEMPLATE_ID ->
                onFramesWanted(framesWanted.wrap(buffer, offset, header.blockLength(), header.version()));
            case PositionWantedDecoder.TEMPLATE_ID -> {
                reply.begin(positionGiven)
                        .position(store.position())
                        .durablePosition(store.durablePosition())
                        .frameCount(store.frameCount());
                reply.end();
            }
            case RootsWantedDecoder.TEMPLATE_ID ->
                onRootsWanted(rootsWanted.wrap(buffer, offset, header.blockLength(), header.version()));
            case ReconcilePartDecoder.TEMPLATE_ID -> {
                if (reconciling == null) {
                    reconciling = new Reconciling(agent.lists(), clock);
                }
                reconciling.onPart(part.wrap(buffer, offset, header.blockLength(), header.version()));
            }
            case LogWantedDecoder.TEMPLATE_ID ->
                onLogWanted(logWanted.wrap(buffer, offset, header.blockLength(), header.version()));
            case LogRootsWantedDecoder.TEMPLATE_ID -> {
                logRootsWanted.wrap(buffer, offset, header.blockLength(), header.version());
                final LogLimit limit = limit(logRootsWanted.shown());
                final long from = logRootsWanted.from();
                askLog(asked -> asked.roots(limit, from));
            }
            case LogRootWantedDecoder.TEMPLATE_ID -> {
                logRootWanted.wrap(buffer, offset, header.blockLength(), header.version());
                final LogLimit limit = limit(logRootWanted.shown());
                logRootWanted.getKey(keyBytes, 0, LinkProtocol.KEY_LENGTH);
                final Digest address = Digest.read(keyBytes, 0);
                askLog(asked -> asked.root(limit, address));
            }
            case PeerGoodbyeDecoder.TEMPLATE_ID -> hasLeft = true;
            default -> throw new LinkException("question of unknown kind " + header.templateId());
        }
        questionCount++;
    }

    private void onRootsWanted(final RootsWantedDecoder message) {
        final long from = message.from();
        if (from == 0) {
            roots = agent.lists().roots();
        } else if (roots == null || from < 0 || from > roots.resultNow().size()) {
            throw new LinkException("question for roots from " + from + ", of which there are none");
        }
        rootsFrom = (int) from;
    }

    private int sendRoots() throws IOException {
        if (!roots.isDone()) {
            return 0;
        }
        final List<Digest> all = StoreLists.result(roots);
        final int count = Math.min(LinkProtocol.ROOTS_LIMIT, all.size() - rootsFrom);
        final byte[] bytes = new byte[count * LinkProtocol.KEY_LENGTH];
        for (int i = 0; i < count; i++) {
            all.get(rootsFrom + i).write(bytes, i * LinkProtocol.KEY_LENGTH);
        }
        reply.begin(rootsGiven).total(all.size()).putKeys(bytes, 0, bytes.length);
        reply.end();
        rootsFrom = -1;
        return 1;
    }

    private void onLogWanted(final LogWantedDecoder message) {
        final LogLimit limit = limit(message.shown());
        final int count = message.count();
        if (count < 1 || count > LinkProtocol.CHANGES_LIMIT) {
            throw new LinkException(
                    "question for " + count + " changes: 1.." + LinkProtocol.CHANGES_LIMIT + " are given at a time");
        }
        final LogPosition from =
                position(ControlText.bytes(message.fromLength(), LinkProtocol.POSITION_LIMIT, message::getFrom));
        askLog(asked -> asked.changes(from, limit, count));
    }

    private static LogLimit limit(final int code) {
        if (code >= LIMITS.length) {
            throw new LinkException("question for the log with limit " + code + ", which there is not");
        }
        return LIMITS[code];
    }

    /** Null where no position is given. */
    private LogPosition position(final byte[] text) {
        if (text.length == 0) {
            return null;
        }
        final LogPosition position = LogPosition.parse(new String(text, StandardCharsets.ISO_8859_1));
        if (!position.store().equals(store.storeId())) {
            throw new LinkException(
                    "question for the log of store " + position.store() + ", this is " + store.storeId());
        }
        return position;
    }

    private void askLog(final LogQuestion question) {
        if (log == null) {
            log = new ServedLog(options.directory());
        }
        final ServedLog asked = log;
        logAnswer = agent.lists().submit(() -> question.ask(asked));
    }

    private int sendLog() throws IOException {
        if (!logAnswer.isDone()) {
            return 0;
        }
        final ServedLog.Answer answer = StoreLists.result(logAnswer);
        logAnswer = null;
        answer.write(reply);
        reply.end();
        return 1;
    }

    private void onHello(final PeerHelloDecoder message) {
        peerId = message.peerId();
        deadlineNs = clock.nanoTime() + DEADLINE_NS;
        reply = new ControlWriter(
                aeron.addExclusivePublication(
                        LinkEndpoint.replyTo(image.sourceIdentity(), message.replyPort()), message.replyStreamId()),
                kernels);
        if (message.protocolVersion() != LinkProtocol.PEER_VERSION) {
            throw new LinkException("version mismatch: the peer speaks protocol " + message.protocolVersion()
                    + ", this store " + LinkProtocol.PEER_VERSION);
        }
        agent.enter();
        hasEntered = true;
        final String channel;
        try {
            channel = LinkEndpoint.framesTo(image.sourceIdentity(), message.framesPort(), options.mtu());
        } catch (final IOException e) {
            throw new LinkException(image.sourceIdentity() + ": unknown host", e);
        }
        frames = new FramePublication(
                aeron.addExclusivePublication(channel, message.framesStreamId()),
                new FrameSealer(kernels, options.suite(), true));
        state = State.AWAIT_STREAMS;
    }

    private void onFramesWanted(final FramesWantedDecoder message) {
        final int length = message.keysLength();
        if (length == 0 || length % LinkProtocol.KEY_LENGTH != 0 || length > keyBytes.length) {
            throw new LinkException("question for frames with " + length + " bytes of keys: 1.."
                    + LinkProtocol.FRAMES_LIMIT + " keys of " + LinkProtocol.KEY_LENGTH + " bytes are taken");
        }
        if (message.number() != frameQuestionCount) {
            throw new LinkException("question " + message.number() + " for frames, expected " + frameQuestionCount);
        }
        message.getKeys(keyBytes, 0, length);
        OffHeap.put(keys, keyBytes, 0, length);
        for (int i = 0; i < length / LinkProtocol.KEY_LENGTH; i++) {
            views[i] = store.get(key(i));
            if (views[i] != FrameSource.NOT_FOUND) {
                given |= 1L << i;
            }
        }
        reply.begin(framesGiven).number(message.number()).given(given);
        reply.end();
        frameQuestionCount++;
    }

    private long key(final int index) {
        return keys + (long) index * LinkProtocol.KEY_LENGTH;
    }

    private int sendFrames() {
        if (batch.count() == 0) {
            final long claimed = frames.tryClaim(batch, Math.min(FrameBatch.LIMIT, Long.bitCount(given)));
            if (claimed < 0) {
                return waited(claimed);
            }
            fill();
        }
        final int count = batch.count();
        final long committed = batch.commit();
        if (committed < 0) {
            return waited(committed);
        }
        for (int i = 0; i < count; i++) {
            given &= given - 1;
        }
        frameCount += count;
        progressed();
        return count;
    }

    private void fill() {
        try {
            long rest = given;
            for (int i = 0; i < batch.count(); i++, rest &= rest - 1) {
                OffHeap.copy(
                        views[Long.numberOfTrailingZeros(rest)], batch.frame(i).address(), LatticeFrame.LENGTH);
            }
            batch.seal();
        } catch (final Throwable t) {
            batch.abort();
            throw t;
        }
        long rest = given;
        for (int i = 0; i < batch.count(); i++, rest &= rest - 1) {
            final long key = key(Long.numberOfTrailingZeros(rest));
            final long address = batch.frame(i).sealedAddress()
                    + SealedFrameLayout.RECEIPT_OFFSET
                    + ReceiptLayout.CONTENT_ADDRESS_OFFSET;
            if (!OffHeap.isSame(address, key, LinkProtocol.KEY_LENGTH)) {
                options.onDamaged().accept(Digest.read(key));
            }
        }
    }

    /** Of a negative code of the frame stream: nothing was done, or the peer is gone. */
    private int waited(final long code) {
        if (code == Publication.BACK_PRESSURED || code == Publication.ADMIN_ACTION) {
            return requireInTime("takes no frames");
        }
        return end(null);
    }

    private void fail(final String reason) {
        leave();
        if (reply == null || state == State.FAILED) {
            end(reason);
            return;
        }
        if (reply.flush() == 1) {
            final byte[] bytes = ControlText.reason(reason);
            reply.begin(new PeerFailedEncoder()).putReason(bytes, 0, bytes.length);
            reply.end();
            reply.flush();
        }
        report(reason);
        deadlineNs = clock.nanoTime() + DEADLINE_NS;
        state = State.FAILED;
    }

    private int end(final String failure) {
        if (state != State.FAILED) {
            report(failure);
        }
        leave();
        CloseHelper.quietClose(reply);
        state = State.DONE;
        return 1;
    }

    private void report(final String failure) {
        options.onEnd()
                .accept(new PeerSummary(
                        image.sourceIdentity(), questionCount, frameCount, clock.nanoTime() - startNs, failure));
    }

    /** Gives up what a session takes: its reader, its frames, its place among the peers. */
    private void leave() {
        given = 0;
        CloseHelper.quietCloseAll(frames, store, reconciling);
        reconciling = null;
        frames = null;
        store = null;
        if (log != null) {
            agent.lists().closeAfterUse(log);
            log = null;
        }
        if (hasEntered) {
            hasEntered = false;
            agent.leave();
        }
    }

    @Override
    public void close() {
        if (state != State.DONE) {
            if (state != State.FAILED) {
                fail("interrupted");
            }
            end(null);
        }
    }
}
