package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.object.ObjectLayout;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.SnapshotWriter;
import io.venation.snapshot.Snapshots;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.MemoryFrameStore;
import io.venation.store.Scrub;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files, trees and objects of a store that become objects of the receiver's store. */
final class ObjectTransferTest {
    @TempDir
    private Path folder;

    private Path source;
    private MappedFrameStore store;

    @BeforeEach
    void open() throws IOException {
        source = folder.resolve("source");
        store = StoreFolder.open(folder.resolve("store"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private TestLink link(final TestLink.Channel channel) throws IOException {
        final TestLink link = new TestLink(channel, null);
        link.keepIn(store);
        return link;
    }

    private static Digest rootOf(final Path tree) throws IOException {
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash())) {
            return new TreeStorer(frames, bytes -> {}).put(tree.toRealPath()).root();
        }
    }

    private void assertKept(final TestLink link, final TransferSummary sent, final Path tree, final String message)
            throws IOException {
        assertNull(sent.failure(), message);
        final TransferSummary received = link.lastReceived();
        assertNull(received.failure(), message);
        assertEquals(rootOf(tree), sent.root(), message);
        assertEquals(sent.root(), received.root(), message);
        assertEquals(sent.frames(), received.frames(), message);
        assertEquals(sent.shared(), received.shared(), message);
        assertEquals(sent.bytes(), received.bytes(), message);
        assertEquals(sent.files(), received.files(), message);
        assertEquals(1, store.roots().get(sent.root()), message);
        assertEquals(store.position(), store.durablePosition(), message);
        final boolean isDirectory = Files.isDirectory(tree);
        final Path copy = Files.createTempDirectory(folder, "copy").resolve("copy");
        StoreFolder.restore(store, sent.root(), isDirectory, copy);
        if (isDirectory) {
            TreeComparison.assertSameContents(tree, copy, message);
        } else {
            assertEquals(-1, Files.mismatch(tree, copy), message);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_12448", "UDP_1440"})
    void shouldKeepTreesAndSendNothingTwice(final TestLink.Channel channel) throws Exception {
        final long seed = 201;
        new TestTree(seed).grow(source);
        try (TestLink link = link(channel)) {
            final TransferSummary first = link.send(source);
            assertKept(link, first, source, "seed=" + seed);
            assertEquals(store.frameCount(), first.frames());
            final TransferSummary second = link.send(source);
            assertKept(link, second, source, "seed=" + seed + " again");
            assertEquals(0, second.frames());
            assertEquals(first.frames(), second.shared());
            assertEquals(first.bytes(), second.bytes());
            assertEquals(first.files(), second.files());
        }
    }

    @Test
    void shouldKeepFilesOfAnyLength() throws Exception {
        final long seed = 202;
        Files.createDirectory(source);
        try (TestLink link = link(TestLink.Channel.IPC)) {
            for (final int length : new int[] {0, 1, 12_272, 12_273, 12_288, 100_000, 3_000_000}) {
                final Path file = source.resolve("file" + length);
                new TestTree(seed).fill(file, length);
                assertKept(link, link.send(file), file, "seed=" + seed + " length=" + length);
            }
            assertKept(link, link.send(source), source, "seed=" + seed + " all of them");
        }
    }

    @Test
    void shouldKeepAnEmptyDirectory() throws Exception {
        Files.createDirectory(source);
        try (TestLink link = link(TestLink.Channel.IPC)) {
            final TransferSummary sent = link.send(source);
            assertKept(link, sent, source, "empty");
            assertEquals(1, sent.frames());
            assertEquals(0, sent.files());
        }
    }

    @Test
    void shouldShareWhatAnInsertionLeavesAlone() throws Exception {
        final long seed = 203;
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[12_000_000];
        random.nextBytes(bytes);
        Files.write(source, bytes);
        final Path longer = folder.resolve("longer");
        final byte[] inserted = new byte[1_024];
        random.nextBytes(inserted);
        Files.write(longer, inserted);
        Files.write(longer, bytes, java.nio.file.StandardOpenOption.APPEND);
        try (TestLink link = link(TestLink.Channel.IPC)) {
            assertKept(link, link.send(source), source, "seed=" + seed);
            final TransferSummary sent = link.send(longer);
            assertKept(link, sent, longer, "seed=" + seed + " longer");
            final double shared = (double) sent.shared() / (sent.shared() + sent.frames());
            assertTrue(shared >= 0.98 && sent.frames() > 0, "seed=" + seed + " shared=" + shared);
        }
    }

    /** The window is full long before the receiver has had a turn. */
    @Test
    void shouldWaitWhereTheWindowIsFull() throws Exception {
        final long seed = 204;
        new TestTree(seed).fill(source, 60_000_000);
        try (TestLink link = link(TestLink.Channel.IPC);
                SendAgent sender = link.sender(source)) {
            Turns.until(() -> sender.sentBytes() > 0, sender, link.receiver);
            for (int i = 0; i < 5_000; i++) {
                sender.doWork();
            }
            assertNull(sender.summary());
            final long readAhead = sender.sentBytes();
            assertTrue(readAhead <= OfferWindow.LIMIT * 12_288L, "read " + readAhead);
            assertKept(link, link.finish(sender), source, "seed=" + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldSendOnlyTheRestAfterAnInterruption(final TestLink.Channel channel) throws Exception {
        final long seed = 205;
        final SplittableRandom random = new SplittableRandom(seed);
        Files.createDirectory(source);
        for (int i = 0; i < 6; i++) {
            new TestTree(seed + i).fill(source.resolve("file" + i), 1_000_000);
        }
        final long all;
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash())) {
            new TreeStorer(frames, bytes -> {}).put(source.toRealPath());
            all = frames.frameCount();
        }
        try (TestLink link = link(channel)) {
            for (int i = 0; i < 4; i++) {
                final long limit = store.frameCount() + random.nextLong(1, all / 6);
                final String message = "seed=" + seed + " i=" + i + " limit=" + limit;
                final boolean isSenderFirst = i % 2 == 0;
                try (SendAgent sender = link.sender(source)) {
                    Turns.until(() -> store.frameCount() >= limit, sender, link.receiver);
                    if (!isSenderFirst) {
                        link.receiver.close();
                        Turns.until(() -> sender.summary() != null, sender);
                        assertNotNull(sender.summary().failure(), message);
                    }
                }
                if (isSenderFirst) {
                    final int before = link.received.size();
                    Turns.until(
                            () -> link.received.size() > before || link.received.size() == 1 && before == 0,
                            link.receiver);
                } else {
                    link.openReceiver();
                }
                assertNotNull(link.lastReceived().failure(), message);
                assertNull(link.lastReceived().root(), message);
                assertEquals(Set.of(), store.roots().keySet(), message);
            }
            final long there = store.frameCount();
            assertTrue(there > 0 && there < all, "seed=" + seed + " there=" + there);
            final TransferSummary sent = link.send(source);
            assertKept(link, sent, source, "seed=" + seed);
            assertEquals(all - there, sent.frames(), "seed=" + seed);
            assertEquals(all, store.frameCount(), "seed=" + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldTakeSendersAtOnce(final TestLink.Channel channel) throws Exception {
        final long seed = 206;
        try (TestLink link = link(channel)) {
            final List<SendAgent> senders = new ArrayList<>();
            final List<Path> sources = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final Path tree = Files.createDirectory(folder.resolve("source" + i));
                new TestTree(seed + i).grow(tree.resolve("tree"));
                new TestTree(seed).fill(tree.resolve("common"), 2_000_000);
                sources.add(tree);
                senders.add(link.sender(tree));
            }
            final Agent[] agents =
                    Stream.concat(senders.stream(), Stream.of(link.receiver)).toArray(Agent[]::new);
            Turns.until(
                    () -> senders.stream().allMatch(sender -> sender.summary() != null) && link.received.size() == 3,
                    agents);
            for (int i = 0; i < 3; i++) {
                final TransferSummary sent = senders.get(i).summary();
                senders.get(i).close();
                assertNull(sent.failure(), "seed=" + seed + " i=" + i);
                assertEquals(rootOf(sources.get(i)), sent.root());
                final Path copy = folder.resolve("copy" + i);
                StoreFolder.restore(store, sent.root(), true, copy);
                TreeComparison.assertSameContents(sources.get(i), copy, "seed=" + seed + " i=" + i);
            }
            assertEquals(3, store.roots().size());
        }
    }

    @Test
    void shouldSendAnObjectOfAStore() throws Exception {
        final long seed = 207;
        new TestTree(seed).grow(source);
        new TestTree(seed).fill(source.resolve("large"), 5_000_000);
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());
                TestLink link = link(TestLink.Channel.UDP_62400)) {
            final TreeStorer.Stored stored = new TreeStorer(frames, bytes -> {}).put(source.toRealPath());
            final TransferSummary sent = link.send(frames, stored.root());
            assertKept(link, sent, source, "seed=" + seed);
            assertEquals(frames.frameCount(), sent.frames());
            final TransferSummary again = link.send(frames, stored.root());
            assertKept(link, again, source, "seed=" + seed + " again");
            assertEquals(0, again.frames());
            assertEquals(sent.files(), again.files());
            assertEquals(0, link.send(source).frames(), "the same as files");
            assertNotEquals(0, sent.files());
        }
    }

    @Test
    void shouldSendASnapshot() throws Exception {
        final long seed = 208;
        new TestTree(seed).grow(source);
        try (MappedFrameStore frames = StoreFolder.open(folder.resolve("from"));
                TestLink link = link(TestLink.Channel.IPC)) {
            final Digest tree =
                    new TreeStorer(frames, bytes -> {}).put(source.toRealPath()).root();
            final var snapshots = new SnapshotWriter(frames, Kernels.select(), TestLink.SUITE.addressHash());
            final Digest snapshot =
                    snapshots.create("first", tree, Instant.EPOCH).address();
            final TransferSummary sent = link.send(frames, snapshot);
            assertNull(sent.failure());
            assertEquals(Set.of(snapshot), store.roots().keySet());
            final var there = new Snapshots(store, Kernels.select(), TestLink.SUITE.addressHash());
            assertEquals(
                    List.of("first"), there.list().stream().map(s -> s.name()).toList());
            StoreFolder.restore(store, there.find("first").root(), true, folder.resolve("copy"));
            TreeComparison.assertSameContents(source, folder.resolve("copy"), "seed=" + seed);
        }
    }

    @Test
    void shouldSendAnOrderedMap() throws Exception {
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());
                TestLink link = link(TestLink.Channel.IPC)) {
            final TreeBatch batch = new TreeBatch();
            for (int i = 0; i < 20_000; i++) {
                batch.put(Forger.bytes("key " + i), Forger.bytes("value " + i));
            }
            final TreeWriter writer = new TreeWriter(frames, TreeSalt.OPEN);
            final Digest root = writer.apply(writer.empty(), batch);
            final TransferSummary sent = link.send(frames, root);
            assertNull(sent.failure());
            assertEquals(Set.of(root), store.roots().keySet());
            assertTrue(sent.frames() > 10 && sent.frames() == store.frameCount(), "frames=" + sent.frames());
            assertEquals(0, link.send(frames, root).frames());
        }
    }

    @Test
    void shouldSendWhatTheValuesOfAnOrderedMapName() throws Exception {
        final long seed = 211;
        new TestTree(seed).fill(source, 300_000);
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());
                TestLink link = link(TestLink.Channel.IPC)) {
            final Digest file =
                    new TreeStorer(frames, bytes -> {}).put(source.toRealPath()).root();
            final TreeBatch batch = new TreeBatch();
            batch.put(Forger.bytes("file"), TypedValue.reference(ReferenceKind.FILE, 300_000, file));
            batch.put(Forger.bytes("small"), TypedValue.ofBytes(Forger.bytes("value")));
            final TreeWriter writer = new TreeWriter(frames, TreeSalt.OPEN, ValueForm.TYPED);
            final Digest root = writer.apply(writer.empty(), batch);
            final TransferSummary sent = link.send(frames, root);
            assertNull(sent.failure());
            assertEquals(300_000, sent.bytes());
            assertEquals(1, sent.files());
            assertEquals(Set.of(root), store.roots().keySet());
            final Path copy = folder.resolve("copy");
            StoreFolder.restore(store, file, false, copy);
            assertEquals(-1, Files.mismatch(source, copy));

            batch.clear();
            batch.put(Forger.bytes("file"), TypedValue.reference(ReferenceKind.FILE, 299_999, file));
            final Digest forged = writer.apply(root, batch);
            assertNotNull(link.send(frames, forged).failure());
            assertEquals(Set.of(root), store.roots().keySet());
        }
    }

