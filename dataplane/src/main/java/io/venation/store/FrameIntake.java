package io.venation.store;

import io.venation.flow.ReceiptRules;
import io.venation.frame.C768Schedule;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The frames of one put that are not there yet, and their receipts. Frames stay where they lie, in the caller's memory,
 * and are written to a file from there.
 *
 * <p>One thread. Allocates nothing itself, as long as puts come from the same GiB of memory; see {@link MappedFrameStore}.
 */
final class FrameIntake {
    private static final int WINDOW_LENGTH = 1 << 30;

    private final FrameKernels kernels;
    private final Suite suite;
    private final long receipts;
    private final long histograms;
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();
    private final long[] frames = new long[FrameStore.MAX_COUNT];
    private final ByteBuffer[] windows = new ByteBuffer[FrameStore.MAX_COUNT];
    private final long[] windowAddresses = new long[FrameStore.MAX_COUNT];
    private int count;

    FrameIntake(final FrameKernels kernels, final Suite suite, final Arena arena) {
        this.kernels = kernels;
        this.suite = suite;
        receipts = arena.allocate((long) FrameStore.MAX_COUNT * ReceiptLayout.LENGTH, Long.BYTES)
                .address();
        histograms = arena.allocate((long) FrameStore.MAX_COUNT * FrameKernels.HISTOGRAM_LENGTH, Long.BYTES)
                .address();
    }

    /** Takes the frames of a mask with the receipts that they have. */
    void take(final long first, final long stride, final long mask, final long keys, final long givenReceipts) {
        count = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            OffHeap.copy(givenReceipts + (long) i * ReceiptLayout.LENGTH, receipt(count), ReceiptLayout.LENGTH);
            add(first + i * stride, keys + (long) i * Keys.LENGTH);
        }
    }

    /** Takes the frames of a mask and makes their receipts, the first of them with this sequence. */
    void seal(final long first, final long stride, final long mask, final long keys, final long sequence) {
        count = 0;
        for (long rest = mask; rest != 0; ) {
            final int from = Long.numberOfTrailingZeros(rest);
            final int run = Long.numberOfTrailingZeros(~(rest >>> from));
            kernels.r96Histograms(
                    suite.rule(),
                    first + from * stride,
                    stride,
                    run,
                    histograms + (long) count * FrameKernels.HISTOGRAM_LENGTH);
            for (int i = from; i < from + run; i++) {
                ReceiptRules.write(
                        receipt.wrap(receipt(count)),
                        suite.toByte(),
                        (sequence + count) % (C768Schedule.MAX_COUNTER + 1),
                        LatticeFrame.LENGTH);
                add(first + i * stride, keys + (long) i * Keys.LENGTH);
            }
            rest &= ~(-1L >>> Long.SIZE - run << from);
        }
        kernels.sha3(
                histograms,
                FrameKernels.HISTOGRAM_LENGTH,
                FrameKernels.HISTOGRAM_LENGTH,
                count,
                receipts + ReceiptLayout.R96_DIGEST_OFFSET,
                ReceiptLayout.LENGTH);
    }

    private void add(final long frame, final long key) {
        Keys.copy(key, receipt(count) + ReceiptLayout.CONTENT_ADDRESS_OFFSET);
        frames[count++] = frame;
    }

    int count() {
        return count;
    }

    /** Address of a frame's receipt; it names the frame's key. */
    long receipt(final int index) {
        return receipts + (long) index * ReceiptLayout.LENGTH;
    }

    boolean isZero(final int index) {
        return OffHeap.isZero(frames[index], LatticeFrame.LENGTH);
    }

    /** Writes frames one after the other, those that lie side by side at once. */
    void write(final FileChannel channel, final long offset, final int from, final int to) throws IOException {
        int buffers = 0;
        for (int i = from, end; i < to; i = end) {
            end = i + 1;
            while (end < to && frames[end] == frames[end - 1] + LatticeFrame.LENGTH) {
                end++;
            }
            window(buffers++, frames[i], (end - i) * LatticeFrame.LENGTH);
        }
        if (buffers == 1) {
            StoreFiles.write(channel, windows[0], offset);
            return;
        }
        channel.position(offset);
        while (windows[buffers - 1].hasRemaining()) {
            channel.write(windows, 0, buffers);
        }
    }

    private void window(final int index, final long address, final int length) {
        long base = windowAddresses[index];
        if (windows[index] == null || address < base || address + length > base + WINDOW_LENGTH) {
            base = address & -(WINDOW_LENGTH / 2L);
            windows[index] = OffHeap.buffer(base, WINDOW_LENGTH);
            windowAddresses[index] = base;
        }
        final int position = (int) (address - base);
        windows[index].limit(position + length).position(position);
    }
}
