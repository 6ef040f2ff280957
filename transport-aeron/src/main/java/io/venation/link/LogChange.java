package io.venation.link;

import io.venation.receipt.Digest;

/**
 * A change of a served store, on its way to who follows it.
 *
 * @param kind     what has changed.
 * @param sequence of its record, ≥ 0.
 * @param checksum of the record before, as in {@code LogPosition}.
 * @param isRoot   of a pin and an unpin: whether the frame is a root at the log's end.
 * @param key      content address; zeros where none is meant.
 */
record LogChange(Kind kind, long sequence, long checksum, boolean isRoot, Digest key) {
    static final Digest NO_KEY = new Digest(0, 0, 0, 0);

    /** As numbered on the wire. */
    enum Kind {
        PUT,
        PIN,
        UNPIN,
        FREE,
        QUARANTINE,
        ROOTS_UNKNOWN,
        ROOTS_KNOWN;

        private static final Kind[] ALL = values();

        static Kind of(final int code) {
            if (code >= ALL.length) {
                throw new LinkException("change of unknown kind " + code);
            }
            return ALL[code];
        }

        /** Whether it says that a frame is a root, or less of one. */
        boolean isOfRoot() {
            return this == PIN || this == UNPIN;
        }
    }

    LogChange withRoot(final boolean isRootAtEnd) {
        return new LogChange(kind, sequence, checksum, isRootAtEnd, key);
    }
}
