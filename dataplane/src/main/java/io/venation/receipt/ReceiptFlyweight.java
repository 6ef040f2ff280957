package io.venation.receipt;

import static io.venation.receipt.ReceiptLayout.BUDGET_OFFSET;
import static io.venation.receipt.ReceiptLayout.CONTENT_ADDRESS_OFFSET;
import static io.venation.receipt.ReceiptLayout.CYCLE_OFFSET;
import static io.venation.receipt.ReceiptLayout.FAIRNESS_SPREAD_OFFSET;
import static io.venation.receipt.ReceiptLayout.FLAGS_OFFSET;
import static io.venation.receipt.ReceiptLayout.FLAG_PHI;
import static io.venation.receipt.ReceiptLayout.LONGEST_WAIT_OFFSET;
import static io.venation.receipt.ReceiptLayout.MAGIC_OFFSET;
import static io.venation.receipt.ReceiptLayout.PAYLOAD_LENGTH_OFFSET;
import static io.venation.receipt.ReceiptLayout.PHASE_OFFSET;
import static io.venation.receipt.ReceiptLayout.R96_DIGEST_OFFSET;
import static io.venation.receipt.ReceiptLayout.SEQUENCE_OFFSET;
import static io.venation.receipt.ReceiptLayout.SUITE_OFFSET;
import static io.venation.receipt.ReceiptLayout.VERSION_OFFSET;
import static io.venation.receipt.ReceiptLayout.WITNESS_HEAD_OFFSET;

import io.venation.frame.OffHeap;

/**
 * A window onto the 128 bytes of a receipt anywhere in memory, of any alignment.
 *
 * <p>Reads and writes what is there and checks nothing. One thread: whoever wraps. Allocates nothing. The setters
 * return this flyweight.
 */
public final class ReceiptFlyweight {
    private long address;

    /** Wraps nothing yet. */
    public ReceiptFlyweight() {}

    /**
     * Moves the window.
     *
     * @param receiptAddress absolute address of the receipt.
     * @return this.
     */
    public ReceiptFlyweight wrap(final long receiptAddress) {
        address = receiptAddress;
        return this;
    }

    /**
     * Where the window stands.
     *
     * @return absolute address of the receipt.
     */
    public long address() {
        return address;
    }

    /**
     * The magic.
     *
     * @return u16, {@link ReceiptLayout#MAGIC} in a receipt.
     */
    public int magic() {
        return OffHeap.getU16(address + MAGIC_OFFSET);
    }

    /**
     * Writes the magic.
     *
     * @param value u16.
     * @return this.
     */
    public ReceiptFlyweight magic(final int value) {
        OffHeap.putU16(address + MAGIC_OFFSET, value);
        return this;
    }

    /**
     * The version.
     *
     * @return u8.
     */
    public int version() {
        return OffHeap.getU8(address + VERSION_OFFSET);
    }

    /**
     * Writes the version.
     *
     * @param value u8.
     * @return this.
     */
    public ReceiptFlyweight version(final int value) {
        OffHeap.putU8(address + VERSION_OFFSET, value);
        return this;
    }

    /**
     * The suite byte; {@link Suite#ofByte} reads it.
     *
     * @return u8.
     */
    public int suite() {
        return OffHeap.getU8(address + SUITE_OFFSET);
    }

    /**
     * Writes the suite byte.
     *
     * @param value u8, {@link Suite#toByte()}.
     * @return this.
     */
    public ReceiptFlyweight suite(final int value) {
        OffHeap.putU8(address + SUITE_OFFSET, value);
        return this;
    }

    /**
     * The flags.
     *
     * @return u8.
     */
    public int flags() {
        return OffHeap.getU8(address + FLAGS_OFFSET);
    }

    /**
     * Writes the flags.
     *
     * @param value u8.
     * @return this.
     */
    public ReceiptFlyweight flags(final int value) {
        OffHeap.putU8(address + FLAGS_OFFSET, value);
        return this;
    }

