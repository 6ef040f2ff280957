package io.venation.store;

import io.venation.frame.OffHeap;
import java.io.IOException;

/**
 * Goes through the records of a journal in order, each change once: a record that is written twice is shown once, from its
 * copy where the first is damaged. Never reads beyond what was published. One thread.
 */
final class JournalCursor {
    /** Nothing more below the limit. */
    static final long END = 0;
    /** The record at {@link #position} is damaged and nothing repeats it. */
    static final long DAMAGED = -1;
    /** No checksum has this value. */
    static final long NO_CHECKSUM = -1;

    private final Journal journal;
    private long position;
    private long checksum = NO_CHECKSUM;
    private boolean isCopyNext;
    private long shownLength;
    private long shownChecksum;

    /** Begins at a sequence, base ≤ position ≤ what was published. */
    JournalCursor(final Journal journal, final long position) throws IOException {
        this.journal = journal;
        this.position = position;
        if (position > journal.base()) {
            journal.readTo(position);
            final long last = journal.read(position - 1);
            if (last != 0) {
                checksum = checksum(last);
                isCopyNext = isCopyAfter(last);
            }
        }
    }

    private static long checksum(final long record) {
        return OffHeap.getU32(record + JournalLayout.CHECKSUM_OFFSET);
    }

    private static boolean isCopyAfter(final long record) {
        return !JournalLayout.isCopy(record)
                && JournalLayout.isTwice(OffHeap.getU8(record + JournalLayout.KIND_OFFSET));
    }

    /** Sequence of the record that {@link #next} has shown and {@link #advance} has not left yet, else of the one to come. */
    long position() {
        return position;
    }

    /** Checksum of the record before the position, {@link #NO_CHECKSUM} where there is none or it is damaged. */
    long checksum() {
        return checksum;
    }

    /** Whether the record before the position is still what it was: recovery may have cut the journal and others gone on. */
    boolean isContinued(final long limit) throws IOException {
        if (position > limit) {
            return false;
        }
        if (position == limit || checksum == NO_CHECKSUM) {
            return true;
        }
        journal.forget();
        journal.readTo(limit);
        final long last = journal.read(position - 1);
        return last != 0 && checksum(last) == checksum;
    }

    /**
     * Finds the record at the position, or the next one that says something new.
     *
     * @param limit sequence before which all is published.
     * @return absolute address of its 160 bytes, valid until the next call, {@link #END} or {@link #DAMAGED}.
     */
    long next(final long limit) throws IOException {
        journal.readTo(limit);
        for (; position < limit; position++) {
            final long record = journal.read(position);
            if (record != 0 && !JournalLayout.isCopy(record)) {
                return show(record, 1);
            }
            if (record == 0) {
                final long copy = journal.read(position + 1);
                if (copy != 0 && JournalLayout.isCopy(copy)) {
                    return show(copy, 2);
                }
                if (!isCopyNext) {
                    return DAMAGED;
                }
            }
            checksum = record == 0 ? NO_CHECKSUM : checksum(record);
            isCopyNext = false;
        }
        return END;
    }

    private long show(final long record, final int length) {
        shownLength = length;
        shownChecksum = checksum(record);
        isCopyNext = isCopyAfter(record);
        return record;
    }

    /** Leaves the record that was shown. */
    void advance() {
        position += shownLength;
        checksum = shownChecksum;
        shownLength = 0;
    }

    /** Leaves a damaged record. */
    void skip() {
        position++;
        checksum = NO_CHECKSUM;
    }
}
