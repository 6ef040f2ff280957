package io.venation.aeron;

import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.venation.frame.SealedFrameLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Which MTU fits which channel: 12,480 bytes, a sealed frame behind its header, are the unit. Any thread. */
public final class ChannelProfile {
    /** A sealed frame in one message. */
    public static final int IPC_MTU = SealedFrameLayout.STRIDE;
    /** Five sealed frames in one loopback datagram. */
    public static final int LOOPBACK_MTU = 5 * IPC_MTU;
    /** A sealed frame in nine fragments on a 1,500-byte network. */
    public static final int NETWORK_MTU = 1_440;
    /** Smallest MTU that makes sense. */
    public static final int MTU_MINIMUM = 256;
    /** Largest MTU that Aeron takes. */
    public static final int MTU_LIMIT = 65_504;
    /** Shortest term in which a full batch can be open. */
    public static final int TERM_MINIMUM = 512 * 1024;

    private ChannelProfile() {}

    /**
     * Whether a channel can have this MTU.
     *
     * @param mtuLength bytes.
     * @return true for multiples of 32 from {@link #MTU_MINIMUM} to {@link #MTU_LIMIT}.
     */
    public static boolean isMtu(final int mtuLength) {
        return mtuLength >= MTU_MINIMUM && mtuLength <= MTU_LIMIT && mtuLength % 32 == 0;
    }

    /**
     * The MTU for a remote host.
     *
     * @param remote its address.
     * @return {@link #LOOPBACK_MTU} on loopback, else {@link #NETWORK_MTU}.
     */
    public static int mtu(final InetAddress remote) {
        return remote.isLoopbackAddress() ? LOOPBACK_MTU : NETWORK_MTU;
    }

    /** The MTU for a channel; a host that is not known here is on the network. */
    static int mtu(final ChannelUri channel) {
        if (channel.isIpc()) {
            return IPC_MTU;
        }
        final String endpoint = channel.get(CommonContext.ENDPOINT_PARAM_NAME, "");
        final int colon = endpoint.lastIndexOf(':');
        if (colon <= 0) {
            return NETWORK_MTU;
        }
        try {
            return mtu(InetAddress.getByName(endpoint.substring(0, colon)));
        } catch (final UnknownHostException e) {
            return NETWORK_MTU;
        }
    }
}
