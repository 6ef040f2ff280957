package io.venation.link;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.venation.codec.FramesGivenDecoder;
import io.venation.codec.FramesWantedEncoder;
import io.venation.codec.LogGivenDecoder;
import io.venation.codec.LogRootGivenDecoder;
import io.venation.codec.LogRootsGivenDecoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.PeerFailedDecoder;
import io.venation.codec.PeerHelloEncoder;
import io.venation.codec.PeerWelcomeDecoder;
import io.venation.codec.ReconcilePartDecoder;
import io.venation.codec.ReconcilePartEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A peer on IPC that says whatever a test wants it to say, with digests that are right, and takes frames only when told to. */
final class PeerForger implements AutoCloseable, ControlReader.Consumer {
    private static int streamCount;

    private final int streamId = 2_000 + ++streamCount;
    private final TestServe serve;
    private final Subscription replies;
    private final Subscription frames;
    private final ExclusivePublication publication;
    final ControlWriter control;
    private ControlReader reader;
    boolean isWelcome;
    boolean hasReconciled;
    int givenCount;
    String failure;

    PeerForger(final TestServe serve) {
        this.serve = serve;
        replies = serve.aeron().addSubscription("aeron:ipc", streamId);
        frames = serve.aeron().addSubscription("aeron:ipc", -streamId);
        publication =
                serve.aeron().addExclusivePublication(serve.peerEndpoint.controlChannel(), LinkProtocol.PEER_STREAM_ID);
        control = new ControlWriter(publication, serve.kernels);
    }

    PeerForger hello(final Consumer<PeerHelloEncoder> change) throws Exception {
        final PeerHelloEncoder hello = control.begin(new PeerHelloEncoder())
                .protocolVersion(LinkProtocol.PEER_VERSION)
                .peerId(streamId)
                .replyStreamId(streamId)
                .framesStreamId(-streamId)
                .replyPort(0)
                .framesPort(0);
        change.accept(hello);
        return end();
    }

    PeerForger welcomed() throws Exception {
        hello(hello -> {});
        Turns.until(() -> poll().isWelcome);
        return this;
    }

    PeerForger frames(final long number, final byte[] keys) throws Exception {
        control.begin(new FramesWantedEncoder()).number(number).putKeys(keys, 0, keys.length);
        return end();
    }

    PeerForger part(final int isLast, final byte[] content, final int length) throws Exception {
        control.begin(new ReconcilePartEncoder()).isLast((short) isLast).putContent(content, 0, length);
        return end();
    }

    /** Closes the message begun last and sends it. */
    PeerForger end() throws Exception {
        control.end();
        Turns.until(() -> poll().failure != null || control.flush() == 1);
        return this;
    }

    /** Sends bytes as they are. */
    void send(final byte[] bytes, final int length) throws Exception {
        Turns.until(() -> publication.offer(new UnsafeBuffer(bytes), 0, length) >= 0);
    }

    /** What the serving side says against it. */
    String failure() throws Exception {
        Turns.until(() -> poll().failure != null);
        return failure;
    }

    PeerForger poll() {
        if (reader == null && replies.imageCount() > 0) {
            reader = new ControlReader(replies.imageAtIndex(0), serve.kernels, this);
        }
        if (reader != null) {
            reader.poll(8);
        }
        return this;
    }

    /** Makes room for more frames; what they are is not looked at. */
    PeerForger pollFrames() {
        frames.poll((buffer, offset, length, header) -> {}, 64);
        return this;
    }

    @Override
    public boolean isReadyFor(final int templateId) {
        return true;
    }

    @Override
    public void onMessage(final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset) {
        switch (header.templateId()) {
            case PeerWelcomeDecoder.TEMPLATE_ID -> isWelcome = true;
            case FramesGivenDecoder.TEMPLATE_ID -> givenCount++;
            case ReconcilePartDecoder.TEMPLATE_ID -> hasReconciled = true;
            case PeerFailedDecoder.TEMPLATE_ID -> {
                final PeerFailedDecoder message =
                        new PeerFailedDecoder().wrap(buffer, offset, header.blockLength(), header.version());
                final byte[] reason = new byte[message.reasonLength()];
                message.getReason(reason, 0, reason.length);
                failure = new String(reason, StandardCharsets.UTF_8);
            }
            case LogGivenDecoder.TEMPLATE_ID, LogRootsGivenDecoder.TEMPLATE_ID, LogRootGivenDecoder.TEMPLATE_ID -> {}
            default -> throw new AssertionError("templateId=" + header.templateId());
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(control, frames, replies);
    }
}
