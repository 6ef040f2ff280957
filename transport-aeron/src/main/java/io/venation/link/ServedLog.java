package io.venation.link;

import io.venation.codec.LogGivenEncoder;
import io.venation.codec.LogRootGivenEncoder;
import io.venation.codec.LogRootsGivenEncoder;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.LogHandler;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.StoreLog;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.CloseHelper;

/**
 * The log of a served store as one peer is shown it. It stays open from one question to the next that goes on where the last
 * one ended; whoever asks for another place, or for another limit, has it opened there.
 *
 * <p>One thread, that which makes lists: to open a journal and to fold it for its roots may take long. The answers are written
 * by the serving thread.
 */
final class ServedLog implements AutoCloseable {
    private static final int OK = 0;

    /** What is to be said to the peer. */
    @FunctionalInterface
    interface Answer {
        /** Begins the message; the caller ends it. */
        void write(ControlWriter reply);
    }

    private final Path directory;
    private StoreReader store;
    private StoreLog log;
    private LogLimit limit;

    private List<Map.Entry<Digest, Long>> roots;
    private long rootsEnd;
    private boolean areRootsUnknown;

    ServedLog(final Path directory) {
        this.directory = directory;
    }

    /** The changes behind a position, at most {@code count}; none, and where the log ends, where it is null. */
    Answer changes(final LogPosition from, final LogLimit shown, final int count) throws IOException {
        refresh();
        if (from == null) {
            open(store.log(shown), shown);
            return given(OK, List.of());
        }
        if (log == null || limit != shown || !log.position().equals(from)) {
            open(store.log(from, shown), shown);
        }
        final Changes changes = new Changes();
        final int polled = log.poll(changes, count);
        return given(Math.min(OK, polled), changes.heard);
    }

    private Answer given(final int outcome, final List<LogChange> heard) {
        final List<LogChange> changes = heard.stream()
                .map(change -> change.kind().isOfRoot() ? change.withRoot(log.isRoot(change.key())) : change)
                .toList();
        final long end = log.end();
        final byte[] next = log.position().toString().getBytes(StandardCharsets.US_ASCII);
        return reply -> {
            final LogGivenEncoder message =
                    reply.begin(new LogGivenEncoder()).outcome((byte) outcome).end(end);
            final LogGivenEncoder.ChangesEncoder group = message.changesCount(changes.size());
            final byte[] key = new byte[LinkProtocol.KEY_LENGTH];
            for (final LogChange change : changes) {
                change.key().write(key, 0);
                group.next()
                        .sequence(change.sequence())
                        .checksum(change.checksum())
                        .kind((short) change.kind().ordinal())
                        .isRoot((short) (change.isRoot() ? 1 : 0))
                        .putKey(key, 0, key.length);
            }
            message.putNext(next, 0, next.length);
        };
    }

    /** The roots at the log's end, from an index on; from 0 as they are now. */
    Answer roots(final LogLimit shown, final long from) throws IOException {
        refresh();
        if (from == 0) {
            openIfNeeded(shown);
            roots = List.copyOf(log.roots().entrySet());
            rootsEnd = log.end();
            areRootsUnknown = store.areRootsUnknown();
        } else if (roots == null || from < 0 || from > roots.size()) {
            throw new LinkException("question for roots of the log from " + from + ", of which there are none");
        }
        final int total = roots.size();
        final List<Map.Entry<Digest, Long>> some =
                roots.subList((int) from, (int) Math.min(total, from + LinkProtocol.LOG_ROOTS_LIMIT));
        final long end = rootsEnd;
        final boolean areUnknown = areRootsUnknown;
        return reply -> {
            final LogRootsGivenEncoder.RootsEncoder group = reply.begin(new LogRootsGivenEncoder())
                    .end(end)
                    .areUnknown((short) (areUnknown ? 1 : 0))
                    .total(total)
                    .rootsCount(some.size());
            final byte[] key = new byte[LinkProtocol.KEY_LENGTH];
            for (final Map.Entry<Digest, Long> root : some) {
                root.getKey().write(key, 0);
                group.next().pins(root.getValue()).putKey(key, 0, key.length);
            }
        };
    }

    /** Whether a frame is a root at the log's end. */
    Answer root(final LogLimit shown, final Digest address) throws IOException {
        refresh();
        openIfNeeded(shown);
        final boolean isRoot = log.isRoot(address);
        final long end = log.end();
        return reply -> reply.begin(new LogRootGivenEncoder()).end(end).isRoot((short) (isRoot ? 1 : 0));
    }

    private void refresh() throws IOException {
        if (store == null) {
            store = new StoreReader(directory, Kernels.select(), VerifyPolicy.NEVER);
        }
        store.refresh(); // the index, where there is another
        store.leave();
    }

    private void openIfNeeded(final LogLimit shown) throws IOException {
        if (log == null || limit != shown) {
            open(store.log(shown), shown);
        }
    }

    private void open(final StoreLog opened, final LogLimit shown) {
        CloseHelper.close(log);
        log = opened;
        limit = shown;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(log, store);
        log = null;
        store = null;
    }

    private final class Changes implements LogHandler {
        private final List<LogChange> heard = new ArrayList<>();

        private void add(final LogChange.Kind kind, final long sequence, final Digest key) {
            heard.add(new LogChange(kind, sequence, log.position().checksum(), false, key));
        }

        @Override
        public void onPut(final long sequence, final long key, final long receipt) {
            add(LogChange.Kind.PUT, sequence, Digest.read(key));
        }

        @Override
        public void onPin(final long sequence, final long key) {
            add(LogChange.Kind.PIN, sequence, Digest.read(key));
        }

        @Override
        public void onUnpin(final long sequence, final long key) {
            add(LogChange.Kind.UNPIN, sequence, Digest.read(key));
        }

        @Override
        public void onFree(final long sequence, final long key) {
            add(LogChange.Kind.FREE, sequence, Digest.read(key));
        }

        @Override
        public void onQuarantine(final long sequence, final long key) {
            add(LogChange.Kind.QUARANTINE, sequence, Digest.read(key));
        }

        @Override
        public void onRoots(final long sequence, final boolean areKnown) {
            add(areKnown ? LogChange.Kind.ROOTS_KNOWN : LogChange.Kind.ROOTS_UNKNOWN, sequence, LogChange.NO_KEY);
        }
    }
}
