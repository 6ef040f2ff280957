package io.venation.snapshot;

import static io.venation.snapshot.SnapshotFixture.some;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.ObjectLayout;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.FrameSourceException;
import io.venation.store.MappedFrameStore;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeNodeLayout;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaFetchTest {
    private static final int SEEDS = 12;

    @TempDir
    private Path folder;

    private final SnapshotFixture fixture = new SnapshotFixture();
    private final Faults faults = new Faults();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What a fetch has complained of. */
    private static final class Faults implements FetchListener {
        final Set<Digest> missing = new HashSet<>();
        final Set<Digest> malformed = new HashSet<>();
        final List<String> failed = new ArrayList<>();
        final List<Set<Digest>> rejected = List.of(new HashSet<>(), new HashSet<>(), new HashSet<>());

        @Override
        public void onRejected(final Digest address, final int source) {
            rejected.get(source).add(address);
        }

        @Override
        public void onSourceFailed(final int source, final String reason) {
            failed.add(source + ": " + reason);
        }

        @Override
        public void onMissing(final Digest address) {
            missing.add(address);
        }

        @Override
        public void onMalformed(final Digest address, final String what) {
            malformed.add(address);
        }
    }

    private ReplicaFetch fetch(final MappedFrameStore target, final FrameSource... sources) {
        return new ReplicaFetch(target, fixture.kernels, AddressHash.BLAKE3, List.of(sources), faults);
    }

    @Test
    void shouldFetchWhatIsNotThereAndNothingElse() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String message = "seed=" + seed;
            final Digest root = fixture.directory(random, 3);
            final Set<Digest> all = fixture.reachable(fixture.source, root);
            final Set<Digest> there = some(random, all, seed % 3 / 2.0); // none, half, all: nodes without children too
            try (MappedFrameStore target = fixture.open(folder.resolve(message))) {
                there.forEach(address -> fixture.give(target, address));
                final List<Digest> asked = new ArrayList<>();
                final FetchResult result = fetch(target, key -> {
                            asked.add(Digest.read(key));
                            return fixture.source.get(key);
                        })
                        .fetch(root, RootKind.DIRECTORY);
                final Set<Digest> absent = new HashSet<>(all);
                absent.removeAll(there);
                assertEquals(absent, new HashSet<>(asked), message);
                assertEquals(absent.size(), asked.size(), message + ": none is asked for twice");
                assertEquals(absent.size(), result.fetched(), message);
                assertEquals(absent.size() * 12_288L, result.fetchedBytes(), message);
                assertTrue(result.isComplete(), message);
                assertEquals(Set.of(root), target.roots().keySet(), message);
                assertTrue(
                        target.position() - target.durablePosition() <= 2,
                        message + ": all but mark and pin is on disk");
                assertEquals(all, fixture.reachable(target, root), message);
                fixture.assertNothingBad(target, message);
                final FetchResult again = fetch(target).fetch(root);
                assertEquals(0, again.fetched(), message);
                assertTrue(again.isComplete() && again.shared() >= all.size(), message);
                assertEquals(1, target.roots().get(root), message + ": pinned once");
            }
        }
    }

    @Test
    void shouldGoOnWhereItWasInterrupted() throws IOException {
        for (long seed = 100; seed < 100 + SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String message = "seed=" + seed;
            final Digest root = fixture.directory(random, 3);
            final Set<Digest> all = fixture.reachable(fixture.source, root);
            final Path directory = folder.resolve(message);
            int asked = 0;
            boolean isComplete = false;
            while (!isComplete) {
                final int[] left = {random.nextInt(1, 40)};
                final int allowed = left[0];
                try (MappedFrameStore target = fixture.open(directory)) {
                    try {
                        isComplete = fetch(target, key -> {
                                    if (--left[0] < 0) {
                                        throw new IllegalStateException("interrupted");
                                    }
                                    return fixture.source.get(key);
                                })
                                .fetch(root)
                                .isComplete();
                        assertTrue(isComplete, message);
                        assertEquals(all, fixture.reachable(target, root), message);
                    } catch (final IllegalStateException e) {
                        assertEquals("interrupted", e.getMessage(), message);
                        assertTrue(target.roots().isEmpty(), message + ": not pinned before all is there");
                    }
                }
                asked += allowed - Math.max(0, left[0]);
            }
            assertEquals(all.size(), asked, message + ": nothing is fetched again");
        }
    }

    /** As far away as it likes: one round trip a call. */
    private final class FarSource implements FrameSource {
        private final Set<Digest> asked = new HashSet<>();
        private int roundTrips;

        @Override
        public long get(final long key) {
            throw new AssertionError("one frame at a time");
        }

        @Override
        public void fetch(final long keys, final int count, final Sink sink) {
            roundTrips++;
            assertTrue(count > 0 && count <= FETCH_LIMIT, "count=" + count);
            for (int i = count - 1; i >= 0; i--) {
                final long key = keys + 32L * i;
                assertTrue(asked.add(Digest.read(key)), "none is asked for twice");
                sink.onFrame(i, fixture.source.get(key));
                sink.onFrame(i, fixture.source.get(key)); // what comes again is not taken again
            }
        }
    }

    @Test
    void shouldCostAFarSourceARoundTripForEachLevelAndWindow() throws IOException {
        final List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = 100; i < 200; i++) {
            entries.add(fixture.file(ByteName.of("f" + i), SnapshotFixture.bytes(i % 90, 150_000))); // ten come again
        }
        entries.add(fixture.file(ByteName.of("g"), SnapshotFixture.bytes(-1, 60_000_000))); // two levels
        entries.add(fixture.file(ByteName.of("h"), new byte[5_000_000])); // one chunk, many times
        final Digest root = SnapshotFixture.put(fixture.source, entries);
        final Set<Digest> all = fixture.reachable(fixture.source, root);
        try (MappedFrameStore target = fixture.open(folder)) {
            final FarSource source = new FarSource();
            final FetchResult result = fetch(target, source).fetch(root);
            assertTrue(result.isComplete());
            assertEquals(all, source.asked);
            assertEquals(all.size(), result.fetched());
            assertEquals(1 + 1 + 1 + 1 + all.size() / FrameSource.FETCH_LIMIT, source.roundTrips);
            assertEquals(all, fixture.reachable(target, root));
            assertEquals(
                    new FetchResult(0, result.fetched() + result.shared(), 0, 0, 0),
                    fetch(target).fetch(root));
        }
    }

    @Test
    void shouldCountWhatIsMissingForEachReference() throws IOException {
        final byte[] zeros = new byte[1_000_000];
        final Digest root = SnapshotFixture.write(fixture.source, zeros);
        final Digest chunk =
                fixture.reachable(fixture.source, SnapshotFixture.write(fixture.source, new byte[12_288])).stream()
                        .filter(fixture.reachable(fixture.source, root)::contains)
                        .findFirst()
                        .orElseThrow();
        try (MappedFrameStore target = fixture.open(folder)) {
            final FetchResult result =
                    fetch(target, fixture.without(Set.of(chunk), Set.of())).fetch(root);
            assertEquals(Math.ceilDiv(zeros.length, 12_288), result.missing(), "the last one is filled up with zeros");
            assertEquals(Set.of(chunk), faults.missing);
        }
    }

    /** Gives so many frames and then nothing any more. */
    private final class DyingSource implements FrameSource {
        private int left;
        private int askedAfterwards;

        DyingSource(final int left) {
            this.left = left;
        }

        @Override
        public long get(final long key) {
            if (left == 0) {
                askedAfterwards++;
                throw new FrameSourceException("the source is gone");
            }
            left--;
            return fixture.source.get(key);
        }
    }

    @Test
    void shouldAskTheOthersWhereASourceFails() throws IOException {
        for (long seed = 100; seed < 100 + SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String message = "seed=" + seed;
            final Digest root = fixture.directory(random, 3);
            final int count = fixture.reachable(fixture.source, root).size();
            final DyingSource dying = new DyingSource(random.nextInt(count));
            try (MappedFrameStore target = fixture.open(folder.resolve(message))) {
                final int given = dying.left;
                final ReplicaFetch alone = fetch(target, dying);
                for (int attempt = 0; attempt < 2; attempt++) {
                    assertThrows(FrameSourceException.class, () -> alone.fetch(root), message);
                    assertEquals(given, target.frameCount(), message);
                }
                faults.failed.clear();
                dying.askedAfterwards = 0;
                final FetchResult result = fetch(target, dying, fixture.source).fetch(root);
                assertTrue(result.isComplete(), message);
                assertEquals(count - given, result.fetched(), message);
                assertEquals(List.of("0: the source is gone"), faults.failed, message);
                assertEquals(1, dying.askedAfterwards, message);
            }
        }
    }

    @Test
    void shouldBelieveNoSource() throws IOException {
        for (long seed = 200; seed < 200 + SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String message = "seed=" + seed;
            final Digest root = fixture.directory(random, 3);
            final Set<Digest> all = fixture.reachable(fixture.source, root);
            final Set<Digest> lies = some(random, all, 0.2);
            final Set<Digest> gaps = some(random, all, 0.2);
            if (seed % 2 == 0) {
                gaps.removeAll(lies);
            }
            final Set<Digest> both = new HashSet<>(lies);
            both.retainAll(gaps);
            faults.missing.clear();
            faults.rejected.forEach(Set::clear);
            final FrameSource liar = fixture.without(Set.of(), lies);
            final FrameSource gappy = fixture.without(gaps, Set.of());
            try (MappedFrameStore target = fixture.open(folder.resolve(message))) {
                final FetchResult result = fetch(target, liar, gappy).fetch(root);
                fixture.assertNothingBad(target, message);
                assertEquals(both.isEmpty(), result.isComplete(), message);
                assertEquals(both.isEmpty(), target.roots().containsKey(root), message);
                assertTrue(both.containsAll(faults.missing), message);
                assertTrue(lies.containsAll(faults.rejected.get(0)), message);
                assertTrue(faults.rejected.get(1).isEmpty(), message);
                assertEquals(target.frameCount(), result.fetched(), message);
                if (both.isEmpty()) {
                    assertEquals(lies, faults.rejected.get(0), message);
                    assertEquals(lies.size(), result.rejected(), message);
                }
                final FetchResult rest = fetch(target, gappy, fixture.source).fetch(root);
                assertTrue(rest.isComplete(), message);
                assertEquals(all.size(), result.fetched() + rest.fetched(), message);
                assertEquals(all, fixture.reachable(target, root), message);
            }
        }
    }

    @Test
    void shouldNotTakeANodeForWhatIsBelowIt() throws IOException {
        final Digest root = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(1, 1_000_000));
        final Set<Digest> all = fixture.reachable(fixture.source, root);
        try (MappedFrameStore target = fixture.open(folder)) {
            fixture.give(target, root);
            assertEquals(
                    all.size() - 1, fetch(target, fixture.source).fetch(root).fetched());
            assertEquals(all, fixture.reachable(target, root));
        }
    }

    @Test
    void shouldNotFollowAChunkThatLooksLikeANode() throws IOException {
        final Digest inner = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(2, 100_000));
        inner.write(fixture.key);
        final byte[] node = new byte[LatticeFrame.LENGTH];
        OffHeap.get(fixture.source.get(fixture.key), node, 0, node.length);
        final byte[] file = new byte[2 * LatticeFrame.LENGTH];
        System.arraycopy(node, 0, file, 0, node.length);
        final Digest root = SnapshotFixture.write(fixture.source, file);
        final Set<Digest> all = fixture.reachable(fixture.source, root);
        assertTrue(all.contains(inner), "a chunk is the node");
        try (MappedFrameStore target = fixture.open(folder)) {
            assertTrue(fetch(target, fixture.source).fetch(root).isComplete());
            assertEquals(all.size(), target.frameCount());
        }
    }

    @Test
    void shouldRefuseNodesThatAreNotWhatRefersToThemSays() throws IOException {
        final Digest file = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(3, 200_000));
        final Digest small = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(4, 100));
        final Digest directory = SnapshotFixture.put(fixture.source, List.of());
        final Digest tree = tree(fixture, 10);
        final Digest chunk = fixture.reachable(fixture.source, file).stream()
                .filter(address -> !address.equals(file))
                .findFirst()
                .orElseThrow();
        try (MappedFrameStore target = fixture.open(folder)) {
            for (final DirectoryEntry entry : List.of(
                    new DirectoryEntry.File(ByteName.of("a"), 0, SnapshotFixture.TIME, 199_999, file),
                    new DirectoryEntry.File(ByteName.of("b"), 0, SnapshotFixture.TIME, 99, small),
                    new DirectoryEntry.File(ByteName.of("c"), 0, SnapshotFixture.TIME, 0, directory),
                    new DirectoryEntry.File(ByteName.of("d"), 0, SnapshotFixture.TIME, 12_288, chunk),
                    new DirectoryEntry.Directory(ByteName.of("e"), 0, SnapshotFixture.TIME, 200_000, file),
                    new DirectoryEntry.Directory(ByteName.of("f"), 0, SnapshotFixture.TIME, 1, directory),
                    new DirectoryEntry.Tree(ByteName.of("g"), SnapshotFixture.TIME, 200_000, file),
                    new DirectoryEntry.Tree(ByteName.of("h"), SnapshotFixture.TIME, 9, tree),
                    new DirectoryEntry.Directory(ByteName.of("i"), 0, SnapshotFixture.TIME, 10, tree),
                    new DirectoryEntry.File(ByteName.of("j"), 0, SnapshotFixture.TIME, 10, tree))) {
                final Digest root = SnapshotFixture.put(fixture.source, List.of(entry));
                faults.malformed.clear();
                for (int round = 0; round < 2; round++) { // fetched, then shared
                    final FetchResult result = fetch(target, fixture.source).fetch(root);
                    assertEquals(1, result.malformed(), entry.toString());
                    assertFalse(result.isComplete(), entry.toString());
                    assertEquals(1, faults.malformed.size(), entry.toString());
                }
            }
            assertEquals(
                    1,
                    fetch(target, fixture.source)
                            .fetch(file, RootKind.DIRECTORY)
                            .malformed());
            assertEquals(
                    1, fetch(target, fixture.source).fetch(file, RootKind.TREE).malformed());
            assertEquals(
                    1, fetch(target, fixture.source).fetch(chunk, RootKind.FILE).malformed());
            assertTrue(target.roots().isEmpty());
            assertEquals(10 + 5, target.frameCount(), "nothing below was followed");
            assertTrue(fetch(target, fixture.source).fetch(chunk).isComplete(), "a frame that says nothing is a root");
        }
    }

    @Test
    void shouldVisitOnceWhatIsReachedInManyWays() throws IOException {
        Digest root = SnapshotFixture.put(fixture.source, List.of());
        long length = 0;
        for (int depth = 0; depth < 40; depth++) {
            final List<DirectoryEntry> entries = new ArrayList<>();
            for (int i = 100; i < 200; i++) {
                entries.add(
                        new DirectoryEntry.Directory(ByteName.of("d" + i), 0755, SnapshotFixture.TIME, length, root));
            }
            root = SnapshotFixture.put(fixture.source, entries);
            length = entries.size();
        }
        try (MappedFrameStore target = fixture.open(folder)) {
            final FetchResult result = fetch(target, fixture.source).fetch(root);
            assertEquals(41, result.fetched());
            assertEquals(40 * 99, result.shared());
        }
    }

    @Test
    void shouldFetchOrderedMaps() throws IOException {
        final Digest root = tree(fixture, 20_000);
        try (MappedFrameStore target = fixture.open(folder)) {
            final FetchResult result = fetch(target, fixture.source).fetch(root, RootKind.TREE);
            assertTrue(result.isComplete() && result.fetched() > 50, result.toString());
            assertEquals(result.fetched(), target.frameCount());
            assertEquals(
                    1, fetch(target, fixture.source).fetch(root, RootKind.FILE).malformed());
            target.forEach((key, receipt, frame) ->
                    assertEquals(TreeNodeLayout.MAGIC, OffHeap.getU16(frame + TreeNodeLayout.MAGIC_OFFSET)));
            final FetchResult again = fetch(target).fetch(root);
            assertEquals(0, again.fetched());
            assertEquals(result.fetched(), again.shared(), "every node was reached");
        }
    }

    private record Claim(ReferenceKind kind, long length, Digest root) {}

    @Test
    void shouldRefuseValuesThatAreNotWhatTheyName() throws IOException {
        final Digest file = SnapshotFixture.write(fixture.source, SnapshotFixture.bytes(3, 200_000));
        final Digest tree = tree(fixture, 10);
        final TreeWriter writer = new TreeWriter(fixture.source, TreeSalt.OPEN, ValueForm.TYPED);
        try (MappedFrameStore target = fixture.open(folder)) {
            for (final Claim claim : List.of(
                    new Claim(ReferenceKind.FILE, 199_999, file),
                    new Claim(ReferenceKind.FILE, 10, tree),
                    new Claim(ReferenceKind.DIRECTORY, 200_000, file),
                    new Claim(ReferenceKind.TREE, 200_000, file),
                    new Claim(ReferenceKind.TREE, 11, tree))) {
                final TreeBatch batch = new TreeBatch();
                batch.put(new byte[] {1}, TypedValue.reference(claim.kind, claim.length, claim.root));
                final Digest root = writer.apply(writer.empty(), batch);
                faults.malformed.clear();
                final FetchResult result = fetch(target, fixture.source).fetch(root);
                assertEquals(1, result.malformed(), claim.toString());
                assertEquals(Set.of(claim.root), faults.malformed, claim.toString());
            }
            assertTrue(target.roots().isEmpty());
            assertEquals(5 + 2, target.frameCount(), "nothing below was followed");
        }
    }

    private static Digest tree(final SnapshotFixture fixture, final int entries) {
        final TreeBatch batch = new TreeBatch();
        for (int i = 0; i < entries; i++) {
            final byte[] key = ("key " + i).getBytes(StandardCharsets.US_ASCII);
            OffHeap.put(fixture.scratch, key, 0, key.length);
            batch.put(fixture.scratch, key.length, fixture.scratch, 40);
        }
        final TreeWriter writer = new TreeWriter(fixture.source, TreeSalt.OPEN);
        return writer.apply(writer.empty(), batch);
    }

    @Test
    void shouldFetchADamagedNodeAgain() throws IOException {
        final byte[] bytes = SnapshotFixture.bytes(5, 500_000);
        final Digest root = SnapshotFixture.write(fixture.source, bytes);
        try (MappedFrameStore target = fixture.open(folder)) {
            assertTrue(fetch(target, fixture.source).fetch(root).isComplete());
        }
        final Path segment = folder.resolve("segment-00000000");
        final byte[] stored = Files.readAllBytes(segment);
        root.write(fixture.key);
        final byte[] start = new byte[64];
        OffHeap.get(fixture.source.get(fixture.key) + ObjectLayout.BODY_OFFSET, start, 0, start.length);
        final int at =
                new String(stored, StandardCharsets.ISO_8859_1).indexOf(new String(start, StandardCharsets.ISO_8859_1));
        assertTrue(at > 0);
        stored[at] ^= 1;
        Files.write(segment, stored);
        try (MappedFrameStore target = fixture.open(folder)) {
            final FetchResult result = fetch(target, fixture.source).fetch(root);
            assertEquals(1, result.fetched());
            assertTrue(result.isComplete());
            assertEquals(fixture.reachable(fixture.source, root), fixture.reachable(target, root));
        }
    }

    @Test
    void shouldNameARootThatNobodyHas() throws IOException {
        final Digest root = fixture.directory(new SplittableRandom(9), 1);
        try (MappedFrameStore target = fixture.open(folder)) {
            final FetchResult result = fetch(target).fetch(root);
            assertEquals(new FetchResult(0, 0, 0, 1, 0), result);
            assertEquals(Set.of(root), faults.missing);
        }
    }
}
