package io.venation.object;

import io.venation.receipt.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;

/** The root of a file as the package says it, step by step, with another library's BLAKE3. */
final class ObjectReference {
    private static final int FRAME = 12_288;

    private final long[] gear = new long[256];

    private record Child(byte[] key, long length) {}

    ObjectReference() {
        final byte[] table = new byte[2_048];
        final Blake3Digest blake3 = new Blake3Digest();
        final String context = "io.venation.object 2026-11 gear table";
        blake3.init(Blake3Parameters.context(context.getBytes(StandardCharsets.US_ASCII)));
        blake3.doFinal(table, 0, table.length);
        ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(gear);
    }

    Digest root(final byte[] bytes) {
        if (bytes.length <= FRAME - 16) {
            return Digest.read(address(node(0, 0, bytes.length, bytes)), 0);
        }
        List<Child> children = new ArrayList<>();
        for (int start = 0; start < bytes.length; ) {
            final int length = nextCut(bytes, start);
            final byte[] frame = Arrays.copyOf(Arrays.copyOfRange(bytes, start, start + length), FRAME);
            children.add(new Child(address(frame), length));
            start += length;
        }
        for (int level = 1; level == 1 || children.size() > 1; level++) {
            children = nodes(level, children);
        }
        return Digest.read(children.getFirst().key, 0);
    }

    private List<Child> nodes(final int level, final List<Child> children) {
        final List<Child> nodes = new ArrayList<>();
        ByteBuffer body = ByteBuffer.allocate(FRAME).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        long length = 0;
        for (int i = 0; i < children.size(); i++) {
            final Child child = children.get(i);
            length += child.length;
            body.put(child.key).putLong(length);
            count++;
            final boolean endsNode = (child.key[0] & 255) == 0 && (child.key[1] & 1) == 0;
            if (count == 306 || count > 64 && endsNode || i == children.size() - 1) {
                nodes.add(new Child(address(node(level, count, length, body.array())), length));
                body = ByteBuffer.allocate(FRAME).order(ByteOrder.LITTLE_ENDIAN);
                count = 0;
                length = 0;
            }
        }
        return nodes;
    }

    private static byte[] node(final int level, final int count, final long length, final byte[] body) {
        final ByteBuffer node = ByteBuffer.allocate(FRAME).order(ByteOrder.LITTLE_ENDIAN);
        node.put((byte) 'V')
                .put((byte) 'F')
                .put((byte) 1)
                .put((byte) level)
                .putShort((short) count)
                .putShort((short) 0);
        return node.putLong(length)
                .put(body, 0, Math.min(body.length, FRAME - 16))
                .array();
    }

    /** Each position by itself: the hash of the 64 bytes before it. */
    int nextCut(final byte[] bytes, final int start) {
        final int limit = Math.min(bytes.length - start, FRAME);
        for (int length = 6_144; length < limit; length++) {
            long hash = 0;
            for (int i = 0; i < 64; i++) {
                hash += gear[bytes[start + length - 1 - i] & 255] << i;
            }
            if (hash >>> 50 == 0) {
                return length;
            }
        }
        return limit;
    }

    private static byte[] address(final byte[] frame) {
        final Blake3Digest blake3 = new Blake3Digest(256);
        blake3.update(frame, 0, frame.length);
        final byte[] address = new byte[32];
        blake3.doFinal(address, 0);
        return address;
    }
}
