package io.venation.link;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.venation.aeron.FrameBatch;
import io.venation.aeron.FramePublication;
import io.venation.codec.AbortEncoder;
import io.venation.codec.CompleteDecoder;
import io.venation.codec.DirectoryBeginEncoder;
import io.venation.codec.DirectoryEndEncoder;
import io.venation.codec.FailedDecoder;
import io.venation.codec.FileBeginEncoder;
import io.venation.codec.FileEndEncoder;
import io.venation.codec.HelloEncoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.SymbolicLinkEncoder;
import io.venation.codec.TransferEndEncoder;
import io.venation.codec.WantedDecoder;
import io.venation.codec.WelcomeDecoder;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import io.venation.store.FrameSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Sends one file or tree: walks it, announces, fills, seals and commits frames, and waits for the receiver's word that
 * all of it is verified and on disk. A receiver that keeps objects gets the frames that it lacks of what the source becomes
 * in a store ({@link OutboundObject}); an object of a store goes to such a receiver only.
 *
 * <p>A file that changes while it is read ends the transfer with an error that names it. One thread drives
 * {@link #doWork()}; counters may be read from any thread. Allocates nothing per frame.
 */
public final class SendAgent implements Agent, ControlReader.Consumer, AutoCloseable {
    private static final long ANSWER_DEADLINE_NS = TimeUnit.SECONDS.toNanos(6);

    private enum State {
        CONNECT,
        AWAIT_WELCOME,
        STREAM,
        AWAIT_COMPLETE,
        DONE
    }

    private final LinkEndpoint endpoint;
    /** Null where an object of a store is sent. */
    private final Path root;

    private final boolean rootIsFile;
    private final FrameSource storedFrames;
    private final Digest storedRoot;
    private final Suite suite;
    private final FrameKernels kernels;
    private final NanoClock clock;
    private final long transferId = new SecureRandom().nextLong();
    /** One's own, so that senders on one driver do not read each other's replies. */
    private final int replyStreamId = (int) transferId;

    private final Subscription replies;
    private final ControlWriter control;
    private final FramePublication frames;
    private final ReceiptChain chain;
    private final FileHash fileHash;
    private final TreeWalk walk;
    private final FrameBatch batch = new FrameBatch();
    private final byte[] hash = new byte[FrameKernels.DIGEST_LENGTH];

    private final HelloEncoder hello = new HelloEncoder();
    private final DirectoryBeginEncoder directoryBegin = new DirectoryBeginEncoder();
    private final FileBeginEncoder fileBegin = new FileBeginEncoder();
    private final FileEndEncoder fileEnd = new FileEndEncoder();
    private final SymbolicLinkEncoder symbolicLink = new SymbolicLinkEncoder();
    private final DirectoryEndEncoder directoryEnd = new DirectoryEndEncoder();
    private final TransferEndEncoder transferEnd = new TransferEndEncoder();
    private final AbortEncoder abort = new AbortEncoder();
    private final WantedDecoder wanted = new WantedDecoder();

    private State state = State.CONNECT;
    private long startNs;
    private long deadlineNs;
    private ControlReader reply;
    private Path file;
    /** Null where the receiver keeps files. */
    private OutboundObject object;

    private FileChannel fileChannel;
    private FileState fileState;
    private long fileLength;
    private long filePosition;
    private long sequence;
    private long fileCount;
    private volatile long byteCount;
    private long rejected;
    private volatile TransferSummary summary;

    /**
     * Opens the streams; nothing is sent before the first {@link #doWork()}.
     *
     * @param aeron    connected client.
     * @param endpoint the receiver's.
     * @param source   absolute path of a file or directory.
     * @param suite    hashes of the receipts.
     * @param kernels  of the thread that drives this agent.
     * @param clock    nanoseconds.
     */
    public SendAgent(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final Path source,
            final Suite suite,
            final FrameKernels kernels,
            final NanoClock clock) {
        this(aeron, endpoint, source, null, null, suite, kernels, clock);
    }

    /**
     * Opens the streams for an object of a store; nothing is sent before the first {@link #doWork()}.
     *
     * @param aeron    connected client.
     * @param endpoint the receiver's, which keeps objects.
     * @param frames   has what the object stands on; the thread that drives this agent asks it.
     * @param root     of the object.
     * @param suite    hashes of the receipts, the address hash that of the store.
     * @param kernels  of the thread that drives this agent.
     * @param clock    nanoseconds.
     */
    public SendAgent(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final FrameSource frames,
            final Digest root,
            final Suite suite,
            final FrameKernels kernels,
            final NanoClock clock) {
        this(aeron, endpoint, null, frames, root, suite, kernels, clock);
    }

    private SendAgent(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final Path source,
            final FrameSource storedFrames,
            final Digest storedRoot,
            final Suite suite,
            final FrameKernels kernels,
            final NanoClock clock) {
        this.endpoint = endpoint;
        this.root = source;
        this.rootIsFile = source != null && Files.isRegularFile(source);
        this.storedFrames = storedFrames;
        this.storedRoot = storedRoot;
        this.suite = suite;
        this.kernels = kernels;
        this.clock = clock;
        chain = new ReceiptChain(kernels);
        fileHash = new FileHash(kernels);
        walk = new TreeWalk(source);
        replies = aeron.addSubscription(endpoint.replyChannel(), replyStreamId);
        ExclusivePublication controlPublication = null;
        try {
            controlPublication =
                    aeron.addExclusivePublication(endpoint.controlChannel(), LinkProtocol.CONTROL_STREAM_ID);
            control = new ControlWriter(controlPublication, kernels);
            frames = new FramePublication(
                    aeron.addExclusivePublication(endpoint.frameChannel(), LinkProtocol.FRAME_STREAM_ID),
                    new FrameSealer(kernels, suite, true));
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(controlPublication, replies);
            throw e;
        }
        startNs = clock.nanoTime();
        deadlineNs = startNs + ANSWER_DEADLINE_NS;
    }

    @Override
    public String roleName() {
        return "venation-send";
    }

    /**
     * One turn.
     *
     * @return work done; 0 for ever once {@link #summary()} is there.
     */
    @Override
    public int doWork() {
        if (state == State.DONE) {
            return 0;
        }
        try {
            return pollReply() + turn();
        } catch (final LinkException e) {
            fail(e.getMessage());
        } catch (final IOException e) {
            fail((file == null ? "" : RawPath.printable(file) + ": ") + FileCommitter.reason(e));
        } catch (final RuntimeException e) {
            fail(e.toString());
        }
        return 1;
    }

    private int turn() throws IOException {
        return switch (state) {
            case CONNECT -> connect();
            case AWAIT_WELCOME -> awaitAnswer();
            case STREAM -> object == null ? stream() : streamObject();
            case AWAIT_COMPLETE, DONE -> awaitComplete();
        };
    }

    private int connect() {
        if (control.isConnected() && frames.isConnected() && endpoint.isReplyReady(replies)) {
            control.begin(hello)
                    .protocolVersion(LinkProtocol.VERSION)
                    .suite((short) (suite.toByte() & 0xff))
                    .rootKind(rootKind())
                    .transferId(transferId)
                    .framesSessionId(frames.sessionId())
                    .replyPort(endpoint.replyPort(replies))
                    .replyStreamId(replyStreamId);
            control.end();
            deadlineNs = clock.nanoTime() + ANSWER_DEADLINE_NS;
            state = State.AWAIT_WELCOME;
            return 1;
        }
        if (clock.nanoTime() - deadlineNs > 0) {
            throw new LinkException("no receiver at " + endpoint.name() + " within "
                    + TimeUnit.NANOSECONDS.toSeconds(ANSWER_DEADLINE_NS) + " s: start `venation receive` there first");
        }
        return 0;
    }

    private short rootKind() {
        if (root == null) {
            return LinkProtocol.ROOT_OBJECT;
        }
        return rootIsFile ? LinkProtocol.ROOT_FILE : LinkProtocol.ROOT_DIRECTORY;
    }

    private int awaitAnswer() {
        if (clock.nanoTime() - deadlineNs > 0) {
            throw new LinkException("the receiver at " + endpoint.name()
                    + " does not answer: is it Venation, and can it" + " reach this host by UDP?");
        }
        return awaitComplete();
    }

    /** Work is what {@link #pollReply} does: who waits leaves the core to others. */
    private int awaitComplete() {
        flushed(control.flush());
        return 0;
    }

    private int stream() throws IOException {
        if (flushed(control.flush()) == 0 || batch.count() > 0 && sent(batch.commit()) == 0) {
            return 0;
        }
        if (file != null) {
            return sendFile();
        }
        sendNextEntry();
        return 1;
    }

    private void beginObject() {
        final FrameSource frames = root == null ? storedFrames : key -> FrameSource.NOT_FOUND;
        final OfferWindow window = new OfferWindow(kernels, suite.addressHash(), frames);
        final ObjectSource source = root == null
                ? new StoredSource(
                        window, storedFrames, storedRoot, kernels, suite.addressHash(), bytes -> byteCount = bytes)
                : new TreeSource(window, root, bytes -> byteCount = bytes);
        object = new OutboundObject(window, source, control);
    }

    /** Frames go out while the control stream waits, or the receiver could not make room there. */
    private int streamObject() {
        final int sent = sendWanted();
        if (flushed(control.flush()) == 0) {
            return sent;
        }
        if (!object.isDone() || batch.count() > 0) {
            return sent + object.offer();
        }
        object.end(sequence, chain.head());
        fileCount = object.source().fileCount();
        byteCount = object.source().byteCount();
        state = State.AWAIT_COMPLETE;
        return 1;
    }

    private int sendWanted() {
        if (batch.count() > 0) {
            return sent(batch.commit());
        }
        final int wanted = object.wantedCount();
        if (wanted == 0 || sent(frames.tryClaim(batch, wanted)) == 0) {
            return 0;
        }
        final int count = batch.count();
        try {
            object.fill(batch);
            batch.seal();
            object.sent(batch);
            chain.append(
                    batch.frame(0).sealedAddress() + SealedFrameLayout.RECEIPT_OFFSET, SealedFrameLayout.STRIDE, count);
        } catch (final RuntimeException e) {
            batch.abort();
            throw e;
        }
        sequence += count;
        sent(batch.commit());
        return count;
    }

    private int flushed(final int result) {
        if (result < 0) {
            throw gone(result);
        }
        return result;
    }

    private LinkException gone(final long code) {
        return new LinkException("the receiver at " + endpoint.name() + " is gone (" + Publication.errorString(code)
                + "): what it had not confirmed must be sent again");
    }

    private void sendNextEntry() throws IOException {
        if (!walk.next()) {
            control.begin(transferEnd).frameCount(sequence).fileCount(fileCount).byteCount(byteCount);
            chain.head(hash, 0);
            transferEnd.putChainHead(hash, 0, hash.length);
            control.end();
            state = State.AWAIT_COMPLETE;
            return;
        }
        final Path path = walk.path();
        final byte[] relative = rootIsFile ? RawPath.name(path) : RawPath.relative(root, path);
        switch (walk.kind()) {
            case DIRECTORY_BEGIN -> {
                if (relative.length > 0) {
                    control.begin(directoryBegin).putPath(relative, 0, relative.length);
                    control.end();
                }
            }
            case FILE -> beginFile(path, relative);
            case LINK -> {
                final byte[] text = RawPath.linkText(path);
                final Instant modified = walk.attributes().lastModifiedTime().toInstant();
                control.begin(symbolicLink)
                        .modifiedSeconds(modified.getEpochSecond())
                        .modifiedNanos(modified.getNano())
                        .putPath(relative, 0, relative.length)
                        .putText(text, 0, text.length);
                control.end();
            }
            case DIRECTORY_END -> {
                final FileState state = FileState.of(path);
                control.begin(directoryEnd)
                        .mode(state.mode())
                        .modifiedSeconds(state.modified().getEpochSecond())
                        .modifiedNanos(state.modified().getNano())
                        .putPath(relative, 0, relative.length);
                control.end();
            }
        }
    }

    private void beginFile(final Path path, final byte[] relative) throws IOException {
        file = path;
        fileState = fileState();
        fileChannel = rootIsFile
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        fileLength = fileState.size();
        filePosition = 0;
        fileHash.begin(fileLength);
        control.begin(fileBegin).length(fileLength).firstSequence(sequence).putPath(relative, 0, relative.length);
        control.end();
    }

    private FileState fileState() throws IOException {
        return rootIsFile ? FileState.of(file) : FileState.of(file, LinkOption.NOFOLLOW_LINKS);
    }

    private int sendFile() throws IOException {
        final long remaining = fileLength - filePosition;
        if (filePosition == 0 && fileState.mayChangeUnseen()) {
            return 0;
        }
        if (remaining == 0) {
            endFile();
            return 1;
        }
        final long remainingFrames = (remaining + LatticeFrame.LENGTH - 1) / LatticeFrame.LENGTH;
        final int wanted = (int) Math.min(FrameBatch.LIMIT, remainingFrames);
        if (sent(frames.tryClaim(batch, wanted)) == 0) {
            return 0;
        }
        final int count = batch.count();
        try {
            fill(count);
            batch.seal();
            final long receipts = batch.frame(0).sealedAddress() + SealedFrameLayout.RECEIPT_OFFSET;
            chain.append(receipts, SealedFrameLayout.STRIDE, count);
            fileHash.add(receipts + ReceiptLayout.CONTENT_ADDRESS_OFFSET, SealedFrameLayout.STRIDE, count);
        } catch (final IOException | RuntimeException e) {
            batch.abort();
            throw e;
        }
        sequence += count;
        sent(batch.commit());
        return count;
    }

    /** Of a position or code of the frame stream: 1 where it went through, 0 where it has to be tried again. */
    private int sent(final long result) {
        if (result >= 0) {
            return 1;
        }
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return 0;
        }
        throw gone(result);
    }

    private void fill(final int count) throws IOException {
        final ByteBuffer[] payloads = batch.byteBuffers();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            final int length = (int) Math.min(LatticeFrame.LENGTH, fileLength - filePosition - bytes);
            payloads[i].limit(payloads[i].position() + length);
            batch.payloadLength(i, length);
            bytes += length;
        }
        final ByteBuffer last = payloads[count - 1];
        while (last.hasRemaining()) {
            if (fileChannel.read(payloads, 0, count) < 0) {
                throw changed();
            }
        }
        filePosition += bytes;
    }

    private void endFile() throws IOException {
        if (!fileState().equals(fileState)) {
            throw changed();
        }
        fileHash.end(hash);
        control.begin(fileEnd)
                .length(fileLength)
                .mode(fileState.mode())
                .modifiedSeconds(fileState.modified().getEpochSecond())
                .modifiedNanos(fileState.modified().getNano())
                .putHash(hash, 0, hash.length);
        control.end();
        fileCount++;
        byteCount += fileLength;
        closeFile();
    }

    private LinkException changed() {
        return new LinkException(
                RawPath.printable(file) + " changed while it was read: send it again when it is still");
    }

    private void closeFile() {
        CloseHelper.quietClose(fileChannel);
        fileChannel = null;
        file = null;
        filePosition = 0;
    }

    private int pollReply() {
        if (reply == null) {
            if (replies.imageCount() > 0) {
                reply = new ControlReader(replies.imageAtIndex(0), kernels, this);
            }
            return 0;
        }
        final int work = reply.poll(4);
        if (work == 0 && state != State.DONE && reply.isEnded()) {
            throw gone(Publication.CLOSED);
        }
        return work;
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return true;
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        switch (header.templateId()) {
            case WelcomeDecoder.TEMPLATE_ID -> {
                final WelcomeDecoder welcome =
                        new WelcomeDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                if (welcome.transferId() == transferId && state == State.AWAIT_WELCOME) {
                    if (welcome.wants() == LinkProtocol.WANTS_OBJECT) {
                        beginObject();
                    } else if (root == null) {
                        throw new LinkException("the receiver at " + endpoint.name() + " keeps no objects");
                    }
                    state = State.STREAM;
                }
            }
            case WantedDecoder.TEMPLATE_ID -> {
                if (object == null) {
                    throw new LinkException("the receiver at " + endpoint.name() + " wants what was not offered");
                }
                object.onWanted(wanted.wrap(buffer, offset, header.blockLength(), header.version()));
            }
            case FailedDecoder.TEMPLATE_ID -> {
                final FailedDecoder failed =
                        new FailedDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                rejected = failed.rejected();
                throw new LinkException(RawPath.printable(
                        ControlText.bytes(failed.reasonLength(), LinkProtocol.REASON_LIMIT, failed::getReason)));
            }
            case CompleteDecoder.TEMPLATE_ID -> {
                final CompleteDecoder complete =
                        new CompleteDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                complete.getChainHead(hash, 0, hash.length);
                if (state != State.AWAIT_COMPLETE
                        || complete.frameCount() != sequence
                        || !Arrays.equals(hash, chain.head())) {
                    throw new LinkException("the receiver confirmed chain head "
                            + HexFormat.of().formatHex(hash) + " over " + complete.frameCount()
                            + " frames, which is not what was sent");
                }
                finish(null);
            }
            default -> throw new LinkException("reply of unknown kind " + header.templateId());
        }
    }

    private void fail(final String reason) {
        closeFile();
        if (state == State.STREAM) {
            final byte[] bytes = ControlText.reason(reason);
            if (control.flush() == 1) {
                control.begin(abort).putReason(bytes, 0, bytes.length);
                control.end();
                control.flush();
            }
        }
        finish(reason);
    }

    private void finish(final String failure) {
        state = State.DONE;
        summary = new TransferSummary(
                endpoint.name(),
                byteCount,
                fileCount,
                sequence,
                object == null ? 0 : object.sharedCount(),
                clock.nanoTime() - startNs,
                rejected,
                TransferSummary.label(kernels),
                chain.head(),
                object == null || failure != null ? null : object.source().root(),
                failure);
        CloseHelper.quietClose(object);
    }

    /**
     * How it ended. Any thread.
     *
     * @return null while it goes on.
     */
    public TransferSummary summary() {
        return summary;
    }

    /**
     * Payload bytes committed so far. Any thread.
     *
     * @return bytes of whole files and of the file at hand.
     */
    public long sentBytes() {
        return byteCount + filePosition;
    }

    @Override
    public void onClose() {
        close();
    }

    /** Closes the streams; a transfer still under way is interrupted. */
    @Override
    public void close() {
        if (state != State.DONE) {
            fail("interrupted");
        }
        CloseHelper.quietCloseAll(frames, control, replies);
    }
}
