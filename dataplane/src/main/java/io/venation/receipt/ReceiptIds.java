package io.venation.receipt;

import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Receipt ids in batches: {@code SHA3-256("HOLO-RECEIPT-1" ‖ the 128 bytes)}, one kernel call.
 *
 * <p>One thread: the kernels' own. Allocates nothing after construction.
 */
public final class ReceiptIds {
    /** Receipts of one call. */
    public static final int MAX_COUNT = 64;

    private final FrameKernels kernels;
    private final MemorySegment memory;
    private final long ids;

    /**
     * Takes kernels of the caller's thread.
     *
     * @param kernels compute SHA3-256.
     */
    public ReceiptIds(final FrameKernels kernels) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        memory = Arena.ofAuto().allocate(MAX_COUNT * (long) ReceiptLayout.DIGEST_LENGTH, 64);
        ids = memory.address();
    }

    /**
     * Computes the ids of receipts.
     *
     * @param firstReceiptAddress absolute address of the first receipt.
     * @param stride              bytes between receipt starts.
     * @param count               receipts, 0..{@link #MAX_COUNT}.
     * @return absolute address of the ids, 32 bytes each and contiguous; valid until the next call and as long as this
     *     object is reachable.
     * @throws IllegalArgumentException where {@code count} is out of range.
     */
    public long compute(final long firstReceiptAddress, final long stride, final int count) {
        if (count < 0 || count > MAX_COUNT) {
            throw new IllegalArgumentException("count=" + count + " not in 0.." + MAX_COUNT);
        }
        kernels.receiptIds(firstReceiptAddress, stride, count, ids);
        Reference.reachabilityFence(memory);
        return ids;
    }
}
