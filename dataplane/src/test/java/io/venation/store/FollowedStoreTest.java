package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.snapshot.FollowListener;
import io.venation.snapshot.FollowOptions;
import io.venation.snapshot.FollowResult;
import io.venation.snapshot.StoreFollower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that follows another comes to the same, whatever happens to either of them on the way. */
class FollowedStoreTest {
    private static final long SEED = Long.getLong("venation.store.seed", 768);
    private static final int LOSS_COUNT = Integer.getInteger("venation.store.losses", 32) / 4;
    private static final int KILL_COUNT = Integer.getInteger("venation.kills", 3);

    /** Remembers at every turn. */
    static final FollowOptions MIRROR = new FollowOptions(LogLimit.DURABLE, true, 0);

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldComeToTheSameHoweverOftenItIsInterrupted(final int round) throws IOException {
        final long seed = SEED + round;
        final SplittableRandom random = new SplittableRandom(seed);
        final StoreOptions options = KilledProcessTest.options(round);
        MappedFrameStore source = open("source", options);
        try (StoreWorkload workload = new StoreWorkload(seed, kernels)) {
            for (int turn = 0; turn < 15; turn++) {
                final String context = "seed=" + seed + " turn=" + turn;
                MappedFrameStore target = open("target", options);
                try (StoreReader reader = reader();
                        StoreFollower follower = follow(target, reader)) {
                    for (int step = random.nextInt(40); step > 0; step--) {
                        workload.step(source);
                        if (random.nextInt(3) == 0) {
                            follower.doWork();
                        }
                        if (random.nextInt(60) == 0) {
                            if (random.nextBoolean()) {
                                source.close();
                            } else {
                                source.abandon();
                            }
                            source = open("source", options);
                        }
                    }
                    if (turn % 5 == 4) {
                        source.force();
                        assertSame(source, target, follower, context);
                        assertEquals(0, follower.result().restarts(), context);
                        assertTrue(frames(target).containsAll(frames(source)), context);
                    }
                }
                if (random.nextBoolean()) {
                    target.abandon();
                } else {
                    target.close();
                }
            }
        }
        source.close();
    }

