package io.venation.flow;

/**
 * Why a sealed frame is not delivered: the first rule it breaks, in the order below.
 *
 * <p>The code is stable on the wire and in counters: new reasons are appended.
 */
public enum RejectReason {
    /** The frame is good. */
    NONE(0, "good"),
    /** Not 12,448 bytes: a fragment, a foreign message, a cut-off file. */
    LENGTH(1, "not 12,448 bytes long"),
    /** Envelope version is not 1. */
    ENVELOPE_VERSION(2, "envelope version is not 1"),
    /** Envelope kind is not 1. */
    ENVELOPE_KIND(3, "envelope kind is not 1 (lattice frame)"),
    /** A reserved envelope flag is set. */
    ENVELOPE_FLAGS(4, "reserved envelope flags are set"),
    /** Key epoch is not 0 on an open link. */
    KEY_EPOCH(5, "key epoch is not 0 on an open link"),
    /** Tag is not zero on an open link. */
    TAG(6, "tag is not zero on an open link"),
    /** Receipt does not start with {@code HR}. */
    RECEIPT_MAGIC(7, "receipt does not start with HR"),
    /** Receipt version is not 1. */
    RECEIPT_VERSION(8, "receipt version is not 1"),
    /** Suite is not the one agreed. */
    SUITE(9, "suite is not the agreed one"),
    /** A reserved receipt flag is set. */
    RECEIPT_FLAGS(10, "reserved receipt flags are set"),
    /** Flag φ is not set. */
    PHI(11, "phi is not set"),
    /** Budget is above 47. */
    BUDGET_RANGE(12, "budget is above 47"),
    /** Budget is 1..47: in range, but only 0 is lawful. */
    BUDGET_UNLAWFUL(13, "budget is not 0"),
    /** Sequence is not the expected one, or beyond the last cycle. */
    SEQUENCE(14, "sequence is not the expected one"),
    /** Phase is not sequence mod 768. */
    PHASE(15, "phase is not sequence mod 768"),
    /** Cycle is not ⌊sequence / 768⌋. */
    CYCLE(16, "cycle is not sequence / 768"),
    /** Link sequence is not the sequence (on a link) or not zero (elsewhere). */
    LINK_SEQUENCE(17, "link sequence is not the expected one"),
    /** Fairness spread is not the canonical 0. */
    FAIRNESS_SPREAD(18, "fairness spread is not 0"),
    /** Longest wait is not the canonical 768. */
    LONGEST_WAIT(19, "longest wait is not 768"),
    /** Payload length is above 12,288. */
    PAYLOAD_LENGTH(20, "payload length is above 12,288"),
    /** Witness head is not zero in flight. */
    WITNESS_HEAD(21, "witness head is not zero"),
    /** The frame's content address is another. */
    CONTENT_ADDRESS(22, "content address does not match the frame"),
    /** The frame's R96 digest is another. */
    R96_DIGEST(23, "R96 digest does not match the frame"),
    /** A byte past the payload length is not zero. */
    TAIL(24, "bytes past the payload are not zero");

    private static final RejectReason[] REASONS = values();

    private final byte code;
    private final String sentence;

    RejectReason(final int code, final String sentence) {
        this.code = (byte) code;
        this.sentence = sentence;
    }

    /**
     * The reason of a code.
     *
     * @param code 0..24.
     * @return the reason.
     * @throws IllegalArgumentException where no reason has that code.
     */
    public static RejectReason ofCode(final int code) {
        if (code < 0 || code >= REASONS.length) {
            throw new IllegalArgumentException("code=" + code + " not in 0.." + (REASONS.length - 1));
        }
        return REASONS[code];
    }

    /**
     * The byte in counters and control messages.
     *
     * @return 0..127; 0 is {@link #NONE}.
     */
    public byte code() {
        return code;
    }

    /**
     * What to tell a person.
     *
     * @return a clause such as {@code suite is not the agreed one}.
     */
    public String sentence() {
        return sentence;
    }
}
