package io.venation.flow;

import static io.venation.flow.RejectReason.BUDGET_RANGE;
import static io.venation.flow.RejectReason.BUDGET_UNLAWFUL;
import static io.venation.flow.RejectReason.CYCLE;
import static io.venation.flow.RejectReason.FAIRNESS_SPREAD;
import static io.venation.flow.RejectReason.LONGEST_WAIT;
import static io.venation.flow.RejectReason.NONE;
import static io.venation.flow.RejectReason.PAYLOAD_LENGTH;
import static io.venation.flow.RejectReason.PHASE;
import static io.venation.flow.RejectReason.PHI;
import static io.venation.flow.RejectReason.RECEIPT_FLAGS;
import static io.venation.flow.RejectReason.RECEIPT_MAGIC;
import static io.venation.flow.RejectReason.RECEIPT_VERSION;
import static io.venation.flow.RejectReason.SEQUENCE;
import static io.venation.flow.RejectReason.SUITE;
import static io.venation.flow.RejectReason.WITNESS_HEAD;

import io.venation.frame.C768Schedule;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;

/** What a receipt's fields hold whatever frame it belongs to (lattice model §6). Any thread; allocates nothing. */
public final class ReceiptRules {
    /** Stands for an expected sequence where any will do. */
    public static final long ANY_SEQUENCE = -1;

    private ReceiptRules() {}

    /**
     * Writes every field but the two hashes of the frame.
     *
     * @param receipt       stands on room for 128 bytes.
     * @param suite         the suite byte.
     * @param sequence      0..{@link C768Schedule#MAX_COUNTER}.
     * @param payloadLength bytes that carry data, 0..12,288.
     */
    public static void write(
            final ReceiptFlyweight receipt, final int suite, final long sequence, final long payloadLength) {
        receipt.magic(ReceiptLayout.MAGIC)
                .version(ReceiptLayout.VERSION)
                .suite(suite)
                .flags(ReceiptLayout.FLAG_PHI)
                .budget(0)
                .phase(C768Schedule.phase(sequence))
                .cycle(C768Schedule.cycle(sequence))
                .fairnessSpread(C768Schedule.FAIRNESS_SPREAD)
                .longestWait(C768Schedule.LONGEST_WAIT)
                .payloadLength(payloadLength)
                .sequence(sequence);
        OffHeap.zero(receipt.witnessHead(), ReceiptLayout.DIGEST_LENGTH);
    }

    /**
     * Checks every field but the two hashes of the frame.
     *
     * @param receipt          stands on memory that nobody else writes.
     * @param suite            the suite byte agreed for the stream.
     * @param expectedSequence the sequence that must stand there, or {@link #ANY_SEQUENCE}; phase and cycle must match
     *                         the receipt's own sequence either way.
     * @return the first broken rule, or {@link RejectReason#NONE}.
     */
    public static RejectReason check(final ReceiptFlyweight receipt, final int suite, final long expectedSequence) {
        if (receipt.magic() != ReceiptLayout.MAGIC) {
            return RECEIPT_MAGIC;
        }
        if (receipt.version() != ReceiptLayout.VERSION) {
            return RECEIPT_VERSION;
        }
        if (receipt.suite() != suite) {
            return SUITE;
        }
        if ((receipt.flags() & ~ReceiptLayout.FLAG_PHI) != 0) {
            return RECEIPT_FLAGS;
        }
        if (!receipt.phi()) {
            return PHI;
        }
        if (receipt.budget() > ReceiptLayout.MAX_BUDGET) {
            return BUDGET_RANGE;
        }
        if (receipt.budget() != 0) {
            return BUDGET_UNLAWFUL;
        }
        final long sequence = receipt.sequence();
        if (sequence < 0 || sequence > C768Schedule.MAX_COUNTER) {
            return SEQUENCE;
        }
        if (expectedSequence != ANY_SEQUENCE && expectedSequence != sequence) {
            return SEQUENCE;
        }
        if (receipt.phase() != C768Schedule.phase(sequence)) {
            return PHASE;
        }
        if (receipt.cycle() != C768Schedule.cycle(sequence)) {
            return CYCLE;
        }
        if (receipt.fairnessSpread() != C768Schedule.FAIRNESS_SPREAD) {
            return FAIRNESS_SPREAD;
        }
        if (receipt.longestWait() != C768Schedule.LONGEST_WAIT) {
            return LONGEST_WAIT;
        }
        if (Long.compareUnsigned(receipt.payloadLength(), LatticeFrame.LENGTH) > 0) {
            return PAYLOAD_LENGTH;
        }
        if (!OffHeap.isZero(receipt.witnessHead(), ReceiptLayout.DIGEST_LENGTH)) {
            return WITNESS_HEAD;
        }
        return NONE;
    }
}
