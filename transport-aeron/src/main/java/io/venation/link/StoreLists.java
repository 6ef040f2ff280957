package io.venation.link;

import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.snapshot.KeySet;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What is said of a whole store: its roots, its addresses. Both are made on a thread of their own, so that no peer waits
 * while they are made for another.
 *
 * <p>One thread, that of the serving agent, calls it.
 */
final class StoreLists implements AutoCloseable {
    private final Path directory;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("venation-lists").daemon().factory());
    private Future<KeySet> keys;
    private int userCount;

    /** What reads a store. */
    private interface Reading<T> {
        T of(StoreReader reader);
    }

    StoreLists(final Path directory) {
        this.directory = directory;
    }

    /** The roots as they are when the list is made. */
    Future<List<Digest>> roots() {
        return submit(reader -> List.copyOf(reader.roots().keySet()));
    }

    /** The addresses as they were when the first of those who use them at present has asked; {@link #giveBackKeys}. */
    Future<KeySet> borrowKeys() {
        if (userCount++ == 0) {
            keys = submit(KeySet::of);
        }
        return keys;
    }

    /** One that has borrowed does not use them any more. */
    void giveBackKeys() {
        if (--userCount == 0) {
            final Future<KeySet> unused = keys;
            keys = null;
            thread.execute(() -> close(unused));
        }
    }

    private <T> Future<T> submit(final Reading<T> reading) {
        final Callable<T> task = () -> {
            try (StoreReader reader = new StoreReader(directory, Kernels.select(), VerifyPolicy.NEVER)) {
                return reading.of(reader);
            }
        };
        return submit(task);
    }

    /** Does something on the thread of the lists, after what was asked for before. */
    <T> Future<T> submit(final Callable<T> task) {
        return thread.submit(task);
    }

    /** Closes what is used on the thread of the lists, after what was asked for before. */
    void closeAfterUse(final ServedLog log) {
        thread.execute(log::close);
    }

    private static void close(final Future<KeySet> made) { // made before, by the same thread
        if (made.state() == Future.State.SUCCESS) {
            made.resultNow().close();
        }
    }

    /** What a list that is done has come to. */
    static <T> T result(final Future<T> done) throws IOException {
        return switch (done.state()) {
            case SUCCESS -> done.resultNow();
            case FAILED -> throw failure(done.exceptionNow());
            case CANCELLED, RUNNING -> throw new IllegalStateException("state=" + done.state());
        };
    }

    private static LinkException failure(final Throwable cause) throws IOException {
        switch (cause) {
            case final IOException e -> throw e;
            case final UncheckedIOException e -> throw e.getCause();
            case final LinkException e -> throw e;
            default -> throw new LinkException(cause.toString(), cause);
        }
    }

    /** Waits for what is being made. */
    @Override
    public void close() {
        thread.close();
    }
}
