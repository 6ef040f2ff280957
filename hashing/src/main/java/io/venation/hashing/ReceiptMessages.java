package io.venation.hashing;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * Receipt ids and chain steps laid out as messages for a SHA3-256 of messages (lattice model §6): for kernels that have
 * no closer way. One thread; allocates nothing after construction.
 */
public final class ReceiptMessages {
    private static final byte[] ID_DOMAIN = "HOLO-RECEIPT-1".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_LENGTH = ID_DOMAIN.length + FrameKernels.RECEIPT_LENGTH;
    private static final int ID_STRIDE = 144;
    private static final int BATCH = 16;

    private static final byte[] CHAIN_DOMAIN = "HOLO-CHAIN-1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_OFFSET = CHAIN_DOMAIN.length;
    private static final int INDEX_OFFSET = HEAD_OFFSET + FrameKernels.DIGEST_LENGTH;
    private static final int LAST_ID_OFFSET = INDEX_OFFSET + Long.BYTES;
    private static final int CHAIN_LENGTH = LAST_ID_OFFSET + FrameKernels.DIGEST_LENGTH;

    private final FrameKernels kernels;
    private final MemorySegment memory = Memory.allocate((long) BATCH * ID_STRIDE + CHAIN_LENGTH);
    private final long idMessages = memory.address();
    private final long chainMessage = idMessages + (long) BATCH * ID_STRIDE;

    /**
     * Writes the constant parts of the messages.
     *
     * @param kernels whose {@link FrameKernels#sha3} does the work.
     */
    public ReceiptMessages(final FrameKernels kernels) {
        this.kernels = kernels;
        for (int i = 0; i < BATCH; i++) {
            put(ID_DOMAIN, idMessages + (long) i * ID_STRIDE);
        }
        put(CHAIN_DOMAIN, chainMessage);
    }

    /**
     * As {@link FrameKernels#receiptIds}.
     *
     * @param receipts address of the first receipt.
     * @param stride   bytes between receipt starts.
     * @param count    receipts.
     * @param ids      address for {@code count} × 32 bytes.
     */
    public void ids(final long receipts, final long stride, final int count, final long ids) {
        for (int from = 0; from < count; from += BATCH) {
            final int batch = Math.min(BATCH, count - from);
            for (int i = 0; i < batch; i++) {
                Memory.copy(
                        receipts + (from + i) * stride,
                        idMessages + (long) i * ID_STRIDE + ID_DOMAIN.length,
                        FrameKernels.RECEIPT_LENGTH);
            }
            kernels.sha3(
                    idMessages,
                    ID_STRIDE,
                    ID_LENGTH,
                    batch,
                    ids + (long) from * FrameKernels.DIGEST_LENGTH,
                    FrameKernels.DIGEST_LENGTH);
        }
        Reference.reachabilityFence(this);
    }

    /**
     * As {@link FrameKernels#receiptChain}.
     *
     * @param ids        address of {@code count} × 32 bytes.
     * @param count      ids.
     * @param firstIndex k of the first id.
     * @param head       address of 32 bytes, moved on.
     */
    public void chain(final long ids, final int count, final long firstIndex, final long head) {
        for (int i = 0; i < count; i++) {
            copyDigest(head, chainMessage + HEAD_OFFSET);
            Memory.putLong(chainMessage + INDEX_OFFSET, firstIndex + i);
            copyDigest(ids + (long) i * FrameKernels.DIGEST_LENGTH, chainMessage + LAST_ID_OFFSET);
            kernels.sha3(chainMessage, CHAIN_LENGTH, CHAIN_LENGTH, 1, head, FrameKernels.DIGEST_LENGTH);
        }
        Reference.reachabilityFence(this);
    }

    private static void put(final byte[] source, final long target) {
        for (int i = 0; i < source.length; i++) {
            Memory.putByte(target + i, source[i]);
        }
    }

    private static void copyDigest(final long source, final long target) {
        Memory.copy(source, target, FrameKernels.DIGEST_LENGTH);
    }
}
