package io.venation.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C over what holds its own checksum. */
final class Checksums {
    private static final byte[] ZERO = new byte[Integer.BYTES];

    private Checksums() {}

    /** CRC32C from 0 to the limit as if the four bytes at an offset were zero; moves nothing. */
    static int of(final ByteBuffer bytes, final int checksumOffset) {
        return of(new CRC32C(), bytes, 0, bytes.limit(), checksumOffset);
    }

    /** The same over a part, with a checksum object to use again; leaves position 0 and the limit as it was. */
    static int of(final CRC32C crc, final ByteBuffer bytes, final int from, final int to, final int checksumOffset) {
        final int limit = bytes.limit();
        crc.reset();
        bytes.limit(from + checksumOffset).position(from);
        crc.update(bytes);
        crc.update(ZERO, 0, ZERO.length);
        bytes.limit(to).position(from + checksumOffset + Integer.BYTES);
        crc.update(bytes);
        bytes.limit(limit).position(0);
        return (int) crc.getValue();
    }
}
