package io.venation.tuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/** What the system grants a UDP socket that asks for a buffer: it cuts a wish down without a word. Any thread. */
public final class SocketBuffers {
    /**
     * Bytes a link asks for in each direction, 4 MiB: a stream holds bandwidth × delay in flight, and a window of 4/3 of
     * that is 10 Gbit/s at 2.5 ms or 300 Mbit/s at 80 ms.
     */
    public static final int WANTED_BYTES = 4 << 20;

    private SocketBuffers() {}

    /**
     * Measures the receive buffer a socket gets.
     *
     * @param wantedBytes bytes to ask for, &gt; 0.
     * @return bytes granted, which may be less or more.
     * @throws UncheckedIOException where no UDP socket can be opened.
     */
    public static int grantedReceiveBytes(final int wantedBytes) {
        return grantedBytes(StandardSocketOptions.SO_RCVBUF, wantedBytes);
    }

    /**
     * Measures the send buffer a socket gets.
     *
     * @param wantedBytes bytes to ask for, &gt; 0.
     * @return bytes granted, which may be less or more.
     * @throws UncheckedIOException where no UDP socket can be opened.
     */
    public static int grantedSendBytes(final int wantedBytes) {
        return grantedBytes(StandardSocketOptions.SO_SNDBUF, wantedBytes);
    }

    private static int grantedBytes(final SocketOption<Integer> option, final int wantedBytes) {
        if (wantedBytes <= 0) {
            throw new IllegalArgumentException("wantedBytes=" + wantedBytes + " must be > 0");
        }
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(option, wantedBytes);
            return channel.getOption(option);
        } catch (final IOException e) {
            throw new UncheckedIOException("no UDP socket: " + e.getMessage(), e);
        }
    }
}
