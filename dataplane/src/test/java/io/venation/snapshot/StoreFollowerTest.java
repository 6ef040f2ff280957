package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.object.ObjectNodes;
import io.venation.receipt.Digest;
import io.venation.store.FollowedStore;
import io.venation.store.LogHandler;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreLog;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a snapshot on: what is made there later comes, and what goes there goes only from a mirror. */
class StoreFollowerTest {
    @TempDir
    private Path folder;

    private final SnapshotFixture fixture = new SnapshotFixture();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<String> heard = new ArrayList<>();
    private final FollowListener listener = new FollowListener() {
        @Override
        public void onRejected(final Digest address, final int source) {
            heard.add("rejected " + address);
        }

        @Override
        public void onMissing(final Digest address) {
            heard.add("missing " + address);
        }

        @Override
        public void onOwed(final Digest root) {
            heard.add("owed " + root);
        }

        @Override
        public void onRestarted(final String why) {
            heard.add("restarted: " + why);
        }
    };

    private MappedFrameStore source;
    private MappedFrameStore target;
    private StoreReader reader;
    private SnapshotWriter writer;

    @BeforeEach
    void open() throws IOException {
        source = fixture.open(folder.resolve("source"));
        target = fixture.open(folder.resolve("target"));
        reader = new StoreReader(folder.resolve("source"), fixture.kernels, VerifyPolicy.NEVER);
        writer = new SnapshotWriter(source, fixture.kernels, AddressHash.BLAKE3);
    }

    @AfterEach
    void close() {
        reader.close();
        target.close();
        source.close();
        fixture.close();
    }

    private Snapshot snapshot(final String name, final byte[] bytes) {
        final Snapshot made = writer.create(name, SnapshotFixture.write(source, bytes), SnapshotFixture.TIME);
        source.force();
        return made;
    }

    private StoreFollower from(final Snapshot snapshot, final boolean isMirror) throws IOException {
        return StoreFollower.from(
                snapshot,
                target,
                reader,
                fixture.kernels,
                AddressHash.BLAKE3,
                new FollowOptions(LogLimit.DURABLE, isMirror, 1_000),
                clock,
                listener);
    }

    private static void run(final StoreFollower follower) {
        while (follower.doWork() > 0) {
            // until it has all
        }
    }

    private void forget(final Snapshot snapshot) {
        snapshot.address().write(fixture.key);
        assertTrue(source.unpin(fixture.key));
        source.sweep((frame, length, visitor) ->
                ObjectNodes.references(frame, (key, kind, level, bytes) -> visitor.accept(key)));
    }

    private void assertHas(final Snapshot... snapshots) {
        assertEquals(
                Set.copyOf(Arrays.stream(snapshots).map(Snapshot::address).toList()),
                target.roots().keySet());
        for (final Snapshot snapshot : snapshots) {
            assertTrue(fixture.reachable(target, snapshot.address()).size() > 2);
        }
    }

