package io.venation.link;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.venation.aeron.FrameBlock;
import io.venation.aeron.FrameBlockHandler;
import io.venation.aeron.FrameImage;
import io.venation.aeron.VerifyPool;
import io.venation.codec.AbortDecoder;
import io.venation.codec.CompleteEncoder;
import io.venation.codec.DirectoryBeginDecoder;
import io.venation.codec.DirectoryEndDecoder;
import io.venation.codec.FailedEncoder;
import io.venation.codec.FileBeginDecoder;
import io.venation.codec.FileEndDecoder;
import io.venation.codec.HelloDecoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.ObjectEndDecoder;
import io.venation.codec.OfferDecoder;
import io.venation.codec.SymbolicLinkDecoder;
import io.venation.codec.TransferEndDecoder;
import io.venation.codec.WelcomeEncoder;
import io.venation.flow.FrameVerifier;
import io.venation.flow.RejectReason;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * One sender's transfer at the receiver. Frames are polled only for the file that the control stream has announced; the
 * control stream is read on only when those frames have come. Of an object frames are polled only when they were wanted
 * ({@link InboundObject}). The first thing that is wrong ends the transfer: the sender is told, open files are removed,
 * files already in place stay.
 *
 * <p>One thread: the receiving agent.
 */
final class InboundTransfer implements ControlReader.Consumer, FrameBlockHandler, AutoCloseable {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(5);

    private enum State {
        AWAIT_HELLO,
        AWAIT_STREAMS,
        RECEIVE,
        FINISH,
        /** Waits until the sender has read the last reply and left. */
        DONE
    }

    private final Aeron aeron;
    private final Image image;
    private final Subscription frameSubscription;
    private final ReceiveOptions options;
    private final FrameKernels kernels;
    private final VerifyPool pool;
    private final NanoClock clock;
    private final long startNs;
    private final ControlReader control;
    private final ReceiptChain chain;
    private final FileHash fileHash;
    private final byte[] digest = new byte[FrameKernels.DIGEST_LENGTH];
    private final byte[] expected = new byte[FrameKernels.DIGEST_LENGTH];
    private final OfferDecoder offer = new OfferDecoder();
    private final FileCommitter committer = new FileCommitter();

    private State state = State.AWAIT_HELLO;
    private long deadlineNs;
    private long transferId;
    private int framesSessionId;
    private boolean rootIsFile;
    private Suite suite;
    private ControlWriter reply;
    private FrameImage frames;
    private TargetTree target;
    /** Null where files are received. */
    private InboundObject object;

    private ReceiptFile receipts;
    private FileSink file;
    private long sequence;
    private long fileCount;
    private long byteCount;
    private long rejected;
    private String rejection;
    private boolean reported;

