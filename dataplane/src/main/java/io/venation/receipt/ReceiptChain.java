package io.venation.receipt;

import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * The chain over the receipts of a transfer, in sequence order from 0:
 * {@code c_k = SHA3-256("HOLO-CHAIN-1" ‖ c_{k−1} ‖ k u64 ‖ receipt id_k)}, {@code c_0} = 32 zero bytes, k = sequence + 1.
 *
 * <p>Ids are hashed in batches, the chain step is one Keccak permutation and serial. Both ends compute it; it never
 * travels with frames. One thread: the kernels' own. Allocates nothing after construction, {@link #head()} excepted.
 */
public final class ReceiptChain {
    private final FrameKernels kernels;
    private final ReceiptIds receiptIds;
    private final MemorySegment memory;
    private final long head;
    private long length;

    /**
     * An empty chain.
     *
     * @param kernels compute SHA3-256; of the caller's thread.
     */
    public ReceiptChain(final FrameKernels kernels) {
        this.kernels = kernels;
        receiptIds = new ReceiptIds(kernels);
        memory = Arena.ofAuto().allocate(ReceiptLayout.DIGEST_LENGTH, 64);
        head = memory.address();
    }

    /**
     * Appends receipts in the order they stand.
     *
     * @param firstReceiptAddress absolute address of the first receipt.
     * @param stride              bytes between receipt starts.
     * @param count               receipts, ≥ 0.
     * @throws IllegalArgumentException where {@code count} is negative.
     */
    public void append(final long firstReceiptAddress, final long stride, final int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count=" + count + " not ≥ 0");
        }
        for (int from = 0; from < count; from += ReceiptIds.MAX_COUNT) {
            final int batch = Math.min(ReceiptIds.MAX_COUNT, count - from);
            appendIds(receiptIds.compute(firstReceiptAddress + from * stride, stride, batch), batch);
        }
    }

    /**
     * Appends receipts whose ids are known already.
     *
     * @param ids   absolute address of the ids, 32 bytes each and contiguous.
     * @param count ids, ≥ 0.
     */
    public void appendIds(final long ids, final int count) {
        kernels.receiptChain(ids, count, length + 1, head);
        length += count;
        Reference.reachabilityFence(memory);
    }

    /**
     * How many receipts the head covers.
     *
     * @return k, ≥ 0; also the sequence that the next receipt must bear.
     */
    public long length() {
        return length;
    }

    /**
     * Copies the head.
     *
     * @param out    receives 32 bytes.
     * @param offset first index written, 0 ≤ offset ≤ out.length − 32.
     */
    public void head(final byte[] out, final int offset) {
        OffHeap.get(head, out, offset, ReceiptLayout.DIGEST_LENGTH);
        Reference.reachabilityFence(memory);
    }

    /**
     * The head; for cold use, it allocates.
     *
     * @return 32 bytes.
     */
    public byte[] head() {
        final byte[] out = new byte[ReceiptLayout.DIGEST_LENGTH];
        head(out, 0);
        return out;
    }
}
