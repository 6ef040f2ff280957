package io.venation.aeron;

import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.ReceiptLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames one behind the other, where they lie, with their receipts: what one gathering write takes.
 *
 * <p>A flyweight, valid inside the handler only. One thread. Allocates nothing once it has been in each term.
 */
public final class FrameBlock {
    private final FrameView[] frames;
    private final ByteBuffer[] byteBuffers;
    private int count;
    private long receipts;
    private int receiptStride;
    private long position;

    FrameBlock(final int capacity) {
        frames = new FrameView[capacity];
        byteBuffers = new ByteBuffer[capacity];
        Arrays.setAll(frames, i -> new FrameView());
    }

    void wrap(
            final UnsafeBuffer log,
            final int headerOffset,
            final int count,
            final long receipts,
            final int receiptStride,
            final long position) {
        for (int i = 0; i < count; i++) {
            frames[i].wrap(log, headerOffset + i * SealedFrameLayout.STRIDE);
        }
        this.count = count;
        this.receipts = receipts;
        this.receiptStride = receiptStride;
        this.position = position;
    }

    /**
     * Frames in the block.
     *
     * @return 1..64.
     */
    public int count() {
        return count;
    }

    /**
     * A frame of the block.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @return the frame where it lies.
     */
    public FrameView frame(final int index) {
        return frames[Objects.checkIndex(index, count)];
    }

    /**
     * All frames as byte buffers.
     *
     * @return 12,288 bytes each between position and limit, {@link #count()} of them; later elements are stale.
     */
    public ByteBuffer[] byteBuffers() {
        for (int i = 0; i < count; i++) {
            byteBuffers[i] = frames[i].byteBuffer();
        }
        return byteBuffers;
    }

    /**
     * Copies of the receipts as they were checked; in the modes that do not verify, the receipts where they lie.
     *
     * @return absolute address of the first; the next ones follow at {@link #receiptStride()}.
     */
    public long receipts() {
        return receipts;
    }

    /**
     * Bytes between receipts.
     *
     * @return 128 where frames are verified, else 12,480.
     */
    public int receiptStride() {
        return receiptStride;
    }

    /**
     * Bytes of a frame that carry data.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @return 0..12,288.
     */
    public int payloadLength(final int index) {
        return (int) OffHeap.getU64(receipts
                + (long) Objects.checkIndex(index, count) * receiptStride
                + ReceiptLayout.PAYLOAD_LENGTH_OFFSET);
    }

    /**
     * Where the block ends.
     *
     * @return stream position past the last frame, in bytes.
     */
    public long position() {
        return position;
    }
}
