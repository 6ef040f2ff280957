package io.venation.link;

import io.aeron.ChannelUri;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.CommonContext;
import io.aeron.Subscription;
import io.venation.aeron.ChannelProfile;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * The Aeron channels of one link, as sender or receiver name them.
 *
 * @param name           who is meant, for messages.
 * @param frameChannel   carries sealed frames only.
 * @param controlChannel carries control messages.
 * @param replyChannel   where the sender listens for replies.
 */
public record LinkEndpoint(String name, String frameChannel, String controlChannel, String replyChannel) {
    private static final int FRAME_TERM_LENGTH = 16 * 1024 * 1024;
    private static final int LOOPBACK_TERM_LENGTH = 4 * 1024 * 1024;
    private static final int CONTROL_TERM_LENGTH = 256 * 1024;

    /**
     * Both ends in one process, or in two that share a driver.
     *
     * @return the IPC channels.
     */
    public static LinkEndpoint ipc() {
        final String control = new ChannelUriStringBuilder()
                .media(CommonContext.IPC_MEDIA)
                .termLength(CONTROL_TERM_LENGTH)
                .build();
        final String frames = new ChannelUriStringBuilder()
                .media(CommonContext.IPC_MEDIA)
                .mtu(ChannelProfile.IPC_MTU)
                .termLength(FRAME_TERM_LENGTH)
                .build();
        return new LinkEndpoint("ipc", frames, control, control);
    }

    /**
     * A receiver to send to.
     *
     * @param host its name or address.
     * @param port its UDP port, 1..65535.
     * @param mtu  bytes of a datagram, a multiple of 32 up to {@link ChannelProfile#MTU_LIMIT}; 0 for {@link ChannelProfile#LOOPBACK_MTU} on loopback
     *             and {@link ChannelProfile#NETWORK_MTU} elsewhere.
     * @return the sender's channels.
     * @throws IOException where the host is unknown or out of reach.
     */
    public static LinkEndpoint to(final String host, final int port, final int mtu) throws IOException {
        final InetAddress remote = InetAddress.getByName(host);
        final int chosenMtu = mtu != 0 ? mtu : ChannelProfile.mtu(remote);
        if (!ChannelProfile.isMtu(chosenMtu)) {
            throw new IllegalArgumentException("mtu=" + mtu + ": must be a multiple of 32 from "
                    + ChannelProfile.MTU_MINIMUM + " to " + ChannelProfile.MTU_LIMIT);
        }
        final InetAddress local;
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(remote, port));
            local = probe.getLocalAddress();
        }
        final String endpoint = bracketed(remote.getHostAddress()) + ":" + port;
        return new LinkEndpoint(
                bracketed(host) + ":" + port,
                udp(endpoint).mtu(chosenMtu).termLength(FRAME_TERM_LENGTH).build(),
                udp(endpoint)
                        .mtu(Math.min(chosenMtu, 8_192))
                        .termLength(CONTROL_TERM_LENGTH)
                        .build(),
                udp(bracketed(local.getHostAddress()) + ":0").build());
    }

    /**
     * A place to receive at.
     *
     * @param host own name or address.
     * @param port UDP port, 1..65535.
     * @return the receiver's channels; the reply channel is unused.
     * @throws IOException where the host is unknown.
     */
    public static LinkEndpoint at(final String host, final int port) throws IOException {
        final String channel = udp(bracketed(InetAddress.getByName(host).getHostAddress()) + ":" + port)
                .build();
        return new LinkEndpoint(bracketed(host) + ":" + port, channel, channel, "");
    }

    /**
     * Where a receiver sends its replies: the host that the sender's packets come from and the port it names.
     *
     * @param sourceIdentity of the sender's image.
     * @param replyPort      from Hello, 0 on IPC.
     * @return the channel.
     */
    static String replyTo(final String sourceIdentity, final int replyPort) {
        if (isIpc(sourceIdentity, "replyPort", replyPort)) {
            return ipc().replyChannel();
        }
        return udp(bracketed(host(sourceIdentity)) + ":" + replyPort)
                .termLength(CONTROL_TERM_LENGTH)
                .build();
    }

    /**
     * Where a served store sends frames: the host that the peer's packets come from and the port it names. Terms are 4 MiB on
     * loopback, where they stay in the caches, and 16 MiB elsewhere, which a long line needs.
     *
     * @param sourceIdentity of the peer's image.
     * @param framesPort     from PeerHello, 0 on IPC.
     * @param mtu            bytes of a datagram, 0 for what fits the host.
     * @return the channel.
     */
    static String framesTo(final String sourceIdentity, final int framesPort, final int mtu)
            throws UnknownHostException {
        if (isIpc(sourceIdentity, "framesPort", framesPort)) {
            return ipc().frameChannel();
        }
        final InetAddress remote = InetAddress.getByName(host(sourceIdentity));
        return udp(bracketed(host(sourceIdentity)) + ":" + framesPort)
                .mtu(mtu != 0 ? mtu : ChannelProfile.mtu(remote))
                .termLength(remote.isLoopbackAddress() ? LOOPBACK_TERM_LENGTH : FRAME_TERM_LENGTH)
                .build();
    }

    private static boolean isIpc(final String sourceIdentity, final String name, final int port) {
        final boolean ipc = sourceIdentity.startsWith("aeron:ipc");
        if (ipc != (port == 0)) {
            throw new LinkException(name + "=" + port + ": does not fit a sender at " + sourceIdentity);
        }
        return ipc;
    }

    private static String host(final String sourceIdentity) {
        final String host = sourceIdentity.substring(0, sourceIdentity.lastIndexOf(':'));
        return host.replaceAll("^\\[|]$", "");
    }

    private static ChannelUriStringBuilder udp(final String endpoint) {
        return new ChannelUriStringBuilder().media(CommonContext.UDP_MEDIA).endpoint(endpoint);
    }

    /** An IPv6 address has colons of its own. */
    private static String bracketed(final String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    boolean isReplyReady(final Subscription replies) {
        return isIpc() || replies.tryResolveChannelEndpointPort() != null;
    }

    int replyPort(final Subscription replies) {
        if (isIpc()) {
            return 0;
        }
        final String endpoint =
                ChannelUri.parse(replies.tryResolveChannelEndpointPort()).get(CommonContext.ENDPOINT_PARAM_NAME);
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private boolean isIpc() {
        return replyChannel.startsWith(CommonContext.IPC_CHANNEL);
    }
}
