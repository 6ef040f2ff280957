package io.venation.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files that remember what was forced, and can be left as a loss of power leaves them: what was forced last, and of what was
 * written since any 512-byte sectors; names as they were when the directory was forced last, or newer ones.
 */
final class PowerLoss extends StoreFiles {
    private static final int SECTOR_LENGTH = 512;
    private static final int[] PERCENTS = {0, 3, 50, 97, 100};

    private final Path directory;
    private final Map<Object, byte[]> forced = new HashMap<>();
    private final Map<String, Object> names = new HashMap<>();
    private int forcesLeft = Integer.MAX_VALUE;

    PowerLoss(final Path directory) throws IOException {
        this.directory = directory;
        try (Stream<Path> paths = list()) {
            for (final Path path : (Iterable<Path>) paths::iterator) {
                forced.put(file(path), Files.readAllBytes(path));
            }
        }
        forceNames();
    }

    /** The power fails at a force from now on: before it has had any effect. */
    void failAt(final int forceCount) {
        forcesLeft = forceCount;
    }

    @Override
    void force(final Path path, final FileChannel channel) throws IOException {
        countDown(path);
        forced.put(file(path), Files.readAllBytes(path));
    }

    @Override
    void forceDirectory(final Path forcedDirectory) throws IOException {
        countDown(forcedDirectory);
        forceNames();
    }

    private void countDown(final Path path) throws IOException {
        if (forcesLeft-- <= 0) {
            throw new IOException(path + ": the power has failed");
        }
    }

    private void forceNames() throws IOException {
        names.clear();
        names.putAll(present());
    }

    private Map<String, Object> present() throws IOException {
        final Map<String, Object> present = new HashMap<>();
        try (Stream<Path> paths = list()) {
            for (final Path path : (Iterable<Path>) paths::iterator) {
                present.put(path.getFileName().toString(), file(path));
            }
        }
        return present;
    }

    private Stream<Path> list() throws IOException {
        return Files.list(directory)
                .filter(path -> !path.getFileName().toString().equals("lock"));
    }

    private static Object file(final Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    /** Writes what is left to another directory. */
    void leave(final Path target, final SplittableRandom random) throws IOException {
        final Map<String, Object> present = present();
        final Map<Object, byte[]> written = new HashMap<>();
        for (final String name : present.keySet()) {
            written.put(present.get(name), Files.readAllBytes(directory.resolve(name)));
        }
        final int percent = PERCENTS[random.nextInt(PERCENTS.length)];
        Files.createDirectories(target);
        final List<String> all = new ArrayList<>(new TreeSet<>(names.keySet()));
        present.keySet().stream()
                .sorted()
                .filter(name -> !names.containsKey(name))
                .forEach(all::add);
        for (final String name : all) {
            final boolean isNewer = random.nextInt(100) < percent;
            final Object file = isNewer ? present.get(name) : names.get(name);
            if (file != null) {
                final byte[] before = forced.getOrDefault(file, new byte[0]);
                Files.write(target.resolve(name), torn(before, written.getOrDefault(file, before), percent, random));
            }
        }
    }

    private static byte[] torn(
            final byte[] before, final byte[] after, final int percent, final SplittableRandom random) {
        final boolean isLonger = random.nextInt(100) < percent;
        final byte[] torn = Arrays.copyOf(before, isLonger ? after.length : before.length);
        for (int at = 0; at < Math.min(torn.length, after.length); at += SECTOR_LENGTH) {
            final int to = Math.min(at + SECTOR_LENGTH, Math.min(torn.length, after.length));
            if (!Arrays.equals(torn, at, to, after, at, to) && random.nextInt(100) < percent) {
                System.arraycopy(after, at, torn, at, to - at);
            }
        }
        return torn;
    }
}
