package io.venation.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.ReferenceKernels;
import io.venation.TestFrames;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is changed in a sealed frame is noticed, named rightly, and only that frame is refused. */
@ParameterizedClass
@MethodSource("kernels")
class FrameVerifierRejectsTest {
    private static final int STRIDE = SealedFrameLayout.STRIDE;
    private static final int COUNT = FrameVerifier.MAX_COUNT;
    private static final int HEADER_BITS = 8 * SealedFrameLayout.FRAME_OFFSET;
    private static final long FIRST_SEQUENCE = 768L * 5 + 9;

    private final FrameKernels kernels;
    private final FrameVerifier verifier;
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();
    private Arena arena;
    private MemorySegment memory;

    FrameVerifierRejectsTest(final FrameKernels kernels) {
        this.kernels = kernels;
        verifier = new FrameVerifier(kernels, Suite.DEFAULT);
    }

    static Stream<FrameKernels> kernels() {
        return TestFrames.mechanisms().stream();
    }

    @BeforeEach
    void allocate() {
        arena = Arena.ofConfined();
        memory = arena.allocate((long) COUNT * STRIDE, 64);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRejectEveryBitFlipInEnvelopeAndReceipt(final boolean onLink) {
        seal(COUNT, onLink, LatticeFrame.LENGTH);
        final Set<RejectReason> reasons = EnumSet.noneOf(RejectReason.class);
        for (int firstBit = 0; firstBit < HEADER_BITS; firstBit += COUNT / 2) {
            flipInOddFrames(firstBit);
            final long good = verifier.verify(memory.address(), STRIDE, COUNT, FIRST_SEQUENCE, onLink);
            assertEquals(0x5555_5555_5555_5555L, good, "firstBit=" + firstBit);
            for (int i = 1; i < COUNT; i += 2) {
                final int bit = firstBit + i / 2;
                assertEquals(expectedReason(bit), verifier.reason(i), "byte=" + bit / 8 + " bit=" + bit % 8);
                assertEquals(RejectReason.NONE, verifier.reason(i - 1));
                reasons.add(verifier.reason(i));
            }
            final long goodWithoutExpectation =
                    verifier.verify(memory.address(), STRIDE, COUNT, FrameVerifier.ANY_SEQUENCE, onLink);
            assertEquals(0x5555_5555_5555_5555L, goodWithoutExpectation, "firstBit=" + firstBit);
            flipInOddFrames(firstBit);
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(RejectReason.NONE, RejectReason.LENGTH)), reasons);
    }

    @Test
    void shouldRejectEveryOtherValueOfEveryOneByteField() {
        seal(1, false, LatticeFrame.LENGTH);
        for (final int offset : new int[] {0, 1, 34, 35, 36, 37}) {
            final int original = OffHeap.getU8(memory.address() + offset);
            for (int value = 0; value < 256; value++) {
                OffHeap.putU8(memory.address() + offset, value);
                assertEquals(
                        value == original, verifyFirst() == RejectReason.NONE, "byte=" + offset + " value=" + value);
            }
            OffHeap.putU8(memory.address() + offset, original);
        }
    }

