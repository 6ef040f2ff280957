package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.SweepResult;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeCursor;
import io.venation.tree.TreeDamageException;
import io.venation.tree.TreeNodeLayout;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maps, files and directories that name one another, some of them pinned. What a root stands on is what reading all of it
 * asks for: that, and nothing else, is what sweeps keep, walks find and fetches bring.
 */
class KeptFramesTest {
    private static final int SEEDS = Integer.getInteger("venation.tree.rounds", 1) * 8;
    private static final int STEPS = 7;
    private static final int FIRST_KEY_OFFSET = TreeNodeLayout.ENTRIES_OFFSET + 1;

    @TempDir
    private Path folder;

    private final SnapshotFixture fixture = new SnapshotFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Something stored, and what reading it must give. */
    private sealed interface Stored {
        Digest root();

        ReferenceKind kind();

        long length();
    }

    private record StoredFile(Digest root, byte[] bytes) implements Stored {
        @Override
        public ReferenceKind kind() {
            return ReferenceKind.FILE;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }

    private record StoredFolder(Digest root, TreeMap<ByteName, Stored> entries) implements Stored {
        @Override
        public ReferenceKind kind() {
            return ReferenceKind.DIRECTORY;
        }

        @Override
        public long length() {
            return entries.size();
        }
    }

    /** {@code named} has what values name, by key; it is empty where values are bytes. */
    private record StoredMap(Digest root, ValueForm form, TreeMap<byte[], byte[]> values, TreeMap<byte[], Stored> named)
            implements Stored {
        @Override
        public ReferenceKind kind() {
            return ReferenceKind.TREE;
        }

        @Override
        public long length() {
            return values.size();
        }
    }

    /** A store and all that was made in it and may still be there. */
    private final class World {
        private final MappedFrameStore store;
        private final SplittableRandom random;
        private final Map<ValueForm, TreeWriter> writers = new HashMap<>();
        private final List<Stored> there = new ArrayList<>();
        private final Set<Stored> pinned = new LinkedHashSet<>();

        World(final MappedFrameStore store, final SplittableRandom random) {
            this.store = store;
            this.random = random;
            for (final ValueForm form : ValueForm.values()) {
                writers.put(form, new TreeWriter(store, TreeSalt.OPEN, form));
            }
        }

        private Stored any() {
            return there.get(random.nextInt(there.size()));
        }

        Stored make() {
            return switch (there.isEmpty() ? 0 : random.nextInt(4)) {
                case 0 -> makeFile();
                case 1 -> makeFolder();
                case 2 -> makeMap(ValueForm.BYTES);
                default -> makeMap(ValueForm.TYPED);
            };
        }

        private StoredFile makeFile() {
            final byte[] bytes = SnapshotFixture.bytes(random.nextInt(20), random.nextInt(3) * 40_000);
            return new StoredFile(SnapshotFixture.write(store, bytes), bytes);
        }

        private StoredFolder makeFolder() {
            final TreeMap<ByteName, Stored> content = new TreeMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                content.put(ByteName.of("n" + random.nextInt(10)), any());
            }
            final List<DirectoryEntry> entries = new ArrayList<>();
            content.forEach((name, stored) -> entries.add(
                    switch (stored) {
                        case StoredFile _ ->
                            new DirectoryEntry.File(name, 0, SnapshotFixture.TIME, stored.length(), stored.root());
                        case StoredFolder _ ->
                            new DirectoryEntry.Directory(name, 0, SnapshotFixture.TIME, stored.length(), stored.root());
                        case StoredMap _ ->
                            new DirectoryEntry.Tree(name, SnapshotFixture.TIME, stored.length(), stored.root());
                    }));
            return new StoredFolder(SnapshotFixture.put(store, entries), content);
        }

