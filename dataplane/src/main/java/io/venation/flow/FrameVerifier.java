package io.venation.flow;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Mechanism;
import io.venation.nativehash.NativeHash;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Verifies sealed frames where they lie: both hashes of a batch recomputed by one kernel call, every field of envelope
 * and receipt checked, bytes past the payload zero. Native kernels do all of it in that call; for others, the fields
 * are checked here.
 *
 * <pre>
 *   term or ring (others may write)          local memory (nobody else writes)
 *     envelope 32, receipt 128  ──copied──►    receipts()   64 × 128   what is checked is what is used
 *     lattice frame 12,288      ──hashed──►    addresses()  64 × 32    computed; the claimed one is only compared
 *                                              reason(i), payloadLength(i)
 * </pre>
 *
 * <p>Results stand until the next call. One thread at a time, the kernels' own: whoever hands a verifier on hands its kernels
 * on too. Allocates nothing after construction.
 */
public final class FrameVerifier {
    /** Frames of one call. */
    public static final int MAX_COUNT = 64;
    /** First sequence where any will do; phase and cycle are still checked against the receipt's own sequence. */
    public static final long ANY_SEQUENCE = ReceiptRules.ANY_SEQUENCE;

    private static final int DIGEST_LENGTH = ReceiptLayout.DIGEST_LENGTH;
    private static final int REASONS_OFFSET = Long.BYTES;

    private final FrameKernels kernels;
    private final Suite suite;
    private final int suiteByte;
    private final boolean isNative;
    private final MemorySegment memory;
    private final long outcome;
    private final long receipts;
    private final long addresses;
    private final long digests;
    private final long envelopes;
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();

