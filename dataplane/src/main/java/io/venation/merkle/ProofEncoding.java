package io.venation.merkle;

import io.venation.codec.MerkleProofEncoder;
import io.venation.frame.Relation;
import io.venation.receipt.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A proof as bytes, little-endian.
 *
 * <pre>
 *   +--------------------------------+  0
 *   |  position u64: index, old size |
 *   +--------------------------------+  8
 *   |  size u64                      |
 *   +--------------------------------+  16
 *   |  path, 32 bytes each: as many  |
 *   |  as position and size ask for ...
 *   +--------------------------------+
 * </pre>
 */
final class ProofEncoding {
    private static final int POSITION_OFFSET = 0;
    private static final int SIZE_OFFSET = 8;
    private static final int PATH_OFFSET = 16;
    private static final int DIGEST_LENGTH = 32;

    static {
        Relation.holds(POSITION_OFFSET == MerkleProofEncoder.positionEncodingOffset(), "POSITION_OFFSET");
        Relation.holds(SIZE_OFFSET == MerkleProofEncoder.sizeEncodingOffset(), "SIZE_OFFSET");
        Relation.holds(PATH_OFFSET == MerkleProofEncoder.BLOCK_LENGTH, "PATH_OFFSET");
    }

    private ProofEncoding() {}

    static byte[] encode(final long position, final long size, final List<Digest> path) {
        final byte[] bytes = new byte[PATH_OFFSET + path.size() * DIGEST_LENGTH];
        buffer(bytes).putLong(POSITION_OFFSET, position).putLong(SIZE_OFFSET, size);
        for (int i = 0; i < path.size(); i++) {
            path.get(i).write(bytes, PATH_OFFSET + i * DIGEST_LENGTH);
        }
        return bytes;
    }

    static long position(final byte[] bytes) {
        return buffer(checked(bytes)).getLong(POSITION_OFFSET);
    }

    static long size(final byte[] bytes) {
        return buffer(checked(bytes)).getLong(SIZE_OFFSET);
    }

    static List<Digest> path(final byte[] bytes) {
        final List<Digest> path = new ArrayList<>();
        for (int offset = PATH_OFFSET; offset < bytes.length; offset += DIGEST_LENGTH) {
            path.add(Digest.read(bytes, offset));
        }
        return path;
    }

    private static byte[] checked(final byte[] bytes) {
        if (bytes.length < PATH_OFFSET || (bytes.length - PATH_OFFSET) % DIGEST_LENGTH != 0) {
            throw new IllegalArgumentException(
                    "bytes.length=" + bytes.length + ": must be " + PATH_OFFSET + " and a multiple of 32");
        }
        return bytes;
    }

    private static ByteBuffer buffer(final byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