        /** Grown from another where there is one of the form, so that nodes are shared. */
        private StoredMap makeMap(final ValueForm form) {
            final TreeMap<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
            final TreeMap<byte[], Stored> named = new TreeMap<>(Arrays::compareUnsigned);
            final TreeWriter writer = writers.get(form);
            Digest base = writer.empty();
            if (any() instanceof final StoredMap map && map.form == form) {
                values.putAll(map.values);
                named.putAll(map.named);
                base = map.root;
            }
            final TreeBatch batch = new TreeBatch();
            for (int i = 1 << random.nextInt(11); i > 0; i--) {
                final byte[] key = ("key " + random.nextInt(3_000)).getBytes();
                named.remove(key);
                if (random.nextInt(5) == 0) {
                    values.remove(key);
                    batch.delete(key);
                    continue;
                }
                byte[] value = SnapshotFixture.bytes(random.nextLong(), random.nextInt(30));
                if (form == ValueForm.TYPED) {
                    value = TypedValue.ofBytes(value);
                    if (random.nextInt(15) == 0) {
                        final Stored stored = any();
                        value = TypedValue.reference(stored.kind(), stored.length(), stored.root());
                        named.put(key, stored);
                    }
                } else if (random.nextInt(15) == 0) {
                    any().root().write(value = new byte[32], 0); // an address that only its caller knows for one
                }
                values.put(key, value);
                batch.put(key, value);
            }
            return new StoredMap(writer.apply(base, batch), form, values, named);
        }

        void pinAndUnpin() {
            for (final Stored stored : there) {
                stored.root().write(fixture.key);
                if (random.nextInt(3) == 0 && pinned.add(stored)) {
                    assertTrue(store.pin(fixture.key));
                } else if (random.nextInt(3) == 0 && pinned.remove(stored)) {
                    assertTrue(store.unpin(fixture.key));
                }
            }
        }

        /** What reading all that is pinned asks for. */
        Set<Digest> readPinned(final FrameSource source) {
            final Set<Digest> asked = new HashSet<>();
            final Set<Stored> done = new HashSet<>();
            final FrameSource recording = key -> {
                asked.add(Digest.read(key));
                return source.get(key);
            };
            pinned.forEach(stored -> read(stored, recording, done));
            return asked;
        }

        private void read(final Stored stored, final FrameSource source, final Set<Stored> done) {
            if (!done.add(stored)) {
                return;
            }
            switch (stored) {
                case final StoredFile file -> assertArrayEquals(file.bytes, fixture.read(source, file.root));
                case final StoredFolder inner -> {
                    final DirectoryReader reader =
                            DirectoryReader.verifying(source, fixture.kernels, AddressHash.BLAKE3);
                    reader.open(inner.root);
                    final List<ByteName> names = new ArrayList<>();
                    reader.forEach(entry -> names.add(entry.name()));
                    assertEquals(List.copyOf(inner.entries.keySet()), names);
                    inner.entries.values().forEach(below -> read(below, source, done));
                }
                case final StoredMap map -> {
                    final TreeCursor cursor = new TreeCursor(source);
                    cursor.open(map.root);
                    boolean isThere = cursor.first();
                    for (final Map.Entry<byte[], byte[]> entry : map.values.entrySet()) {
                        assertTrue(isThere);
                        assertArrayEquals(entry.getKey(), copy(cursor.key(), cursor.keyLength()));
                        assertArrayEquals(entry.getValue(), copy(cursor.value(), cursor.valueLength()));
                        isThere = cursor.next();
                    }
                    assertFalse(isThere);
                    map.named.values().forEach(below -> read(below, source, done));
                }
            }
        }
    }

    private static byte[] copy(final long address, final int length) {
        final byte[] bytes = new byte[length];
        OffHeap.get(address, bytes, 0, length);
        return bytes;
    }

    /** All that a walk finds from some roots, and what it complains of. */
    private final class Found implements RootWalk.Visitor {
        final Set<Digest> frames = new HashSet<>();
        final Map<Digest, String> damage = new HashMap<>();

        Found(final FrameSource source, final Iterable<Stored> roots) {
            final RootWalk walk = new RootWalk(source, fixture.kernels, AddressHash.BLAKE3);
            for (final Stored stored : roots) {
                walk.walk(stored.root(), this);
            }
        }

        @Override
        public void onNode(final long key, final ReferenceKind kind, final int level, final long length) {
            frames.add(Digest.read(key));
        }

        @Override
        public void onChunk(final long key, final int length) {
            frames.add(Digest.read(key));
        }

        @Override
        public void onDamage(final Digest address, final String what) {
            damage.put(address, what);
        }
    }

