package io.venation.link;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.venation.codec.CompleteDecoder;
import io.venation.codec.DirectoryBeginEncoder;
import io.venation.codec.DirectoryEndEncoder;
import io.venation.codec.FailedDecoder;
import io.venation.codec.FileBeginEncoder;
import io.venation.codec.FileEndEncoder;
import io.venation.codec.HelloEncoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.ObjectEndEncoder;
import io.venation.codec.OfferEncoder;
import io.venation.codec.SymbolicLinkEncoder;
import io.venation.codec.TransferEndEncoder;
import io.venation.codec.WantedDecoder;
import io.venation.codec.WelcomeDecoder;
import io.venation.flow.FrameSealer;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A sender that says whatever a test wants it to say, with digests and seals that are right. */
final class Forger implements AutoCloseable, ControlReader.Consumer {
    private static int replyStreamCount;

    private final int replyStreamId = 1_000 + ++replyStreamCount;
    private static final int FRAME = FrameKernels.FRAME_LENGTH;

    private final TestLink link;
    private final FrameKernels kernels = Kernels.select();
    private final Subscription replies;
    private final ExclusivePublication controlPublication;
    final ControlWriter control;
    private final ExclusivePublication frames;
    private final UnsafeBuffer sealed =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
    private final FrameSealer sealer = new FrameSealer(kernels, TestLink.SUITE, true);
    final ReceiptChain chain = new ReceiptChain(kernels);
    private final FileHash fileHash = new FileHash(kernels);
    private final List<String> answers = new ArrayList<>();
    private ControlReader reader;
    long sequence;
    long fileCount;
    long byteCount;
    long offeredCount;
    long answeredCount;

    Forger(final TestLink link) {
        this.link = link;
        replies = link.aeron().addSubscription("aeron:ipc", replyStreamId);
        controlPublication =
                link.aeron().addExclusivePublication(link.sending.controlChannel(), LinkProtocol.CONTROL_STREAM_ID);
        control = new ControlWriter(controlPublication, kernels);
        frames = link.aeron().addExclusivePublication(link.sending.frameChannel(), LinkProtocol.FRAME_STREAM_ID);
    }

    Forger hello() throws Exception {
        return hello(hello -> {});
    }

    Forger hello(final Consumer<HelloEncoder> change) throws Exception {
        final HelloEncoder hello = control.begin(new HelloEncoder())
                .protocolVersion(LinkProtocol.VERSION)
                .suite((short) (TestLink.SUITE.toByte() & 0xff))
                .rootKind(LinkProtocol.ROOT_DIRECTORY)
                .transferId(controlPublication.sessionId())
                .framesSessionId(frames.sessionId())
                .replyPort(0)
                .replyStreamId(replyStreamId);
        change.accept(hello);
        return end();
    }

    /** Closes the message begun last and sends it. */
    Forger end() throws Exception {
        control.end();
        Turns.until(() -> control.flush() == 1, link.receiver);
        return this;
    }

    Forger directory(final byte[] path) throws Exception {
        control.begin(new DirectoryBeginEncoder()).putPath(path, 0, path.length);
        return end();
    }

    Forger directory(final String path) throws Exception {
        return directory(bytes(path));
    }

    Forger directoryEnd(final String path, final Consumer<DirectoryEndEncoder> change) throws Exception {
        final DirectoryEndEncoder message = control.begin(new DirectoryEndEncoder())
                .mode(0755)
                .modifiedSeconds(1)
                .modifiedNanos(2);
        change.accept(message);
        message.putPath(bytes(path), 0, bytes(path).length);
        return end();
    }

    Forger symbolicLink(final String path, final String text) throws Exception {
        control.begin(new SymbolicLinkEncoder())
                .modifiedSeconds(1)
                .modifiedNanos(2)
                .putPath(bytes(path), 0, bytes(path).length)
                .putText(bytes(text), 0, bytes(text).length);
        return end();
    }

    Forger fileBegin(final byte[] path, final long length) throws Exception {
        return fileBegin(path, length, sequence);
    }

    Forger fileBegin(final byte[] path, final long length, final long firstSequence) throws Exception {
        fileHash.begin(length);
        control.begin(new FileBeginEncoder())
                .length(length)
                .firstSequence(firstSequence)
                .putPath(path, 0, path.length);
        return end();
    }

    /** Frames full of one byte, the last one cut to the length. */
    Forger frames(final byte content, final long length) throws Exception {
        for (long position = 0; position < length; position += FRAME) {
            frame(content, (int) Math.min(FRAME, length - position), sequence);
            sequence++;
        }
        return this;
    }

