package io.venation.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.Allocation;
import io.venation.TestFrames;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.Suite;
import io.venation.ring.FrameClaim;
import io.venation.ring.FrameRing;
import io.venation.ring.FrameRunHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One frame's way through this module allocates nothing once warm, whether frames are good, bad or aborted. */
class AllocationTest {
    private static final int COUNT = 4;
    private static final int STRIDE = SealedFrameLayout.STRIDE;

    static Stream<FrameKernels> kernels() {
        return TestFrames.mechanisms().stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void shouldAllocateNothingWhileSealingVerifyingAndChaining(final FrameKernels kernels) {
        final Suite suite = new Suite(R96Rule.MOD96, AddressHash.BLAKE3);
        final FrameSealer sealer = new FrameSealer(kernels, suite, true);
        final FrameVerifier verifier = new FrameVerifier(kernels, suite);
        final ReceiptChain chain = new ReceiptChain(kernels);
        final byte[] head = new byte[32];
        final int[] payloadLengths = {LatticeFrame.LENGTH, 0, 5_000, 12_287};
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate((long) COUNT * STRIDE, 64);
            final long address = memory.address();
            final long lastAddress = address + (COUNT - 1) * STRIDE;
            Allocation.assertNone(() -> {
                sealer.seal(address, STRIDE, COUNT, 768, payloadLengths);
                assertEquals(0b1111, verifier.verify(address, STRIDE, COUNT, 768, true));
                chain.append(address + SealedFrameLayout.RECEIPT_OFFSET, STRIDE, COUNT);
                chain.head(head, 0);
                OffHeap.putU8(lastAddress + SealedFrameLayout.FRAME_OFFSET, 1);
                OffHeap.putU8(address, 2);
                assertEquals(0b0110, verifier.verify(address, STRIDE, COUNT, FrameVerifier.ANY_SEQUENCE, true));
                OffHeap.putU8(lastAddress + SealedFrameLayout.FRAME_OFFSET, 0);
            });
        }
    }

    @Test
    void shouldAllocateNothingInTheRing() {
        final FrameRing ring = new FrameRing(FrameRing.MIN_CAPACITY);
        final FrameClaim claim = new FrameClaim(16);
        final long[] polled = {0};
        final FrameRunHandler handler = (address, stride, count) -> polled[0] += count;
        Allocation.assertNone(() -> {
            assertEquals(5, ring.tryClaim(claim, 5));
            claim.abort(2);
            claim.commit();
            assertEquals(4, ring.poll(handler, 64));
        });
        assertEquals(0, polled[0] % 4);
    }
}
