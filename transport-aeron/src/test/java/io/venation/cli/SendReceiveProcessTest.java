package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code venation send} and {@code receive}: two processes on one machine. */
final class SendReceiveProcessTest {
    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void name() {
        source = folder.resolve("source");
        target = folder.resolve("target");
    }

    @ParameterizedTest
    @ValueSource(ints = {62_400, 1_440})
    void shouldCarryTreesFromProcessToProcess(final int mtu) throws Exception {
        final long seed = 21;
        final int port = freePort();
        new TestTree(seed).grow(source);
        Files.setAttribute(source, "unix:mode", 0555);
        Files.createDirectory(target);
        Files.setAttribute(target, "unix:mode", 0750);
        try (Forked receive = receive(port, "127.0.0.1")) {
            for (int round = 1; round <= 2; round++) {
                final Forked.Outcome sent = Forked.run(
                        "send", source.toString(), "--to", "127.0.0.1:" + port, "--mtu", String.valueOf(mtu), "--json");
                assertEquals(0, sent.exitCode(), sent::toString);
                assertEquals("", sent.error());
                TreeComparison.assertSameContents(source, target, "seed=" + seed + " mtu=" + mtu);
                assertEquals(
                        0750, (int) Files.getAttribute(target, "unix:mode") & 0777, "the receiver's folder is its own");
                final int count = round;
                waitFor(() -> receive.out().lines().count() == count);
                final Map<String, Object> fields = JSON.std.mapFrom(sent.out());
                final Map<String, Object> received =
                        JSON.std.mapFrom(receive.out().lines().toList().get(round - 1));
                for (final String name : List.of("bytes", "files", "frames", "rejected", "chain_head", "ok")) {
                    assertEquals(fields.get(name), received.get(name), name);
                }
            }
            interrupt(receive);
            assertEquals(1, receive.outcome().error().lines().count(), "it says where it receives, nothing else");
        }
    }

    @Test
    void shouldRemoveEverythingWhenReceiveIsInterrupted() throws Exception {
        final int port = freePort();
        Files.createDirectory(source);
        try (java.io.RandomAccessFile file =
                new java.io.RandomAccessFile(source.resolve("endless").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        try (Forked receive = receive(port, "127.0.0.1");
                Forked send =
                        Forked.start(List.of(), Map.of(), "send", source.toString(), "--to", "127.0.0.1:" + port)) {
            waitFor(() -> temporaries() == 1);
            assertEquals(1, receive.driverDirectories());
            interrupt(receive);
            assertEquals(0, temporaries());
            assertFalse(Files.exists(target.resolve("endless")));
            final Forked.Outcome sent = send.outcome();
            assertEquals(1, sent.exitCode(), sent::toString);
            assertEquals(1, sent.error().lines().count(), sent::toString);
            assertEquals(0, send.driverDirectories());
        }
    }

    @Test
    void shouldRemoveEverythingWhenSendIsInterrupted() throws Exception {
        final int port = freePort();
        Files.createDirectory(source);
        try (java.io.RandomAccessFile file =
                new java.io.RandomAccessFile(source.resolve("endless").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        try (Forked receive = receive(port, "127.0.0.1");
                Forked send =
                        Forked.start(List.of(), Map.of(), "send", source.toString(), "--to", "127.0.0.1:" + port)) {
            waitFor(() -> temporaries() == 1);
            interrupt(send);
            waitFor(() -> temporaries() == 0);
            waitFor(() -> receive.out().contains("\"ok\":false"));
            assertFalse(Files.exists(target.resolve("endless")));
            interrupt(receive);
        }
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        Files.createDirectory(source);
        final long startNs = System.nanoTime();
        final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", "127.0.0.1:" + freePort());
        assertEquals(1, sent.exitCode(), sent::toString);
        assertEquals(1, sent.error().lines().count(), sent::toString);
        assertTrue(sent.error().contains("no receiver at 127.0.0.1:"), sent::toString);
        assertTrue(
                System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30),
                "on any machine; by a clock in hand it is ten");
    }

    @Test
    void shouldNameASuiteThatIsNotTaken() throws Exception {
        final int port = freePort();
        Files.createDirectory(source);
        try (Forked receive = receive(port, "127.0.0.1", "--suite", "sha3")) {
            final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", "127.0.0.1:" + port);
            assertEquals(1, sent.exitCode(), sent::toString);
            assertTrue(sent.error().contains("suite mismatch"), sent::toString);
            final Forked.Outcome right =
                    Forked.run("send", source.toString(), "--to", "127.0.0.1:" + port, "--suite", "sha3");
            assertEquals(0, right.exitCode(), right::toString);
            interrupt(receive);
        }
    }

    @Test
    void shouldWarnWhereTheLinkLeavesLoopback() throws Exception {
        final int port = freePort();
        try (Forked receive = receive(port, "0.0.0.0")) {
            assertTrue(receive.err().contains("unauthenticated"), receive.err());
        }
        Files.createDirectory(source);
        final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", "192.0.2.1:" + port);
        assertEquals(1, sent.exitCode(), sent::toString);
        assertTrue(sent.error().contains("unauthenticated"), sent::toString);
    }

    @Test
    void shouldWorkOverIpVersion6() throws Exception {
        if (NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) == null) {
            return; // this machine has none
        }
        final int port = freePort();
        Files.createDirectory(source);
        Files.writeString(source.resolve("file"), "six");
        try (Forked receive = receive(port, "[::1]")) {
            final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", "[::1]:" + port);
            assertEquals(0, sent.exitCode(), sent::toString);
            TreeComparison.assertSameContents(source, target, "IPv6");
            interrupt(receive);
        }
    }

    private Forked receive(final int port, final String host, final String... more) throws Exception {
        final Forked receive = Forked.start(
                List.of(),
                Map.of(),
                Stream.concat(
                                Stream.of(
                                        "receive",
                                        "--listen",
                                        host + ":" + port,
                                        "--into",
                                        target.toString(),
                                        "--json"),
                                Stream.of(more))
                        .toArray(String[]::new));
        waitFor(() ->
                receive.err().contains("receiving at") || !receive.process().isAlive());
        assertTrue(receive.process().isAlive(), receive::toString);
        return receive;
    }

    private static void interrupt(final Forked forked) throws Exception {
        final long pid = forked.process().pid();
        assertEquals(
                0,
                new ProcessBuilder("kill", "-INT", String.valueOf(pid)).start().waitFor());
        forked.outcome();
        assertEquals(0, forked.driverDirectories(), "its driver's directory is gone");
    }

    private long temporaries() throws Exception {
        if (!Files.exists(target)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(target)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(".venation-"))
                    .count();
        }
    }

    private static void waitFor(final Callable<Boolean> condition) throws Exception {
        final long startNs = System.nanoTime();
        while (!condition.call()) {
            Thread.sleep(10);
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60), "not reached within a minute");
        }
    }

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }
}