    @Test
    void shouldRejectAnyFlipInTheFrame() {
        seal(COUNT, true, LatticeFrame.LENGTH);
        final long seed = 96;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 16; round++) {
            final long[] bits = random.longs(COUNT, 0, 8L * LatticeFrame.LENGTH).toArray();
            flipInFrames(bits);
            final String message = "seed=" + seed + " round=" + round;
            assertEquals(0, verifier.verify(memory.address(), STRIDE, COUNT, FIRST_SEQUENCE, true), message);
            for (int i = 0; i < COUNT; i++) {
                assertEquals(RejectReason.CONTENT_ADDRESS, verifier.reason(i), message + " bit=" + bits[i]);
            }
            flipInFrames(bits);
            assertEquals(-1L, verifier.verify(memory.address(), STRIDE, COUNT, FIRST_SEQUENCE, true), message);
        }
    }

    @Test
    void shouldRejectAFrameWhoseTailIsNotZero() {
        for (final int payloadLength : new int[] {0, 1, 100, 12_280, 12_287}) {
            seal(1, false, LatticeFrame.LENGTH);
            receipt.wrap(memory.address() + SealedFrameLayout.RECEIPT_OFFSET).payloadLength(payloadLength);
            assertEquals(RejectReason.TAIL, verifyFirst(), "payloadLength=" + payloadLength);
        }
    }

    @Test
    void shouldRejectPayloadLengthsAboveTheFrame() {
        seal(1, false, 0);
        receipt.wrap(memory.address() + SealedFrameLayout.RECEIPT_OFFSET);
        for (final long payloadLength : new long[] {12_289, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            receipt.payloadLength(payloadLength);
            assertEquals(RejectReason.PAYLOAD_LENGTH, verifyFirst(), "payloadLength=" + payloadLength);
        }
    }

    /** No hash of the frame covers the payload length: a longer one over a zero tail is for the chain to notice. */
    @Test
    void shouldLeaveALongerPayloadOverAZeroTailToTheReceiptChain() {
        seal(1, false, 5_000);
        final long receiptAddress = memory.address() + SealedFrameLayout.RECEIPT_OFFSET;
        final byte[] sent = chainHead(receiptAddress);
        receipt.wrap(receiptAddress).payloadLength(5_001);
        assertEquals(RejectReason.NONE, verifyFirst());
        assertFalse(Arrays.equals(sent, chainHead(receiptAddress)));
    }

    @Test
    void shouldRejectSequencesBeyondTheLastCycle() {
        seal(1, false, 0);
        final long beyond = 768L << 32;
        receipt.wrap(memory.address() + SealedFrameLayout.RECEIPT_OFFSET)
                .sequence(beyond)
                .phase(0)
                .cycle(0);
        assertEquals(0, verifier.verify(memory.address(), STRIDE, 1, beyond, false));
        assertEquals(RejectReason.SEQUENCE, verifier.reason(0));
        assertEquals(0, verifier.verify(memory.address(), STRIDE, 1, FrameVerifier.ANY_SEQUENCE, false));
        assertEquals(RejectReason.SEQUENCE, verifier.reason(0));
    }

    @Test
    void shouldRejectAnotherSuite() {
        for (final R96Rule rule : R96Rule.values()) {
            for (final AddressHash addressHash : AddressHash.values()) {
                final Suite suite = new Suite(rule, addressHash);
                seal(1, false, LatticeFrame.LENGTH, suite);
                assertEquals(suite.equals(Suite.DEFAULT) ? RejectReason.NONE : RejectReason.SUITE, verifyFirst());
            }
        }
    }

    @Test
    void shouldRejectGarbageOfAnyKind() {
        final long seed = 1_000_003;
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] garbage = new byte[COUNT * STRIDE];
        for (int round = 0; round < 4; round++) {
            random.nextBytes(garbage);
            memory.copyFrom(MemorySegment.ofArray(garbage));
            assertEquals(
                    0,
                    verifier.verify(memory.address(), STRIDE, COUNT, FrameVerifier.ANY_SEQUENCE, false),
                    "seed=" + seed);
        }
    }

    /** The sender may write while we verify: what was checked must be what is used. */
    @Test
    void shouldUseWhatItCheckedWhereMemoryChangesDuringTheCall() {
        seal(1, false, 777);
        final long sealedFrame = memory.address();
        final Digest before = Digest.read(sealedFrame + SealedFrameLayout.RECEIPT_OFFSET + 64);
        final FrameVerifier racing = new FrameVerifier(
                new ReferenceKernels() {
                    @Override
                    public void identify(
                            final R96Rule rule,
                            final AddressHash addressHash,
                            final long source,
                            final long stride,
                            final int count,
                            final long addresses,
                            final long addressStride,
                            final long digests,
                            final long digestStride) {
                        super.identify(
                                rule,
                                addressHash,
                                source,
                                stride,
                                count,
                                addresses,
                                addressStride,
                                digests,
                                digestStride);
                        OffHeap.put(sealedFrame, new byte[160], 0, 160);
                    }
                },
                Suite.DEFAULT);
        assertEquals(1, racing.verify(sealedFrame, STRIDE, 1, FIRST_SEQUENCE, false));
        assertEquals(777, racing.payloadLength(0));
        assertEquals(before, Digest.read(racing.addresses()));
        assertEquals(FIRST_SEQUENCE, receipt.wrap(racing.receipts()).sequence());
        assertNotEquals(RejectReason.NONE, verifyFirst());
    }

    @Test
    void shouldKeepReasonCodesDistinctAndReadable() {
        for (final RejectReason reason : RejectReason.values()) {
            assertEquals(reason.ordinal(), reason.code());
            assertEquals(reason, RejectReason.ofCode(reason.code()));
            assertFalse(reason.sentence().isBlank());
        }
        assertTrue(RejectReason.values().length <= 128);
        for (final int code : new int[] {-1, RejectReason.values().length, 127}) {
            assertEquals(
                    "code=" + code + " not in 0.." + (RejectReason.values().length - 1),
                    assertThrows(IllegalArgumentException.class, () -> RejectReason.ofCode(code))
                            .getMessage());
        }
    }

    @Test
    void shouldNameTheFirstRuleBrokenAsTheOtherMechanismsDo() {
        seal(COUNT, true, 100);
        final FrameVerifier reference = new FrameVerifier(new ReferenceKernels(), Suite.DEFAULT);
        final long seed = 768;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            final long[] flips = new long[random.nextInt(4 * COUNT)];
            for (int i = 0; i < flips.length; i++) {
                flips[i] = 8L * STRIDE * random.nextInt(COUNT) + random.nextInt(HEADER_BITS + 8 * 120);
                flip(flips[i]);
            }
            final String message = "seed=" + seed + " round=" + round;
            assertEquals(
                    reference.verify(memory.address(), STRIDE, COUNT, FIRST_SEQUENCE, true),
                    verifier.verify(memory.address(), STRIDE, COUNT, FIRST_SEQUENCE, true),
                    message);
            for (int i = 0; i < COUNT; i++) {
                assertEquals(reference.reason(i), verifier.reason(i), message + " frame=" + i);
            }
            for (final long flip : flips) {
                flip(flip);
            }
        }
    }

    @Test
    void shouldNameTheHashThatDiffers() {
        seal(1, false, LatticeFrame.LENGTH);
        assertEquals(1, verifier.verify(memory.address(), STRIDE, 1, FIRST_SEQUENCE, false));
        flip(8L * 64);
        assertEquals(0, verifier.verify(memory.address(), STRIDE, 1, FIRST_SEQUENCE, false));
        assertEquals(RejectReason.R96_DIGEST, verifier.reason(0));
        flip(8L * 96);
        assertEquals(0, verifier.verify(memory.address(), STRIDE, 1, FIRST_SEQUENCE, false));
        assertEquals(RejectReason.CONTENT_ADDRESS, verifier.reason(0));
    }

    private RejectReason verifyFirst() {
        final long good = verifier.verify(memory.address(), STRIDE, 1, FIRST_SEQUENCE, false);
        assertEquals(good == 1, verifier.reason(0) == RejectReason.NONE);
        return verifier.reason(0);
    }

    private byte[] chainHead(final long receiptAddress) {
        final ReceiptChain chain = new ReceiptChain(kernels);
        chain.append(receiptAddress, ReceiptLayout.LENGTH, 1);
        return chain.head();
    }

    private void seal(final int count, final boolean onLink, final int payloadLength) {
        seal(count, onLink, payloadLength, Suite.DEFAULT);
    }

    private void seal(final int count, final boolean onLink, final int payloadLength, final Suite suite) {
        final int[] payloadLengths = new int[count];
        Arrays.fill(payloadLengths, payloadLength);
        for (int i = 0; i < count; i++) {
            final byte[] frame = TestFrames.splitMix();
            frame[0] = (byte) i;
            TestFrames.fill(memory, (long) i * STRIDE, frame);
        }
        new FrameSealer(kernels, suite, onLink).seal(memory.address(), STRIDE, count, FIRST_SEQUENCE, payloadLengths);
    }

    private void flipInOddFrames(final int firstBit) {
        for (int i = 1; i < COUNT; i += 2) {
            flip(8L * i * STRIDE + firstBit + i / 2);
        }
    }

    private void flipInFrames(final long[] bits) {
        for (int i = 0; i < COUNT; i++) {
            flip(8L * (i * STRIDE + SealedFrameLayout.FRAME_OFFSET) + bits[i]);
        }
    }

    private void flip(final long bit) {
        final long address = memory.address() + bit / 8;
        OffHeap.putU8(address, OffHeap.getU8(address) ^ 1 << bit % 8);
    }

    private static RejectReason expectedReason(final int bit) {
        final int offset = bit / 8;
        final int value = 1 << bit % 8;
        return switch (offset) {
            case 0 -> RejectReason.ENVELOPE_VERSION;
            case 1 -> RejectReason.ENVELOPE_KIND;
            case 2, 3 -> RejectReason.ENVELOPE_FLAGS;
            case 4, 5, 6, 7 -> RejectReason.KEY_EPOCH;
            case 8, 9, 10, 11, 12, 13, 14, 15 -> RejectReason.LINK_SEQUENCE;
            case 32, 33 -> RejectReason.RECEIPT_MAGIC;
            case 34 -> RejectReason.RECEIPT_VERSION;
            case 35 -> RejectReason.SUITE;
            case 36 -> value == 1 ? RejectReason.PHI : RejectReason.RECEIPT_FLAGS;
            case 37 -> value <= 47 ? RejectReason.BUDGET_UNLAWFUL : RejectReason.BUDGET_RANGE;
            case 38, 39 -> RejectReason.PHASE;
            case 40, 41, 42, 43 -> RejectReason.CYCLE;
            case 44, 45 -> RejectReason.FAIRNESS_SPREAD;
            case 46, 47 -> RejectReason.LONGEST_WAIT;
            // 12,288 has bits 12 and 13: without one of them the length is shorter and data stands in the tail
            case 49 -> value == 16 || value == 32 ? RejectReason.TAIL : RejectReason.PAYLOAD_LENGTH;
            case 48, 50, 51, 52, 53, 54, 55 -> RejectReason.PAYLOAD_LENGTH;
            case 56, 57, 58, 59, 60, 61, 62, 63 -> RejectReason.SEQUENCE;
            default -> {
                if (offset < 32) {
                    yield RejectReason.TAG;
                }
                yield offset < 96
                        ? RejectReason.R96_DIGEST
                        : offset < 128 ? RejectReason.CONTENT_ADDRESS : RejectReason.WITNESS_HEAD;
            }
        };
    }
}
