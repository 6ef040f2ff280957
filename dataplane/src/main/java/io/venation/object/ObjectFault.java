package io.venation.object;

/** What is wrong with a frame of an object; the first rule that is broken. */
public enum ObjectFault {
    /** Nothing. */
    NONE("good"),
    /** The source has no frame of that address. */
    MISSING_FRAME("missing"),
    /** The source handed out a frame of another address. */
    WRONG_ADDRESS("the frame is not what its address says"),
    /** Not the magic of a node, or not that of the file or directory that was referred to. */
    NOT_A_NODE("not a node of what was referred to"),
    /** A version that is not read. */
    UNKNOWN_VERSION("version is not 1"),
    /** Above the highest level, or not one below its parent. */
    WRONG_LEVEL("level is not the expected one"),
    /** Reserved bytes, or bytes behind the last one in use, are not zero. */
    NOT_ZERO("unused bytes are not zero"),
    /** More entries or references than a frame holds, or none where there must be some. */
    WRONG_COUNT("count does not fit"),
    /** Lengths do not add up, or are not what the parent says. */
    WRONG_LENGTH("lengths do not add up"),
    /** An entry is cut off, or has a kind, mode or time that there is not, or that its kind has not. */
    WRONG_ENTRY("malformed entry"),
    /** A name is empty, {@code .}, {@code ..}, or has a slash or a zero in it. */
    WRONG_NAME("a name that no file can have"),
    /** Names do not ascend, or one comes twice. */
    WRONG_ORDER("names do not ascend");

    private final String sentence;

    ObjectFault(final String sentence) {
        this.sentence = sentence;
    }

    /**
     * What a person reads.
     *
     * @return a few words without a full stop.
     */
    public String sentence() {
        return sentence;
    }
}
