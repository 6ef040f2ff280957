package io.venation.cli;

import io.venation.frame.OffHeap;
import java.util.HexFormat;

/** Keys of trees, which are any bytes, as text. */
final class TreeKeys {
    private TreeKeys() {}

    static byte[] read(final long key, final int keyLength) {
        final byte[] bytes = new byte[keyLength];
        OffHeap.get(key, bytes, 0, keyLength);
        return bytes;
    }

    /** One line of ASCII, different for different keys: what is not printable is {@code \xHH}, a backslash {@code \\}. */
    static String printable(final byte[] key) {
        final StringBuilder text = new StringBuilder(key.length);
        for (final byte b : key) {
            if (b == '\\') {
                text.append("\\\\");
            } else if (b >= ' ' && b <= '~') {
                text.append((char) b);
            } else {
                text.append("\\x").append(HexFormat.of().toHexDigits(b));
            }
        }
        return text.toString();
    }

    static String hex(final byte[] key) {
        return HexFormat.of().formatHex(key);
    }
}
