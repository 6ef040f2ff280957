package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.hashing.Kernels;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import io.venation.link.TreeStorer;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class SnapshotCommandTest {
    private static final String MARK = "the bytes that will be damaged";
    private static final String NO_ROOT = "00".repeat(32);

    @TempDir
    private Path work;

    private Path store;
    private Path tree;

    @BeforeEach
    void grow() throws IOException {
        store = work.resolve("store");
        tree = work.resolve("tree");
        new TestTree(21).grow(tree);
        Files.setAttribute(tree, "unix:mode", 0755);
        Files.createDirectory(tree.resolve("sub"));
        Files.writeString(tree.resolve("sub/small"), MARK);
        new TestTree(22).fill(tree.resolve("sub/large"), 2_000_000);
    }

    @Test
    void shouldRestoreEachSnapshotOfAFolderThatChanges() throws IOException {
        final String first = create("first", tree.toString());
        final Path before = work.resolve("before");
        succeed("restore", "--store", store.toString(), "first", before.toString());
        TreeComparison.assertSameContents(tree, before, "first");

        Files.writeString(tree.resolve("sub/small"), "other bytes");
        Files.writeString(tree.resolve("sub/new"), "more");
        final Map<String, Object> second = json("create", "--store", store.toString(), "second", tree.toString())
                .getFirst();
        assertTrue((int) second.get("frames_added") <= 5, "two files, two directories, the snapshot: " + second);

        final List<Map<String, Object>> list = json("list", "--store", store.toString());
        assertEquals(
                List.of("first", "second"),
                list.stream().map(s -> s.get("name")).toList());
        assertEquals(first, list.getFirst().get("address"));
        assertEquals("directory", list.getFirst().get("kind"));
        assertTrue((int) list.get(0).get("sequence") < (int) list.get(1).get("sequence"));
        assertTrue(succeed("list", "--store", store.toString()).endsWith(" second\n"));

        final List<String> differences = succeed("diff", "--store", store.toString(), "first", "second")
                .lines()
                .toList();
        assertEquals(List.of("M sub", "A sub/new", "M sub/small"), differences);
        final Map<String, Object> added =
                json("diff", "--store", store.toString(), "second", first).get(1);
        assertEquals("sub/new", added.get("path"));
        assertEquals("removed", added.get("change"));
        assertEquals("", succeed("diff", "--store", store.toString(), "first", "first"));

        succeed(
                "restore",
                "--store",
                store.toString(),
                "second",
                work.resolve("after").toString());
        TreeComparison.assertSameContents(tree, work.resolve("after"), "second");
        succeed(
                "restore",
                "--store",
                store.toString(),
                first,
                work.resolve("again").toString());
        TreeComparison.assertSameContents(before, work.resolve("again"), "first again");
    }

    @Test
    void shouldNameWhatIsStoredAlready() throws IOException {
        final CommandRun put = CommandRun.of("store", "put", "--store", store.toString(), tree.toString());
        final String root = put.out().lines().toList().getLast();
        final Map<String, Object> whole = json("create", "--store", store.toString(), "whole", "--root", root)
                .getFirst();
        assertEquals(1, whole.get("frames_added"));
        assertEquals(root, whole.get("root"));
        final Map<String, Object> file = json(
                        "create", "--store", store.toString(), "file", "--root", root + "/sub/large")
                .getFirst();
        assertEquals("file", file.get("kind"));
        assertEquals(2_000_000, file.get("length"));
        assertEquals(
                0,
                CommandRun.of("store", "rm", "--store", store.toString(), root).exitCode());
        assertEquals(
                0, CommandRun.of("store", "sweep", "--store", store.toString()).exitCode());
        assertEquals(
                0, CommandRun.of("store", "verify", "--store", store.toString()).exitCode());
        succeed(
                "restore",
                "--store",
                store.toString(),
                "whole",
                work.resolve("copy").toString());
        TreeComparison.assertSameContents(tree, work.resolve("copy"), "kept by its snapshot");
        succeed(
                "restore",
                "--store",
                store.toString(),
                "file",
                work.resolve("large").toString());
        assertEquals(-1, Files.mismatch(tree.resolve("sub/large"), work.resolve("large")));
        final List<Map<String, Object>> difference = json("diff", "--store", store.toString(), "whole", "file");
        assertEquals(List.of("."), difference.stream().map(d -> d.get("path")).toList());
        assertTrue(
                CommandRun.of(
                                        "store",
                                        "get",
                                        "--store",
                                        store.toString(),
                                        whole.get("address") + "/root",
                                        work.resolve("got").toString())
                                .exitCode()
                        == 0,
                "a snapshot is an object");
    }

    @Test
    void shouldNameCompareAndCopyOrderedMaps() throws IOException {
        final CommandRun put = CommandRun.of(
                "store",
                "put",
                "--store",
                store.toString(),
                tree.resolve("sub/large").toString());
        final Digest file = Digest.parse(put.out().lines().toList().getLast());
        final byte[] named = TypedValue.reference(ReferenceKind.FILE, 2_000_000, file);
        final Digest first;
        final Digest second;
        final Digest folder;
        final Digest laterFolder;
        try (StoredMaps maps = new StoredMaps(store)) {
            final byte[] value = TypedValue.ofBytes("value".getBytes());
            final byte[] other = TypedValue.ofBytes("other".getBytes());
            first = maps.put(ValueForm.TYPED, Map.of("gone".getBytes(), value, "large".getBytes(), named));
            second = maps.put(
                    ValueForm.TYPED,
                    Map.of(new byte[] {'\n'}, value, "large".getBytes(), other, "same".getBytes(), value));
            folder = maps.pin(maps.folder(first, 2, file, 2_000_000));
            laterFolder = maps.pin(maps.folder(second, 3, file, 2_000_000));
        }
        final String at = store.toString();
        final Map<String, Object> one =
                json("create", "--store", at, "one", "--root", folder + "/map").getFirst();
        assertEquals("tree", one.get("kind"));
        assertEquals(2, one.get("length"));
        assertEquals(first.toString(), one.get("root"));
        succeed("create", "--store", at, "two", "--root", second.toString());
        succeed("create", "--store", at, "folder", "--root", folder.toString());
        succeed("create", "--store", at, "later", "--root", laterFolder.toString());
        assertEquals("tree", json("list", "--store", at).getFirst().get("kind"));
        assertEquals(
                "M .\nA .[\\x0a]\nD .[gone]\nM .[large]\nA .[same]\n", succeed("diff", "--store", at, "one", "two"));
        assertEquals(
                "M map\nA map[\\x0a]\nD map[gone]\nM map[large]\nA map[same]\n",
                succeed("diff", "--store", at, "folder", "later"));
        final Map<String, Object> gone =
                json("diff", "--store", at, "folder", "later").get(2);
        assertEquals(Map.of("path", "map", "change", "removed", "key", "676f6e65"), gone);
        final CommandRun ls = CommandRun.of("store", "ls", "--store", at, folder.toString());
        assertTrue(ls.out().contains("tree      ---            2 1970"), ls.out());

        final String target = work.resolve("out").toString();
        failed("is a tree", "restore", "--store", at, "one", target);
        failed("map: is a tree", "restore", "--store", at, "folder", target);
        assertFalse(Files.exists(work.resolve("out")), "nothing was written");

        final Path other = work.resolve("other");
        final Map<String, Object> synced = json(
                        "sync", at, other.toString(), one.get("address").toString())
                .getFirst();
        assertEquals(1, synced.get("roots_complete"));
        final CommandRun cat = CommandRun.of("store", "cat", "--store", other.toString(), file.toString());
        assertArrayEquals(Files.readAllBytes(tree.resolve("sub/large")), cat.outBytes());
        assertTrue(succeed("list", "--store", other.toString()).endsWith(" one\n"));
    }

    @Test
    void shouldGiveAnotherStoreWhatItLacks() throws IOException {
        final String first = create("first", tree.toString());
        final Path other = work.resolve("other");
        final Map<String, Object> all =
                json("sync", store.toString(), other.toString()).getFirst();
        assertEquals(1, all.get("roots_complete"));
        assertEquals((int) all.get("frames_fetched") * 12_288, all.get("bytes_fetched"));
        assertEquals(
                0, json("sync", store.toString(), other.toString()).getFirst().get("frames_fetched"));

        Files.writeString(tree.resolve("sub/small"), "other bytes");
        final String second = create("second", tree.toString());
        final Map<String, Object> change =
                json("sync", store.toString(), other.toString(), second, first).getFirst();
        assertEquals(2, change.get("roots_complete"));
        assertEquals(4, change.get("frames_fetched"), "a file, two directories, the snapshot");
        assertEquals(succeed("list", "--store", store.toString()), succeed("list", "--store", other.toString()));
        succeed(
                "restore",
                "--store",
                other.toString(),
                "second",
                work.resolve("copy").toString());
        TreeComparison.assertSameContents(tree, work.resolve("copy"), "synced");
        assertEquals(
                0, CommandRun.of("store", "verify", "--store", other.toString()).exitCode());

        Files.writeString(tree.resolve("sub/small"), "yet other bytes");
        create("third", tree.toString());
        final Map<String, Object> reconciled =
                json("sync", store.toString(), other.toString(), "--all").getFirst();
        assertEquals(4, reconciled.get("frames_fetched"));
        assertEquals(3, reconciled.get("roots_complete"));
        assertTrue((int) reconciled.get("messages") <= 4, reconciled.toString());
        assertTrue((int) reconciled.get("message_bytes") > 0, reconciled.toString());
        assertTrue(
                succeed("sync", store.toString(), other.toString(), "--all").startsWith("3 of 3 roots complete, 0 "));
    }

    @Test
    void shouldReadBesideAWriterInAnotherProcess() throws Exception {
        final String address = create("first", tree.toString());
        final Path copy = work.resolve("copy");
        try (MappedFrameStore writer =
                MappedFrameStore.open(store, Kernels.select(), StoreOptions.DEFAULT, StoreListener.NONE)) {
            final Digest second = pin(writer, tree.resolve("sub/large"));
            assertTrue(forked("snapshot", "list").endsWith(" first\n"));
            assertEquals("", forked("snapshot", "diff", "first", address));
            forked("snapshot", "restore", "first", copy.toString());
            TreeComparison.assertSameContents(tree, copy, "beside its writer");
            final String roots = forked("store", "ls");
            assertTrue(roots.contains(address + " directory") && roots.contains(second + " file"), roots);
            final Map<String, Object> counts = JSON.std.mapFrom(forked("store", "stat", "--json"));
            assertEquals(2, counts.get("roots"));
            assertEquals((int) writer.frameCount(), counts.get("frames"));
            assertEquals(
                    List.of(2, 2),
                    List.of(
                            json("sync", store.toString(), work.resolve("a").toString())
                                    .getFirst()
                                    .get("roots_complete"),
                            json("sync", store.toString(), work.resolve("b").toString(), "--all")
                                    .getFirst()
                                    .get("roots_complete")));
            failed("is open for writing", "create", "--store", store.toString(), "second", tree.toString());
        }
    }

    @Test
    void shouldFollowAWriterInAnotherProcess() throws Exception {
        final String first = create("first", tree.toString());
        final Path other = work.resolve("other");
        Digest second;
        Digest third;
        try (MappedFrameStore writer =
                MappedFrameStore.open(store, Kernels.select(), StoreOptions.DEFAULT, StoreListener.NONE)) {
            try (Forked following = Forked.start(
                    List.of(),
                    Map.of(),
                    "snapshot",
                    "sync",
                    store.toString(),
                    other.toString(),
                    first,
                    "--follow",
                    "--json")) {
                second = pin(writer, tree.resolve("sub/large"));
                writer.force();
                while (!following.out().contains("\"pins\":2")) {
                    assertTrue(following.process().isAlive(), following.err());
                    Thread.sleep(20);
                }
                following.process().destroy();
                assertTrue(following.outcome().out().contains("\"done\":true"));
            }
            third = pin(writer, tree.resolve("sub"));
            final Map<String, Object> none = json(
                            "sync", store.toString(), other.toString(), "--follow", "--until-current")
                    .getLast();
            assertEquals(List.of(0, 0), List.of(none.get("pins"), none.get("frames_fetched")), "nothing is forced");
            final Map<String, Object> some = json(
                            "sync", store.toString(), other.toString(), "--follow", "--until-current", "--published")
                    .getLast();
            assertEquals(List.of(1, 0, 0), List.of(some.get("pins"), some.get("owed"), some.get("restarts")));
            assertEquals(some.get("end"), some.get("sequence"));
            unpin(writer, second);
            writer.force();
        }
        assertTrue(succeed("sync", store.toString(), other.toString(), "--follow", "--until-current")
                .contains("0 roots pinned, 0 let go, 0 owed"));
        assertEquals(3, roots(other));
        rm(third);
        assertTrue(succeed("sync", store.toString(), other.toString(), "--follow", "--until-current", "--mirror")
                .contains("1 let go"));
        assertEquals(2, roots(other));
        assertEquals(
                0, CommandRun.of("store", "verify", "--store", other.toString()).exitCode());
        failed(
                "no snapshot",
                "sync",
                store.toString(),
                other.toString(),
                json("list", "--store", store.toString()).getFirst().get("root").toString(),
                "--follow");
    }

    private static Digest pin(final MappedFrameStore writer, final Path path) throws IOException {
        final Digest root = new TreeStorer(writer, bytes -> {}).put(path).root();
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(32, 8).address();
            root.write(key);
            assertTrue(writer.pin(key));
        }
        return root;
    }

    private static void unpin(final MappedFrameStore writer, final Digest root) {
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(32, 8).address();
            root.write(key);
            assertTrue(writer.unpin(key));
        }
    }

    private void rm(final Digest root) {
        assertEquals(
                0,
                CommandRun.of("store", "rm", "--store", store.toString(), root.toString())
                        .exitCode());
    }

    private static int roots(final Path of) throws IOException {
        final CommandRun run = CommandRun.of("store", "stat", "--store", of.toString(), "--json");
        return (int) JSON.std.mapFrom(run.out()).get("roots");
    }

    private String forked(final String group, final String command, final String... arguments) throws Exception {
        final List<String> all = new ArrayList<>(List.of(group, command, "--store", store.toString()));
        all.addAll(List.of(arguments));
        final Forked.Outcome outcome = Forked.run(all.toArray(String[]::new));
        assertEquals(0, outcome.exitCode(), outcome::toString);
        return outcome.out();
    }

    @Test
    void shouldNameWhatTheSourceHasDamaged() throws IOException {
        create("first", tree.toString());
        final Path segment = store.resolve("segment-00000000");
        final byte[] bytes = Files.readAllBytes(segment);
        final byte[] good = bytes.clone();
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(MARK)] ^= 1;
        Files.write(segment, bytes);
        final Path other = work.resolve("other");
        final CommandRun run = CommandRun.of("snapshot", "sync", store.toString(), other.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(": damaged in " + store), run.err());
        assertTrue(run.err().contains(": missing"), run.err());
        assertTrue(run.out().startsWith("0 of 1 roots complete"), run.out());
        assertEquals("", succeed("list", "--store", other.toString()));
        assertEquals(
                0, CommandRun.of("store", "verify", "--store", other.toString()).exitCode());
        Files.write(segment, good);
        assertEquals(
                1, json("sync", store.toString(), other.toString()).getFirst().get("frames_fetched"));
        assertTrue(succeed("list", "--store", other.toString()).endsWith(" first\n"));
    }

    @Test
    void shouldSayWhatIsWrong() throws IOException {
        failed("no store", "list", "--store", store.toString());
        failed("no store", "sync", work.resolve("tree").toString(), store.toString());
        assertFalse(Files.exists(store));
        create("first", tree.toString());
        failed("there is a snapshot of that name", "create", "--store", store.toString(), "first", tree.toString());
        failed(
                "no such snapshot",
                "restore",
                "--store",
                store.toString(),
                "second",
                work.resolve("x").toString());
        failed("no such snapshot", "diff", "--store", store.toString(), "first", "second");
        failed("not in the store", "create", "--store", store.toString(), "n", "--root", NO_ROOT);
        failed("one is inside the other", "create", "--store", store.toString(), "n", work.toString());
        failed("is SOURCE itself", "sync", store.toString(), store.toString());
        assertEquals(
                0,
                CommandRun.of(
                                "store",
                                "put",
                                "--store",
                                work.resolve("sha3").toString(),
                                "--suite",
                                "sha3",
                                tree.resolve("sub").toString())
                        .exitCode());
        failed(
                "suite is mod96+sha3",
                "sync",
                store.toString(),
                work.resolve("sha3").toString());
        for (final String[] usage : new String[][] {
            {},
            {"nothing"},
            {"create", "--store", "x", "name"},
            {"create", "--store", "x", "name", "path", "--root", NO_ROOT},
            {"sync", "x"},
            {"sync", store.toString(), "y", NO_ROOT, "--all"},
            {"sync", store.toString(), "y", "--all", "--follow"},
            {"sync", store.toString(), "y", NO_ROOT, NO_ROOT, "--follow"},
            {"sync", store.toString(), "y", "--mirror"},
            {"sync", store.toString(), "y", "--until-current"},
            {"sync", store.toString(), "y", "--published"},
            {"sync", store.toString(), "y", NO_ROOT + "/z"}
        }) {
            final List<String> all = new ArrayList<>(List.of("snapshot"));
            all.addAll(Arrays.asList(usage));
            assertEquals(2, CommandRun.of(all.toArray(String[]::new)).exitCode(), all.toString());
        }
        for (final String command : List.of("create", "list", "diff", "restore", "sync")) {
            final CommandRun help = CommandRun.of("snapshot", command, "--help");
            assertEquals(0, help.exitCode());
            assertTrue(help.out().startsWith("Usage: venation snapshot " + command), help.out());
        }
    }

    private String create(final String name, final String path) {
        final String address = succeed("create", "--store", store.toString(), name, path)
                .lines()
                .toList()
                .getLast();
        assertTrue(address.matches("[0-9a-f]{64}"), address);
        return address;
    }

    private static CommandRun run(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("snapshot"));
        all.addAll(Arrays.asList(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static String succeed(final String... arguments) {
        final CommandRun run = run(arguments);
        assertEquals(0, run.exitCode(), run.err());
        return run.out();
    }

    private static void failed(final String reason, final String... arguments) {
        final CommandRun run = run(arguments);
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains(reason), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    private static List<Map<String, Object>> json(final String... arguments) throws IOException {
        final String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        final List<Map<String, Object>> objects = new ArrayList<>();
        for (final String line : succeed(all).lines().toList()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }
}