    void frame(final byte content, final int payloadLength, final long frameSequence) throws Exception {
        sealed.setMemory(SealedFrameLayout.FRAME_OFFSET, payloadLength, content);
        seal(payloadLength, frameSequence);
    }

    /** A frame of 12,288 bytes that stand elsewhere. */
    Forger frame(final long frame) throws Exception {
        OffHeap.copy(frame, sealed.addressOffset() + SealedFrameLayout.FRAME_OFFSET, FRAME);
        seal(FRAME, sequence++);
        return this;
    }

    private void seal(final int payloadLength, final long frameSequence) throws Exception {
        final long address = sealed.addressOffset();
        sealer.seal(address, SealedFrameLayout.LENGTH, 1, frameSequence, new int[] {payloadLength});
        final long receipt = address + SealedFrameLayout.RECEIPT_OFFSET;
        chain.append(receipt, ReceiptLayout.LENGTH, 1);
        fileHash.add(receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET, ReceiptLayout.LENGTH, 1);
        Turns.until(() -> frames.offer(sealed) > 0, link.receiver);
    }

    Forger fileEnd(final long length, final Consumer<FileEndEncoder> change) throws Exception {
        final byte[] hash = new byte[FrameKernels.DIGEST_LENGTH];
        fileHash.end(hash);
        final FileEndEncoder message = control.begin(new FileEndEncoder())
                .length(length)
                .mode(0644)
                .modifiedSeconds(1_000_000_000)
                .modifiedNanos(123_456_789)
                .putHash(hash, 0, hash.length);
        change.accept(message);
        fileCount++;
        byteCount += length;
        return end();
    }

    Forger file(final String path, final byte content, final int length) throws Exception {
        return fileBegin(bytes(path), length).frames(content, length).fileEnd(length, message -> {});
    }

    Forger transferEnd(final Consumer<TransferEndEncoder> change) throws Exception {
        final TransferEndEncoder message = control.begin(new TransferEndEncoder())
                .frameCount(sequence)
                .fileCount(fileCount)
                .byteCount(byteCount)
                .putChainHead(chain.head(), 0, FrameKernels.DIGEST_LENGTH);
        change.accept(message);
        return end();
    }

    /** Content addresses, or anything. */
    Forger offer(final byte[] keys) throws Exception {
        control.begin(new OfferEncoder()).putKeys(keys, 0, keys.length);
        return end();
    }

    Forger offer(final Digest... addresses) throws Exception {
        final byte[] keys = new byte[addresses.length * FrameKernels.DIGEST_LENGTH];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i].write(keys, i * FrameKernels.DIGEST_LENGTH);
        }
        offeredCount += addresses.length;
        return offer(keys);
    }

    Forger objectEnd(final Digest root) throws Exception {
        return objectEnd(root, message -> {});
    }

    Forger objectEnd(final Digest root, final Consumer<ObjectEndEncoder> change) throws Exception {
        final byte[] address = new byte[FrameKernels.DIGEST_LENGTH];
        root.write(address, 0);
        final ObjectEndEncoder message = control.begin(new ObjectEndEncoder())
                .putRoot(address, 0, address.length)
                .offeredCount(offeredCount)
                .frameCount(sequence)
                .fileCount(1)
                .byteCount(2)
                .putChainHead(chain.head(), 0, FrameKernels.DIGEST_LENGTH);
        change.accept(message);
        return end();
    }

    /** The receiver's last word: {@code complete}, or why it refuses. */
    String answer() throws Exception {
        Turns.until(
                () -> {
                    if (reader == null && replies.imageCount() > 0) {
                        reader = new ControlReader(replies.imageAtIndex(0), kernels, this);
                    }
                    return reader != null && reader.poll(1) >= 0 && !answers.isEmpty();
                },
                link.receiver);
        return answers.getLast();
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return true;
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        switch (header.templateId()) {
            case WelcomeDecoder.TEMPLATE_ID -> {}
            case WantedDecoder.TEMPLATE_ID -> {
                final WantedDecoder message =
                        new WantedDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                answeredCount += message.count();
            }
            case CompleteDecoder.TEMPLATE_ID -> answers.add("complete");
            case FailedDecoder.TEMPLATE_ID -> {
                final FailedDecoder failed =
                        new FailedDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                final byte[] reason = new byte[failed.reasonLength()];
                failed.getReason(reason, 0, reason.length);
                answers.add(new String(reason, StandardCharsets.UTF_8));
            }
            default -> throw new AssertionError("reply " + header.templateId());
        }
    }

    /** Sends bytes that are no message of ours, behind a digest of the running kind or not. */
    Forger raw(final byte[] bytes) throws Exception {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        Turns.until(() -> controlPublication.offer(buffer) > 0, link.receiver);
        return this;
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(frames, control, replies);
    }
}
