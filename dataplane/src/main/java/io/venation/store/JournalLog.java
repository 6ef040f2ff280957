package io.venation.store;

import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The log of a store whose files can be read, beside whoever writes to it. */
final class JournalLog implements StoreLog {
    private final Control control;
    private final LogLimit limit;
    private final JournalFold fold;
    private final Journal journal;
    /** What is published whatever the control file says: the checkpoint's sequence. */
    private final long atLeast;

    private final LogPosition from;
    /** Null where the position to begin at is not in the journal. */
    private final JournalCursor cursor;

    private long end;
    /** End at which the journal was still the one that has been shown. */
    private long checkedEnd;

    private boolean isReplaced;

    /** From a position on, or from the end on where it is null. */
    JournalLog(final Path directory, final Control control, final LogPosition from, final LogLimit limit)
            throws IOException {
        this.control = control;
        this.limit = limit;
        fold = new JournalFold(directory, control);
        journal = open(directory);
        try {
            atLeast = fold.position();
            end = Math.max(atLeast, published());
            this.from = from == null ? here(end, LogPosition.NO_CHECKSUM) : from;
            cursor = isThere(this.from) ? begin(this.from) : null;
            isReplaced = cursor == null;
            end = isReplaced ? end : Math.max(end, cursor.position());
        } catch (final IOException e) {
            close();
            throw e;
        }
    }

    /** Opens the journal that the fold has open; another may be begun between the two. */
    private Journal open(final Path directory) throws IOException {
        while (true) {
            fold.open();
            try {
                return Journal.open(FileKind.JOURNAL.path(directory, fold.generation()), false);
            } catch (final NoSuchFileException e) {
                if (fold.generation() == control.journalGeneration()) {
                    fold.close();
                    throw e;
                }
            } catch (final IOException e) {
                fold.close();
                throw e;
            }
        }
    }

    private LogPosition here(final long sequence, final long checksum) {
        return new LogPosition(control.header().storeId(), journal.header().number(), sequence, checksum);
    }

    private boolean isThere(final LogPosition position) {
        return position.store().equals(control.header().storeId())
                && position.generation() == journal.header().number()
                && position.sequence() >= journal.base()
                && position.sequence() <= Math.max(atLeast, control.position());
    }

    private JournalCursor begin(final LogPosition position) throws IOException {
        final JournalCursor begun = new JournalCursor(journal, position.sequence());
        return position.checksum() == LogPosition.NO_CHECKSUM || position.checksum() == begun.checksum() ? begun : null;
    }

    private long published() {
        return limit == LogLimit.DURABLE ? control.durablePosition() : control.position();
    }

    /** Looks how far the log goes by now; touches no record that is being shown. */
    private void look() {
        final long published = published();
        isReplaced |=
                control.journalGeneration() != journal.header().number() || Math.max(atLeast, control.position()) < end;
        end = isReplaced ? end : Math.max(end, published);
    }

    @Override
    public int poll(final LogHandler handler, final int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit=" + limit + ": must be above 0");
        }
        try {
            look();
            if (!isReplaced && end > checkedEnd) {
                isReplaced = !cursor.isContinued(end);
                checkedEnd = end;
            }
            if (isReplaced) {
                return REPLACED;
            }
            int count = 0;
            for (long record; count < limit && (record = cursor.next(end)) != JournalCursor.END; ) {
                if (record == JournalCursor.DAMAGED) {
                    return count == 0 ? DAMAGED : count;
                }
                count += show(handler, cursor.position(), record);
                cursor.advance();
            }
            return count;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows a record; 0 where it tells of no change. */
    private static int show(final LogHandler handler, final long sequence, final long record) {
        final long key = record + JournalLayout.KEY_OFFSET;
        switch (OffHeap.getU8(record + JournalLayout.KIND_OFFSET)) {
            case JournalLayout.PUT -> handler.onPut(sequence, key, record + JournalLayout.RECEIPT_OFFSET);
            case JournalLayout.PIN -> handler.onPin(sequence, key);
            case JournalLayout.UNPIN -> handler.onUnpin(sequence, key);
            case JournalLayout.FREE -> handler.onFree(sequence, key);
            case JournalLayout.QUARANTINE -> handler.onQuarantine(sequence, key);
            case JournalLayout.ROOTS_UNKNOWN -> handler.onRoots(sequence, false);
            case JournalLayout.ROOTS_KNOWN -> handler.onRoots(sequence, true);
            default -> {
                return 0;
            }
        }
        return 1;
    }

    @Override
    public LogPosition position() {
        return cursor == null ? from : here(cursor.position(), cursor.checksum());
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public boolean isRoot(final Digest address) {
        return state().roots.containsKey(address);
    }

    @Override
    public Map<Digest, Long> roots() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(state().roots));
    }

    private StoreState state() {
        try {
            look();
            return fold.to(end);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        fold.close();
        journal.close();
    }
}
