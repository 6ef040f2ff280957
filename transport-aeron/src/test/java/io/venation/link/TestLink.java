package io.venation.link;

import io.aeron.Aeron;
import io.venation.aeron.EmbeddedDriver;
import io.venation.aeron.VerifyPool;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** A driver, a receiver over one folder, and senders to it, all driven by the test. */
final class TestLink implements AutoCloseable {
    static final Suite SUITE = new Suite(R96Rule.MOD96, AddressHash.BLAKE3);

    /** What carries the frames. */
    enum Channel {
        IPC(0),
        /** Five frames in a datagram. */
        UDP_62400(62_400),
        /** One frame does not fit by 32 bytes. */
        UDP_12448(12_448),
        /** Two fragments. */
        UDP_6272(6_272),
        /** Nine fragments. */
        UDP_1440(1_440),
        /** Fifty-six fragments. */
        UDP_256(256);

        final int mtu;

        Channel(final int mtu) {
            this.mtu = mtu;
        }
    }

    private final EmbeddedDriver driver;
    final LinkEndpoint receiving;
    final LinkEndpoint sending;
    final List<TransferSummary> received = new ArrayList<>();
    /** What the agents go by; it stands still unless a test moves it. */
    final AtomicLong nanos = new AtomicLong();

    final NanoClock clock;
    ReceiveAgent receiver;
    Path target;
    Path receipts;
    /** Where objects go; null for files. */
    MappedFrameStore store;

    Suite storeSuite = SUITE;

    /** Small terms: thousands of streams fit into the shared memory of any machine. */
    TestLink(final Channel channel, final Path target) throws IOException {
        this(channel, target, false);
    }

    TestLink(final Channel channel, final Path target, final boolean fullTerms) throws IOException {
        this.target = target;
        driver = EmbeddedDriver.launch();
        clock = fullTerms ? SystemNanoClock.INSTANCE : nanos::get;
        final int port = channel.mtu == 0 ? 0 : freePort();
        final LinkEndpoint sender =
                channel.mtu == 0 ? LinkEndpoint.ipc() : LinkEndpoint.to("127.0.0.1", port, channel.mtu);
        sending = fullTerms ? sender : withSmallTerms(sender);
        receiving = channel.mtu == 0 ? sending : LinkEndpoint.at("127.0.0.1", port);
        openReceiver();
    }

    void openReceiver() {
        receiver = new ReceiveAgent(
                aeron(),
                receiving,
                new ReceiveOptions(
                        store == null
                                ? new ReceiveOptions.Folder(target, null, true)
                                : new ReceiveOptions.Store(store, storeSuite),
                        SUITE::equals,
                        SUITE.label(),
                        receipts,
                        received::add),
                Kernels.select(),
                new VerifyPool(1),
                clock);
    }

    /** A receiver that keeps objects in place of the one that is there. */
    void keepIn(final MappedFrameStore frames) {
        receiver.close();
        store = frames;
        openReceiver();
    }

    /** Sends an object of a store from beginning to end. */
    TransferSummary send(final FrameSource frames, final Digest root) throws Exception {
        try (SendAgent sender = new SendAgent(aeron(), sending, frames, root, SUITE, Kernels.select(), clock)) {
            return finish(sender);
        }
    }

    /** Drives a sender to its end. */
    TransferSummary finish(final SendAgent sender) throws Exception {
        final int before = received.size();
        Turns.until(() -> sender.summary() != null && received.size() > before, sender, receiver);
        return sender.summary();
    }

    Aeron aeron() {
        return driver.aeron();
    }

    SendAgent sender(final Path source) {
        return sender(source, sending);
    }

    SendAgent sender(final Path source, final LinkEndpoint endpoint) {
        return new SendAgent(aeron(), endpoint, source, SUITE, Kernels.select(), clock);
    }

    /** Sends a source from beginning to end. */
    TransferSummary send(final Path source) throws Exception {
        try (SendAgent sender = sender(source)) {
            return finish(sender);
        }
    }

    TransferSummary lastReceived() {
        return received.getLast();
    }

    private static LinkEndpoint withSmallTerms(final LinkEndpoint endpoint) {
        return new LinkEndpoint(
                endpoint.name(),
                endpoint.frameChannel().replaceAll("term-length=\\w+", "term-length=524288"),
                endpoint.controlChannel().replaceAll("term-length=\\w+", "term-length=131072"),
                endpoint.replyChannel().replaceAll("term-length=\\w+", "term-length=131072"));
    }

    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        receiver.close();
        driver.close();
    }
}
