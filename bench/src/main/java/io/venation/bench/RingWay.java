package io.venation.bench;

import io.venation.cli.CommandFailure;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import io.venation.ring.FrameClaim;
import io.venation.ring.FrameRing;
import io.venation.ring.FrameRunHandler;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames through a ring in memory: copied in and read; or copied in, sealed and verified. */
final class RingWay implements FrameWay, FrameRunHandler {
    private static final int CAPACITY = 1 << 20;
    private static final int BATCH = 16;

    private final boolean isSealed;
    private final FrameRing ring = new FrameRing(CAPACITY);
    private final FrameClaim claim = new FrameClaim(BATCH);
    private final FrameSealer sealer = new FrameSealer(Kernels.select(), Suite.DEFAULT, false);
    private final FrameVerifier verifier = new FrameVerifier(Kernels.select(), Suite.DEFAULT);
    private final int[] payloadLengths = new int[BATCH];
    private final FrameSource source = new FrameSource();
    private final FrameSource sink = new FrameSource();
    private final UnsafeBuffer written = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer read = new UnsafeBuffer(0, 0);
    private long sentCount;
    private long receivedCount;

    RingWay(final boolean isSealed) {
        this.isSealed = isSealed;
        Arrays.fill(payloadLengths, LatticeFrame.LENGTH);
    }

    @Override
    public int send() {
        final int count = (int) ring.tryClaim(claim, BATCH);
        if (count <= 0) {
            return 0;
        }
        for (int i = 0; i < count; i++) {
            written.wrap(claim.address(i) + SealedFrameLayout.FRAME_OFFSET, LatticeFrame.LENGTH);
            source.fill(written, 0);
        }
        if (isSealed) {
            for (int i = 0; i < count; i += claim.runLength(i)) {
                sealer.seal(
                        claim.address(i), SealedFrameLayout.STRIDE, claim.runLength(i), sentCount + i, payloadLengths);
            }
        }
        claim.commit();
        sentCount += count;
        return count;
    }

    @Override
    public int receive() {
        return (int) ring.poll(this, BATCH);
    }

    @Override
    public void onFrames(final long address, final long stride, final int count) {
        if (!isSealed) {
            for (int i = 0; i < count; i++) {
                read.wrap(address + i * stride, SealedFrameLayout.LENGTH);
                sink.read(read, 0, SealedFrameLayout.LENGTH);
            }
        } else if (verifier.verify(address, stride, count, receivedCount, false) != -1L >>> -count) {
            throw new CommandFailure("frame " + receivedCount + " and those after it do not verify");
        }
        receivedCount += count;
    }

    @Override
    public void close() {
        ring.close();
    }
}
