package io.venation.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.venation.ReferenceKernels;
import io.venation.TestFrames;
import io.venation.frame.C768Schedule;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seal, then verify: over counts, strides, alignments, payload lengths, suites and mechanisms. */
class SealAndVerifyTest {
    private static final int[] EDGES = {0, 1, 63, 64, 65, 1_023, 1_024, 12_223, 12_224, 12_287, 12_288};

    static Stream<FrameKernels> kernels() {
        return TestFrames.allKernels().stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void shouldVerifyEverythingThatWasSealed(final FrameKernels kernels) {
        final long seed = 12_448;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int count = 1; count <= FrameVerifier.MAX_COUNT; count += count < 20 ? 1 : 11) {
            roundTrip(kernels, random, count, "seed=" + seed + " count=" + count + " kernels=" + kernels);
        }
    }

    private static void roundTrip(
            final FrameKernels kernels, final SplittableRandom random, final int count, final String message) {
        final Suite suite = new Suite(R96Rule.values()[random.nextInt(3)], AddressHash.values()[random.nextInt(2)]);
        final boolean onLink = random.nextBoolean();
        final int stride = SealedFrameLayout.LENGTH + (random.nextBoolean() ? 32 : random.nextInt(100));
        final int misalignment = random.nextInt(64);
        final long firstSequence = random.nextBoolean() ? 0 : random.nextLong(C768Schedule.MAX_COUNTER - count);
        final byte[] before = new byte[misalignment + count * stride];
        random.nextBytes(before);
        final int[] payloadLengths = new int[count];
        for (int i = 0; i < count; i++) {
            payloadLengths[i] =
                    random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(LatticeFrame.LENGTH);
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(before.length, 64);
            memory.copyFrom(MemorySegment.ofArray(before));
            final long address = memory.address() + misalignment;
            new FrameSealer(kernels, suite, onLink).seal(address, stride, count, firstSequence, payloadLengths);
            assertSurroundingsUntouched(memory, before, misalignment, stride, payloadLengths, message);

            final FrameVerifier verifier = new FrameVerifier(kernels, suite);
            final long all = -1L >>> 64 - count;
            assertEquals(all, verifier.verify(address, stride, count, firstSequence, onLink), message);
            final MemorySegment receipts =
                    MemorySegment.ofAddress(verifier.receipts()).reinterpret(64L * ReceiptLayout.LENGTH);
            final MemorySegment addresses =
                    MemorySegment.ofAddress(verifier.addresses()).reinterpret(64L * ReceiptLayout.DIGEST_LENGTH);
            for (int i = 0; i < count; i++) {
                assertEquals(RejectReason.NONE, verifier.reason(i), message);
                assertEquals(payloadLengths[i], verifier.payloadLength(i), message);
                final long receiptOffset = misalignment + (long) i * stride + SealedFrameLayout.RECEIPT_OFFSET;
                final String receipt = TestFrames.hex(memory, receiptOffset, ReceiptLayout.LENGTH);
                assertEquals(
                        receipt,
                        TestFrames.hex(receipts, (long) i * ReceiptLayout.LENGTH, ReceiptLayout.LENGTH),
                        message);
                assertEquals(
                        receipt.substring(128, 192),
                        TestFrames.hex(addresses, (long) i * ReceiptLayout.DIGEST_LENGTH, ReceiptLayout.DIGEST_LENGTH),
                        message);
            }
            assertEquals(all, verifier.verify(address, stride, count, FrameVerifier.ANY_SEQUENCE, onLink), message);

            final FrameVerifier reference = new FrameVerifier(new ReferenceKernels(), suite);
            assertEquals(all, reference.verify(address, stride, count, firstSequence, onLink), message);

            assertEquals(0, verifier.verify(address, stride, count, firstSequence + 1, onLink), message);
            assertEquals(RejectReason.SEQUENCE, verifier.reason(0), message);
            if (firstSequence > 0) {
                assertEquals(0, verifier.verify(address, stride, count, firstSequence, !onLink), message);
                assertEquals(RejectReason.LINK_SEQUENCE, verifier.reason(0), message);
            }
        }
    }

    /** The payload and what lies between sealed frames are the caller's: sealing must not write there. */
    private static void assertSurroundingsUntouched(
            final MemorySegment memory,
            final byte[] before,
            final int misalignment,
            final int stride,
            final int[] payloadLengths,
            final String message) {
        final MemorySegment expected = MemorySegment.ofArray(before);
        assertEquals(-1, MemorySegment.mismatch(memory, 0, misalignment, expected, 0, misalignment), message);
        for (int i = 0; i < payloadLengths.length; i++) {
            final int start = misalignment + i * stride;
            final int payload = start + SealedFrameLayout.FRAME_OFFSET;
            final int payloadEnd = payload + payloadLengths[i];
            assertEquals(
                    -1, MemorySegment.mismatch(memory, payload, payloadEnd, expected, payload, payloadEnd), message);
            final int end = start + SealedFrameLayout.LENGTH;
            final int next = start + stride;
            assertEquals(-1, MemorySegment.mismatch(memory, end, next, expected, end, next), message);
        }
    }

    @Test
    void shouldSealNothingWhereThereIsNothing() {
        final FrameKernels kernels = new ReferenceKernels();
        new FrameSealer(kernels, Suite.DEFAULT, false).seal(0, SealedFrameLayout.LENGTH, 0, 0, new int[0]);
        final FrameVerifier verifier = new FrameVerifier(kernels, Suite.DEFAULT);
        assertEquals(0, verifier.verify(0, SealedFrameLayout.LENGTH, 0, 0, false));
    }

    @Test
    void shouldNameArgumentsOutOfRange() {
        final FrameKernels kernels = new ReferenceKernels();
        final FrameSealer sealer = new FrameSealer(kernels, Suite.DEFAULT, false);
        final int stride = SealedFrameLayout.LENGTH;
        final long max = C768Schedule.MAX_COUNTER;
        assertMisuse("stride=12447 not ≥ 12448", () -> sealer.seal(0, stride - 1, 1, 0, new int[1]));
        assertMisuse("count=-1 not in 0..1", () -> sealer.seal(0, stride, -1, 0, new int[1]));
        assertMisuse("count=2 not in 0..1", () -> sealer.seal(0, stride, 2, 0, new int[1]));
        assertMisuse("firstSequence=-1 not in 0.." + (max - 1), () -> sealer.seal(0, stride, 2, -1, new int[2]));
        assertMisuse(
                "firstSequence=" + max + " not in 0.." + (max - 1), () -> sealer.seal(0, stride, 2, max, new int[2]));
        assertMisuse(
                "payloadLengths[1]=12289 not in 0..12288", () -> sealer.seal(0, stride, 2, 0, new int[] {0, 12_289}));
        assertMisuse("payloadLengths[0]=-1 not in 0..12288", () -> sealer.seal(0, stride, 1, 0, new int[] {-1}));
        final FrameVerifier verifier = new FrameVerifier(kernels, Suite.DEFAULT);
        assertMisuse("stride=12447 not ≥ 12448", () -> verifier.verify(0, stride - 1, 1, 0, false));
        assertMisuse("count=65 not in 0..64", () -> verifier.verify(0, stride, 65, 0, false));
        assertMisuse("count=-1 not in 0..64", () -> verifier.verify(0, stride, -1, 0, false));
        assertMisuse("firstSequence=-2 not ≥ -1", () -> verifier.verify(0, stride, 1, -2, false));
    }

    private static void assertMisuse(final String message, final Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
