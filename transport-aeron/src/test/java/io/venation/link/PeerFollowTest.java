package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.object.ObjectWriter;
import io.venation.receipt.Digest;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.FollowListener;
import io.venation.snapshot.FollowOptions;
import io.venation.snapshot.NodeKinds;
import io.venation.snapshot.StoreFollower;
import io.venation.store.LogHandler;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreLog;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that is followed over UDP: its follower comes to the same, whatever happens to either on the way. */
@Timeout(120)
class PeerFollowTest {
    private static final long SEED = Long.getLong("venation.store.seed", 768);
    private static final int PEER_LIMIT = 2;
    private static final int RECORDS_OFFSET = 20_480;
    /** Asks again for what is owed, and remembers, at every turn. */
    private static final FollowOptions MIRROR = new FollowOptions(LogLimit.DURABLE, true, 0);

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final long key = arena.allocate(32, 8).address();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<String> heard = new ArrayList<>();
    private final FollowListener listener = new FollowListener() {
        @Override
        public void onRestarted(final String why) {
            heard.add(why);
        }
    };

    private MappedFrameStore source;
    private MappedFrameStore target;
    private TestServe serve;

    @BeforeEach
    void open() throws IOException {
        source = TestServe.open(folder.resolve("source"));
        target = TestServe.open(folder.resolve("target"));
        serve = new TestServe(TestLink.Channel.UDP_62400, folder.resolve("source"), PEER_LIMIT);
    }

    @AfterEach
    void close() {
        serve.close();
        target.close();
        source.close();
        arena.close();
    }

    private Digest pin(final long seed, final int length) {
        final byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        final ObjectWriter writer = new ObjectWriter(source);
        writer.write(bytes, 0, length);
        final Digest root = writer.finish();
        root.write(key);
        assertTrue(source.pin(key));
        return root;
    }

    private void unpin(final Digest root) {
        root.write(key);
        assertTrue(source.unpin(key));
    }

    /** One of the things that a writer does. */
    private void step() {
        final List<Digest> roots = List.copyOf(source.roots().keySet());
        switch (random.nextInt(8)) {
            case 0 -> source.sweep(NodeKinds.REFERENCES);
            case 1 -> source.force();
            case 2, 3 -> {
                if (!roots.isEmpty()) {
                    unpin(roots.get(random.nextInt(roots.size())));
                }
            }
            default -> pin(random.nextInt(30), random.nextInt(200_000));
        }
    }

    private StoreFollower follow(final PeerSource peer) throws IOException {
        return StoreFollower.resume(
                target,
                new PeerStore(peer),
                Kernels.select(),
                AddressHash.BLAKE3,
                MIRROR,
                SystemNanoClock.INSTANCE,
                listener);
    }

    private void assertComesToTheSame(final StoreFollower follower) {
        source.force();
        while (follower.doWork() > 0) {
            // until it has all
        }
        final String context = "seed=" + SEED + " " + follower.result();
        assertEquals(follower.result().end(), follower.result().sequence(), context);
        assertEquals(0, follower.result().owed(), context);
        assertEquals(source.roots().keySet(), target.roots().keySet(), context);
        for (final Digest root : source.roots().keySet()) {
            assertTrue(TestServe.fetch(target, FetchListener.NONE).fetch(root).isComplete(), context);
        }
    }

