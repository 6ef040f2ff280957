package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After a simulated loss of power at any point the store opens, holds everything that was acknowledged, and serves nothing
 * that is not what its address says.
 */
class PowerLossTest {
    private static final int LOSS_COUNT = Integer.getInteger("venation.store.losses", 25);
    private static final long SEED = Long.getLong("venation.store.seed", 12_288);

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();

    @Test
    void shouldKeepWhatWasAcknowledged() throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED);
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            Path directory = Files.createDirectory(folder.resolve("0"));
            for (int loss = 1; loss <= LOSS_COUNT; loss++) {
                final Path next = folder.resolve(Integer.toString(loss));
                run(workload, directory, next, random, "seed=" + SEED + " loss=" + loss);
                delete(directory);
                directory = next;
            }
        }
    }

    @Test
    void shouldForceWhatAKilledWriterHasLeft() throws IOException {
        final Path directory = Files.createDirectory(folder.resolve("killed"));
        final PowerLoss files = new PowerLoss(directory);
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            try (MappedFrameStore store = open(directory, files)) {
                assertTrue(store.durablePosition() == store.position());
            }
            final MappedFrameStore killed = open(directory, files);
            while (workload.kept.size() < 200) {
                workload.step(killed);
            }
            killed.abandon();
            final MappedFrameStore store = open(directory, files);
            assertTrue(store.durablePosition() == store.position());
            store.abandon();
            final SplittableRandom random = new SplittableRandom(SEED);
            for (int loss = 0; loss < 10; loss++) {
                final Path left = folder.resolve("left-" + loss);
                files.leave(left, random);
                try (MappedFrameStore again = open(left, StoreFiles.PLAIN)) {
                    workload.check(again, "seed=" + SEED + " loss=" + loss);
                }
            }
        }
    }

    @Test
    void shouldLeaveAStoreThatReadersRefuse() throws IOException {
        final Path directory = Files.createDirectory(folder.resolve("read"));
        open(directory, StoreFiles.PLAIN).close();
        final PowerLoss files = new PowerLoss(directory);
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            final MappedFrameStore store = open(directory, files);
            while (workload.kept.size() < 200) {
                workload.step(store);
            }
            store.abandon();
        }
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int loss = 0; loss < 10; loss++) {
            final Path left = folder.resolve("left-" + loss);
            files.leave(left, random);
            Files.createFile(left.resolve("lock"));
            final StoreException refused = assertThrows(
                    StoreException.class, () -> new StoreReader(left, kernels, VerifyPolicy.NEVER).close());
            assertTrue(refused.getMessage().contains("was not closed"), "seed=" + SEED + " loss=" + loss + refused);
        }
    }

    private void run(
            final StoreWorkload workload,
            final Path directory,
            final Path next,
            final SplittableRandom random,
            final String context)
            throws IOException {
        final PowerLoss files = new PowerLoss(directory);
        final Set<Long> must;
        final Set<Long> may;
        final Set<Map<Long, Long>> mayBePinned = new HashSet<>();
        MappedFrameStore store = null;
        if (random.nextInt(4) == 0) {
            files.failAt(random.nextInt(8)); // perhaps while it opens
        }
        must = new HashSet<>(workload.kept);
        may = new HashSet<>(workload.kept);
        mayBePinned.add(Map.copyOf(workload.pins));
        try {
            store = open(directory, files);
            workload.check(store, context);
            files.failAt(random.nextInt(1, 40));
            final int steps = random.nextInt(60);
            for (int step = 0; step < steps; step++) {
                final long durable = store.durablePosition();
                if (random.nextInt(20) == 0) {
                    store.abandon(); // its process is killed, and the power fails after another has opened the store
                    store = open(directory, files);
                    workload.check(store, context);
                } else {
                    workload.step(store);
                }
                if (store.durablePosition() != durable && store.durablePosition() == store.position()) {
                    must.clear();
                    must.addAll(workload.kept);
                    may.clear();
                    mayBePinned.clear();
                }
                must.retainAll(workload.kept);
                may.addAll(workload.kept);
                mayBePinned.add(Map.copyOf(workload.pins));
            }
            if (random.nextBoolean()) {
                store.close();
                must.addAll(workload.kept);
                mayBePinned.clear();
                mayBePinned.add(Map.copyOf(workload.pins));
                store = null;
            }
        } catch (final IOException | UncheckedIOException e) {
            must.retainAll(workload.kept); // the power failed in the middle of something
            may.addAll(workload.kept);
            mayBePinned.add(Map.copyOf(workload.pins));
        }
        if (store != null) {
            store.abandon();
        }
        files.leave(next, random);
        try (MappedFrameStore left = open(next, StoreFiles.PLAIN)) {
            final Set<Long> found = workload.found(left);
            assertTrue(found.containsAll(must), () -> context + " lost " + minus(must, found));
            assertTrue(may.containsAll(found), () -> context + " has " + minus(found, may));
            assertTrue(mayBePinned.contains(workload.pinned(left)), () -> context + " pins");
            assertTrue(!left.areRootsUnknown(), context);
            workload.adopt(left);
        }
    }

    private static Set<Long> minus(final Set<Long> from, final Set<Long> what) {
        final Set<Long> rest = new HashSet<>(from);
        rest.removeAll(what);
        return rest;
    }

    private MappedFrameStore open(final Path directory, final StoreFiles files) throws IOException {
        final StoreOptions options = StoreOptions.DEFAULT.withSegmentSlots(64);
        return MappedFrameStore.open(directory, kernels, options, StoreListener.NONE, files);
    }

    static void delete(final Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            for (final Path path : (Iterable<Path>) paths::iterator) {
                Files.delete(path);
            }
        }
        Files.delete(directory);
    }
}