    InboundTransfer(
            final Aeron aeron,
            final Image image,
            final Subscription frameSubscription,
            final ReceiveOptions options,
            final FrameKernels kernels,
            final VerifyPool pool,
            final NanoClock clock) {
        this.aeron = aeron;
        this.pool = pool;
        this.image = image;
        this.frameSubscription = frameSubscription;
        this.options = options;
        this.kernels = kernels;
        this.clock = clock;
        control = new ControlReader(image, kernels, this);
        chain = new ReceiptChain(kernels);
        fileHash = new FileHash(kernels);
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
            final int replied = reply == null ? 0 : reply.flush();
            return switch (state) {
                case AWAIT_HELLO -> control.poll(1) + requireInTime("sent no Hello");
                case AWAIT_STREAMS -> awaitStreams();
                case RECEIVE -> replied == 0 ? 0 : receive();
                case FINISH -> finish();
                case DONE -> 0;
            };
        } catch (final LinkException e) {
            fail(e.getMessage());
        } catch (final IOException e) {
            fail((file == null ? "" : RawPath.printable(file.path()) + ": ") + named(e));
        } catch (final UncheckedIOException e) {
            fail(storeFault(e));
        } catch (final RuntimeException e) {
            fail(e.toString());
        }
        return 1;
    }

    private static String storeFault(final UncheckedIOException e) {
        return "the receiver's store: " + FileCommitter.reason(e.getCause());
    }

    private static String named(final IOException e) {
        final String reason = FileCommitter.reason(e);
        return e instanceof java.nio.file.FileSystemException f && f.getFile() != null
                ? RawPath.printable(f.getFile().getBytes(StandardCharsets.UTF_8)) + ": " + reason
                : reason;
    }

    private int requireInTime(final String what) {
        if (clock.nanoTime() - deadlineNs > 0) {
            throw new LinkException("the sender at " + image.sourceIdentity() + " " + what + " within "
                    + TimeUnit.NANOSECONDS.toSeconds(DEADLINE_NS) + " s");
        }
        return 0;
    }

    private int awaitStreams() {
        final Image frameImage = frameSubscription.imageBySessionId(framesSessionId);
        if (frameImage == null || !reply.isConnected()) {
            return requireInTime("opened no frame stream or listens for no reply");
        }
        final String mechanism = kernels.mechanism().label();
        frames = new FrameImage(frameImage, () -> new FrameVerifier(Kernels.select(mechanism), suite), 0, pool);
        reply.begin(new WelcomeEncoder())
                .transferId(transferId)
                .wants(object == null ? LinkProtocol.WANTS_FILES : LinkProtocol.WANTS_OBJECT);
        reply.end();
        reply.flush();
        state = State.RECEIVE;
        return 1;
    }

    private int receive() {
        committer.check();
        int work = control.poll(16);
        final int expected = state == State.RECEIVE ? expectedFrames() : 0;
        if (expected > 0) {
            work += frames.blockPoll(this, expected);
            if (rejection != null) {
                throw new LinkException(rejection);
            }
        }
        if (work == 0 && state == State.RECEIVE && (control.isEnded() || frames.isClosed())) {
            throw new LinkException("interrupted: the sender at " + image.sourceIdentity() + " is gone");
        }
        return work;
    }

    /** Frames that may be polled now, at most a batch. */
    private int expectedFrames() {
        if (object != null) {
            return Math.min(FrameImage.BATCH_LIMIT, object.pendingCount());
        }
        return file == null ? 0 : (int) Math.min(FrameImage.BATCH_LIMIT, file.remainingFrames());
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return switch (state) {
            case AWAIT_HELLO -> true;
            case RECEIVE ->
                switch (templateId) {
                    case AbortDecoder.TEMPLATE_ID -> committer.hasRoom();
                    case OfferDecoder.TEMPLATE_ID -> object == null || object.isReady() && reply.flush() == 1;
                    default -> expectedFrames() == 0 && committer.hasRoom();
                };
            case AWAIT_STREAMS, FINISH, DONE -> false;
        };
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        try {
            if (state == State.AWAIT_HELLO) {
                if (header.templateId() != HelloDecoder.TEMPLATE_ID) {
                    throw new LinkException("the first control message is no Hello");
                }
                onHello(new HelloDecoder().wrap(buffer, offset, header.blockLength(), header.version()));
            } else if (header.templateId() == AbortDecoder.TEMPLATE_ID) {
                onAbort(new AbortDecoder().wrap(buffer, offset, header.blockLength(), header.version()));
            } else if (object != null) {
                onObject(header, buffer, offset);
            } else {
                onEntry(header, buffer, offset);
            }
        } catch (final IOException e) {
            throw new LinkException(named(e), e);
        }
    }

    private void onHello(final HelloDecoder hello) throws IOException {
        transferId = hello.transferId();
        framesSessionId = hello.framesSessionId();
        rootIsFile = hello.rootKind() == LinkProtocol.ROOT_FILE;
        reply = new ControlWriter(
                aeron.addExclusivePublication(
                        LinkEndpoint.replyTo(image.sourceIdentity(), hello.replyPort()), hello.replyStreamId()),
                kernels);
        deadlineNs = clock.nanoTime() + DEADLINE_NS;
        if (hello.protocolVersion() != LinkProtocol.VERSION) {
            throw new LinkException("version mismatch: the sender speaks link protocol " + hello.protocolVersion()
                    + ", this receiver " + LinkProtocol.VERSION);
        }
        try {
            suite = Suite.ofByte(hello.suite());
        } catch (final IllegalArgumentException e) {
            throw new LinkException("suite mismatch: the sender seals with an unknown " + e.getMessage());
        }
        if (!options.accepts().test(suite)) {
            throw new LinkException("suite mismatch: the sender seals with " + suite.label() + ", this receiver takes "
                    + options.acceptsText());
        }
        switch (options.target()) {
            case final ReceiveOptions.Folder folder -> {
                if (hello.rootKind() == LinkProtocol.ROOT_OBJECT) {
                    throw new LinkException(
                            "the sender has an object of a store, this receiver keeps files: start it with"
                                    + " --store, or send what `venation store get` writes");
                }
                target = new TargetTree(folder.root(), folder.rootFileName(), folder.keepsRootAttributes(), transferId);
            }
            case final ReceiveOptions.Store store -> {
                if (store.suite().addressHash() != suite.addressHash()) {
                    throw new LinkException("suite mismatch: the sender seals with " + suite.label()
                            + ", the receiver's store has " + store.suite().label());
                }
                object = new InboundObject(store, suite, kernels);
            }
        }
        receipts = options.receipts() == null ? null : new ReceiptFile(options.receipts());
        state = State.AWAIT_STREAMS;
    }

    private void onEntry(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset)
            throws IOException {
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case DirectoryBeginDecoder.TEMPLATE_ID -> {
                final DirectoryBeginDecoder message =
                        new DirectoryBeginDecoder().wrap(buffer, offset, blockLength, version);
                requireNoFile();
                target.makeDirectory(path(message.pathLength(), message::getPath));
            }
            case FileBeginDecoder.TEMPLATE_ID -> {
                final FileBeginDecoder message = new FileBeginDecoder().wrap(buffer, offset, blockLength, version);
                requireNoFile();
                if (message.firstSequence() != sequence || message.length() < 0) {
                    throw new LinkException("file announced at sequence=" + message.firstSequence() + " with length="
                            + message.length() + ": expected sequence=" + sequence);
                }
                file = target.beginFile(path(message.pathLength(), message::getPath), message.length(), rootIsFile);
                fileHash.begin(message.length());
            }
            case FileEndDecoder.TEMPLATE_ID ->
                onFileEnd(new FileEndDecoder().wrap(buffer, offset, blockLength, version));
            case SymbolicLinkDecoder.TEMPLATE_ID -> {
                final SymbolicLinkDecoder message =
                        new SymbolicLinkDecoder().wrap(buffer, offset, blockLength, version);
                requireNoFile();
                final FileTime modified = modified(message.modifiedSeconds(), message.modifiedNanos());
                final byte[] path = path(message.pathLength(), message::getPath);
                target.deferLink(path, linkText(message), modified);
            }
            case DirectoryEndDecoder.TEMPLATE_ID -> {
                final DirectoryEndDecoder message =
                        new DirectoryEndDecoder().wrap(buffer, offset, blockLength, version);
                requireNoFile();
                target.deferDirectory(
                        path(message.pathLength(), message::getPath),
                        message.mode() & 0777,
                        modified(message.modifiedSeconds(), message.modifiedNanos()));
            }
            case TransferEndDecoder.TEMPLATE_ID -> {
                final TransferEndDecoder message = new TransferEndDecoder().wrap(buffer, offset, blockLength, version);
                requireNoFile();
                message.getChainHead(expected, 0, expected.length);
                requireCounted(
                        message.frameCount() == sequence
                                && message.fileCount() == fileCount
                                && message.byteCount() == byteCount,
                        sequence + " frames, " + fileCount + " files and " + byteCount + " bytes",
                        message.frameCount() + ", " + message.fileCount() + " and " + message.byteCount());
                requireChainHead();
                state = State.FINISH;
            }
            default -> throw unknown(header);
        }
    }

    private void onObject(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case OfferDecoder.TEMPLATE_ID -> {
                object.onOffer(offer.wrap(buffer, offset, blockLength, version), reply);
                reply.flush();
            }
            case ObjectEndDecoder.TEMPLATE_ID -> {
                final ObjectEndDecoder message = new ObjectEndDecoder().wrap(buffer, offset, blockLength, version);
                message.getRoot(digest, 0, digest.length);
                final Digest root = Digest.read(digest, 0);
                message.getChainHead(expected, 0, expected.length);
                requireCounted(
                        message.frameCount() == sequence && message.offeredCount() == object.offeredCount(),
                        sequence + " frames of " + object.offeredCount() + " offered",
                        message.frameCount() + " of " + message.offeredCount());
                requireChainHead();
                fileCount = message.fileCount();
                byteCount = message.byteCount();
                object.end(root);
                state = State.FINISH;
            }
            default -> throw unknown(header);
        }
    }

    private static LinkException unknown(final MessageHeaderDecoder header) {
        return new LinkException("control message of unknown kind " + header.templateId());
    }

    private static void onAbort(final AbortDecoder message) {
        throw new LinkException("the sender gave up: "
                + RawPath.printable(
                        ControlText.bytes(message.reasonLength(), LinkProtocol.REASON_LIMIT, message::getReason)));
    }

    private static void requireCounted(final boolean isSame, final String here, final String there) {
        if (!isSame) {
            throw new LinkException("the transfer ended with " + here + ", the sender counts " + there);
        }
    }

    private void requireChainHead() {
        chain.head(digest, 0);
        if (!Arrays.equals(digest, expected)) {
            throw new LinkException("the receipt chain's head is not what the sender says");
        }
    }

    private static byte[] path(final int length, final ControlText.Getter getter) {
        return ControlText.bytes(length, LinkProtocol.PATH_LIMIT, getter);
    }

    private static byte[] linkText(final SymbolicLinkDecoder message) {
        final byte[] text = ControlText.bytes(message.textLength(), LinkProtocol.PATH_LIMIT, message::getText);
        for (final byte b : text) {
            if (b == 0) {
                throw new LinkException("text of a symbolic link holds a NUL byte");
            }
        }
        if (text.length == 0) {
            throw new LinkException("text of a symbolic link is empty");
        }
        return text;
    }

    private static FileTime modified(final long seconds, final long nanos) {
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond() || nanos > 999_999_999) {
            throw new LinkException("modification time of " + seconds + " s and " + nanos + " ns is none");
        }
        return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
    }

    private void requireNoFile() {
        if (file != null) {
            throw new LinkException("control messages out of order: " + RawPath.printable(file.path()) + " is open");
        }
    }

    private void onFileEnd(final FileEndDecoder message) {
        if (file == null) {
            throw new LinkException("control messages out of order: no file is open");
        }
        message.getHash(expected, 0, expected.length);
        fileHash.end(digest);
        if (message.length() != file.length() || !Arrays.equals(digest, expected)) {
            throw new LinkException(RawPath.printable(file.path()) + ": does not hash to what the sender says");
        }
        fileCount++;
        byteCount += file.length();
        committer.commit(file, message.mode() & 0777, modified(message.modifiedSeconds(), message.modifiedNanos()));
        file = null;
    }

    @Override
    public void onBlock(final FrameBlock block) {
        if (rejection != null) {
            return;
        }
        final int count = block.count();
        try {
            final String refusal = object == null ? write(block) : object.put(block);
            if (refusal != null) {
                reject(block.position(), refusal);
                return;
            }
            chain.append(block.receipts(), block.receiptStride(), count);
            if (receipts != null) {
                receipts.append(block.receipts(), count * block.receiptStride());
            }
            sequence += count;
        } catch (final IOException e) {
            rejection = (file == null ? "receipts" : RawPath.printable(file.path())) + ": " + FileCommitter.reason(e);
        } catch (final UncheckedIOException e) {
            rejection = storeFault(e);
        }
    }

    /** Null, or why the frames are not those of the file. */
    private String write(final FrameBlock block) throws IOException {
        final int count = block.count();
        long bytes = Math.min((long) count * FrameKernels.FRAME_LENGTH, file.remainingBytes());
        for (int i = 0; i < count; i++) {
            final int payloadLength = (int) Math.min(FrameKernels.FRAME_LENGTH, bytes);
            if (block.payloadLength(i) != payloadLength) {
                return "payload length " + block.payloadLength(i) + " where the file has " + payloadLength;
            }
            bytes -= payloadLength;
        }
        file.write(block.byteBuffers(), count);
        fileHash.add(block.receipts() + ReceiptLayout.CONTENT_ADDRESS_OFFSET, block.receiptStride(), count);
        if (file.isForceDue()) {
            committer.force(file);
        }
        return null;
    }

    @Override
    public void onRejected(final long position, final RejectReason reason) {
        reject(position, reason.sentence());
    }

    private void reject(final long position, final String reason) {
        rejected++;
        if (rejection == null) {
            rejection = "frame at sequence " + sequence + " (stream position " + position + ") does not verify: "
                    + reason + "; "
                    + (file == null ? "nothing is pinned" : RawPath.printable(file.path()) + " is not written");
        }
    }

    private int finish() throws IOException {
        if (object == null ? !committer.isDone() : !object.finish()) {
            return object != null && object.isFollowing() ? 1 : 0;
        }
        committer.close();
        if (object == null) {
            target.finish();
            target.close();
        }
        if (receipts != null) {
            receipts.commit();
        }
        reply.begin(new CompleteEncoder())
                .transferId(transferId)
                .frameCount(sequence)
                .putChainHead(chain.head(), 0, FrameKernels.DIGEST_LENGTH);
        reply.end();
        report(null);
        return 1;
    }

    private void fail(final String reason) {
        discard();
        if (reply != null) {
            final byte[] bytes = ControlText.reason(reason);
            if (reply.flush() == 1) {
                reply.begin(new FailedEncoder())
                        .transferId(transferId)
                        .rejected(rejected)
                        .putReason(bytes, 0, bytes.length);
                reply.end();
                reply.flush();
            }
        }
        report(reason);
    }

    private void report(final String failure) {
        state = State.DONE;
        if (!reported) {
            reported = true;
            options.onEnd()
                    .accept(new TransferSummary(
                            image.sourceIdentity(),
                            byteCount,
                            fileCount,
                            sequence,
                            object == null ? 0 : object.sharedCount(),
                            clock.nanoTime() - startNs,
                            rejected,
                            TransferSummary.label(kernels),
                            chain.head(),
                            object == null || failure != null ? null : object.root(),
                            failure));
        }
    }

    private void discard() {
        if (frames != null) {
            frames.close();
        }
        if (file != null) {
            file.discard();
            file = null;
        }
        committer.close();
        CloseHelper.quietCloseAll(target, receipts, object);
    }

    @Override
    public void close() {
        if (state != State.DONE) {
            fail("interrupted");
        }
        discard();
        CloseHelper.quietClose(reply);
    }
}