    /**
     * A verifier for one stream.
     *
     * @param kernels of the caller's thread.
     * @param suite   the hashes agreed for the stream; frames of another suite are rejected.
     */
    public FrameVerifier(final FrameKernels kernels, final Suite suite) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.suite = Objects.requireNonNull(suite, "suite");
        suiteByte = suite.toByte();
        isNative = kernels.mechanism() == Mechanism.NATIVE;
        memory = Arena.ofAuto()
                .allocate(NativeHash.OUTCOME_LENGTH + MAX_COUNT * SealedFrameLayout.ENVELOPE_LENGTH, Long.BYTES);
        outcome = memory.address();
        receipts = outcome + REASONS_OFFSET + MAX_COUNT;
        addresses = receipts + MAX_COUNT * ReceiptLayout.LENGTH;
        digests = addresses + MAX_COUNT * DIGEST_LENGTH;
        envelopes = outcome + NativeHash.OUTCOME_LENGTH;
    }

    /**
     * Verifies a batch of frames.
     *
     * @param address       absolute address of the first sealed frame, any alignment.
     * @param stride        bytes between sealed frame starts, ≥ {@link SealedFrameLayout#LENGTH}.
     * @param count         frames, 0..{@link #MAX_COUNT}.
     * @param firstSequence the sequence that the first frame must bear, the others following; or {@link #ANY_SEQUENCE}.
     * @param onLink        whether the link sequence must equal the sequence; otherwise it must be 0.
     * @return mask of good frames: bit i for frame i.
     * @throws IllegalArgumentException where {@code stride}, {@code count} or {@code firstSequence} is out of range.
     */
    public long verify(
            final long address, final long stride, final int count, final long firstSequence, final boolean onLink) {
        check(stride, count, firstSequence);
        final long good = isNative
                ? verifyNatively(address, stride, count, firstSequence, onLink)
                : verifyHere(address, stride, count, firstSequence, onLink);
        Reference.reachabilityFence(memory);
        return good;
    }

    private long verifyNatively(
            final long address, final long stride, final int count, final long firstSequence, final boolean onLink) {
        final int code = NativeHash.verifyFrames(suiteByte, onLink, address, stride, count, firstSequence, outcome);
        if (code != NativeHash.OK) {
            throw new IllegalStateException("code=" + code + ": the native kernel refused what was checked");
        }
        return OffHeap.getU64(outcome);
    }

    private long verifyHere(
            final long address, final long stride, final int count, final long firstSequence, final boolean onLink) {
        for (int i = 0; i < count; i++) {
            final long sealedFrame = address + i * stride;
            OffHeap.copy(sealedFrame, envelope(i), SealedFrameLayout.ENVELOPE_LENGTH);
            OffHeap.copy(
                    sealedFrame + SealedFrameLayout.RECEIPT_OFFSET,
                    receipts + i * ReceiptLayout.LENGTH,
                    ReceiptLayout.LENGTH);
        }
        kernels.identify(
                suite.rule(),
                suite.addressHash(),
                address + SealedFrameLayout.FRAME_OFFSET,
                stride,
                count,
                addresses,
                DIGEST_LENGTH,
                digests,
                DIGEST_LENGTH);
        long good = 0;
        for (int i = 0; i < count; i++) {
            final long expectedSequence = firstSequence == ANY_SEQUENCE ? ANY_SEQUENCE : firstSequence + i;
            final long frame = address + i * stride + SealedFrameLayout.FRAME_OFFSET;
            final RejectReason reason = reason(i, frame, expectedSequence, onLink);
            OffHeap.putU8(outcome + REASONS_OFFSET + i, reason.code());
            if (reason == RejectReason.NONE) {
                good |= 1L << i;
            }
        }
        return good;
    }

    /**
     * Why a frame of the last call is not good.
     *
     * @param index 0 ≤ index &lt; count of the last call.
     * @return the first broken rule, {@link RejectReason#NONE} for a good frame.
     */
    public RejectReason reason(final int index) {
        final int code = OffHeap.getU8(outcome + REASONS_OFFSET + Objects.checkIndex(index, MAX_COUNT));
        Reference.reachabilityFence(memory);
        return RejectReason.ofCode(code);
    }

    /**
     * Payload of a good frame of the last call.
     *
     * @param index a frame whose bit was set.
     * @return bytes, 0..12,288.
     */
    public int payloadLength(final int index) {
        return (int) OffHeap.getU64(receipts + index * ReceiptLayout.LENGTH + ReceiptLayout.PAYLOAD_LENGTH_OFFSET);
    }

    /**
     * The computed content addresses of the last call.
     *
     * @return absolute address of {@link #MAX_COUNT} × 32 bytes, contiguous; valid as long as this object is reachable.
     */
    public long addresses() {
        return addresses;
    }

    /**
     * Copies of the receipts of the last call, as they were checked.
     *
     * @return absolute address of {@link #MAX_COUNT} × 128 bytes, contiguous; valid as long as this object is reachable.
     */
    public long receipts() {
        return receipts;
    }

    private RejectReason reason(final int index, final long frame, final long expectedSequence, final boolean onLink) {
        final RejectReason envelopeReason = envelopeReason(envelope(index));
        if (envelopeReason != RejectReason.NONE) {
            return envelopeReason;
        }
        final ReceiptFlyweight receipt = this.receipt.wrap(receipts + index * ReceiptLayout.LENGTH);
        final RejectReason receiptReason = ReceiptRules.check(receipt, suiteByte, expectedSequence);
        if (receiptReason != RejectReason.NONE) {
            return receiptReason;
        }
        final long linkSequence = OffHeap.getU64(envelope(index) + SealedFrameLayout.LINK_SEQUENCE_OFFSET);
        if (linkSequence != (onLink ? receipt.sequence() : 0)) {
            return RejectReason.LINK_SEQUENCE;
        }
        if (!sameDigest(receipt.contentAddress(), addresses + index * DIGEST_LENGTH)) {
            return RejectReason.CONTENT_ADDRESS;
        }
        if (!sameDigest(receipt.r96Digest(), digests + index * DIGEST_LENGTH)) {
            return RejectReason.R96_DIGEST;
        }
        final int payloadLength = (int) receipt.payloadLength();
        if (!OffHeap.isZero(frame + payloadLength, LatticeFrame.LENGTH - payloadLength)) {
            return RejectReason.TAIL;
        }
        return RejectReason.NONE;
    }

    private static RejectReason envelopeReason(final long envelope) {
        if (OffHeap.getU8(envelope + SealedFrameLayout.VERSION_OFFSET) != SealedFrameLayout.VERSION) {
            return RejectReason.ENVELOPE_VERSION;
        }
        if (OffHeap.getU8(envelope + SealedFrameLayout.KIND_OFFSET) != SealedFrameLayout.KIND_LATTICE_FRAME) {
            return RejectReason.ENVELOPE_KIND;
        }
        if (OffHeap.getU16(envelope + SealedFrameLayout.FLAGS_OFFSET) != 0) {
            return RejectReason.ENVELOPE_FLAGS;
        }
        if (OffHeap.getU32(envelope + SealedFrameLayout.KEY_EPOCH_OFFSET) != 0) {
            return RejectReason.KEY_EPOCH;
        }
        if (!OffHeap.isZero(envelope + SealedFrameLayout.TAG_OFFSET, SealedFrameLayout.TAG_LENGTH)) {
            return RejectReason.TAG;
        }
        return RejectReason.NONE;
    }

    private static boolean sameDigest(final long digest, final long otherDigest) {
        long difference = 0;
        for (int offset = 0; offset < DIGEST_LENGTH; offset += Long.BYTES) {
            difference |= OffHeap.getU64(digest + offset) ^ OffHeap.getU64(otherDigest + offset);
        }
        return difference == 0;
    }

    private long envelope(final int index) {
        return envelopes + index * SealedFrameLayout.ENVELOPE_LENGTH;
    }

    private static void check(final long stride, final int count, final long firstSequence) {
        if (stride < SealedFrameLayout.LENGTH) {
            throw new IllegalArgumentException("stride=" + stride + " not ≥ " + SealedFrameLayout.LENGTH);
        }
        if (count < 0 || count > MAX_COUNT) {
            throw new IllegalArgumentException("count=" + count + " not in 0.." + MAX_COUNT);
        }
        if (firstSequence < ANY_SEQUENCE) {
            throw new IllegalArgumentException("firstSequence=" + firstSequence + " not ≥ " + ANY_SEQUENCE);
        }
    }
}