    @Test
    void shouldNameAFrameThatTheSourceLacksOrHasDamaged() throws Exception {
        final long seed = 209;
        new TestTree(seed).fill(source, 100_000);
        for (final int reference : new int[] {-1, 0, 5}) {
            for (final boolean isMissing : new boolean[] {true, false}) {
                try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());
                        TestLink link = link(TestLink.Channel.IPC)) {
                    final Digest root =
                            new TreeStorer(frames, bytes -> {}).put(source).root();
                    final long node = StoreFolder.frame(frames, root);
                    final Digest bad = reference < 0
                            ? root
                            : Digest.read(
                                    node + ObjectLayout.BODY_OFFSET + (long) reference * ObjectLayout.REFERENCE_LENGTH);
                    if (!isMissing) {
                        final long address = StoreFolder.frame(frames, bad) + 5_000;
                        OffHeap.putU8(address, OffHeap.getU8(address) ^ 1);
                    }
                    final FrameSource source =
                            key -> isMissing && Digest.read(key).equals(bad) ? FrameSource.NOT_FOUND : frames.get(key);
                    final TransferSummary sent = link.send(source, root);
                    final String message = "reference=" + reference + " isMissing=" + isMissing;
                    assertTrue(
                            sent.failure().startsWith("frame " + bad)
                                    && sent.failure().contains(isMissing ? "not in the store" : "is damaged"),
                            message + ": " + sent.failure());
                    assertTrue(link.lastReceived().failure().contains(bad.toString()), message);
                    assertEquals(Set.of(), store.roots().keySet(), message);
                }
            }
        }
    }

    @Test
    void shouldMakeReceiptsOfItsOwnRuleWhereTheSenderHasAnother() throws Exception {
        final long seed = 210;
        new TestTree(seed).fill(source, 300_000);
        final Suite other = new Suite(R96Rule.MIX17, TestLink.SUITE.addressHash());
        try (MappedFrameStore frames = StoreFolder.open(folder.resolve("other"), other);
                TestLink link = new TestLink(TestLink.Channel.IPC, null)) {
            link.storeSuite = other;
            link.keepIn(frames);
            final TransferSummary sent = link.send(source);
            assertNull(sent.failure());
            final Scrub scrub = frames.scrub(Long.MAX_VALUE);
            while (!scrub.isDone()) {
                scrub.doWork(System.nanoTime());
            }
            assertEquals(sent.frames(), scrub.wholeCount());
            assertEquals(0, scrub.repairedCount() + scrub.lostCount());
        }
    }

    @Test
    void shouldNameASuiteThatIsNotTheStores() throws Exception {
        Files.writeString(source, "x");
        final Suite other = new Suite(R96Rule.MOD96, AddressHash.SHA3_256);
        try (MappedFrameStore frames = StoreFolder.open(folder.resolve("other"), other);
                TestLink link = new TestLink(TestLink.Channel.IPC, null)) {
            link.storeSuite = other;
            link.keepIn(frames);
            final String failure = link.send(source).failure();
            assertTrue(failure.startsWith("suite mismatch") && failure.contains(other.label()), failure);
        }
    }

    @Test
    void shouldSayThatAReceiverKeepsFiles() throws Exception {
        try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());
                TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            Files.writeString(source, "x");
            final Digest root = new TreeStorer(frames, bytes -> {}).put(source).root();
            final String failure = link.send(frames, root).failure();
            assertTrue(failure.contains("keeps files") && failure.contains("--store"), failure);
            assertFalse(Files.exists(folder.resolve("target")));
        }
    }

    @Test
    void shouldNotKeepAFileThatChangesOnTheWay() throws Exception {
        final long seed = 211;
        new TestTree(seed).fill(source, 20_000_000);
        try (TestLink link = link(TestLink.Channel.IPC);
                SendAgent sender = link.sender(source)) {
            Turns.until(() -> sender.sentBytes() > 1_000_000, sender, link.receiver);
            Files.writeString(source, "more", java.nio.file.StandardOpenOption.APPEND);
            final String failure = link.finish(sender).failure();
            assertTrue(failure.contains("changed while it was read"), failure);
            assertTrue(link.lastReceived().failure().contains("changed while it was read"));
            assertEquals(Set.of(), store.roots().keySet());
        }
    }
}
