package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.hashing.Kernels;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code venation store serve} and those that ask it: processes on one machine. */
@Timeout(180)
final class StoreServeProcessTest {
    private static final String MARK = "the bytes that will be damaged";
    private static final int LARGE = 60_000_000;

    @TempDir
    private Path folder;

    private Path tree;
    private Path store;
    private String root;
    private int port;

    @BeforeEach
    void fill() throws Exception {
        tree = folder.resolve("tree");
        store = folder.resolve("store");
        new TestTree(31).grow(tree);
        Files.setAttribute(tree, "unix:mode", 0755);
        Files.writeString(tree.resolve("small"), MARK);
        new TestTree(32).fill(tree.resolve("large"), LARGE);
        root = CommandRun.of("snapshot", "create", "--store", store.toString(), "one", tree.toString())
                .out()
                .lines()
                .toList()
                .getLast();
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = socket.getLocalPort();
        }
    }

    private String address() {
        return "127.0.0.1:" + port;
    }

    private Forked serve(final Path directory, final String... more) throws Exception {
        final Forked serve = Forked.start(
                List.of(),
                Map.of(),
                Stream.concat(
                                Stream.of("store", "serve", "--store", directory.toString(), "--listen", address()),
                                Stream.of(more))
                        .toArray(String[]::new));
        waitFor(() -> serve.err().contains("serving") || !serve.process().isAlive());
        assertTrue(serve.process().isAlive(), serve::toString);
        return serve;
    }

    private static void waitFor(final Callable<Boolean> condition) throws Exception {
        while (!condition.call()) { // the test's timeout ends it
            Thread.sleep(1);
        }
    }

    private static Map<String, Object> json(final CommandRun run) throws IOException {
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        return JSON.std.mapFrom(run.out());
    }

    private CommandRun sync(final Path target, final String... more) {
        return CommandRun.of(Stream.concat(Stream.of("snapshot", "sync", address(), target.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private void assertRestores(final Path target) throws IOException {
        final Path copy = folder.resolve("copy of " + target.getFileName());
        final CommandRun restore =
                CommandRun.of("snapshot", "restore", "--store", target.toString(), "one", copy.toString());
        assertEquals(0, restore.exitCode(), restore.err());
        TreeComparison.assertSameContents(tree, copy, "restored");
        assertEquals(
                0,
                CommandRun.of("store", "verify", "--store", target.toString()).exitCode());
    }

    @Test
    void shouldGiveAReplicaAllThatARootStandsOn() throws Exception {
        final Path target = folder.resolve("target");
        try (Forked serve = serve(store, "--json")) {
            final Map<String, Object> first = json(sync(target, root, "--json"));
            assertEquals(1, first.get("roots_complete"));
            assertTrue((int) first.get("frames_fetched") > LARGE / 12_288, first.toString());
            assertTrue((int) first.get("round_trips") < 20, first.toString());
            assertTrue((int) first.get("wire_bytes") > (int) first.get("bytes_fetched"), first.toString());
            assertRestores(target);

            Files.writeString(tree.resolve("small"), "other");
            assertEquals(
                    0,
                    CommandRun.of("snapshot", "create", "--store", store.toString(), "two", tree.toString())
                            .exitCode(),
                    "its writer writes beside it");
            final String second = CommandRun.of("snapshot", "list", "--store", store.toString())
                    .out()
                    .lines()
                    .filter(line -> line.endsWith(" two"))
                    .findFirst()
                    .orElseThrow()
                    .split(" ")[0];
            final Map<String, Object> change = json(sync(target, second, "--json"));
            assertEquals(3, change.get("frames_fetched"), "a file, a directory, the snapshot");

            waitFor(() -> serve.out().lines().count() == 2);
            final Map<String, Object> served =
                    JSON.std.mapFrom(serve.out().lines().toList().getLast());
            final Map<String, Object> roots = json(sync(target, "--json"));
            assertEquals(2, roots.get("roots"));
            assertEquals(0, roots.get("frames_fetched"));
            Files.writeString(tree.resolve("small"), "yet other");
            CommandRun.of("store", "put", "--store", store.toString(), tree.toString());
            final Map<String, Object> all = json(sync(target, "--all", "--json"));
            assertEquals(2, all.get("frames_fetched"), "a file, a directory");
            assertEquals(3, all.get("roots_complete"));
            assertTrue((int) all.get("messages") <= 6, all.toString());
            assertEquals(3, served.get("frames"));
            assertEquals(true, served.get("ok"));
            interrupt(serve);
        }
    }

    private static void interrupt(final Forked forked) throws Exception {
        final String pid = String.valueOf(forked.process().pid());
        assertEquals(0, new ProcessBuilder("kill", "-INT", pid).start().waitFor());
        forked.outcome();
        assertEquals(0, forked.driverDirectories(), "it has cleaned up within its grace");
    }

    /** Frames that a store has which another process writes to, or did. */
    private static long frames(final Path directory) throws IOException {
        try (StoreReader reader = new StoreReader(directory, Kernels.select(), VerifyPolicy.NEVER)) {
            return reader.frameCount();
        } catch (final IOException | IllegalArgumentException e) {
            return 0; // not there yet
        }
    }

    private Forked syncUntilSomeFramesAreThere(final Path target) throws Exception {
        final Forked sync =
                Forked.start(List.of(), Map.of(), "snapshot", "sync", address(), target.toString(), root, "--json");
        waitFor(() -> frames(target) > 100 || !sync.process().isAlive());
        return sync;
    }

    @Test
    void shouldGoOnAfterAReplicaWasKilled() throws Exception {
        final Path target = folder.resolve("target");
        try (Forked serve = serve(store)) {
            try (Forked sync = syncUntilSomeFramesAreThere(target)) {
                sync.process().destroyForcibly().waitFor();
            }
            final CommandRun rest = sync(target, root, "--json"); // it may name what it has recovered
            assertEquals(0, rest.exitCode(), rest.err());
            final Map<String, Object> fields = JSON.std.mapFrom(rest.out());
            assertEquals(1, fields.get("roots_complete"));
            assertTrue((int) fields.get("frames_shared") > 100, fields.toString());
            assertRestores(target);
            assertTrue(serve.process().isAlive());
        }
    }

    @Test
    void shouldGoOnAfterTheStoreWasKilled() throws Exception {
        Path target;
        Forked.Outcome outcome;
        int round = 0;
        do { // until it was killed before it was done
            target = folder.resolve("target" + round++);
            try (Forked serve = serve(store);
                    Forked sync = syncUntilSomeFramesAreThere(target)) {
                serve.process().destroyForcibly().waitFor();
                outcome = sync.outcome();
            }
        } while (outcome.exitCode() == 0);
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.error().contains("the store at " + address() + " is gone"), outcome::toString);
        assertEquals(1, outcome.error().lines().count(), outcome::toString);
        final long there = frames(target);
        assertTrue(there > 100, "there=" + there);
        try (Forked serve = serve(store)) {
            final Map<String, Object> rest = json(sync(target, root, "--json"));
            assertTrue((int) rest.get("frames_shared") >= there, rest.toString());
            assertRestores(target);
            assertTrue(serve.process().isAlive());
        }
    }

    private static Map<String, Object> lastLine(final CommandRun run) throws IOException {
        assertEquals(0, run.exitCode(), run.err());
        return JSON.std.mapFrom(run.out().lines().toList().getLast());
    }

    private String create(final String name, final String text) throws IOException {
        Files.writeString(tree.resolve("small"), text);
        return CommandRun.of("snapshot", "create", "--store", store.toString(), name, tree.toString())
                .out()
                .lines()
                .toList()
                .getLast();
    }

    private static Object roots(final Path of) throws IOException {
        return lastLine(CommandRun.of("store", "stat", "--store", of.toString(), "--json"))
                .get("roots");
    }

    @Test
    void shouldFollowAServedStoreUntilItIsGoneAndGoOnThere() throws Exception {
        final Path target = folder.resolve("target");
        try (Forked serve = serve(store)) {
            final Map<String, Object> first = lastLine(sync(target, root, "--follow", "--until-current", "--json"));
            assertEquals(
                    List.of(1, 0, 0, true),
                    Stream.of("pins", "owed", "restarts", "done")
                            .map(first::get)
                            .toList());
            assertTrue((int) first.get("frames_fetched") > LARGE / 12_288, first.toString());
            assertTrue((int) first.get("round_trips") < 60, first.toString());
            assertTrue((int) first.get("wire_bytes") > (int) first.get("bytes_fetched"), first.toString());
            assertEquals(first.get("end"), first.get("sequence"));
            assertRestores(target);

            create("two", "other");
            final Map<String, Object> second = lastLine(sync(target, "--follow", "--until-current", "--json"));
            assertEquals(List.of(1, 3), List.of(second.get("pins"), second.get("frames_fetched")));
            assertTrue((int) second.get("sequence") > (int) first.get("sequence"), second.toString());

            final Forked.Outcome outcome;
            try (Forked following = Forked.start(
                    List.of(), Map.of(), "snapshot", "sync", address(), target.toString(), "--follow", "--json")) {
                create("three", "yet other");
                waitFor(() -> following.out().contains("\"pins\":1")
                        || !following.process().isAlive());
                serve.process().destroyForcibly().waitFor();
                outcome = following.outcome();
            }
            assertEquals(1, outcome.exitCode(), outcome::toString);
            assertTrue(outcome.error().contains("the store at " + address() + " is gone"), outcome::toString);
            assertEquals(1, outcome.error().lines().count(), outcome::toString);
        }
        assertEquals(3, roots(target));
        final String fourth = create("four", "the last");
        try (Forked serve = serve(store)) {
            final Map<String, Object> rest = lastLine(sync(target, "--follow", "--until-current", "--json"));
            assertEquals(
                    List.of(1, 3, 0),
                    Stream.of("pins", "frames_fetched", "restarts")
                            .map(rest::get)
                            .toList());
            assertEquals(
                    0,
                    CommandRun.of("store", "rm", "--store", store.toString(), fourth)
                            .exitCode());
            assertEquals(
                    1,
                    lastLine(sync(target, "--follow", "--until-current", "--mirror", "--json"))
                            .get("unpins"));
            final CommandRun none = sync(target, "0".repeat(64), "--follow");
            assertEquals(1, none.exitCode());
            assertTrue(serve.process().isAlive());
        }
        assertEquals(3, roots(target));
        assertEquals(
                0,
                CommandRun.of("store", "verify", "--store", target.toString()).exitCode());
    }

    /** Flips a bit of the one frame that holds the mark. */
    private static void damage(final Path directory) throws IOException {
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "segment-*")) {
            for (final Path segment : segments) {
                final byte[] bytes = Files.readAllBytes(segment);
                final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(MARK);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(segment, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no segment holds the mark");
    }

    @Test
    void shouldAskAnotherWhereOneIsDamagedAndRepairIt() throws Exception {
        final Path good = folder.resolve("good");
        assertEquals(
                0,
                CommandRun.of("snapshot", "sync", store.toString(), good.toString())
                        .exitCode());
        damage(store);
        final Path target = folder.resolve("target");
        try (Forked serve = serve(store)) {
            final CommandRun alone = sync(target, root);
            assertEquals(1, alone.exitCode());
            assertTrue(alone.err().contains(": damaged in " + address()), alone.err());
            assertTrue(alone.err().contains(": missing"), alone.err());
            assertTrue(alone.out().startsWith("0 of 1 roots complete"), alone.out());
            waitFor(() -> serve.err().contains(": damaged in " + store));
            final CommandRun both = sync(target, root, "--from", good.toString(), "--json");
            assertEquals(0, both.exitCode(), both.err());
            final Map<String, Object> fields = JSON.std.mapFrom(both.out());
            assertEquals(1, fields.get("frames_fetched"));
            assertEquals(1, fields.get("rejected"));
            assertRestores(target);
        }
        try (Forked serve = serve(good)) {
            final CommandRun verify =
                    CommandRun.of("store", "verify", "--store", store.toString(), "--repair-from", address(), "--json");
            assertEquals(0, verify.exitCode(), verify.err());
            assertTrue(verify.err().contains("damaged, repaired"), verify.err());
            final Map<String, Object> fields = JSON.std.mapFrom(verify.out());
            assertEquals(1, fields.get("repaired"));
            assertEquals(List.of(), fields.get("damaged"));
            assertTrue(serve.process().isAlive());
        }
        assertRestores(store);
        damage(store);
        assertEquals(
                1, CommandRun.of("store", "verify", "--store", store.toString()).exitCode(), "the frame is lost");
        final CommandRun found =
                CommandRun.of("store", "verify", "--store", store.toString(), "--repair-from", good.toString());
        assertEquals(0, found.exitCode(), found.err());
        assertTrue(found.out().contains("1 repaired, 0 damaged"), found.out());
        assertRestores(store);
    }

    @Test
    void shouldEndARepairThatIsInterrupted() throws Exception {
        final Path copy = folder.resolve("copy");
        assertEquals(
                0,
                CommandRun.of("snapshot", "sync", store.toString(), copy.toString())
                        .exitCode());
        try (Forked serve = serve(store);
                Forked verify = Forked.start( // for a minute
                        List.of(),
                        Map.of(),
                        "store",
                        "verify",
                        "--store",
                        copy.toString(),
                        "--rate",
                        "1",
                        "--repair-from",
                        address())) {
            final String holder = "pid " + verify.process().pid() + " ";
            waitFor(() -> Files.readString(copy.resolve("lock")).contains(holder)
                    || !verify.process().isAlive());
            interrupt(verify);
            assertTrue(serve.process().isAlive());
        }
        final CommandRun whole = CommandRun.of("store", "verify", "--store", copy.toString());
        assertEquals(0, whole.exitCode(), whole.err());
        assertEquals("", whole.err(), "it was closed, there is nothing to recover");
    }

    @Test
    void shouldTellADirectoryFromAPeer() throws Exception {
        final CommandRun none = sync(folder.resolve("target"), root);
        assertEquals(1, none.exitCode());
        assertTrue(none.err().contains("no store is served at " + address()), none.err());
        assertFalse(Files.exists(folder.resolve("target")));
        try (Forked serve = Forked.start(
                List.of(), Map.of(), "store", "serve", "--store", store.toString(), "--listen", "0.0.0.0:" + port)) {
            waitFor(() -> serve.err().contains("serving"));
            assertTrue(serve.err().contains("unauthenticated: anyone who reaches the port can read"), serve.err());
        }
        final CommandRun nowhere = CommandRun.of("store", "serve", "--store", tree.toString());
        assertEquals(1, nowhere.exitCode());
        assertTrue(nowhere.err().contains("no store"), nowhere.err());
        assertEquals(
                2,
                CommandRun.of("store", "serve", "--store", store.toString(), "--peers", "0")
                        .exitCode());
        assertTrue(CommandRun.of("snapshot", "sync", "--help").out().contains("HOST:PORT"));
    }
}
