package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.Relation;
import io.venation.receipt.ReceiptLayout;

/**
 * A segment file of n slots, a power of two ≥ 64. A store made with m slots, 4,096 unless it says so, has m in each of its first
 * 16 files and 16m in each of the others.
 *
 * <pre>
 *   0          k                k + 32n             k + 160n, up to 65,536's next             + 12,288n
 *   +----------+----------------+-------------------+----+--------------------------------- … +
 *   |  header  |  keys, 32 each |  receipts, 128    |    |  frames, 12,288 each               |
 *   +----------+----------------+-------------------+----+--------------------------------- … +
 *              dense: a look-up    what was sealed         3 pages each, never crossing one
 *              touches one line
 *
 *   k is 2,097,152 where 32n is as long as that, else 4,096
 * </pre>
 *
 * <p>{@link Segments} says where a slot of the store lies. Key and receipt of a free slot are zero. Header, keys and
 * receipts are allocated by writing zeroes, then written through the mapping; frames are written by {@code write} and
 * only read through the mapping: a full disk is an error of the write and never a SIGBUS.
 */
final class SegmentLayout {
    static final int KEY_LENGTH = ReceiptLayout.DIGEST_LENGTH;
    static final int RECEIPT_LENGTH = ReceiptLayout.LENGTH;
    /** Linux maps 2 MiB of keys as one page, where they fill it: a look-up does without a walk through page tables then. */
    static final int HUGE_PAGE_LENGTH = 1 << 21;
    /** Linux keeps what is written in larger pieces where they stand on their own length. */
    static final int FRAMES_ALIGNMENT = 1 << 16;

    /** Segments that have the slots of their store's header; all others have so many times as many. */
    static final int SMALL_SEGMENTS = 16;

    static {
        Relation.holds(LatticeFrame.LENGTH % StoreFileLayout.PAGE_LENGTH == 0, "frames stand on pages");
    }

    private SegmentLayout() {}

    static long keysOffset(final int slots) {
        return slots * KEY_LENGTH < HUGE_PAGE_LENGTH ? StoreFileLayout.PAGE_LENGTH : HUGE_PAGE_LENGTH;
    }

    static long receiptsOffset(final int slots) {
        return keysOffset(slots) + (long) slots * KEY_LENGTH;
    }

    static long framesOffset(final int slots) {
        final long end = receiptsOffset(slots) + (long) slots * RECEIPT_LENGTH;
        return Math.ceilDiv(end, FRAMES_ALIGNMENT) * FRAMES_ALIGNMENT;
    }

    static long length(final int slots) {
        return framesOffset(slots) + (long) slots * LatticeFrame.LENGTH;
    }
}
