package io.venation.flow;

import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** The example of the README: sixteen frames are sealed, verified and chained in place. */
final class EmbeddingExample {
    private EmbeddingExample() {}

    static String run() {
        // begin
        final int count = 16;
        final int stride = 12_480; // sealed frames as they stand in an Aeron term
        final int[] payloadLengths = new int[count];
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate((long) count * stride, 64);
            final FrameKernels kernels = Kernels.select(); // one per thread: native, Vector API or scalar
            for (int i = 0; i < count; i++) {
                final long payloadOffset = (long) i * stride + SealedFrameLayout.FRAME_OFFSET;
                memory.setString(payloadOffset, "frame " + i);
                payloadLengths[i] = 8;
            }
            new FrameSealer(kernels, Suite.DEFAULT, false).seal(memory.address(), stride, count, 0, payloadLengths);

            final FrameVerifier verifier = new FrameVerifier(kernels, Suite.DEFAULT);
            final long good = verifier.verify(memory.address(), stride, count, 0, false); // bit i: frame i is intact
            final ReceiptChain chain = new ReceiptChain(kernels);
            chain.append(verifier.receipts(), 128, count);
            return Long.bitCount(good) + " verified, chain head "
                    + HexFormat.of().formatHex(chain.head());
        }
        // end
    }
}