    @Test
    void shouldNotRememberWhatALossOfPowerTakes() throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED);
        Path directory = Files.createDirectory(folder.resolve("target"));
        try (MappedFrameStore source = open("source", KilledProcessTest.options(0));
                StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            try (MappedFrameStore target = open("target", StoreOptions.DEFAULT);
                    StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertSame(source, target, follower, "from the beginning");
            }
            for (int loss = 0; loss < LOSS_COUNT; loss++) {
                final String context = "seed=" + SEED + " loss=" + loss;
                final PowerLoss files = new PowerLoss(directory);
                files.failAt(random.nextInt(1, 60));
                MappedFrameStore target = null;
                try (StoreReader reader = reader()) {
                    target = MappedFrameStore.open(
                            directory, kernels, StoreOptions.DEFAULT.withSegmentSlots(64), StoreListener.NONE, files);
                    try (StoreFollower follower = follow(target, reader)) {
                        for (int step = random.nextInt(20); step > 0; step--) {
                            workload.step(source);
                            follower.doWork();
                        }
                    }
                } catch (final IOException | UncheckedIOException e) {
                    assertTrue(e.toString().contains("the power has failed"), context + " " + e);
                }
                if (target != null) {
                    target.abandon();
                }
                final Path next = folder.resolve("target-" + loss);
                files.leave(next, random);
                PowerLossTest.delete(directory);
                directory = next;
                source.force();
                try (MappedFrameStore left = open("target-" + loss, StoreOptions.DEFAULT);
                        StoreReader reader = reader();
                        StoreFollower follower = follow(left, reader)) {
                    assertTrue(left.followed(reader.storeId()).isPresent(), context);
                    assertSame(source, left, follower, context);
                    assertEquals(0, follower.result().restarts(), context);
                    assertTrue(frames(left).containsAll(frames(source)), context);
                }
            }
        }
    }

    @Test
    void shouldBeginAnewWhereTheFollowersOwnRootsMayBeLost() throws IOException {
        final StoreOptions options = KilledProcessTest.options(0);
        try (MappedFrameStore source = open("source", options);
                StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            while (source.roots().size() < 5) {
                workload.step(source);
            }
            source.force();
            try (MappedFrameStore target = open("target", options);
                    StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertSame(source, target, follower, "seed=" + SEED);
                follower.remember();
            }
            Files.delete(folder.resolve("target").resolve("journal-00000000"));
            try (MappedFrameStore target = open("target", options);
                    StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertTrue(target.areRootsUnknown());
                assertSame(source, target, follower, "seed=" + SEED);
            }
        }
    }

    @Test
    void shouldTakeTheRootsAsTheyAreWhereTheJournalIsAnother() throws IOException {
        MappedFrameStore source = open("source", StoreOptions.DEFAULT);
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels);
                MappedFrameStore target = open("target", StoreOptions.DEFAULT)) {
            workload.step(source);
            for (int step = 0; step < 60; step++) {
                workload.step(source);
            }
            source.force();
            try (StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertSame(source, target, follower, "seed=" + SEED);
                for (int step = 0; step < 60; step++) {
                    workload.step(source); // much of it is never heard of
                }
                source.force();
                source = writeAnew(source, 0);
                assertSame(source, target, follower, "seed=" + SEED + " beside the follower");
                assertEquals(1, follower.result().restarts());
                workload.step(source);
                source.force();
                assertSame(source, target, follower, "seed=" + SEED + " and on");
                assertEquals(1, follower.result().restarts());
            }
            source = writeAnew(source, 1);
            try (StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertSame(source, target, follower, "seed=" + SEED + " remembered before its base");
                assertEquals(1, follower.result().restarts());
            }
        }
        source.close();
    }

    /** As a process leaves it that died, with a record damaged that was forced. */
    private MappedFrameStore writeAnew(final MappedFrameStore source, final int generation) throws IOException {
        source.abandon();
        try (FileChannel journal = FileChannel.open(
                FileKind.JOURNAL.path(folder.resolve("source"), generation), StandardOpenOption.WRITE)) {
            journal.write(ByteBuffer.wrap(new byte[] {0x55}), JournalLayout.RECORDS_OFFSET + JournalLayout.SLOT_OFFSET);
        }
        final MappedFrameStore opened = open("source", StoreOptions.DEFAULT);
        assertTrue(Files.exists(FileKind.JOURNAL.path(folder.resolve("source"), generation + 1)));
        return opened;
    }

    @Test
    void shouldGoOnWhereADamagedRecordWasSkipped() throws IOException {
        try (MappedFrameStore source = open("source", StoreOptions.DEFAULT);
                MappedFrameStore target = open("target", StoreOptions.DEFAULT);
                Arena arena = Arena.ofConfined()) {
            final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
            final long key = arena.allocate(32, 8).address();
            for (long value = 0; value < 4; value++) {
                StoreWorkload.fill(frame, value);
                source.put(frame, LatticeFrame.LENGTH, 1, key);
                if (value == 1) {
                    source.pin(key);
                }
            }
            source.force();
            try (FileChannel journal =
                    FileChannel.open(FileKind.JOURNAL.path(folder.resolve("source"), 0), StandardOpenOption.WRITE)) {
                journal.write(
                        ByteBuffer.wrap(new byte[] {0x55}), JournalLayout.RECORDS_OFFSET + JournalLayout.SLOT_OFFSET);
            }
            target.remember(new LogPosition(storeId(), 0, 0, LogPosition.NO_CHECKSUM));
            try (StoreReader reader = reader();
                    StoreFollower follower = follow(target, reader)) {
                assertSame(source, target, follower, "damaged");
                assertEquals(1, follower.result().restarts());
                source.pin(key);
                source.force();
                assertSame(source, target, follower, "and on");
                assertEquals(1, follower.result().restarts());
            }
        }
    }

    private UUID storeId() throws IOException {
        try (StoreReader reader = reader()) {
            return reader.storeId();
        }
    }

    @Test
    void shouldComeToTheSameThoughItsProcessIsKilled() throws Exception {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Path steps = Files.createFile(folder.resolve("steps"));
        try (MappedFrameStore source = open("source", KilledProcessTest.options(0));
                StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            for (int kill = 0; kill < KILL_COUNT; kill++) {
                final String context = "seed=" + SEED + " kill=" + kill;
                Files.write(steps, new byte[0]);
                workload.step(source);
                source.force();
                final Process child = KilledProcessTest.java(FollowerChild.class, folder.toString(), steps.toString())
                        .start();
                try {
                    KilledProcessTest.await(child, steps, context);
                    final long untilNs = System.nanoTime() + random.nextInt(200_000_000);
                    while (System.nanoTime() < untilNs) {
                        workload.step(source);
                    }
                    assertTrue(child.isAlive(), context);
                } finally {
                    child.destroyForcibly().waitFor();
                }
                if (kill % 5 == 2 || kill == KILL_COUNT - 1) {
                    source.force();
                    try (MappedFrameStore target = open("target", StoreOptions.DEFAULT);
                            StoreReader reader = reader();
                            StoreFollower follower = follow(target, reader)) {
                        assertSame(source, target, follower, context);
                        assertEquals(0, follower.result().restarts(), context);
                        assertTrue(frames(target).containsAll(frames(source)), context);
                    }
                }
            }
        }
    }

    private void assertSame(
            final MappedFrameStore source,
            final MappedFrameStore target,
            final StoreFollower follower,
            final String context) {
        while (follower.doWork() > 0) {
            // until it has all
        }
        final FollowResult result = follower.result();
        assertEquals(result.end(), result.sequence(), context);
        assertEquals(0, result.owed(), context);
        assertEquals(source.roots().keySet(), target.roots().keySet(), context);
        assertTrue(frames(target).containsAll(source.roots().keySet()), context);
    }

    private static Set<Digest> frames(final MappedFrameStore store) {
        final Set<Digest> frames = new HashSet<>();
        store.forEach((key, receipt, frame) -> frames.add(Digest.read(key)));
        return frames;
    }

    private MappedFrameStore open(final String name, final StoreOptions options) throws IOException {
        return MappedFrameStore.open(folder.resolve(name), kernels, options.withSegmentSlots(64), StoreListener.NONE);
    }

    private StoreReader reader() throws IOException {
        return new StoreReader(folder.resolve("source"), kernels, VerifyPolicy.NEVER);
    }

    private StoreFollower follow(final MappedFrameStore target, final StoreReader reader) throws IOException {
        return follow(target, reader, kernels);
    }

    static StoreFollower follow(final MappedFrameStore target, final StoreReader reader, final FrameKernels kernels)
            throws IOException {
        return StoreFollower.resume(
                target, reader, kernels, AddressHash.BLAKE3, MIRROR, SystemNanoClock.INSTANCE, FollowListener.NONE);
    }
}