    private static Set<Digest> frames(final MappedFrameStore store) {
        final Set<Digest> frames = new HashSet<>();
        store.forEach((key, receipt, frame) -> frames.add(Digest.read(key)));
        return frames;
    }

    @Test
    void shouldBeThoseThatReadingAllThatIsPinnedAsksFor() throws IOException {
        long freed = 0;
        long named = 0;
        for (long seed = 31; seed < 31 + SEEDS; seed++) {
            try (MappedFrameStore store = fixture.open(folder.resolve("store" + seed));
                    MappedFrameStore replica = fixture.open(folder.resolve("replica" + seed))) {
                final World world = new World(store, new SplittableRandom(seed));
                for (int step = 0; step < STEPS; step++) {
                    final String at = "seed=" + seed + " step=" + step;
                    for (int i = 0; i < 12; i++) {
                        world.there.add(world.make());
                    }
                    world.pinAndUnpin();
                    final Set<Digest> expected = world.readPinned(store);
                    final SweepResult result = store.sweep(NodeKinds.REFERENCES);
                    freed += result.freed();
                    assertEquals(expected, frames(store), at);
                    assertEquals(expected.size(), result.kept(), at);
                    assertEquals(expected, world.readPinned(store), at);
                    final Found found = new Found(store, world.pinned);
                    assertEquals(Map.of(), found.damage, at);
                    assertEquals(expected, found.frames, at);
                    world.there.retainAll(world.pinned);
                }
                for (final Stored stored : world.pinned) {
                    named += stored instanceof final StoredMap map ? map.named.size() : 0;
                    assertTrue(new ReplicaFetch(
                                    replica, fixture.kernels, AddressHash.BLAKE3, List.of(store), FetchListener.NONE)
                            .fetch(stored.root())
                            .isComplete());
                }
                assertEquals(frames(store), frames(replica), "seed=" + seed);
                world.readPinned(replica);
                assertEveryLossIsNamed(world, "seed=" + seed);
            }
        }
        assertTrue(freed > 100L * SEEDS && named > 10L * SEEDS, "freed=" + freed + " named=" + named);
    }

    /** One frame that is missing, or has a bit flipped, is what a walk names, and it alone. */
    private void assertEveryLossIsNamed(final World world, final String seed) {
        final List<Digest> frames = new ArrayList<>(frames(world.store));
        for (int i = 0; i < 40; i++) {
            final Digest victim = frames.get(world.random.nextInt(frames.size()));
            final String at = seed + " victim=" + victim;
            assertEquals(
                    Map.of(victim, "missing"),
                    new Found(
                                    key -> Digest.read(key).equals(victim)
                                            ? FrameSource.NOT_FOUND
                                            : world.store.get(key),
                                    world.pinned)
                            .damage,
                    at);
            assertEquals(
                    Map.of(victim, "the frame is not what its address says"),
                    new Found(
                                    key -> Digest.read(key).equals(victim)
                                            ? flipped(world.store.get(key))
                                            : world.store.get(key),
                                    world.pinned)
                            .damage,
                    at);
        }
    }

    private long flipped(final long frame) {
        OffHeap.copy(frame, fixture.scratch, LatticeFrame.LENGTH);
        OffHeap.putU8(fixture.scratch + 3, OffHeap.getU8(fixture.scratch + 3) ^ 64);
        return fixture.scratch;
    }

    /** A leaf whose value names a file, as bytes of another file. */
    @Test
    void shouldBeMoreNeverLessForAChunkThatLooksLikeANode() throws IOException {
        for (final boolean isNamedFileThere : new boolean[] {true, false}) {
            final String at = "isNamedFileThere=" + isNamedFileThere;
            try (MappedFrameStore store = fixture.open(folder.resolve("" + isNamedFileThere))) {
                final byte[] bytes = SnapshotFixture.bytes(8, 100_000);
                final Digest named = SnapshotFixture.write(isNamedFileThere ? store : fixture.source, bytes);
                final TreeWriter writer = new TreeWriter(fixture.source, TreeSalt.OPEN, ValueForm.TYPED);
                final TreeBatch batch = new TreeBatch();
                batch.put(new byte[] {1}, TypedValue.reference(ReferenceKind.FILE, bytes.length, named));
                final Digest leaf = writer.apply(writer.empty(), batch);
                leaf.write(fixture.key);
                final byte[] file = new byte[2 * LatticeFrame.LENGTH];
                OffHeap.get(fixture.source.get(fixture.key), file, 0, LatticeFrame.LENGTH);
                final Digest root = SnapshotFixture.write(store, file);
                final Set<Digest> needed = fixture.reachable(store, root);
                assertTrue(needed.contains(leaf), "a chunk is the leaf");
                root.write(fixture.key);
                store.pin(fixture.key);
                store.sweep(NodeKinds.REFERENCES);
                final Set<Digest> kept = frames(store);
                assertTrue(kept.containsAll(needed), at);
                assertArrayEquals(file, fixture.read(store, root), at);
                if (isNamedFileThere) {
                    assertArrayEquals(bytes, fixture.read(store, named), at);
                } else {
                    assertEquals(needed, kept, at);
                }
            }
        }
    }

