package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code replicate}, {@code send} and {@code receive} with {@code --store}, as processes. */
final class ObjectTransferProcessTest {
    private static final Set<String> FIELDS = Set.of(
            "bytes",
            "files",
            "frames",
            "frames_shared",
            "root",
            "seconds",
            "gb_per_s",
            "frames_per_s",
            "rejected",
            "kernel",
            "chain_head",
            "ok");

    @TempDir
    private Path folder;

    private Path source;
    private Path store;

    @BeforeEach
    void name() {
        source = folder.resolve("source");
        store = folder.resolve("store");
    }

    private void assertHolds(final Path directory, final String root, final Path tree) throws IOException {
        final Path copy = Files.createTempDirectory(folder, "copy").resolve("copy");
        final CommandRun get = CommandRun.of("store", "get", root, copy.toString(), "--store", directory.toString());
        assertEquals(0, get.exitCode(), get.err());
        if (Files.isDirectory(tree)) {
            TreeComparison.assertSameContents(tree, copy, root);
        } else {
            assertEquals(-1, Files.mismatch(tree, copy));
        }
        final CommandRun ls = CommandRun.of("store", "ls", "--store", directory.toString());
        assertTrue(ls.out().contains(root), ls.out());
    }

    private static void assertFailure(final Forked.Outcome outcome, final String... words) {
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.error().lines().count(), outcome::toString);
        for (final String word : words) {
            assertTrue(outcome.error().contains(word), outcome::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc", "udp"})
    void shouldReplicateIntoAStore(final String transport) throws Exception {
        new TestTree(241).grow(source);
        final String[] command = {"replicate", source.toString(), "--store", store.toString(), "--transport", transport
        };
        final Forked.Outcome first = Forked.run(command);
        assertEquals(0, first.exitCode(), first::toString);
        assertEquals("", first.error());
        assertTrue(first.out().contains(" frames verified, 0 shared, "), first::toString);
        final String root = first.out().lines().toList().getLast();
        assertHolds(store, root, source);
        final CommandRun put = CommandRun.of("store", "put", source.toString(), "--store", store.toString());
        assertEquals(root, put.out().lines().toList().getLast(), "store put prints the same");
        final Forked.Outcome second = Forked.run(
                "replicate", source.toString(), "--store", store.toString(), "--transport", transport, "--json");
        assertEquals(0, second.exitCode(), second::toString);
        final Map<String, Object> fields = JSON.std.mapFrom(second.out());
        assertEquals(FIELDS, fields.keySet());
        assertEquals(root, fields.get("root"));
        assertEquals(0, fields.get("frames"));
        assertTrue((int) fields.get("frames_shared") > 0);
        assertEquals(true, fields.get("ok"));
    }

    @Test
    void shouldWriteReceiptsOfWhatIsSent() throws Exception {
        new TestTree(242).fill(source, 300_000);
        final Path receipts = folder.resolve("receipts");
        final Forked.Outcome outcome = Forked.run(
                "replicate",
                source.toString(),
                "--store",
                store.toString(),
                "--receipts",
                receipts.toString(),
                "--json");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        final Map<String, Object> fields = JSON.std.mapFrom(outcome.out());
        assertEquals((int) fields.get("frames") * 128L, Files.size(receipts));
        final CommandRun inspect = CommandRun.of("inspect", receipts.toString());
        assertTrue(inspect.out().contains((String) fields.get("chain_head")), inspect.out());
    }

    @Test
    void shouldTakeTheSuiteOfTheStoreOrRefuseAnother() throws Exception {
        Files.writeString(source, "bytes");
        final CommandRun put =
                CommandRun.of("store", "put", source.toString(), "--store", store.toString(), "--suite", "sha3");
        final String root = put.out().lines().toList().getLast();
        final Forked.Outcome same = Forked.run("replicate", source.toString(), "--store", store.toString());
        assertEquals(0, same.exitCode(), same::toString);
        assertEquals(root, same.out().lines().toList().getLast());
        assertFailure(
                Forked.run("replicate", source.toString(), "--store", store.toString(), "--suite", "blake3"),
                store.toString(),
                "the store's suite is");
        final int port = freePort();
        try (Forked receive = receive(port, "--store", store.toString())) {
            assertFailure(
                    Forked.run("send", source.toString(), "--to", "127.0.0.1:" + port),
                    "suite mismatch",
                    "the receiver's store has");
            final Forked.Outcome sent =
                    Forked.run("send", source.toString(), "--to", "127.0.0.1:" + port, "--suite", "sha3");
            assertEquals(0, sent.exitCode(), sent::toString);
            assertEquals(root, sent.out().lines().toList().getLast());
            interrupt(receive);
        }
    }

    @Test
    void shouldRefuseAStoreThatMeetsTheSource() throws Exception {
        Files.createDirectory(source);
        assertFailure(
                Forked.run(
                        "replicate",
                        source.toString(),
                        "--store",
                        source.resolve("store").toString()),
                "one is inside the other");
        assertFalse(Files.exists(source.resolve("store")));
    }

    @Test
    void shouldCarryTreesAndObjectsFromProcessToProcess() throws Exception {
        new TestTree(243).grow(source);
        Files.createDirectories(source.resolve("sub dir"));
        new TestTree(244).fill(source.resolve("sub dir/large"), 1_000_000);
        final int port = freePort();
        final String to = "127.0.0.1:" + port;
        final Path other = folder.resolve("other");
        final String root;
        try (Forked receive = receive(port, "--store", store.toString(), "--json")) {
            final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", to, "--json");
            assertEquals(0, sent.exitCode(), sent::toString);
            final Map<String, Object> fields = JSON.std.mapFrom(sent.out());
            assertEquals(FIELDS, fields.keySet());
            root = (String) fields.get("root");
            waitFor(() -> receive.out().lines().count() == 1);
            final Map<String, Object> received = JSON.std.mapFrom(receive.out());
            assertEquals(FIELDS, received.keySet());
            for (final String name : List.of("bytes", "files", "frames", "frames_shared", "root", "chain_head", "ok")) {
                assertEquals(fields.get(name), received.get(name), name);
            }
            assertFailure(Forked.run("send", root, "--to", to, "--store", "nowhere"), "nowhere: no store");
            interrupt(receive);
        }
        assertHolds(store, root, source);
        try (Forked receive = receive(port, "--store", other.toString())) {
            final Forked.Outcome part =
                    Forked.run("send", root + "/sub dir", "--store", store.toString(), "--to", to, "--json");
            assertEquals(0, part.exitCode(), part::toString);
            final Map<String, Object> fields = JSON.std.mapFrom(part.out());
            assertEquals(1_000_000, fields.get("bytes"));
            assertEquals(1, fields.get("files"));
            final Forked.Outcome whole = Forked.run("send", root, "--store", store.toString(), "--to", to, "--json");
            assertEquals(0, whole.exitCode(), whole::toString);
            assertTrue((int) JSON.std.mapFrom(whole.out()).get("frames_shared") >= (int) fields.get("frames"));
            interrupt(receive);
        }
        assertHolds(other, root, source);
        try (Forked receive = receive(port, "--into", folder.resolve("files").toString())) {
            assertFailure(
                    Forked.run("send", root, "--store", store.toString(), "--to", to), "keeps files", "store get");
            assertFailure(
                    Forked.run("send", "00".repeat(32), "--store", store.toString(), "--to", to), "not in the store");
            interrupt(receive);
        }
    }

    /** What a killed receiver has stored is not sent to the next one. */
    @Test
    void shouldGoOnWhereAReceiverWasKilled() throws Exception {
        final long length = 300_000_000;
        new TestTree(245).fill(source, length);
        final int port = freePort();
        final String to = "127.0.0.1:" + port;
        try (Forked receive = receive(port, "--store", store.toString());
                Forked send = Forked.start(List.of(), Map.of(), "send", source.toString(), "--to", to)) {
            waitFor(() -> segmentBytes() > length / 8);
            receive.process().destroyForcibly().waitFor();
            assertFailure(send.outcome(), "is gone");
        }
        final CommandRun stat = CommandRun.of("store", "stat", "--store", store.toString(), "--json");
        assertEquals(0, stat.exitCode(), stat.err());
        final int there = (int) JSON.std.mapFrom(stat.out()).get("frames");
        try (Forked receive = receive(port, "--store", store.toString())) {
            final Forked.Outcome sent = Forked.run("send", source.toString(), "--to", to, "--json");
            assertEquals(0, sent.exitCode(), sent::toString);
            final Map<String, Object> fields = JSON.std.mapFrom(sent.out());
            assertTrue(there > 0 && (int) fields.get("frames") > 0, sent::toString);
            assertEquals(there, fields.get("frames_shared"));
            interrupt(receive);
            assertHolds(store, (String) fields.get("root"), source);
        }
    }

    private long segmentBytes() throws IOException {
        if (!Files.exists(store)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(store)) {
            for (final Path file : files.toList()) {
                bytes += file.getFileName().toString().startsWith("segment-") ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    private static Forked receive(final int port, final String... more) throws Exception {
        final String[] start = {"receive", "--listen", "127.0.0.1:" + port};
        final String[] all =
                Stream.concat(Arrays.stream(start), Arrays.stream(more)).toArray(String[]::new);
        final Forked receive = Forked.start(List.of(), Map.of(), all);
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
