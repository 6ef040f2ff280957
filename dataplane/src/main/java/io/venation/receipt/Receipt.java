package io.venation.receipt;

/**
 * A receipt as a value, for cold use: its fields as they stand, in range or not.
 *
 * @param magic          u16, {@link ReceiptLayout#MAGIC} in a receipt.
 * @param version        u8.
 * @param suite          u8; {@link Suite#ofByte} reads it.
 * @param flags          u8.
 * @param budget         u8.
 * @param phase          u16.
 * @param cycle          u32.
 * @param fairnessSpread u16.
 * @param longestWait    u16, slots.
 * @param payloadLength  u64, bytes.
 * @param sequence       u64.
 * @param r96Digest      SHA3-256 of the class histogram.
 * @param contentAddress the frame's identity, as claimed.
 * @param witnessHead    zero where there is no chain.
 */
public record Receipt(
        int magic,
        int version,
        int suite,
        int flags,
        int budget,
        int phase,
        long cycle,
        int fairnessSpread,
        int longestWait,
        long payloadLength,
        long sequence,
        Digest r96Digest,
        Digest contentAddress,
        Digest witnessHead) {
    /**
     * Reads all fields.
     *
     * @param receipt stands on the receipt.
     * @return the receipt.
     */
    public static Receipt read(final ReceiptFlyweight receipt) {
        return new Receipt(
                receipt.magic(),
                receipt.version(),
                receipt.suite(),
                receipt.flags(),
                receipt.budget(),
                receipt.phase(),
                receipt.cycle(),
                receipt.fairnessSpread(),
                receipt.longestWait(),
                receipt.payloadLength(),
                receipt.sequence(),
                Digest.read(receipt.r96Digest()),
                Digest.read(receipt.contentAddress()),
                Digest.read(receipt.witnessHead()));
    }

    /**
     * Flag φ.
     *
     * @return true where it is set.
     */
    public boolean phi() {
        return (flags & ReceiptLayout.FLAG_PHI) != 0;
    }
}