    /** The first key below the second child of the root is put before all others; each node alone is good. */
    @Test
    void shouldNotBeginBeforeWhatLiesBefore() throws IOException {
        try (MappedFrameStore store = fixture.open(folder)) {
            final TreeBatch batch = new TreeBatch();
            for (int i = 0; i < 40_000; i++) {
                batch.put("key %05d".formatted(i).getBytes(), new byte[16]);
            }
            final TreeWriter writer = new TreeWriter(store, TreeSalt.OPEN);
            final Digest root = writer.apply(writer.empty(), batch);
            assertEquals(Map.of(), damage(store, root));

            final long top = node(store, root);
            assertEquals(2, OffHeap.getU8(top + TreeNodeLayout.LEVEL_OFFSET));
            final Digest second = Digest.read(value(top, 1));
            final Digest leaf = Digest.read(value(node(store, second), 0));
            final Digest hostileLeaf = changed(store, leaf, frame -> OffHeap.putU8(frame + FIRST_KEY_OFFSET, 1));
            final Digest hostile = changed(store, second, frame -> hostileLeaf.write(value(frame, 0)));
            final Digest hostileRoot = changed(store, root, frame -> hostile.write(value(frame, 1)));
            assertEquals(Map.of(hostile, "tree node: wrong order"), damage(store, hostileRoot));
            final TreeCursor cursor = new TreeCursor(store);
            cursor.open(hostileRoot);
            cursor.first();
            assertEquals(
                    hostileLeaf,
                    assertThrows(TreeDamageException.class, () -> {
                                while (cursor.next()) {
                                    // to where it is found
                                }
                            })
                            .address());
        }
    }

    private Map<Digest, String> damage(final FrameSource source, final Digest root) {
        return new Found(source, List.of(new StoredFile(root, new byte[0]))).damage;
    }

    private long node(final FrameSource source, final Digest address) {
        address.write(fixture.key);
        return source.get(fixture.key);
    }

    private static long value(final long frame, final int index) {
        final long entry = frame + OffHeap.getU16(frame + LatticeFrame.LENGTH - 2 * (index + 1));
        return entry + 1 + OffHeap.getU8(entry);
    }

    private Digest changed(final MappedFrameStore store, final Digest address, final LongConsumer change) {
        OffHeap.copy(node(store, address), fixture.scratch, LatticeFrame.LENGTH);
        change.accept(fixture.scratch);
        store.put(fixture.scratch, LatticeFrame.LENGTH, 1, fixture.key);
        return Digest.read(fixture.key);
    }

    @Test
    void shouldNotHoldARootToWhatAnotherSaysOfIt() throws IOException {
        try (MappedFrameStore store = fixture.open(folder)) {
            final Digest file = SnapshotFixture.write(store, SnapshotFixture.bytes(1, 500));
            final Digest folderOfMap = SnapshotFixture.put(
                    store, List.of(new DirectoryEntry.Tree(ByteName.of("m"), SnapshotFixture.TIME, 500, file)));
            final Stored good = new StoredFile(file, new byte[500]);
            final Stored forged = new StoredFolder(folderOfMap, new TreeMap<>());
            for (final List<Stored> order : List.of(List.of(good, forged), List.of(forged, good))) {
                assertEquals(Map.of(file, "tree node: not a node"), new Found(store, order).damage);
            }
            assertEquals(Map.of(), new Found(store, List.of(good)).damage);
        }
    }
}
