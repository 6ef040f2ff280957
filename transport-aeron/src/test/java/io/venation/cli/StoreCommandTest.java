package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {
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
        new TestTree(11).grow(tree);
        Files.setAttribute(tree, "unix:mode", 0755);
        Files.createDirectory(tree.resolve("sub dir"));
        Files.writeString(tree.resolve("sub dir/small"), MARK);
        new TestTree(12).fill(tree.resolve("sub dir/large"), 2_000_000);
    }

    @Test
    void shouldGiveBackWhatWasPut() throws IOException {
        final String root = put(tree);
        assertEquals(root, put(tree), "the same tree has the same root");
        assertTrue(json("put", tree.toString()).get(0).get("frames_added").equals(0));
        final CommandRun get = run("get", root, work.resolve("copy").toString());
        assertEquals(0, get.exitCode(), get.err());
        TreeComparison.assertSameContents(tree, work.resolve("copy"), "get");
        assertEquals(root, put(work.resolve("copy")));

        final Path file = tree.resolve("sub dir/large");
        final String fileRoot = put(file);
        assertEquals(0, run("get", fileRoot, work.resolve("file").toString()).exitCode());
        assertEquals(-1, Files.mismatch(file, work.resolve("file")));
        assertEquals(
                0,
                run("get", root + "/sub dir/large", work.resolve("again").toString())
                        .exitCode());
        assertEquals(-1, Files.mismatch(file, work.resolve("again")));
    }

    @Test
    void shouldWriteAFileOrARangeOfIt() throws IOException {
        final String root = put(tree);
        final byte[] large = Files.readAllBytes(tree.resolve("sub dir/large"));
        assertArrayEquals(large, run("cat", root + "/sub dir/large").outBytes());
        assertArrayEquals(
                Arrays.copyOfRange(large, 1_234_567, 1_334_567),
                run("cat", root + "/sub dir//large", "--offset", "1234567", "--length", "100000")
                        .outBytes());
        assertEquals(MARK, run("cat", put(tree.resolve("sub dir/small"))).out());
        assertEquals(
                0, run("cat", root + "/sub dir/large", "--offset", "2000000").outBytes().length);
        failed("is not a file", "cat", root + "/sub dir");
        failed("no such file", "cat", root + "/sub dir/other");
        failed("not in a directory", "cat", root + "/sub dir/small/x");
        failed("not in the store", "cat", NO_ROOT);
    }

    @Test
    void shouldListRootsAndDirectories() throws IOException {
        final String root = put(tree);
        final String file = put(tree.resolve("sub dir/small"));
        final List<String> roots = new ArrayList<>(List.of(root + " directory", file + " file"));
        roots.sort(null);
        assertEquals(roots, run("ls").out().lines().toList());
        final List<Map<String, Object>> entries = json("ls", root + "/sub dir");
        assertEquals(
                List.of("large", "small"),
                entries.stream().map(e -> e.get("name")).toList());
        assertEquals(
                List.of(2_000_000, MARK.length()),
                entries.stream().map(e -> e.get("length")).toList());
        assertEquals(file, entries.get(1).get("root"));
        assertEquals("644", entries.get(1).get("mode"));
        assertTrue(run("ls", root + "/sub dir").out().lines().toList().getLast().endsWith(" small"));
        try (var names = Files.list(tree)) {
            assertEquals(names.count(), json("ls", root).size());
        }
        failed("is not a directory or tree", "ls", file);
    }

    @Test
    void shouldCountWhatIsThere() throws IOException {
        put(tree.resolve("sub dir"));
        final Map<String, Object> stat = json("stat").getFirst();
        assertEquals(1, stat.get("roots"));
        assertEquals(3, stat.get("objects"), "a directory and two files");
        assertEquals(2_000_000 + MARK.length(), stat.get("object_bytes"));
        assertEquals((int) stat.get("frames") * 12_288, stat.get("bytes_stored"));
        assertTrue((int) stat.get("bytes_put") >= (int) stat.get("bytes_stored"));
        assertTrue(run("stat").out().contains("objects        3\n"), run("stat").out());
    }

    @Test
    void shouldFreeWhatNoRootReaches() throws IOException {
        final String root = put(tree);
        final String file = put(tree.resolve("sub dir/large"));
        final int before = frames();
        assertEquals(0, json("sweep").getFirst().get("freed"));
        assertEquals(0, run("rm", root).exitCode());
        assertTrue((int) json("sweep").getFirst().get("freed") > 0);
        assertTrue(frames() < before);
        assertEquals(0, run("verify").exitCode());
        assertArrayEquals(
                Files.readAllBytes(tree.resolve("sub dir/large")),
                run("cat", file).outBytes());
        failed("not in the store", "ls", root);
        failed("is no root", "rm", root);
        assertEquals(0, run("rm", file).exitCode());
        assertEquals(0, run("sweep").exitCode());
        assertEquals(0, frames());
        assertEquals(file, put(tree.resolve("sub dir/large")));
        assertEquals(0, run("verify").exitCode());
    }

    @Test
    void shouldNameWhatIsDamaged() throws IOException {
        final String root = put(tree);
        final String small = put(tree.resolve("sub dir/small"));
        final CommandRun good = run("verify");
        assertEquals(0, good.exitCode(), good.err());
        assertTrue(good.out().endsWith(" 2 roots, 0 damaged\n"), good.out());
        flipABitOf(MARK);
        failed(small, "cat", small);
        final CommandRun bad = run("verify", "--json");
        assertEquals(1, bad.exitCode());
        assertTrue(bad.err().contains("frame " + small), bad.err());
        final Map<String, Object> found = JSON.std.mapFrom(bad.out());
        assertEquals(false, found.get("ok"));
        assertTrue(found.get("damaged").toString().contains(small), bad.out());
        assertTrue(found.get("damaged").toString().contains(root), bad.out());
        assertEquals(1, run("verify").exitCode(), "it stays damaged");
        failed(small, "get", root, work.resolve("copy").toString());
        assertFalse(Files.exists(work.resolve("copy/sub dir/small")));
        failed(small, "sweep");
        assertEquals(small, put(tree.resolve("sub dir/small")), "putting it again repairs it");
        assertEquals(0, run("verify").exitCode());
        assertEquals(0, run("get", root, work.resolve("copy").toString()).exitCode());
    }

    @Test
    void shouldListAndKeepOrderedMapsAndWhatTheyName() throws IOException {
        final String file = put(tree.resolve("sub dir/large"));
        final String map;
        try (StoredMaps maps = new StoredMaps(store)) {
            final Digest values = maps.put(
                    ValueForm.TYPED,
                    Map.of(
                            new byte[] {'a', '\\', 0, (byte) 0xFF},
                            TypedValue.ofBytes(new byte[5]),
                            "large".getBytes(),
                            TypedValue.reference(ReferenceKind.FILE, 2_000_000, Digest.parse(file))));
            map = maps.pin(values).toString();
        }
        assertEquals(0, run("rm", file).exitCode());
        assertEquals(1, json("sweep").getFirst().get("freed"), "the map without entries; the file is named");
        assertArrayEquals(
                Files.readAllBytes(tree.resolve("sub dir/large")),
                run("cat", file).outBytes());
        assertEquals(map + " tree\n", run("ls").out());
        assertEquals(
                "bytes                5 a\\\\\\x00\\xff\nfile           2000000 large\n",
                run("ls", map).out());
        final List<Map<String, Object>> entries = json("ls", map);
        assertEquals("615c00ff", entries.get(0).get("key"));
        assertEquals("bytes", entries.get(0).get("kind"));
        assertEquals(file, entries.get(1).get("root"));
        assertEquals(2_000_000, entries.get(1).get("length"));
        final Map<String, Object> stat = json("stat").getFirst();
        assertEquals(1, stat.get("trees"));
        assertEquals(2, stat.get("tree_entries"));
        assertEquals(1, stat.get("objects"));
        assertEquals(2_000_000, stat.get("object_bytes"));
        assertTrue(run("verify").out().endsWith(" 1 roots, 0 damaged\n"));
        failed("is a tree", "get", map, work.resolve("copy").toString());
        failed("but a tree", "cat", map);
        failed("is not in a directory", "cat", map + "/large");
        assertFalse(Files.exists(work.resolve("copy")));
        assertEquals(0, run("rm", map).exitCode());
        assertEquals(0, run("sweep").exitCode());
        assertEquals(0, frames());
    }

    @Test
    void shouldNameADamagedNodeOfAMapAndSweepNothing() throws IOException {
        final String map;
        final Digest leaf;
        try (StoredMaps maps = new StoredMaps(store)) {
            final Map<byte[], byte[]> values = new HashMap<>();
            for (int i = 0; i < 5_000; i++) {
                values.put(("key " + i).getBytes(), "value".getBytes());
            }
            values.put("key ~".getBytes(), MARK.getBytes());
            final Digest root = maps.put(ValueForm.BYTES, values);
            map = maps.pin(root).toString();
            leaf = maps.leafOf(root, "key ~".getBytes());
        }
        assertEquals(0, run("verify").exitCode());
        assertEquals(1, json("sweep").getFirst().get("freed"), "the map without entries");
        final int before = frames();
        flipABitOf(MARK);
        failed(leaf.toString(), "ls", map);
        final CommandRun bad = run("verify", "--json");
        assertEquals(1, bad.exitCode());
        assertTrue(bad.err().contains("frame " + leaf), bad.err());
        assertTrue(bad.err().contains("below root " + map), bad.err());
        failed(leaf.toString(), "sweep");
        assertEquals(before - 1, frames(), "the bad one is set aside, no other is gone");
    }

    @Test
    void shouldNotSweepBelowARootOfAnUnknownKind() throws IOException {
        try (StoredMaps maps = new StoredMaps(store)) {
            maps.pinFrame("anything".getBytes());
        }
        assertEquals(0, run("verify").exitCode(), "it is what its address says");
        assertTrue(run("ls").out().endsWith(" frame\n"));
        failed("no node of a known kind", "sweep");
    }

    @Test
    void shouldKeepToTheSuiteOfTheStore() throws IOException {
        final CommandRun put = run("put", tree.toString(), "--suite", "sha3");
        assertEquals(0, put.exitCode(), put.err());
        final String root = put.out().lines().toList().getLast();
        assertEquals(root, put(tree));
        assertEquals(0, run("get", root, work.resolve("copy").toString()).exitCode());
        TreeComparison.assertSameContents(tree, work.resolve("copy"), "sha3");
        assertEquals(0, run("verify").exitCode());
        failed("suite is mod96+sha3", "put", tree.toString(), "--suite", "blake3");
    }

    @Test
    void shouldSayWhatIsWrong() throws IOException {
        for (final String command : List.of("ls", "stat", "verify", "sweep")) {
            failed("no store", command);
        }
        failed("no store", "cat", NO_ROOT);
        assertFalse(Files.exists(store), "only put makes a store");
        put(tree);
        failed("not in the store", "get", NO_ROOT, work.resolve("copy").toString());
        failed("one is inside the other", "put", work.toString());
        failed("no such file", "put", work.resolve("nothing").toString());
        for (final String[] usage : new String[][] {
            {"store"},
            {"store", "put", "x"},
            {"store", "nothing"},
            {"store", "cat", "--store", "x", "12"},
            {"store", "cat", "--store", "x", NO_ROOT, "--offset", "-1"},
            {"store", "rm", "--store", store.toString(), NO_ROOT + "/x"}
        }) {
            assertEquals(2, CommandRun.of(usage).exitCode(), Arrays.toString(usage));
        }
        for (final String command : List.of("put", "get", "cat", "ls", "stat", "rm", "verify", "sweep")) {
            final CommandRun help = CommandRun.of("store", command, "--help");
            assertEquals(0, help.exitCode());
            assertTrue(help.out().startsWith("Usage: venation store " + command), help.out());
        }
    }

    private void flipABitOf(final String text) throws IOException {
        final Path segment = store.resolve("segment-00000000");
        final byte[] bytes = Files.readAllBytes(segment);
        final int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0);
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    private int frames() throws IOException {
        return (int) json("stat").getFirst().get("frames");
    }

    private String put(final Path path) {
        final CommandRun run = run("put", path.toString());
        assertEquals(0, run.exitCode(), run.err());
        final String root = run.out().lines().toList().getLast();
        assertTrue(root.matches("[0-9a-f]{64}"), run.out());
        return root;
    }

    private CommandRun run(final String command, final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("store", command, "--store", store.toString()));
        all.addAll(Arrays.asList(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private void failed(final String reason, final String command, final String... arguments) {
        final CommandRun run = run(command, arguments);
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertTrue(run.err().contains(reason), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    private List<Map<String, Object>> json(final String command, final String... arguments) throws IOException {
        final String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        final CommandRun run = run(command, all);
        assertEquals(0, run.exitCode(), run.err());
        final List<Map<String, Object>> objects = new ArrayList<>();
        for (final String line : run.out().lines().toList()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }
}
