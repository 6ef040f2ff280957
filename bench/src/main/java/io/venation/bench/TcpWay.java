package io.venation.bench;

import io.venation.cli.CommandFailure;
import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.commons.codec.digest.Blake3;

/**
 * Frames over a TCP connection on the loopback interface, each followed by its BLAKE3 hash from commons-codec, which the
 * receiver computes again: what one would write without this library. It makes no receipts.
 */
final class TcpWay implements FrameWay {
    private static final int HASH_LENGTH = 32;

    private final SocketChannel sender;
    private final SocketChannel receiver;
    private final Message sent = new Message();
    private final Message received = new Message();
    private final UnsafeBuffer frame = new UnsafeBuffer(sent.bytes, 0, LatticeFrame.LENGTH);
    private final FrameSource source = new FrameSource();
    private long receivedCount;

    /** A frame and its hash, on the heap as commons-codec wants it. */
    private static final class Message {
        private final byte[] bytes = new byte[LatticeFrame.LENGTH + HASH_LENGTH];
        private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

        byte[] hash() {
            return Blake3.initHash().update(bytes, 0, LatticeFrame.LENGTH).doFinalize(HASH_LENGTH);
        }
    }

    TcpWay() {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sender = SocketChannel.open(server.getLocalAddress());
            receiver = server.accept();
            sender.configureBlocking(false);
            receiver.configureBlocking(false);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        sent.buffer.limit(0);
    }

    @Override
    public int send() {
        if (!sent.buffer.hasRemaining()) {
            source.fill(frame, 0);
            sent.buffer.clear().put(LatticeFrame.LENGTH, sent.hash());
        }
        try {
            sender.write(sent.buffer);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return sent.buffer.hasRemaining() ? 0 : 1;
    }

    @Override
    public int receive() {
        try {
            receiver.read(received.buffer);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        if (received.buffer.hasRemaining()) {
            return 0;
        }
        received.buffer.clear();
        final byte[] hash = new byte[HASH_LENGTH];
        received.buffer.get(LatticeFrame.LENGTH, hash);
        if (!MessageDigest.isEqual(hash, received.hash())) {
            throw new CommandFailure("frame " + receivedCount + " does not verify");
        }
        receivedCount++;
        return 1;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(sender, receiver);
    }
}
