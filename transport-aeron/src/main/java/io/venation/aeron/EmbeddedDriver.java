package io.venation.aeron;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.venation.tuning.SocketBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A media driver in this process with a private directory (0700) and one client on it, both gone after {@link #close()}.
 *
 * <p>One shared driver thread with back-off: on two cores three spinning threads starve one another. Term buffers are
 * written when they are made, so that a full memory file system is an error here and not a SIGBUS in a kernel. The
 * directory of a process that was killed is removed by the next one that starts.
 */
public final class EmbeddedDriver implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedDriver.class);
    private static final String PREFIX = "venation-";
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final long ROOM_BYTES = 256L * 1024 * 1024;
    /** An image that ended stays mapped for as long as an agent may be held up by the disk with its term in hand. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(20);

    /** Where Aeron itself ends a client, because the process stood still, kernels finish before the terms go. */
    private static final long CLOSE_LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long DEAD_AFTER_MS = 10_000;

    private final Path directory;
    private final MediaDriver driver;
    private final Aeron aeron;

    private EmbeddedDriver(final Path directory, final MediaDriver driver, final Aeron aeron) {
        this.directory = directory;
        this.driver = driver;
        this.aeron = aeron;
    }

    /**
     * Starts a driver on one shared thread and connects to it; errors go to the log.
     *
     * @return the running driver.
     * @throws IOException where no private directory can be made.
     */
    public static EmbeddedDriver launch() throws IOException {
        return launch(ThreadingMode.SHARED, EmbeddedDriver::logError);
    }

    /**
     * Starts a driver and connects to it.
     *
     * @param threadingMode its threads.
     * @param errorHandler  where errors on the threads of driver and client go.
     * @return the running driver.
     * @throws IOException where no private directory can be made.
     */
    public static EmbeddedDriver launch(final ThreadingMode threadingMode, final ErrorHandler errorHandler)
            throws IOException {
        final Path base = base();
        removeDead(base);
        final Path directory = Files.createTempDirectory(
                base,
                PREFIX + ProcessHandle.current().pid() + "-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        final String aeronDirectory = directory.resolve("aeron").toString();
        final int windowLength = SocketBuffers.grantedReceiveBytes(SocketBuffers.WANTED_BYTES);
        MediaDriver driver = null;
        try {
            driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName(aeronDirectory)
                    .dirDeleteOnStart(true)
                    .dirDeleteOnShutdown(true)
                    .threadingMode(threadingMode)
                    .sharedIdleStrategy(new BackoffIdleStrategy(
                            10, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100)))
                    .termBufferSparseFile(false)
                    .performStorageChecks(true)
                    .socketRcvbufLength(windowLength)
                    .initialWindowLength(windowLength)
                    .errorHandler(errorHandler));
            final Aeron aeron = Aeron.connect(clientContext(errorHandler).aeronDirectoryName(aeronDirectory));
            return new EmbeddedDriver(directory, driver, aeron);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(driver);
            IoUtil.delete(directory.toFile(), true);
            throw e;
        }
    }

    /** A client's settings, whichever driver it connects to. */
    static Aeron.Context clientContext(final ErrorHandler errorHandler) {
        return new Aeron.Context()
                .resourceLingerDurationNs(LINGER_NS)
                .closeLingerDurationNs(CLOSE_LINGER_NS)
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .errorHandler(errorHandler);
    }

    /** Ends a client whose streams no kernel reads any more. */
    static void closeClient(final Aeron aeron) {
        aeron.context().closeLingerDurationNs(0);
        CloseHelper.quietClose(aeron);
    }

    /**
     * Where errors on the threads of driver, client and agents go.
     *
     * @param error what was caught.
     */
    public static void logError(final Throwable error) {
        LOGGER.warn("{}", error.toString());
        LOGGER.info("details", error);
    }

    private static Path base() throws IOException {
        final boolean roomy = Files.isWritable(SHARED_MEMORY)
                && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >= ROOM_BYTES;
        return roomy ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void removeDead(final Path base) {
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(base, PREFIX + "*-*")) {
            for (final Path candidate : candidates) {
                final String[] parts = candidate.getFileName().toString().split("-");
                final boolean isOurs = parts.length == 3
                        && parts[1].matches("\\d{1,18}")
                        && Files.isDirectory(candidate.resolve("aeron"))
                        && Files.getOwner(candidate).getName().equals(System.getProperty("user.name"));
                if (isOurs
                        && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()
                        && !isActive(candidate.resolve("aeron"))) {
                    IoUtil.delete(candidate.toFile(), true);
                }
            }
        } catch (final IOException | UncheckedIOException e) {
            // another process is removing the same leftovers, or they are not ours to remove
        }
    }

    private static boolean isActive(final Path aeronDirectory) {
        return CommonContext.isDriverActive(aeronDirectory.toFile(), DEAD_AFTER_MS, message -> {});
    }

    /**
     * The client.
     *
     * @return connected, until {@link #close()}.
     */
    public Aeron aeron() {
        return aeron;
    }

    /** Ends client and driver and removes the directory. */
    @Override
    public void close() {
        closeClient(aeron);
        CloseHelper.quietClose(driver);
        IoUtil.delete(directory.toFile(), true);
    }
}
