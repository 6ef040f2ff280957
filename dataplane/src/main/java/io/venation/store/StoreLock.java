package io.venation.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One writer a store. The operating system's lock on the file {@code lock} is the truth; the text in it names the owner, for
 * the message that another gets. A dead owner's lock is gone with it.
 */
final class StoreLock implements AutoCloseable {
    /** Directories locked by this process: closing a second channel to a locked file would give the lock away (POSIX). */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final int TEXT_LIMIT = 1_024;
    private static final int ATTEMPT_COUNT = 10;
    private static final long ATTEMPT_INTERVAL_NS = 5_000_000;

    private final Path directory;
    private final FileChannel channel;

    private StoreLock(final Path directory, final FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException where another has it; names it.
     */
    static StoreLock take(final Path directory) throws IOException {
        final Path real = directory.toRealPath();
        final Path path = real.resolve("lock");
        if (!HELD.add(real)) {
            throw new StoreException(path, "the store is open for writing in this process already");
        }
        FileChannel channel = null;
        try {
            channel =
                    StoreFiles.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isTaken(channel)) {
                throw new StoreException(path, "the store is open for writing by " + text(channel));
            }
            channel.truncate(0);
            StoreFiles.write(channel, ByteBuffer.wrap(owner().getBytes(StandardCharsets.UTF_8)), 0);
            return new StoreLock(real, channel);
        } catch (final IOException | RuntimeException e) {
            HELD.remove(real);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    /** A reader that looks whether somebody writes holds a shared lock for an instant: that is no owner. */
    private static boolean isTaken(final FileChannel channel) throws IOException {
        for (int attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
            if (channel.tryLock() != null) {
                return true;
            }
            LockSupport.parkNanos(ATTEMPT_INTERVAL_NS);
        }
        return false;
    }

    /** Whether anybody writes to the store now, this process included. */
    static boolean isHeld(final Path directory) throws IOException {
        final Path real = directory.toRealPath();
        if (HELD.contains(real)) {
            return true;
        }
        try (FileChannel channel = StoreFiles.open(real.resolve("lock"), StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        }
    }

    private static String owner() {
        final ProcessHandle self = ProcessHandle.current();
        return "pid %d on %s, started %s"
                .formatted(
                        self.pid(),
                        host(),
                        self.info().startInstant().map(Instant::toString).orElse("at a time not known"));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException e) {
            return "a host without name";
        }
    }

    private static String text(final FileChannel channel) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(TEXT_LIMIT);
        StoreFiles.read(channel, bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            HELD.remove(directory);
        }
    }
}
