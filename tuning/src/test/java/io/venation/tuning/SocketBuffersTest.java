package io.venation.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SocketBuffersTest {
    @Test
    void shouldGrantASmallBufferInFull() {
        assertEquals(65_536, SocketBuffers.grantedReceiveBytes(65_536));
        assertEquals(65_536, SocketBuffers.grantedSendBytes(65_536));
    }

    @Test
    void shouldGrantNoMoreThanTheSystemsLimit() {
        final OptionalLong receiveLimit = HostFacts.probe().receiveBufferLimitBytes();
        final OptionalLong sendLimit = HostFacts.probe().sendBufferLimitBytes();
        Assumptions.assumeTrue(receiveLimit.isPresent() && sendLimit.isPresent(), "no /proc/sys/net/core here");
        final int wantedBytes = 1 << 30;
        final int receiveBytes = SocketBuffers.grantedReceiveBytes(wantedBytes);
        assertTrue(receiveBytes <= receiveLimit.getAsLong(), "receiveBytes=" + receiveBytes + " limit=" + receiveLimit);
        final int sendBytes = SocketBuffers.grantedSendBytes(wantedBytes);
        assertTrue(sendBytes <= sendLimit.getAsLong(), "sendBytes=" + sendBytes + " limit=" + sendLimit);
    }

    @Test
    void shouldRejectAWishForNothing() {
        assertThrows(IllegalArgumentException.class, () -> SocketBuffers.grantedReceiveBytes(0));
        assertThrows(IllegalArgumentException.class, () -> SocketBuffers.grantedSendBytes(-1));
    }
}
