package io.venation.aeron;

import io.aeron.ExclusivePublication;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.link.Turns;
import io.venation.receipt.Suite;
import java.io.IOException;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/** A plane with the shortest terms, and frames sealed by hand for publications that are none of ours. */
final class TestStream implements AutoCloseable {
    /** A frame in one message, and a frame in nine. */
    static final String WHOLE = "aeron:ipc";

    static final String FRAGMENTING = "aeron:ipc?mtu=1440";

    static final int TERM_LENGTH = 512 * 1024;
    private static final FrameSealer SEALER = new FrameSealer(Kernels.select(), Suite.DEFAULT, false);

    final LatticePlane plane;
    private static int streamCount;
    final int streamId = ++streamCount;

    TestStream() throws IOException {
        this(new LatticePlane.Context());
    }

    TestStream(final LatticePlane.Context context) throws IOException {
        plane = LatticePlane.launch(context.termLength(TERM_LENGTH));
    }

    FrameSubscription subscribe(final String channel) {
        return plane.addSubscription(channel, streamId);
    }

    FramePublication publish(final String channel) throws Exception {
        final FramePublication publication = plane.addPublication(channel, streamId);
        Turns.until(publication::isConnected);
        return publication;
    }

    /** A publication on the stream that may say anything. */
    ExclusivePublication foreign(final String channel) throws Exception {
        final ExclusivePublication publication =
                plane.aeron().addExclusivePublication(plane.context().publicationChannel(channel), streamId);
        Turns.until(publication::isConnected);
        return publication;
    }

    static void offer(final ExclusivePublication publication, final UnsafeBuffer message) throws Exception {
        Turns.until(() -> publication.offer(message) > 0);
    }

    /** A sealed frame whose first eight bytes are a value. */
    static UnsafeBuffer sealed(final long value, final long sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
        buffer.putLong(SealedFrameLayout.FRAME_OFFSET, value);
        SEALER.seal(buffer.addressOffset(), SealedFrameLayout.LENGTH, 1, sequence, new int[] {Long.BYTES});
        return buffer;
    }

    /** A sealed frame full of bytes from elsewhere. */
    static UnsafeBuffer sealed(final UnsafeBuffer source, final int offset, final long sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
        buffer.putBytes(SealedFrameLayout.FRAME_OFFSET, source, offset, LatticeFrame.LENGTH);
        SEALER.seal(buffer.addressOffset(), SealedFrameLayout.LENGTH, 1, sequence, new int[] {LatticeFrame.LENGTH});
        return buffer;
    }

    static UnsafeBuffer flipped(final UnsafeBuffer buffer, final int offset) {
        buffer.putByte(offset, (byte) ~buffer.getByte(offset));
        return buffer;
    }

    @Override
    public void close() {
        CloseHelper.quietClose(plane);
    }
}
