package io.venation.store;

import io.venation.codec.StoreJournalRecordEncoder;
import io.venation.frame.OffHeap;
import io.venation.frame.Relation;
import io.venation.receipt.ReceiptLayout;

/**
 * The journal: every change of the store in order, 160 bytes each, appended and never changed.
 *
 * <pre>
 *   0          4,096      8,192    20,480           20,480 + 160
 *   +----------+----------+--------+----------------+----------------+--- … ---+-------------- … --+
 *   |  header  |  header  | zeroes | record b       | record b + 1   |         |  zeroes           |
 *   +----------+----------+--------+----------------+----------------+--- … ---+-------------- … --+
 *     twice                          b = first sequence of this generation       allocated ahead
 *
 *   0          8      9      10         12         16     24      32                               160
 *   +----------+------+------+----------+----------+------+-------+-------------------------------- +
 *   | sequence | kind | copy | reserved | checksum | slot | value |  receipt, 128 bytes             |
 *   | u64      | u8   | u8   | u16 = 0  | u32      | u64  | u64   |                                 |
 *   +----------+------+------+----------+----------+------+-------+-------------------------------- +
 *
 *   kind            slot                 value       receipt
 *   1 put           where the frame is   -           as sealed
 *   2 free          no longer in use     -           content address only
 *   3 pin           -                    -           content address only               ┐ written twice, the second
 *   4 unpin         -                    -           content address only               ┘ with copy = 1: nothing
 *   5 mark          durable position     bytes put   zero                                 else repeats them
 *   6 quarantine    a bad frame's        -           content address only
 *   7 roots unknown, 8 roots known                   zero                                 twice
 * </pre>
 *
 * <p>Records are of one length, so that a damaged one costs no other and a sequence is found by arithmetic: record n stands
 * at 20,480 + 160 (n − b). 20,480 is the least common multiple of record and page; chunks of 512 × 20,480 bytes are mapped.
 */
final class JournalLayout {
    static final int SEQUENCE_OFFSET = 0;
    static final int KIND_OFFSET = 8;
    static final int COPY_OFFSET = 9;
    static final int CHECKSUM_OFFSET = 12;
    static final int SLOT_OFFSET = 16;
    static final int VALUE_OFFSET = 24;
    static final int RECEIPT_OFFSET = 32;
    static final int KEY_OFFSET = RECEIPT_OFFSET + ReceiptLayout.CONTENT_ADDRESS_OFFSET;
    static final int RECORD_LENGTH = 160;

    static final int SECOND_HEADER_OFFSET = StoreFileLayout.PAGE_LENGTH;
    static final int RECORDS_OFFSET = 20_480;
    /** What is allocated ahead of the last record, and read at once. */
    static final int RUN_LENGTH = 16 * RECORDS_OFFSET;
    /** What is mapped at once. */
    static final int CHUNK_LENGTH = 32 * RUN_LENGTH;

    static final int PUT = 1;
    static final int FREE = 2;
    static final int PIN = 3;
    static final int UNPIN = 4;
    static final int MARK = 5;
    static final int QUARANTINE = 6;
    static final int ROOTS_UNKNOWN = 7;
    static final int ROOTS_KNOWN = 8;

    static {
        Relation.holds(SEQUENCE_OFFSET == StoreJournalRecordEncoder.sequenceEncodingOffset(), "SEQUENCE_OFFSET");
        Relation.holds(KIND_OFFSET == StoreJournalRecordEncoder.kindEncodingOffset(), "KIND_OFFSET");
        Relation.holds(COPY_OFFSET == StoreJournalRecordEncoder.copyNumberEncodingOffset(), "COPY_OFFSET");
        Relation.holds(CHECKSUM_OFFSET == StoreJournalRecordEncoder.checksumEncodingOffset(), "CHECKSUM_OFFSET");
        Relation.holds(SLOT_OFFSET == StoreJournalRecordEncoder.slotEncodingOffset(), "SLOT_OFFSET");
        Relation.holds(VALUE_OFFSET == StoreJournalRecordEncoder.valueEncodingOffset(), "VALUE_OFFSET");
        Relation.holds(RECEIPT_OFFSET == StoreJournalRecordEncoder.receiptEncodingOffset(), "RECEIPT_OFFSET");
        Relation.holds(RECORD_LENGTH == StoreJournalRecordEncoder.BLOCK_LENGTH, "RECORD_LENGTH");
        Relation.holds(RECORDS_OFFSET % RECORD_LENGTH == 0, "records start where a record would");
        Relation.holds(RECORDS_OFFSET % StoreFileLayout.PAGE_LENGTH == 0, "records start on a page");
    }

    private JournalLayout() {}

    /** Whether a record is the second of two that say the same. */
    static boolean isCopy(final long record) {
        return OffHeap.getU8(record + COPY_OFFSET) == 1;
    }

    /** Whether records of a kind are written twice. */
    static boolean isTwice(final int kind) {
        return kind == PIN || kind == UNPIN || kind == ROOTS_UNKNOWN || kind == ROOTS_KNOWN;
    }
}
