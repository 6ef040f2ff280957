package io.venation.receipt;

import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Receipt ids in batches: {@code SHA3-256("HOLO-RECEIPT-1" ‖ the 128 bytes)}, one kernel call over 142-byte messages.
 *
 * <p>One thread: the kernels' own. Allocates nothing after construction.
 */
public final class ReceiptIds {
    /** Receipts of one call. */
    public static final int MAX_COUNT = 64;

    private static final byte[] DOMAIN = "HOLO-RECEIPT-1".getBytes(StandardCharsets.US_ASCII);
    private static final int MESSAGE_LENGTH = DOMAIN.length + ReceiptLayout.LENGTH;
    private static final int MESSAGE_STRIDE = 144;

    private final FrameKernels kernels;
    private final MemorySegment memory;
    private final long messages;
    private final long ids;

    /**
     * Takes kernels of the caller's thread.
     *
     * @param kernels compute SHA3-256.
     */
    public ReceiptIds(final FrameKernels kernels) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        memory = Arena.ofAuto().allocate(MAX_COUNT * (MESSAGE_STRIDE + ReceiptLayout.DIGEST_LENGTH), 64);
        messages = memory.address();
        ids = messages + MAX_COUNT * MESSAGE_STRIDE;
        for (int i = 0; i < MAX_COUNT; i++) {
            OffHeap.put(messages + i * MESSAGE_STRIDE, DOMAIN, 0, DOMAIN.length);
        }
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
        for (int i = 0; i < count; i++) {
            OffHeap.copy(
                    firstReceiptAddress + i * stride,
                    messages + i * MESSAGE_STRIDE + DOMAIN.length,
                    ReceiptLayout.LENGTH);
        }
        kernels.sha3(messages, MESSAGE_STRIDE, MESSAGE_LENGTH, count, ids, ReceiptLayout.DIGEST_LENGTH);
        Reference.reachabilityFence(memory);
        return ids;
    }
}