    @Test
    void shouldComeToTheSameWhileTheWriterGoesOn() throws Exception {
        try (PeerSource peer = serve.peer();
                StoreFollower follower = follow(peer)) {
            final FutureTask<Void> writer = new FutureTask<>(
                    () -> {
                        for (int i = 0; i < 600; i++) {
                            step();
                        }
                    },
                    null);
            final Thread thread = Thread.ofPlatform().start(writer);
            while (!writer.isDone()) {
                follower.doWork();
            }
            thread.join();
            writer.get();
            assertComesToTheSame(follower);
            assertTrue(follower.result().pins() > 0 && follower.result().unpins() > 0, follower.result()::toString);
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldGoOnWhereItWasInterrupted() throws Exception {
        long sequence = 0;
        for (int round = 0; round < 8; round++) {
            try (PeerSource peer = serve.peer();
                    StoreFollower follower = follow(peer)) {
                assertTrue(follower.result().sequence() >= sequence, "it goes on");
                for (int i = 0; i < 60; i++) {
                    step();
                    if (i % 5 == 0) {
                        follower.doWork();
                    }
                }
                if (round % 4 == 3) {
                    assertComesToTheSame(follower);
                }
                sequence = target.followed(sourceId()).orElseThrow().sequence();
            }
        }
        assertTrue(sequence > 0);
        assertEquals(List.of(), heard);
    }

    private UUID sourceId() throws IOException {
        try (StoreReader reader = new StoreReader(folder.resolve("source"), Kernels.select(), VerifyPolicy.NEVER)) {
            return reader.storeId();
        }
    }

    @Test
    void shouldNotAskForEachPinWhetherItIsStillWanted() throws Exception {
        final List<Digest> roots = new ArrayList<>();
        try (PeerSource peer = serve.peer();
                StoreFollower follower = follow(peer)) {
            for (int i = 0; i < 20; i++) {
                roots.add(pin(i, 50_000));
            }
            assertComesToTheSame(follower);
            roots.forEach(this::unpin);
            assertComesToTheSame(follower);
            assertEquals(20, follower.result().unpins());
            roots.forEach(root -> {
                root.write(key);
                source.pin(key);
            });
            source.force();
            final long before = peer.roundTrips();
            follower.doWork();
            assertEquals(40, follower.result().pins());
            assertEquals(before + 1, peer.roundTrips(), "its frames are there, and the changes say what is a root");
        }
    }

    @Test
    void shouldEndWhenTheStoreIsServedNoMoreAndGoOnWhenItIsAgain() throws Exception {
        pin(1, 500_000);
        try (PeerSource peer = serve.peer();
                StoreFollower follower = follow(peer)) {
            assertComesToTheSame(follower);
            pin(2, 500_000);
            source.force();
            serve.stop();
            final String message =
                    assertThrows(LinkException.class, follower::doWork).getMessage();
            assertTrue(message.startsWith("the store at 127.0.0.1:"), message);
        }
        serve.serve(PEER_LIMIT);
        try (PeerSource peer = serve.peer();
                StoreFollower follower = follow(peer)) {
            assertTrue(follower.result().sequence() > 0);
            assertComesToTheSame(follower);
            assertEquals(1, follower.result().pins(), "the second one only");
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldTakeTheRootsAsTheyAreWhereTheJournalIsAnother() throws Exception {
        pin(1, 100_000);
        final Digest gone = pin(2, 100_000);
        try (PeerSource peer = serve.peer();
                StoreFollower follower = follow(peer)) {
            assertComesToTheSame(follower);
            unpin(gone);
            pin(3, 100_000);
            source.close();
            Files.delete(folder.resolve("source/checkpoint"));
            try (FileChannel journal = FileChannel.open(journal(0), StandardOpenOption.WRITE)) {
                journal.write(ByteBuffer.wrap(new byte[] {0x55}), RECORDS_OFFSET + 16);
            }
            source = TestServe.open(folder.resolve("source"));
            assertTrue(Files.exists(journal(1)));
            assertComesToTheSame(follower);
            pin(4, 100_000);
            assertComesToTheSame(follower);
            assertEquals(1, follower.result().restarts());
        }
        assertEquals(1, heard.size(), heard::toString);
    }

    private Path journal(final int generation) {
        return folder.resolve(String.format("source/journal-%08d", generation));
    }

    /** What a log shows, and where: whoever stops at any change goes on with it. */
    @Test
    void shouldShowTheLogAsTheStoreItselfDoes() throws Exception {
        for (int i = 0; i < 100; i++) {
            step();
        }
        source.force();
        try (PeerSource peer = serve.peer();
                StoreReader reader = new StoreReader(folder.resolve("source"), Kernels.select(), VerifyPolicy.NEVER)) {
            final PeerStore store = new PeerStore(peer);
            assertEquals(reader.storeId(), store.storeId());
            assertEquals(reader.logPosition(7), store.logPosition(7));
            assertEquals(
                    List.copyOf(reader.roots().entrySet()),
                    List.copyOf(store.roots().entrySet()));
            assertEquals(reader.areRootsUnknown(), store.areRootsUnknown());
            for (final LogLimit limit : LogLimit.values()) {
                try (StoreLog near = reader.log(reader.logPosition(0), limit);
                        StoreLog far = store.log(store.logPosition(0), limit)) {
                    final List<String> shown = read(near);
                    assertTrue(shown.size() > 2 * LinkProtocol.CHANGES_LIMIT, "size=" + shown.size());
                    assertEquals(shown, read(far));
                    assertEquals(near.position(), far.position());
                    assertEquals(near.end(), far.end());
                    assertEquals(near.roots(), far.roots());
                    for (final Digest root : near.roots().keySet()) {
                        assertTrue(far.isRoot(root));
                    }
                    assertFalse(far.isRoot(new Digest(1, 2, 3, 4)));
                    final String middle = shown.get(shown.size() / 2);
                    try (StoreLog rest =
                            store.log(LogPosition.parse(middle.substring(0, middle.indexOf(':'))), limit)) {
                        assertEquals(shown.subList(shown.size() / 2, shown.size()), read(rest));
                    }
                }
                try (StoreLog end = store.log(limit)) {
                    assertEquals(List.of(), read(end));
                }
            }
        }
    }

    private static List<String> read(final StoreLog log) {
        final List<String> shown = new ArrayList<>();
        final LogHandler handler = new LogHandler() {
            private void show(final String what, final long sequence, final long shownKey) {
                assertEquals(sequence, log.position().sequence());
                shown.add(log.position() + ": " + what + " " + Digest.read(shownKey));
            }

            @Override
            public void onPut(final long sequence, final long shownKey, final long receipt) {
                show("put", sequence, shownKey);
            }

            @Override
            public void onPin(final long sequence, final long shownKey) {
                show("pin", sequence, shownKey);
            }

            @Override
            public void onUnpin(final long sequence, final long shownKey) {
                show("unpin", sequence, shownKey);
            }

            @Override
            public void onFree(final long sequence, final long shownKey) {
                show("free", sequence, shownKey);
            }
        };
        while (log.poll(handler, 1_000) > 0) {
            // until it is read
        }
        return shown;
    }

    /** A handler that throws hears of the same change again. */
    @Test
    void shouldShowAgainWhatWasNotTaken() throws Exception {
        pin(1, 100_000);
        source.force();
        try (PeerSource peer = serve.peer()) {
            final PeerStore store = new PeerStore(peer);
            try (StoreLog log = store.log(store.logPosition(0), LogLimit.DURABLE)) {
                final List<Long> sequences = new ArrayList<>();
                final LogHandler third = new LogHandler() {
                    @Override
                    public void onPut(final long sequence, final long shownKey, final long receipt) {
                        sequences.add(sequence);
                        if (sequences.size() == 3) {
                            throw new IllegalStateException("not now");
                        }
                    }
                };
                assertThrows(IllegalStateException.class, () -> log.poll(third, 100));
                assertTrue(log.poll(third, 100) > 0);
                assertEquals(List.of(0L, 1L, 2L, 2L), sequences.subList(0, 4));
            }
        }
    }

    /** Who copies for long what he has been told keeps no swept frame from being overwritten. */
    @Test
    void shouldKeepNothingFromTheWriterOnceTheLogWasTold() throws Exception {
        unpin(pin(1, 100_000));
        try (PeerSource peer = serve.peer()) {
            assertEquals(0, new PeerStore(peer).roots().size());
            final long freed = source.sweep(NodeKinds.REFERENCES).freed();
            assertEquals(freed, source.statistics().freeSlots());
            peer.position(); // what it asks of frames it asks in the present epoch
            pin(1, 100_000);
            assertEquals(0, source.statistics().freeSlots(), "freed=" + freed);
        }
    }

    /** What takes long for one is done beside what others ask. */
    @Test
    void shouldServeOthersWhileTheLogWaits() throws Exception {
        pin(1, 1_000_000);
        source.force();
        final CountDownLatch free = new CountDownLatch(1);
        try (PeerSource follower = serve.peer();
                PeerSource other = serve.peer()) {
            final PeerStore store = new PeerStore(follower);
            serve.agent.lists().submit(() -> {
                free.await();
                return null;
            });
            final FutureTask<Integer> roots =
                    new FutureTask<>(() -> store.roots().size());
            Thread.ofPlatform().start(roots);
            serve.assertGives(other, TestServe.addresses(source));
            assertFalse(roots.isDone());
            free.countDown();
            assertEquals(1, roots.get());
        } finally {
            free.countDown();
        }
    }
}
