package io.venation.receipt;

import io.venation.codec.ReceiptEncoder;
import io.venation.frame.Relation;
import io.venation.frame.SealedFrameLayout;

/**
 * The receipt: 128 bytes, little-endian (lattice model §6).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+---------------+-------+-------+  0
 *   |      'H'      |      'R'      |  version = 1  | R96   | addr. |
 *   |               |               |               | rule  | hash  |
 *   +-------------+-+---------------+---------------+-------+-------+  4
 *   |0 0 0 0 0 0 0|φ|    budget     |       phase = sequence mod 768|
 *   +-------------+-+---------------+-------------------------------+  8
 *   |                     cycle = ⌊sequence / 768⌋                  |
 *   +-------------------------------+-------------------------------+  12
 *   |      fairness spread = 0      |      longest wait = 768       |
 *   +-------------------------------+-------------------------------+  16
 *   |            payload length u64, 0..12,288                      |
 *   |                                                               |
 *   +---------------------------------------------------------------+  24
 *   |            sequence u64                                       |
 *   |                                                               |
 *   +---------------------------------------------------------------+  32
 *   |            R96 digest, 32 bytes                              ...
 *   +---------------------------------------------------------------+  64
 *   |            content address, 32 bytes                         ...
 *   +---------------------------------------------------------------+  96
 *   |            witness head, 32 bytes (zero in flight)           ...
 *   +---------------------------------------------------------------+  128
 * </pre>
 *
 * <p>The suite byte is drawn low nibble first.
 */
public final class ReceiptLayout {
    /** Magic {@code "HR"}, two bytes. */
    public static final int MAGIC_OFFSET = 0;
    /** Version u8. */
    public static final int VERSION_OFFSET = 2;
    /** Suite u8: {@link Suite}. */
    public static final int SUITE_OFFSET = 3;
    /** Flags u8. */
    public static final int FLAGS_OFFSET = 4;
    /** Budget u8. */
    public static final int BUDGET_OFFSET = 5;
    /** C768 phase u16. */
    public static final int PHASE_OFFSET = 6;
    /** C768 cycle u32. */
    public static final int CYCLE_OFFSET = 8;
    /** Fairness spread u16. */
    public static final int FAIRNESS_SPREAD_OFFSET = 12;
    /** Longest wait u16. */
    public static final int LONGEST_WAIT_OFFSET = 14;
    /** Payload length u64, bytes. */
    public static final int PAYLOAD_LENGTH_OFFSET = 16;
    /** Sequence u64. */
    public static final int SEQUENCE_OFFSET = 24;
    /** R96 digest. */
    public static final int R96_DIGEST_OFFSET = 32;
    /** Content address. */
    public static final int CONTENT_ADDRESS_OFFSET = 64;
    /** Witness head. */
    public static final int WITNESS_HEAD_OFFSET = 96;
    /** Bytes of a receipt. */
    public static final int LENGTH = 128;
    /** Bytes of a digest, an address, a witness head, an id, a chain head. */
    public static final int DIGEST_LENGTH = 32;

    /** The bytes {@code 'H'}, {@code 'R'} as a u16. */
    public static final int MAGIC = 'H' | 'R' << 8;
    /** The version written here. */
    public static final int VERSION = 1;
    /** Flag φ: decoding the encoded frame gave the data back. */
    public static final int FLAG_PHI = 1;
    /** Largest budget; only 0 is lawful. */
    public static final int MAX_BUDGET = 47;

    static {
        Relation.holds(MAGIC_OFFSET == ReceiptEncoder.magicEncodingOffset(), "MAGIC_OFFSET");
        Relation.holds(VERSION_OFFSET == ReceiptEncoder.versionEncodingOffset(), "VERSION_OFFSET");
        Relation.holds(SUITE_OFFSET == ReceiptEncoder.suiteEncodingOffset(), "SUITE_OFFSET");
        Relation.holds(FLAGS_OFFSET == ReceiptEncoder.flagsEncodingOffset(), "FLAGS_OFFSET");
        Relation.holds(BUDGET_OFFSET == ReceiptEncoder.budgetEncodingOffset(), "BUDGET_OFFSET");
        Relation.holds(PHASE_OFFSET == ReceiptEncoder.phaseEncodingOffset(), "PHASE_OFFSET");
        Relation.holds(CYCLE_OFFSET == ReceiptEncoder.cycleEncodingOffset(), "CYCLE_OFFSET");
        Relation.holds(
                FAIRNESS_SPREAD_OFFSET == ReceiptEncoder.fairnessSpreadEncodingOffset(), "FAIRNESS_SPREAD_OFFSET");
        Relation.holds(LONGEST_WAIT_OFFSET == ReceiptEncoder.longestWaitEncodingOffset(), "LONGEST_WAIT_OFFSET");
        Relation.holds(PAYLOAD_LENGTH_OFFSET == ReceiptEncoder.payloadLengthEncodingOffset(), "PAYLOAD_LENGTH_OFFSET");
        Relation.holds(SEQUENCE_OFFSET == ReceiptEncoder.sequenceEncodingOffset(), "SEQUENCE_OFFSET");
        Relation.holds(R96_DIGEST_OFFSET == ReceiptEncoder.r96DigestEncodingOffset(), "R96_DIGEST_OFFSET");
        Relation.holds(
                CONTENT_ADDRESS_OFFSET == ReceiptEncoder.contentAddressEncodingOffset(), "CONTENT_ADDRESS_OFFSET");
        Relation.holds(WITNESS_HEAD_OFFSET == ReceiptEncoder.witnessHeadEncodingOffset(), "WITNESS_HEAD_OFFSET");
        Relation.holds(LENGTH == ReceiptEncoder.ENCODED_LENGTH, "LENGTH");
        Relation.holds(
                SealedFrameLayout.RECEIPT_OFFSET + LENGTH == SealedFrameLayout.FRAME_OFFSET,
                "the frame follows the receipt");
    }

    private ReceiptLayout() {}
}
