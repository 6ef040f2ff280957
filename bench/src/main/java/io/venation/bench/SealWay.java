package io.venation.bench;

import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** No way at all: the sending thread is idle, the receiving one seals a batch in its cache. What the others can hope for. */
final class SealWay implements FrameWay {
    private static final int BATCH = 16;

    private final UnsafeBuffer frames =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(BATCH * SealedFrameLayout.STRIDE, 64));
    private final FrameSealer sealer = new FrameSealer(Kernels.select(), Suite.DEFAULT, false);
    private final int[] payloadLengths = new int[BATCH];

    SealWay() {
        final FrameSource source = new FrameSource();
        for (int i = 0; i < BATCH; i++) {
            source.fill(
                    frames,
                    i * SealedFrameLayout.STRIDE + SealedFrameLayout.HEADER_LENGTH + SealedFrameLayout.FRAME_OFFSET);
        }
        Arrays.fill(payloadLengths, LatticeFrame.LENGTH);
    }

    @Override
    public int send() {
        return 0;
    }

    @Override
    public int receive() {
        final long first = frames.addressOffset() + SealedFrameLayout.HEADER_LENGTH;
        sealer.seal(first, SealedFrameLayout.STRIDE, BATCH, 0, payloadLengths);
        return BATCH;
    }

    @Override
    public void close() {}
}
