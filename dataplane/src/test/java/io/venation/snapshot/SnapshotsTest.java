package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.VerifyingSource;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeCursor;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final Instant LATER = SnapshotFixture.TIME.plusSeconds(60);

    @TempDir
    private Path folder;

    private final SnapshotFixture fixture = new SnapshotFixture();
    private MappedFrameStore store;
    private Snapshots snapshots;
    private SnapshotWriter writer;

    @BeforeEach
    void open() throws IOException {
        store = fixture.open(folder.resolve("store"));
        snapshots = new Snapshots(store, fixture.kernels, AddressHash.BLAKE3);
        writer = new SnapshotWriter(store, fixture.kernels, AddressHash.BLAKE3);
    }

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private Digest fetch(final Digest root) {
        assertTrue(new ReplicaFetch(
                        store, fixture.kernels, AddressHash.BLAKE3, List.of(fixture.source), FetchListener.NONE)
                .follow(root, null)
                .isComplete());
        return root;
    }

    @Test
    void shouldListWhatWasMadeAfterTheStoreWasOpenedAgain() throws IOException {
        final Digest directory = fetch(fixture.directory(new SplittableRandom(1), 2));
        final Digest file = fetch(SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(1, 50_000)));
        final long sequence = store.position();
        final Snapshot second = writer.create("zweiter Stand: 50 % größer", directory, LATER);
        final Snapshot first = writer.create("first", file, SnapshotFixture.TIME);
        assertEquals(
                new Snapshot(
                        first.address(), "first", file, RootKind.FILE, 50_000, first.sequence(), SnapshotFixture.TIME),
                first);
        assertEquals(sequence, second.sequence());
        assertEquals(RootKind.DIRECTORY, second.kind());
        assertTrue(first.sequence() > second.sequence());
        store.close();
        open();
        assertEquals(List.of(first, second), snapshots.list());
        assertEquals(second, snapshots.find(second.name()));
        assertEquals(second, snapshots.find(second.address().toString()));
        assertEquals(Set.of(first.address(), second.address()), store.roots().keySet());
    }

    @Test
    void shouldKeepWhatItIsOfThroughASweep() {
        final Digest root = fetch(fixture.directory(new SplittableRandom(2), 2));
        fetch(SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(77, 300_000)));
        final Snapshot snapshot = writer.create("kept", root, LATER);
        final long freed = store.sweep(NodeKinds.REFERENCES).freed();
        assertTrue(freed > 20, "freed=" + freed);
        final Set<Digest> all = new HashSet<>(fixture.reachable(fixture.source, root));
        all.add(snapshot.address());
        assertEquals(all, fixture.reachable(store, snapshot.address()));
    }

    @Test
    void shouldShareTheFramesOfWhatHasNotChanged() {
        final List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            entries.add(fixture.file(ByteName.of("file" + i), SnapshotFixture.bytes(i, 200_000)));
        }
        final Snapshot before =
                writer.create("before", fetch(SnapshotFixture.put(fixture.source, entries)), SnapshotFixture.TIME);
        final long frames = store.frameCount();
        entries.set(3, fixture.file(ByteName.of("file13"), SnapshotFixture.bytes(3, 100)));
        final Snapshot after = writer.create("after", fetch(SnapshotFixture.put(fixture.source, entries)), LATER);
        assertEquals(frames + 3, store.frameCount(), "a file of one frame, the directory, the snapshot");
        assertEquals(List.of("M file13"), differences(before.root(), after.root()));
    }

    @Test
    void shouldFetchASnapshotByItsAddress() throws IOException {
        final Digest root = fetch(fixture.directory(new SplittableRandom(3), 2));
        final Snapshot snapshot = writer.create("moved", root, LATER);
        try (MappedFrameStore other = fixture.open(folder.resolve("other"))) {
            final FetchResult result = new ReplicaFetch(
                            other, fixture.kernels, AddressHash.BLAKE3, List.of(store), FetchListener.NONE)
                    .fetch(snapshot.address());
            assertTrue(result.isComplete());
            assertEquals(List.of(snapshot), new Snapshots(other, fixture.kernels, AddressHash.BLAKE3).list());
            assertEquals(fixture.reachable(store, root).size() + 1, other.frameCount());
        }
    }

    @Test
    void shouldTakeAnOrderedMapAndWhatItsValuesName() throws IOException {
        final SplittableRandom random = new SplittableRandom(20_261_121);
        final TreeMap<byte[], byte[]> files = new TreeMap<>(Arrays::compareUnsigned);
        final TreeBatch batch = new TreeBatch();
        for (int i = 0; i < 3_000; i++) {
            final byte[] key = SnapshotFixture.bytes(random.nextLong(), 1 + random.nextInt(40));
            final byte[] bytes = SnapshotFixture.bytes(random.nextLong(), random.nextInt(60));
            files.put(key, bytes);
            batch.put(key, TypedValue.ofBytes(bytes));
            if (i % 100 == 0) {
                final byte[] file = SnapshotFixture.bytes(random.nextLong(), random.nextInt(300_000));
                files.put(key, file);
                final Digest root = SnapshotFixture.write(fixture.source, file);
                batch.put(key, TypedValue.reference(ReferenceKind.FILE, file.length, root));
            }
        }
        final TreeWriter maps = new TreeWriter(fixture.source, TreeSalt.OPEN, ValueForm.TYPED);
        final Digest root = fetch(maps.apply(maps.empty(), batch));
        final Snapshot made = writer.create("map", root, LATER);
        assertEquals(RootKind.TREE, made.kind());
        assertEquals(files.size(), made.length());
        assertEquals(0, store.sweep(NodeKinds.REFERENCES).freed(), "all of it is the snapshot's");
        store.close();
        open();
        assertEquals(List.of(made), snapshots.list());
        assertEquals(made, snapshots.find("map"));

        final long frames = store.frameCount();
        try (MappedFrameStore replica = fixture.open(folder.resolve("replica"))) {
            assertTrue(
                    new ReplicaFetch(replica, fixture.kernels, AddressHash.BLAKE3, List.of(store), FetchListener.NONE)
                            .fetch(made.address())
                            .isComplete());
            assertEquals(frames, replica.frameCount());
            store.close();
            try (var paths = Files.list(folder.resolve("store"))) {
                for (final Path path : paths.toList()) {
                    Files.delete(path);
                }
            }
            final Snapshot found = Snapshots.read(
                    replica,
                    fixture.kernels,
                    AddressHash.BLAKE3,
                    replica.roots().keySet().iterator().next());
            assertEquals(made, found);
            final TreeCursor cursor = new TreeCursor(new VerifyingSource(replica, fixture.kernels, AddressHash.BLAKE3));
            cursor.open(found.root());
            assertTrue(cursor.first());
            for (final Map.Entry<byte[], byte[]> entry : files.entrySet()) {
                final byte[] key = new byte[cursor.keyLength()];
                OffHeap.get(cursor.key(), key, 0, key.length);
                assertArrayEquals(entry.getKey(), key);
                assertArrayEquals(entry.getValue(), fixture.valueOf(replica, cursor));
                cursor.next();
            }
        }
        open();
    }

    @Test
    void shouldSayWhyThereIsNone() {
        final Digest root = fetch(SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(4, 100)));
        final Digest elsewhere = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(5, 100_000));
        fixture.give(store, elsewhere);
        writer.create("taken", root, LATER);
        for (final String name : List.of("taken", "", "a\nb", "x".repeat(256), root.toString())) {
            assertThrows(SnapshotException.class, () -> writer.create(name, root, LATER), name);
        }
        assertThrows(SnapshotException.class, () -> writer.create("lacking", elsewhere, LATER));
        assertThrows(SnapshotException.class, () -> writer.create("nothing", new Digest(1, 2, 3, 4), LATER));
        assertThrows(SnapshotException.class, () -> snapshots.find("nothing"));
        assertThrows(SnapshotException.class, () -> snapshots.find(root.toString()));
        assertEquals(1, snapshots.list().size());
        assertEquals(1, store.roots().size());
    }

    @Test
    void shouldNotTakeOtherDirectoriesForSnapshots() {
        final DirectoryEntry root = new DirectoryEntry.File(
                ByteName.of("root"), 0644, LATER, 100, SnapshotFixture.write(store, SnapshotFixture.bytes(6, 100)));
        for (final String text : List.of("1 5", "2 5 name", "1 -5 name", "1 05 name", "1 9999999999999999999 n", "x")) {
            final Digest address = SnapshotFixture.put(
                    store, List.of(root, new DirectoryEntry.Link(ByteName.of("snapshot"), LATER, ByteName.of(text))));
            assertNull(Snapshots.read(store, fixture.kernels, AddressHash.BLAKE3, address), text);
        }
        assertNull(
                Snapshots.read(store, fixture.kernels, AddressHash.BLAKE3, SnapshotFixture.put(store, List.of(root))));
    }

    @Test
    void shouldNameAllPathsThatDifferAndNoOther() {
        final DirectoryEntry same = fixture.file(ByteName.of("same"), SnapshotFixture.bytes(7, 100));
        final DirectoryEntry left = fixture.file(ByteName.of("x"), SnapshotFixture.bytes(8, 100));
        final DirectoryEntry right = fixture.file(ByteName.of("x"), SnapshotFixture.bytes(9, 100));
        final DirectoryEntry gone = fixture.file(ByteName.of("gone"), SnapshotFixture.bytes(10, 100));
        final DirectoryEntry link = new DirectoryEntry.Link(ByteName.of("kind"), LATER, ByteName.of("same"));
        final DirectoryEntry kind = fixture.file(ByteName.of("kind"), SnapshotFixture.bytes(7, 100));
        final Digest first = SnapshotFixture.put(
                fixture.source,
                List.of(directory("deep", gone, same, left), directory("equal", same, left), link, same));
        final Digest second = SnapshotFixture.put(
                fixture.source,
                List.of(
                        directory("deep", same, right),
                        directory("equal", same, left),
                        kind,
                        directory("new", same),
                        same));
        assertEquals(List.of("M deep", "D deep/gone", "M deep/x", "M kind", "A new"), differences(first, second));
        assertEquals(List.of("M deep", "A deep/gone", "M deep/x", "M kind", "D new"), differences(second, first));
        assertEquals(List.of(), differences(first, first));
    }

    private DirectoryEntry directory(final String name, final DirectoryEntry... entries) {
        final Digest root = SnapshotFixture.put(fixture.source, List.of(entries));
        return new DirectoryEntry.Directory(ByteName.of(name), 0755, SnapshotFixture.TIME, entries.length, root);
    }

    private List<String> differences(final Digest first, final Digest second) {
        final List<String> found = new ArrayList<>();
        final DirectoryReader reader = DirectoryReader.verifying(fixture.source, fixture.kernels, AddressHash.BLAKE3);
        new DirectoryDiff(reader, reader).compare(first, second, difference -> {
            final String letter = difference.before() == null ? "A " : difference.after() == null ? "D " : "M ";
            found.add(
                    letter + difference.path().stream().map(ByteName::toString).collect(Collectors.joining("/")));
        });
        return found;
    }

    @Test
    void shouldGiveAStoreWhatItLacksWithoutACommonRoot() throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            final String message = "seed=" + seed;
            final SplittableRandom random = new SplittableRandom(seed);
            try (MappedFrameStore here = fixture.open(folder.resolve("here" + seed));
                    MappedFrameStore there = fixture.open(folder.resolve("there" + seed))) {
                final Digest root = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(seed, 8_000_000));
                final Set<Digest> all = fixture.reachable(fixture.source, root);
                final Set<Digest> lacking = new HashSet<>();
                for (final Digest address : all) {
                    fixture.give(there, address);
                    if (random.nextInt(50) == 0) {
                        lacking.add(address);
                    } else {
                        fixture.give(here, address);
                    }
                }
                SnapshotFixture.write(here, SnapshotFixture.bytes(-1 - seed, 60_000));
                final long before = here.frameCount();
                final StoreReconciliation.Result result =
                        StoreReconciliation.run(here, there, fixture.kernels, AddressHash.BLAKE3, FetchListener.NONE);
                assertEquals(new FetchResult(lacking.size(), 0, 0, 0, 0), result.frames(), message);
                assertEquals(before + lacking.size(), here.frameCount(), message);
                assertEquals(all, fixture.reachable(here, root), message);
                assertTrue(result.messages() <= 4, message + " messages=" + result.messages());
                final StoreReconciliation.Result again =
                        StoreReconciliation.run(here, there, fixture.kernels, AddressHash.BLAKE3, FetchListener.NONE);
                assertEquals(0, again.frames().fetched(), message);
                assertEquals(
                        0,
                        StoreReconciliation.run(here, here, fixture.kernels, AddressHash.BLAKE3, FetchListener.NONE)
                                .frames()
                                .fetched());
            }
        }
    }
}
