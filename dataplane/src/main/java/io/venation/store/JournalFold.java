package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What the journal says of a store beside its frames, for those who read it while another writes: roots, slots, bytes put.
 *
 * <pre>
 *   checkpoint of this journal, else nothing ──► records up to what is published ──► state, kept for the next time
 *                        ▲
 *                        └── another journal, or one that was cut: all over again
 * </pre>
 *
 * <p>One thread. Cold.
 */
final class JournalFold implements AutoCloseable {
    private static final int ATTEMPT_COUNT = 1_000;
    private static final long ATTEMPT_INTERVAL_NS = 100_000;

    private final Path directory;
    private final Control control;
    private Journal journal;
    private JournalCursor cursor;
    private StoreState state;
    /** Sequence of the damaged record before the position, or −1. */
    private long damaged = -1;

    JournalFold(final Path directory, final Control control) {
        this.directory = directory;
        this.control = control;
    }

    /** The state at what the writer has published by now; not to be changed. */
    StoreState toPosition() throws IOException {
        long limit;
        do {
            open();
            limit = control.position();
        } while (control.journalGeneration() != generation());
        if (!cursor.isContinued(limit)) {
            close();
            open();
        }
        return to(limit);
    }

    /** Opens the journal that the writer appends to, unless it is open. */
    void open() throws IOException {
        for (int attempt = 0; !isOpen(); attempt++) {
            if (attempt == ATTEMPT_COUNT) {
                throw new StoreException(
                        directory, "its writer begins a journal and does not come to an end; open it for writing once");
            }
            if (attempt > 0) {
                LockSupport.parkNanos(ATTEMPT_INTERVAL_NS);
            }
            close();
            try {
                open(control.journalGeneration());
            } catch (final NoSuchFileException _) {
                // another is begun just now
            }
        }
    }

    /** Whether the open journal is the writer's, and the position is one of it: the generation is written first. */
    private boolean isOpen() {
        final long position = control.position();
        return journal != null
                && journal.header().number() == control.journalGeneration()
                && (position > journal.base() || journal.header().number() == 0);
    }

    private void open(final long generation) throws IOException {
        journal = Journal.open(FileKind.JOURNAL.path(directory, generation), false);
        control.header().checkSameStore(journal.path(), journal.header());
        final Optional<Checkpoint> checkpoint = Checkpoint.read(directory, control.header())
                .filter(found -> found.journalGeneration() == generation && found.sequence() >= journal.base());
        state = checkpoint.map(Checkpoint::state).orElseGet(StoreState::new);
        cursor = new JournalCursor(journal, checkpoint.map(Checkpoint::sequence).orElse(journal.base()));
        damaged = -1;
    }

    /** Generation of the journal that is open. */
    long generation() {
        return journal.header().number();
    }

    /** Sequence that the state is of. */
    long position() {
        return cursor.position();
    }

    /** The state at a sequence that is published, or at {@link #position} where that is later; not to be changed. */
    StoreState to(final long limit) throws IOException {
        for (long record; (record = cursor.next(limit)) != JournalCursor.END; ) {
            if (record != JournalCursor.DAMAGED) {
                apply(record);
                cursor.advance();
                continue;
            }
            final long sequence = cursor.position();
            if (damaged >= 0 && damaged == sequence - 1) {
                throw new StoreException(
                        journal.path(),
                        "records " + damaged + " and " + sequence + " are damaged, a root may have been there;"
                                + " open it for writing once");
            }
            damaged = sequence;
            cursor.skip();
        }
        return state;
    }

    private void apply(final long record) {
        final long slot = OffHeap.getU64(record + JournalLayout.SLOT_OFFSET);
        switch (OffHeap.getU8(record + JournalLayout.KIND_OFFSET)) {
            case JournalLayout.PUT -> {
                state.slotCount = Math.max(state.slotCount, slot + 1);
                state.bytesPut += LatticeFrame.LENGTH;
            }
            case JournalLayout.QUARANTINE -> state.quarantinedCount++;
            case JournalLayout.MARK ->
                state.bytesPut = Math.max(state.bytesPut, OffHeap.getU64(record + JournalLayout.VALUE_OFFSET));
            default -> state.applyRoot(record);
        }
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }
}
