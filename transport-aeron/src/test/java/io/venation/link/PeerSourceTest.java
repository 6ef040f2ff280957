package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.FetchResult;
import io.venation.snapshot.ReplicaFetch;
import io.venation.snapshot.StoreReconciliation;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.Scrub;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class PeerSourceTest {
    private static final int LIMIT = 4;

    @TempDir
    private Path folder;

    private static void waitFor(final BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) { // the test's timeout ends it
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TestLink.Channel.class,
            names = {"IPC", "UDP_62400", "UDP_6272", "UDP_1440"})
    void shouldFetchAllThatARootStandsOn(final TestLink.Channel channel) throws Exception {
        final Digest root = TestServe.fill(folder.resolve("source"), 1, 30_000_000, 0, 100, 12_288, 500_000);
        try (TestServe serve = new TestServe(channel, folder.resolve("source"), LIMIT)) {
            try (MappedFrameStore target = TestServe.open(folder.resolve("target"));
                    PeerSource peer = serve.peer()) {
                final FetchResult result =
                        TestServe.fetch(target, FetchListener.NONE, peer).fetch(root);
                assertTrue(result.isComplete());
                assertEquals(target.frameCount(), result.fetched());
                assertEquals(Set.of(root), target.roots().keySet());
                assertTrue(result.fetched() > 2_000, result.toString());
                assertEquals(4, peer.roundTrips(), "directory, files, nodes, chunks");
                final long sealed = result.fetched() * SealedFrameLayout.LENGTH;
                assertTrue(
                        peer.wireBytes() > sealed && peer.wireBytes() < sealed * 1.01,
                        "addresses cost little: " + peer.wireBytes() + " of " + sealed);
                final FetchResult again =
                        TestServe.fetch(target, FetchListener.NONE, peer).fetch(root);
                assertEquals(result.fetched(), again.shared());
                assertEquals(4, peer.roundTrips(), "nothing is asked for that is there");
                try (MappedFrameStore source = TestServe.open(folder.resolve("source"))) {
                    assertEquals(TestServe.addresses(source), TestServe.addresses(target));
                    assertEquals(
                            new PeerSource.PeerPosition(
                                    source.position(), source.durablePosition(), source.frameCount()),
                            peer.position());
                }
            }
            waitFor(() -> serve.ended.size() == 1);
            assertEquals(null, serve.ended.getFirst().failure());
            assertTrue(serve.damaged.isEmpty());
        }
    }

    @Test
    void shouldServeWhatIsPutMeanwhile() throws Exception {
        TestServe.fill(folder, 2, 100_000);
        try (MappedFrameStore writer = TestServe.open(folder);
                TestServe serve = new TestServe(TestLink.Channel.IPC, folder, LIMIT);
                PeerSource peer = serve.peer();
                Arena arena = Arena.ofConfined()) {
            final long frame = arena.allocate(12_288, 64).address();
            final long key = arena.allocate(32, 8).address();
            writer.put(frame, 12_288, 1, key);
            final Set<Digest> all = TestServe.addresses(writer);
            assertTrue(all.contains(Digest.read(key)));
            serve.assertGives(peer, all);
            assertTrue(peer.get(key) != FrameSource.NOT_FOUND);
            new Digest(1, 2, 3, 4).write(key);
            assertEquals(FrameSource.NOT_FOUND, peer.get(key));
        }
    }

    @Test
    void shouldServeManyAtOnceAndRefuseThoseAboveTheLimit() throws Exception {
        final Digest root = TestServe.fill(folder.resolve("source"), 3, 8_000_000, 4_000);
        try (TestServe serve = new TestServe(TestLink.Channel.UDP_62400, folder.resolve("source"), 3);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            final List<Future<FetchResult>> results = new ArrayList<>();
            final List<PeerSource> peers = List.of(serve.peer(), serve.peer(), serve.peer());
            final LinkException refused = assertThrows(LinkException.class, serve::peer);
            assertTrue(refused.getMessage().contains("serves 3 peers already"), refused.getMessage());
            for (int i = 0; i < peers.size(); i++) {
                final Path directory = folder.resolve("target " + i);
                final PeerSource peer = peers.get(i);
                final Callable<FetchResult> sync = () -> {
                    try (MappedFrameStore target = TestServe.open(directory)) {
                        return TestServe.fetch(target, FetchListener.NONE, peer).fetch(root);
                    }
                };
                results.add(threads.submit(sync));
            }
            for (final Future<FetchResult> result : results) {
                assertTrue(result.get().isComplete() && result.get().fetched() > 600);
            }
            peers.forEach(PeerSource::close);
            waitFor(() -> serve.ended.size() == 4);
            serve.peer().close();
        }
    }

    /** Flips a bit in the first place of a store's segments where some bytes stand. */
    private static void damage(final Path directory, final byte[] start) throws Exception {
        final Path segment = directory.resolve("segment-00000000");
        final byte[] stored = Files.readAllBytes(segment);
        final int at =
                new String(stored, StandardCharsets.ISO_8859_1).indexOf(new String(start, StandardCharsets.ISO_8859_1));
        assertTrue(at > 0);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (stored[at] ^ 4)}), at);
        }
    }

    @Test
    void shouldRejectWhatIsDamagedAndAskTheNextOne() throws Exception {
        final Digest root = TestServe.fill(folder.resolve("source"), 4, 300_000, 12_000);
        TestServe.fill(folder.resolve("good"), 4, 300_000, 12_000);
        final byte[] start = new byte[40];
        new SplittableRandom(4).nextBytes(start);
        damage(folder.resolve("source"), start);
        final Set<Digest> rejected = new HashSet<>();
        final Set<Digest> missing = new HashSet<>();
        final FetchListener listener = new FetchListener() {
            @Override
            public void onRejected(final Digest address, final int source) {
                assertEquals(0, source);
                rejected.add(address);
            }

            @Override
            public void onMissing(final Digest address) {
                missing.add(address);
            }
        };
        try (TestServe serve = new TestServe(TestLink.Channel.UDP_62400, folder.resolve("source"), LIMIT);
                PeerSource peer = serve.peer()) {
            try (MappedFrameStore target = TestServe.open(folder.resolve("alone"))) {
                final FetchResult result =
                        TestServe.fetch(target, listener, peer).fetch(root);
                assertEquals(1, result.rejected());
                assertEquals(1, result.missing());
                assertTrue(target.roots().isEmpty());
                assertEquals(rejected, missing);
            }
            assertEquals(rejected, serve.damaged, "the serving side knows");
            try (TestServe good = new TestServe(TestLink.Channel.IPC, folder.resolve("good"), LIMIT);
                    PeerSource other = good.peer();
                    MappedFrameStore target = TestServe.open(folder.resolve("target"))) {
                final FetchResult result =
                        TestServe.fetch(target, listener, peer, other).fetch(root);
                assertTrue(result.isComplete());
                assertEquals(1, result.rejected());
                assertEquals(1, other.roundTrips(), "for the one frame");
            }
            try (MappedFrameStore target = TestServe.open(folder.resolve("alone"));
                    MappedFrameStore good = TestServe.open(folder.resolve("good"))) {
                assertTrue(TestServe.fetch(target, listener, good).fetch(root).isComplete());
                assertEquals(Set.of(root), target.roots().keySet());
            }
        }
    }

    @Test
    void shouldRepairWhatAScrubFinds() throws Exception {
        TestServe.fill(folder.resolve("good"), 5, 300_000);
        TestServe.fill(folder.resolve("bad"), 5, 300_000);
        final byte[] start = new byte[40];
        new SplittableRandom(5).nextBytes(start);
        damage(folder.resolve("bad"), start);
        try (TestServe serve = new TestServe(TestLink.Channel.UDP_62400, folder.resolve("good"), LIMIT);
                PeerSource peer = serve.peer();
                MappedFrameStore bad = TestServe.open(folder.resolve("bad"))) {
            bad.repairFrom(peer);
            final Scrub scrub = bad.scrub(Long.MAX_VALUE);
            while (!scrub.isDone()) {
                scrub.doWork(System.nanoTime());
            }
            assertEquals(1, scrub.repairedCount());
            assertEquals(0, scrub.lostCount());
        }
    }

    @Test
    void shouldGoOnWhereAPeerThatIsGoneHasLeftIt() throws Exception {
        final Path source = folder.resolve("source");
        final Digest root = TestServe.fill(source, 6, 20_000_000);
        try (TestServe serve = new TestServe(TestLink.Channel.UDP_62400, source, LIMIT)) {
            long before = 0;
            try (MappedFrameStore target = TestServe.open(folder.resolve("target"));
                    PeerSource peer = serve.peer()) {
                final FetchListener listener = new FetchListener() {
                    @Override
                    public void onProgress(final long frames) {
                        if (frames > 500) {
                            serve.stop();
                        }
                    }
                };
                final ReplicaFetch fetch = TestServe.fetch(target, listener, peer);
                final LinkException gone = assertThrows(LinkException.class, () -> fetch.fetch(root));
                assertTrue(gone.getMessage().contains(serve.peerEndpoint.name()), gone.getMessage());
                assertTrue(target.roots().isEmpty());
                before = target.frameCount();
                assertTrue(before > 500, "before=" + before);
                final LinkException again = assertThrows(LinkException.class, () -> fetch.fetch(root));
                assertTrue(again.getMessage().contains("broken off"), again.getMessage());
            }
            serve.serve(LIMIT);
            try (MappedFrameStore target = TestServe.open(folder.resolve("target"));
                    PeerSource peer = serve.peer()) {
                assertEquals(before, target.frameCount());
                final FetchResult result =
                        TestServe.fetch(target, FetchListener.NONE, peer).fetch(root);
                assertTrue(result.isComplete());
                assertEquals(target.frameCount() - before, result.fetched(), "what was stored is not fetched again");
                assertFalse(target.roots().isEmpty());
            }
        }
    }

    @Test
    void shouldListRootsAndGiveAStoreWhatItLacksWithoutACommonRoot() throws Exception {
        final Path source = folder.resolve("source");
        TestServe.fill(source, 8, 20_000_000);
        TestServe.fill(folder.resolve("target"), 9, 9_000_000);
        try (MappedFrameStore writer = TestServe.open(source);
                TestServe serve = new TestServe(TestLink.Channel.UDP_62400, source, LIMIT);
                Arena arena = Arena.ofConfined();
                PeerSource peer = serve.peer()) {
            final long frame = arena.allocate(12_288, 64).address();
            final long key = arena.allocate(32, 8).address();
            for (int i = 0; i < 600; i++) { // three answers
                OffHeap.putU16(frame, i);
                writer.put(frame, 12_288, 1, key);
                writer.pin(key);
            }
            final long before = peer.roundTrips();
            assertEquals(List.copyOf(writer.roots().keySet()), peer.roots());
            assertEquals(3, peer.roundTrips() - before);
            final Set<Digest> all = TestServe.addresses(writer);
            try (MappedFrameStore target = TestServe.open(folder.resolve("target"))) {
                all.addAll(TestServe.addresses(target));
                final long there = target.frameCount();
                for (int round = 0; round < 2; round++) {
                    final StoreReconciliation.Result result = StoreReconciliation.run(
                            target, peer, List.of(peer), serve.kernels, AddressHash.BLAKE3, FetchListener.NONE);
                    assertEquals(
                            round == 0 ? all.size() - there : 0, result.frames().fetched());
                    assertTrue(result.messages() <= 6, result.toString());
                    assertEquals(all, TestServe.addresses(target));
                    OffHeap.putU16(frame, 600 + round);
                    writer.put(frame, 12_288, 1, key);
                    all.add(Digest.read(key));
                    target.put(frame, 12_288, 1, key);
                }
            }
        }
    }

    @Test
    void shouldFreeItsPlaceWhenItLeaves() throws Exception {
        TestServe.fill(folder, 10, 100);
        try (TestServe serve = new TestServe(TestLink.Channel.UDP_62400, folder, 1)) {
            for (int round = 1; round <= 20; round++) {
                final int count = round;
                serve.peer().close();
                waitFor(() -> serve.ended.size() == count); // ten seconds each without its goodbye
            }
            assertTrue(serve.ended.stream().allMatch(end -> end.failure() == null));
        }
    }

    @Test
    void shouldSayThatNobodyServes() throws Exception {
        TestServe.fill(folder, 7, 100);
        try (TestServe serve = new TestServe(TestLink.Channel.IPC, folder, LIMIT)) {
            final LinkEndpoint nobody = LinkEndpoint.to("127.0.0.1", TestLink.freePort(), 0);
            final AtomicLong nanos = new AtomicLong();
            final LinkException failure = assertThrows(
                    LinkException.class,
                    () -> new PeerSource(
                            serve.aeron(),
                            nobody,
                            serve.kernels,
                            new SleepingMillisIdleStrategy(1),
                            () -> nanos.addAndGet(100_000_000)));
            assertTrue(failure.getMessage().contains(nobody.name()), failure.getMessage());
            assertTrue(failure.getMessage().contains("venation store serve"), failure.getMessage());
        }
    }
}
