package io.venation.link;

/** Numbers that both ends of a link agree on. */
final class LinkProtocol {
    /** Version of the control messages' meaning; another one is refused by name. */
    static final int VERSION = 2;
    /** Stream of sealed frames. */
    static final int FRAME_STREAM_ID = 12_288;
    /** Stream of control messages. */
    static final int CONTROL_STREAM_ID = 12_289;
    /** Stream of questions to a served store. */
    static final int PEER_STREAM_ID = 12_290;

    /** Longest path or link text, in bytes (Linux PATH_MAX). */
    static final int PATH_LIMIT = 4_096;
    /** Longest control message: two paths, fixed fields, digest. */
    static final int MESSAGE_LIMIT = 2 * PATH_LIMIT + 512;
    /** Longest reason that travels. */
    static final int REASON_LIMIT = 4_096;

    /** {@code Hello.rootKind}: the source is a directory. */
    static final short ROOT_DIRECTORY = 0;
    /** {@code Hello.rootKind}: the source is one file. */
    static final short ROOT_FILE = 1;
    /** {@code Hello.rootKind}: the source is an object of a store. */
    static final short ROOT_OBJECT = 2;

    /** {@code Welcome.wants}: the receiver keeps files. */
    static final short WANTS_FILES = 0;
    /** {@code Welcome.wants}: the receiver keeps the frames of an object. */
    static final short WANTS_OBJECT = 1;

    /** Most frames of one Offer. */
    static final int OFFER_LIMIT = 128;

    /** Version of the meaning of a peer's questions and their answers; another one is refused by name. */
    static final int PEER_VERSION = 1;
    /** Most frames of one question. */
    static final int FRAMES_LIMIT = 64;
    /** Bytes of a content address. */
    static final int KEY_LENGTH = 32;
    /** Most roots of one answer. */
    static final int ROOTS_LIMIT = 256;
    /** Most bytes of a reconciliation message that travel in one control message. */
    static final int PART_LIMIT = 8_192;
    /** Most changes of one answer. */
    static final int CHANGES_LIMIT = 160;
    /** Most roots of one answer that says how often they are pinned. */
    static final int LOG_ROOTS_LIMIT = 200;
    /** Longest text of a position in a log. */
    static final int POSITION_LIMIT = 96;

    private LinkProtocol() {}
}
