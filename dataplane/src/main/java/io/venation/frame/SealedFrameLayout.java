package io.venation.frame;

import io.venation.codec.EnvelopeEncoder;
import io.venation.codec.SealedFrameEncoder;

/**
 * The sealed frame: one lattice frame as it travels and rests, 12,448 bytes.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+-------------------------------+  0  ─┐
 *   |  version = 1  |   kind = 1    |           flags = 0           |      │
 *   +---------------+---------------+-------------------------------+  4   │
 *   |                      key epoch (open link: 0)                 |      │
 *   +---------------------------------------------------------------+  8   │
 *   |                                                               |      │ envelope
 *   |           link sequence (= sequence on a link, else 0)        |      │ 32 bytes
 *   +---------------------------------------------------------------+  16  │
 *   |                                                               |      │
 *   |                      tag (open link: zero)                    |      │
 *   |                                                               |      │
 *   |                                                               |      │
 *   +---------------------------------------------------------------+  32 ─┘
 *   |            receipt, 128 bytes: see ReceiptLayout             ...
 *   +---------------------------------------------------------------+  160
 *   |            lattice frame, 12,288 bytes                       ...
 *   +---------------------------------------------------------------+  12,448
 * </pre>
 *
 * <p>Behind a 32-byte header (Aeron's data header, or a ring record's) a sealed frame takes 12,480 bytes = 195 cache
 * lines, so that on a stream of nothing else every lattice frame starts on a 64-byte boundary: 32 + 160 = 3 × 64.
 */
public final class SealedFrameLayout {
    /** Envelope: bytes from the start of the sealed frame. */
    public static final int ENVELOPE_OFFSET = 0;
    /** Bytes of the envelope. */
    public static final int ENVELOPE_LENGTH = 32;
    /** Receipt: bytes from the start of the sealed frame. */
    public static final int RECEIPT_OFFSET = 32;
    /** Lattice frame: bytes from the start of the sealed frame. */
    public static final int FRAME_OFFSET = 160;
    /** Bytes of a sealed frame. */
    public static final int LENGTH = 12_448;
    /** Bytes before a sealed frame in a term and in a ring. */
    public static final int HEADER_LENGTH = 32;
    /** Bytes from one sealed frame to the next in a term and in a ring. */
    public static final int STRIDE = HEADER_LENGTH + LENGTH;

    /** Envelope version u8. */
    public static final int VERSION_OFFSET = 0;
    /** Envelope kind u8. */
    public static final int KIND_OFFSET = 1;
    /** Envelope flags u16, all reserved. */
    public static final int FLAGS_OFFSET = 2;
    /** Envelope key epoch u32. */
    public static final int KEY_EPOCH_OFFSET = 4;
    /** Envelope link sequence u64. */
    public static final int LINK_SEQUENCE_OFFSET = 8;
    /** Envelope tag. */
    public static final int TAG_OFFSET = 16;
    /** Bytes of the tag. */
    public static final int TAG_LENGTH = 16;

    /** The version written here. */
    public static final int VERSION = 1;
    /** The one kind there is: a lattice frame. */
    public static final int KIND_LATTICE_FRAME = 1;

    static {
        Relation.holds(ENVELOPE_OFFSET == SealedFrameEncoder.envelopeEncodingOffset(), "ENVELOPE_OFFSET");
        Relation.holds(ENVELOPE_LENGTH == SealedFrameEncoder.envelopeEncodingLength(), "ENVELOPE_LENGTH");
        Relation.holds(RECEIPT_OFFSET == SealedFrameEncoder.receiptEncodingOffset(), "RECEIPT_OFFSET");
        Relation.holds(FRAME_OFFSET == SealedFrameEncoder.frameEncodingOffset(), "FRAME_OFFSET");
        Relation.holds(LENGTH == SealedFrameEncoder.BLOCK_LENGTH, "LENGTH");
        Relation.holds(LENGTH == FRAME_OFFSET + LatticeFrame.LENGTH, "LENGTH == FRAME_OFFSET + LatticeFrame.LENGTH");
        Relation.holds(VERSION_OFFSET == EnvelopeEncoder.versionEncodingOffset(), "VERSION_OFFSET");
        Relation.holds(KIND_OFFSET == EnvelopeEncoder.kindEncodingOffset(), "KIND_OFFSET");
        Relation.holds(FLAGS_OFFSET == EnvelopeEncoder.flagsEncodingOffset(), "FLAGS_OFFSET");
        Relation.holds(KEY_EPOCH_OFFSET == EnvelopeEncoder.keyEpochEncodingOffset(), "KEY_EPOCH_OFFSET");
        Relation.holds(LINK_SEQUENCE_OFFSET == EnvelopeEncoder.linkSequenceEncodingOffset(), "LINK_SEQUENCE_OFFSET");
        Relation.holds(TAG_OFFSET == EnvelopeEncoder.tagEncodingOffset(), "TAG_OFFSET");
        Relation.holds(TAG_LENGTH == EnvelopeEncoder.tagEncodingLength(), "TAG_LENGTH");
        Relation.holds(STRIDE == 195 * 64, "a sealed frame behind its header is 195 cache lines");
        Relation.holds((HEADER_LENGTH + FRAME_OFFSET) % 64 == 0, "lattice frames start on cache lines");
    }

    private SealedFrameLayout() {}
}