    @Test
    void shouldFollowFromASnapshotAndKeepWhatItHas() throws IOException {
        final Snapshot before = snapshot("before", SnapshotFixture.bytes(1, 300_000));
        final Snapshot first = snapshot("first", SnapshotFixture.bytes(2, 300_000));
        try (StoreFollower follower = from(first, false)) {
            assertHas(first);
            run(follower);
            assertHas(first);
            final Snapshot second = snapshot("second", SnapshotFixture.bytes(3, 300_000));
            final Snapshot third = snapshot("third", SnapshotFixture.bytes(1, 300_000));
            assertHas(first);
            run(follower);
            assertHas(first, second, third);
            final long fetched = follower.result().frames().fetched();
            forget(second);
            forget(before);
            final Snapshot fourth = snapshot("fourth", SnapshotFixture.bytes(3, 300_000));
            run(follower);
            assertHas(first, second, third, fourth);
            assertEquals(fetched + 1, follower.result().frames().fetched(), "it has kept all but the name");
            assertEquals(4, follower.result().pins());
            assertEquals(0, follower.result().unpins());
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldLetGoOfWhatGoesWhereItIsAMirror() throws IOException {
        final Snapshot first = snapshot("first", SnapshotFixture.bytes(2, 300_000));
        try (StoreFollower follower = from(first, true)) {
            final Snapshot second = snapshot("second", SnapshotFixture.bytes(3, 300_000));
            run(follower);
            assertHas(first, second);
            forget(first);
            final Snapshot third = snapshot("third", SnapshotFixture.bytes(4, 300_000));
            forget(third);
            run(follower);
            assertHas(second);
            assertEquals(1, follower.result().unpins());
        }
        assertEquals(List.of(), heard, "nobody misses what nobody wants");
    }

    @Test
    void shouldGoOnWhereItHasStopped() throws IOException {
        final Snapshot first = snapshot("first", SnapshotFixture.bytes(2, 300_000));
        final long sequence;
        try (StoreFollower follower = from(first, false)) {
            run(follower);
            follower.remember();
            sequence = follower.result().sequence();
        }
        final Snapshot second = snapshot("second", SnapshotFixture.bytes(3, 300_000));
        target.close();
        target = fixture.open(folder.resolve("target"));
        try (StoreFollower follower = StoreFollower.resume(
                target, reader, fixture.kernels, AddressHash.BLAKE3, FollowOptions.DEFAULT, clock, listener)) {
            assertEquals(sequence, follower.result().sequence());
            run(follower);
            assertHas(first, second);
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldAskAgainForWhatItIsOwed() throws IOException {
        final Snapshot first = snapshot("first", SnapshotFixture.bytes(2, 300_000));
        final byte[] bytes = SnapshotFixture.bytes(3, 300_000);
        final long sequence;
        final Snapshot second;
        try (StoreFollower follower = from(first, false)) {
            run(follower);
            second = snapshot("second", bytes);
            flip(bytes);
            run(follower);
            assertHas(first);
            assertEquals(1, follower.result().owed());
            assertTrue(heard.contains("owed " + second.address()), heard::toString);
            assertTrue(heard.stream().anyMatch(what -> what.startsWith("missing ")), heard::toString);
            clock.update(2_000);
            run(follower);
            assertEquals(1, follower.result().owed());
            follower.remember();
            sequence = follower.result().sequence();
        }
        heard.clear();
        flip(bytes);
        try (StoreFollower follower = StoreFollower.resume(
                target, reader, fixture.kernels, AddressHash.BLAKE3, FollowOptions.DEFAULT, clock, listener)) {
            assertTrue(follower.result().sequence() < sequence, "before what is owed");
            run(follower);
            assertHas(first, second);
            assertEquals(0, follower.result().owed());
        }
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldStartAnewWhereTheSnapshotIsBehindTheEnd() throws IOException {
        final Snapshot first = snapshot("first", SnapshotFixture.bytes(2, 300_000));
        final Snapshot later = new Snapshot(
                first.address(),
                first.name(),
                first.root(),
                first.kind(),
                first.length(),
                first.sequence() + 1_000,
                first.created());
        try (StoreFollower follower = from(later, false)) {
            run(follower);
            assertHas(first);
            assertEquals(1, follower.result().restarts());
        }
        assertEquals(1, heard.size());
        assertFalse(heard.getFirst().endsWith("."), heard::toString);
    }

    @Test
    void shouldGiveUpOnAStoreThatNamesRootsWithoutEnd() throws IOException {
        try (StoreFollower follower = StoreFollower.resume(
                target,
                new EndlessStore(),
                fixture.kernels,
                AddressHash.BLAKE3,
                FollowOptions.DEFAULT,
                clock,
                FollowListener.NONE)) {
            final String message =
                    assertThrows(SnapshotException.class, () -> run(follower)).getMessage();
            assertTrue(message.startsWith("more than 65536 roots are not complete"), message);
            assertEquals(0, target.roots().size());
        }
    }

    /** Pins what it does not have, and then another. */
    private final class EndlessStore implements FollowedStore, StoreLog {
        private final UUID id = new UUID(1, 2);
        private long sequence;

        @Override
        public int poll(final LogHandler handler, final int limit) {
            for (int i = 0; i < limit; i++, sequence++) {
                new Digest(sequence, 0, 0, 0).write(fixture.key);
                handler.onPin(sequence, fixture.key);
            }
            return limit;
        }

        @Override
        public boolean isRoot(final Digest address) {
            return true;
        }

        @Override
        public long get(final long key) {
            return NOT_FOUND;
        }

        @Override
        public UUID storeId() {
            return id;
        }

        @Override
        public StoreLog log(final LogPosition from, final LogLimit limit) {
            return this;
        }

        @Override
        public StoreLog log(final LogLimit limit) {
            return this;
        }

        @Override
        public LogPosition logPosition(final long of) {
            return new LogPosition(id, 0, of, LogPosition.NO_CHECKSUM);
        }

        @Override
        public LogPosition position() {
            return logPosition(sequence);
        }

        @Override
        public long end() {
            return Long.MAX_VALUE;
        }

        @Override
        public Map<Digest, Long> roots() {
            return Map.of();
        }

        @Override
        public boolean areRootsUnknown() {
            return false;
        }

        @Override
        public void refresh() {
            // nothing is held
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** Flips a bit in the only frame of the source that holds the first bytes of a file. */
    private void flip(final byte[] bytes) throws IOException {
        int found = -1;
        final ByteBuffer head = ByteBuffer.wrap(bytes, 0, 64).slice();
        try (FileChannel segment = FileChannel.open(
                folder.resolve("source/segment-00000000"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer all = ByteBuffer.allocate((int) segment.size());
            segment.read(all, 0);
            for (int at = 0; at < all.capacity() - 64 && found < 0; at += 32) {
                if (all.slice(at + 1, 63).equals(head.slice(1, 63))) { // the first may be flipped
                    found = at;
                }
            }
            assertTrue(found >= 0);
            segment.write(ByteBuffer.wrap(new byte[] {(byte) ~all.get(found)}), found);
        }
    }
}
