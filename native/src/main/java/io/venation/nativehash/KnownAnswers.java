package io.venation.nativehash;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Answers of the selected kernels for the all-zero frame (lattice model, section 7): BLAKE3 in one call and node by node,
 * SHA3-256, both digests in one visit, and the id and chain head of its receipt. Run before anything trusts the kernels.
 */
final class KnownAnswers {
    private static final int FRAME_LENGTH = 12_288;
    private static final int CHUNKS = 12;
    private static final int DIGEST_LENGTH = 32;
    private static final int PARENT_AND_ROOT = 4 | 8;

    private static final String BLAKE3 = "819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60";
    private static final String SHA3 = "d81e93d78ee49e5510f5070123ead131699cce4f302a7573a3a68249f08c2499";
    private static final String R96 = "ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9";

    private static final int SEALED_LENGTH = 12_448;
    private static final int RECEIPT_OFFSET = 32;
    private static final int RECEIPT_LENGTH = 128;
    private static final String RECEIPT_ID = "a1471134ca4d9b01530452c5f5e227ded59bd1ddc2db0d0380fe2ca92c74483a";
    private static final String CHAIN_HEAD = "e77c847e7c95be0ef6a3e1a8556c90f9976e4e2fe3e872bb9bd2b5614235acc1";

    private static final int[] BLAKE3_IV = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
    };

    private KnownAnswers() {}

    /** Name of the first kernel whose answer is wrong, null where all are right. */
    static String firstDifference() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment segment = arena.allocate(FRAME_LENGTH, 64);
            final MemorySegment digest = arena.allocate(DIGEST_LENGTH);
            final MemorySegment second = arena.allocate(DIGEST_LENGTH);
            final long frame = segment.address();
            NativeHash.blake3Frames(frame, FRAME_LENGTH, 1, 0, digest.address(), DIGEST_LENGTH);
            if (!hex(digest).equals(BLAKE3)) {
                return "BLAKE3 of frames";
            }
            if (!hex(blake3OfNodes(arena, frame)).equals(BLAKE3)) {
                return "BLAKE3 of nodes";
            }
            NativeHash.sha3Messages(frame, FRAME_LENGTH, FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH);
            if (!hex(digest).equals(SHA3)) {
                return "SHA3-256";
            }
            NativeHash.identify(
                    0, 0, frame, FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH, second.address(), DIGEST_LENGTH);
            if (!hex(digest).equals(BLAKE3) || !hex(second).equals(R96)) {
                return "R96 digest";
            }
            final long sealed = arena.allocate(SEALED_LENGTH, 64).address();
            final MemorySegment outcome = arena.allocate(NativeHash.OUTCOME_LENGTH, Long.BYTES);
            final long payloadLength =
                    arena.allocateFrom(ValueLayout.JAVA_INT, FRAME_LENGTH).address();
            NativeHash.sealFrames(0, false, sealed, SEALED_LENGTH, 1, 0, payloadLength);
            NativeHash.verifyFrames(0, false, sealed, SEALED_LENGTH, 1, 0, outcome.address());
            if (outcome.get(ValueLayout.JAVA_LONG, 0) != 1) {
                return "sealed frame";
            }
            NativeHash.receiptIds(sealed + RECEIPT_OFFSET, RECEIPT_LENGTH, 1, digest.address());
            if (!hex(digest).equals(RECEIPT_ID)) {
                return "receipt id";
            }
            NativeHash.receiptChain(
                    digest.address(), 1, 1, second.fill((byte) 0).address());
            return hex(second).equals(CHAIN_HEAD) ? null : "receipt chain";
        }
    }

    private static MemorySegment blake3OfNodes(final Arena arena, final long frame) {
        final MemorySegment nodes = arena.allocate(CHUNKS * DIGEST_LENGTH, 4);
        final MemorySegment output = arena.allocate(2 * DIGEST_LENGTH);
        final long key = arena.allocateFrom(ValueLayout.JAVA_INT, BLAKE3_IV).address();
        final long first = nodes.address();
        NativeHash.blake3Chunks(frame, CHUNKS, 0, key, 0, first);
        NativeHash.blake3Parents(first, CHUNKS / 2, key, 0, first);
        NativeHash.blake3Parents(first, CHUNKS / 4, key, 0, first);
        // of the three nodes left the first two have a parent, whose sibling is the third
        NativeHash.blake3Parents(first, 1, key, 0, first + DIGEST_LENGTH);
        NativeHash.blake3Compress(key, first + DIGEST_LENGTH, 2 * DIGEST_LENGTH, 0, PARENT_AND_ROOT, output.address());
        return output.asSlice(0, DIGEST_LENGTH);
    }

    private static String hex(final MemorySegment digest) {
        return HexFormat.of().formatHex(digest.toArray(ValueLayout.JAVA_BYTE));
    }
}
