package io.venation.bench;

import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Frames of random bytes in memory, no two of them alike, with their content addresses and receipts, and an order to ask for them. */
final class StoreFrames implements AutoCloseable {
    static final int KEY_LENGTH = FrameKernels.DIGEST_LENGTH;
    /** So that one buffer can have them all. */
    static final int MAX_COUNT = Integer.MAX_VALUE / LatticeFrame.LENGTH;

    private static final int CACHE_LINE_LENGTH = 64;

    private final Arena arena = Arena.ofShared();
    private final int count;
    private final MemorySegment frames;
    private final MemorySegment keys;
    private final MemorySegment receipts;
    private final int[] order;

    StoreFrames(final int count, final FrameKernels kernels) {
        this.count = count;
        frames = arena.allocate((long) count * LatticeFrame.LENGTH, CACHE_LINE_LENGTH);
        keys = arena.allocate((long) count * KEY_LENGTH, Long.BYTES);
        receipts = arena.allocate((long) count * ReceiptLayout.LENGTH, Long.BYTES);
        final SplittableRandom random = new SplittableRandom(12_288);
        for (long i = 0; i < frames.byteSize(); i += Long.BYTES) {
            frames.set(ValueLayout.JAVA_LONG_UNALIGNED, i, random.nextLong());
        }
        order = new int[count];
        Arrays.setAll(order, i -> i);
        for (int i = count - 1; i > 0; i--) {
            final int other = random.nextInt(i + 1);
            final int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        seal(new FrameSealer(kernels, Suite.DEFAULT, false));
    }

    private void seal(final FrameSealer sealer) {
        final int[] lengths = {LatticeFrame.LENGTH};
        try (Arena confined = Arena.ofConfined()) {
            final long sealed =
                    confined.allocate(SealedFrameLayout.LENGTH, Long.BYTES).address();
            for (int i = 0; i < count; i++) {
                OffHeap.copy(frame(i), sealed + SealedFrameLayout.FRAME_OFFSET, LatticeFrame.LENGTH);
                sealer.seal(sealed, SealedFrameLayout.LENGTH, 1, i, lengths);
                OffHeap.copy(sealed + SealedFrameLayout.RECEIPT_OFFSET, receipt(i), ReceiptLayout.LENGTH);
                OffHeap.copy(receipt(i) + ReceiptLayout.CONTENT_ADDRESS_OFFSET, key(i), KEY_LENGTH);
            }
        }
    }

    int count() {
        return count;
    }

    long frame(final int index) {
        return frames.address() + (long) index * LatticeFrame.LENGTH;
    }

    long key(final int index) {
        return keys.address() + (long) index * KEY_LENGTH;
    }

    long receipt(final int index) {
        return receipts.address() + (long) index * ReceiptLayout.LENGTH;
    }

    /** The frame to ask for at a step: each once, in an order that has nothing to do with that of the puts. */
    int at(final int step) {
        return order[step];
    }

    /** All frames, for those who take buffers. */
    ByteBuffer frameBuffer() {
        return frames.asByteBuffer();
    }

    /** All addresses, for those who take buffers. */
    ByteBuffer keyBuffer() {
        return keys.asByteBuffer();
    }

    @Override
    public void close() {
        arena.close();
    }
}