    /**
     * Flag φ.
     *
     * @return true where it is set.
     */
    public boolean phi() {
        return (flags() & FLAG_PHI) != 0;
    }

    /**
     * The budget.
     *
     * @return u8.
     */
    public int budget() {
        return OffHeap.getU8(address + BUDGET_OFFSET);
    }

    /**
     * Writes the budget.
     *
     * @param value u8.
     * @return this.
     */
    public ReceiptFlyweight budget(final int value) {
        OffHeap.putU8(address + BUDGET_OFFSET, value);
        return this;
    }

    /**
     * The C768 phase.
     *
     * @return u16.
     */
    public int phase() {
        return OffHeap.getU16(address + PHASE_OFFSET);
    }

    /**
     * Writes the C768 phase.
     *
     * @param value u16.
     * @return this.
     */
    public ReceiptFlyweight phase(final int value) {
        OffHeap.putU16(address + PHASE_OFFSET, value);
        return this;
    }

    /**
     * The C768 cycle.
     *
     * @return u32.
     */
    public long cycle() {
        return OffHeap.getU32(address + CYCLE_OFFSET);
    }

    /**
     * Writes the C768 cycle.
     *
     * @param value u32.
     * @return this.
     */
    public ReceiptFlyweight cycle(final long value) {
        OffHeap.putU32(address + CYCLE_OFFSET, value);
        return this;
    }

    /**
     * The fairness spread of the last whole cycle.
     *
     * @return u16.
     */
    public int fairnessSpread() {
        return OffHeap.getU16(address + FAIRNESS_SPREAD_OFFSET);
    }

    /**
     * Writes the fairness spread.
     *
     * @param value u16.
     * @return this.
     */
    public ReceiptFlyweight fairnessSpread(final int value) {
        OffHeap.putU16(address + FAIRNESS_SPREAD_OFFSET, value);
        return this;
    }

    /**
     * The longest wait of the last whole cycle.
     *
     * @return u16, slots.
     */
    public int longestWait() {
        return OffHeap.getU16(address + LONGEST_WAIT_OFFSET);
    }

    /**
     * Writes the longest wait.
     *
     * @param value u16, slots.
     * @return this.
     */
    public ReceiptFlyweight longestWait(final int value) {
        OffHeap.putU16(address + LONGEST_WAIT_OFFSET, value);
        return this;
    }

    /**
     * Bytes of the frame that carry data.
     *
     * @return u64.
     */
    public long payloadLength() {
        return OffHeap.getU64(address + PAYLOAD_LENGTH_OFFSET);
    }

    /**
     * Writes the payload length.
     *
     * @param value u64, bytes.
     * @return this.
     */
    public ReceiptFlyweight payloadLength(final long value) {
        OffHeap.putU64(address + PAYLOAD_LENGTH_OFFSET, value);
        return this;
    }

    /**
     * The frame's number in its transfer or stream.
     *
     * @return u64.
     */
    public long sequence() {
        return OffHeap.getU64(address + SEQUENCE_OFFSET);
    }

    /**
     * Writes the sequence.
     *
     * @param value u64.
     * @return this.
     */
    public ReceiptFlyweight sequence(final long value) {
        OffHeap.putU64(address + SEQUENCE_OFFSET, value);
        return this;
    }

    /**
     * Where the R96 digest stands.
     *
     * @return absolute address of 32 bytes.
     */
    public long r96Digest() {
        return address + R96_DIGEST_OFFSET;
    }

    /**
     * Where the content address stands.
     *
     * @return absolute address of 32 bytes.
     */
    public long contentAddress() {
        return address + CONTENT_ADDRESS_OFFSET;
    }

    /**
     * Where the witness head stands.
     *
     * @return absolute address of 32 bytes.
     */
    public long witnessHead() {
        return address + WITNESS_HEAD_OFFSET;
    }
}
