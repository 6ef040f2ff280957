package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it puts, pins, sweeps, forces, closes and opens loses nothing that it had done: its pages
 * are the kernel's. {@code -Dvenation.store.kills=500} kills more often than the few times of a build.
 */
class KilledProcessTest {
    private static final int KILL_COUNT = Integer.getInteger("venation.store.kills", 4);
    private static final long SEED = Long.getLong("venation.store.seed", 96);
    private static final int KILLS_PER_STORE = 10;

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();

    static StoreOptions options(final long seed) {
        return StoreOptions.DEFAULT
                .withSegmentSlots(64)
                .withDurability(seed % 2 == 0 ? Durability.GROUP : Durability.SYNC);
    }

    @Test
    void shouldLoseNothing() throws Exception {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int kill = 0; kill < KILL_COUNT; ) {
            final long seed = SEED + kill;
            final Path directory = Files.createDirectory(folder.resolve(Integer.toString(kill)));
            try (StoreWorkload workload = new StoreWorkload(seed, kernels)) {
                int done = 0;
                for (int i = 0; i < KILLS_PER_STORE && kill < KILL_COUNT; i++, kill++) {
                    done = kill(workload, directory, seed, done, random, "seed=" + seed + " kill=" + i);
                }
            }
        }
    }

    private int kill(
            final StoreWorkload workload,
            final Path directory,
            final long seed,
            final int done,
            final SplittableRandom random,
            final String context)
            throws Exception {
        final Path steps = folder.resolve("steps");
        Files.deleteIfExists(steps);
        Files.createFile(steps);
        final Process child = start(directory, seed, done, steps);
        try {
            await(child, steps, context);
            TimeUnit.MICROSECONDS.sleep(random.nextInt(200_000));
        } finally {
            child.destroyForcibly().waitFor();
        }
        final byte[] said = Files.readAllBytes(steps);
        final int last = ByteBuffer.wrap(said).getInt(said.length / 4 * 4 - 4);
        for (int step = done; step < last; step++) {
            workload.step(null);
        }
        final Set<Long> before = new HashSet<>(workload.kept);
        final Map<Long, Long> pinsBefore = Map.copyOf(workload.pins);
        workload.step(null); // it may have been in the middle of the next
        final Set<Long> must = new HashSet<>(before);
        must.retainAll(workload.kept);
        final Set<Long> may = new HashSet<>(before);
        may.addAll(workload.kept);
        try (MappedFrameStore store = MappedFrameStore.open(directory, kernels, options(seed), StoreListener.NONE)) {
            final Set<Long> found = workload.found(store);
            assertTrue(found.containsAll(must), context);
            assertTrue(may.containsAll(found), context);
            assertTrue(
                    Set.of(pinsBefore).contains(workload.pinned(store)) || workload.pins.equals(workload.pinned(store)),
                    context);
            workload.adopt(store);
        }
        return last + 1;
    }

    /** Waits for the first step, so that the start of a JVM is not what is killed each time. */
    static void await(final Process child, final Path steps, final String context) throws Exception {
        while (Files.size(steps) < Integer.BYTES) {
            assertTrue(child.isAlive(), () -> context + " child ended: " + child.exitValue());
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    static Process start(final Path directory, final long seed, final int done, final Path steps) throws IOException {
        return java(
                        StoreChild.class,
                        directory.toString(),
                        Long.toString(seed),
                        Integer.toString(done),
                        steps.toString())
                .start();
    }

    /** A JVM with our flags and class path that runs a main. */
    static ProcessBuilder java(final Class<?> main, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("venation.root"), ".config", "jvm.options"),
                "-XX:TieredStopAtLevel=1",
                "-ea",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO();
    }
}
