package io.venation.link;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Variable-length fields of control messages, bounded before anything is allocated. */
final class ControlText {
    /** An SBE getter of a variable-length field. */
    interface Getter {
        int get(byte[] destination, int offset, int length);
    }

    private ControlText() {}

    static byte[] bytes(final int length, final int limit, final Getter getter) {
        requireLength(length, limit);
        final byte[] bytes = new byte[length];
        getter.get(bytes, 0, length);
        return bytes;
    }

    static void requireLength(final int length, final int limit) {
        if (length < 0 || length > limit) {
            throw new LinkException("control field of " + length + " bytes: at most " + limit + " are taken");
        }
    }

    static byte[] reason(final String reason) {
        final byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        return bytes.length > LinkProtocol.REASON_LIMIT ? Arrays.copyOf(bytes, LinkProtocol.REASON_LIMIT) : bytes;
    }
}
