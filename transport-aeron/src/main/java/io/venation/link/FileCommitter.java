package io.venation.link;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Forces and renames finished files on a few threads of its own, so that the receiving agent never waits for the disk;
 * concurrent forces share the file system's journal commits. Methods belong to the receiving agent.
 */
final class FileCommitter implements AutoCloseable {
    private static final int THREAD_COUNT = 4;
    private static final int PENDING_LIMIT = 256;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREAD_COUNT,
            Thread.ofPlatform().daemon().name("venation-commit-", 0).factory());
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicReference<LinkException> failure = new AtomicReference<>();

    boolean hasRoom() {
        return pending.get() < PENDING_LIMIT;
    }

    /**
     * Whether every file handed over is in place.
     *
     * @return false while some are under way.
     * @throws LinkException where one has failed.
     */
    boolean isDone() {
        final boolean idle = pending.get() == 0;
        check(); // after the count: a failure is set before it sinks
        return idle;
    }

    void commit(final FileSink sink, final int mode, final FileTime modified) {
        pending.incrementAndGet();
        threads.execute(() -> {
            try {
                if (failure.get() == null) {
                    sink.commit(mode, modified);
                } else {
                    sink.discard();
                }
            } catch (final Throwable e) {
                failure.compareAndSet(null, failureOf(sink, e));
            } finally {
                pending.decrementAndGet();
            }
        });
    }

    /** Lets the disk work on a long file while the rest of it is still coming. */
    void force(final FileSink sink) {
        threads.execute(() -> {
            try {
                sink.force();
            } catch (final IOException e) {
                failure.compareAndSet(null, failureOf(sink, e));
            }
        });
    }

    private static LinkException failureOf(final FileSink sink, final Throwable e) {
        return new LinkException(RawPath.printable(sink.path()) + ": " + reason(e), e);
    }

    static String reason(final Throwable e) {
        return switch (e) {
            case LinkException failure -> failure.getMessage();
            case AccessDeniedException ignored -> "Permission denied";
            case NoSuchFileException ignored -> "No such file or directory";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            case FileSystemException failure ->
                failure.getClass().getSimpleName().replace("Exception", "");
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    /** Throws the first failure of any file. */
    void check() {
        final LinkException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    /** Waits until every file handed over is in place or gone. */
    @Override
    public void close() {
        threads.close();
    }
}
