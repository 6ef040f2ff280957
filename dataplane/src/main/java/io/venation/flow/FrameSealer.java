package io.venation.flow;

import io.venation.frame.C768Schedule;
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
 * Turns filled frames into sealed ones where they lie: envelope, receipt, zeroed tail, and both hashes written straight
 * into the receipts. Native kernels do all of it in one call for 64 frames; others hash, and the fields are written here.
 *
 * <p>The payload is the encoded form of itself followed by zeroes, so decoding gives it back and φ holds by
 * construction; the address in the receipt is that of the bytes in place. One thread: the kernels' own. Allocates
 * nothing after construction.
 */
public final class FrameSealer {
    private static final int NATIVE_LIMIT = 64;

    private final FrameKernels kernels;
    private final Suite suite;
    private final int suiteByte;
    private final boolean onLink;
    private final boolean isNative;
    private final MemorySegment nativeLengths = Arena.ofAuto().allocate(NATIVE_LIMIT * Integer.BYTES, 64);
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();

    /**
     * A sealer for one stream.
     *
     * @param kernels of the caller's thread.
     * @param suite   the stream's hashes.
     * @param onLink  whether envelopes carry the sequence as link sequence; otherwise it is 0.
     */
    public FrameSealer(final FrameKernels kernels, final Suite suite, final boolean onLink) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.suite = Objects.requireNonNull(suite, "suite");
        this.suiteByte = suite.toByte();
        this.onLink = onLink;
        isNative = kernels.mechanism() == Mechanism.NATIVE;
    }

    /**
     * Seals a batch of frames whose payload is in place {@link SealedFrameLayout#FRAME_OFFSET} bytes into each.
     *
     * @param address        absolute address of the first sealed frame, any alignment.
     * @param stride         bytes between sealed frame starts, ≥ {@link SealedFrameLayout#LENGTH}.
     * @param count          frames, ≥ 0; 16 fill every lane.
     * @param firstSequence  sequence of the first frame, the others follow;
     *                       0..{@link C768Schedule#MAX_COUNTER} − count + 1.
     * @param payloadLengths bytes that carry data in each frame, 0..12,288; at least {@code count} of them.
     * @throws IllegalArgumentException where an argument is out of range; nothing has been written then.
     */
    public void seal(
            final long address,
            final long stride,
            final int count,
            final long firstSequence,
            final int[] payloadLengths) {
        check(stride, count, firstSequence, payloadLengths);
        if (isNative) {
            for (int done = 0; done < count; done += NATIVE_LIMIT) {
                sealNatively(address + done * stride, stride, count, firstSequence, payloadLengths, done);
            }
            return;
        }
        final ReceiptFlyweight receipt = this.receipt;
        for (int i = 0; i < count; i++) {
            final long sealedFrame = address + i * stride;
            final long sequence = firstSequence + i;
            final int payloadLength = payloadLengths[i];
            OffHeap.putU8(sealedFrame + SealedFrameLayout.VERSION_OFFSET, SealedFrameLayout.VERSION);
            OffHeap.putU8(sealedFrame + SealedFrameLayout.KIND_OFFSET, SealedFrameLayout.KIND_LATTICE_FRAME);
            OffHeap.putU16(sealedFrame + SealedFrameLayout.FLAGS_OFFSET, 0);
            OffHeap.putU32(sealedFrame + SealedFrameLayout.KEY_EPOCH_OFFSET, 0);
            OffHeap.putU64(sealedFrame + SealedFrameLayout.LINK_SEQUENCE_OFFSET, onLink ? sequence : 0);
            OffHeap.zero(sealedFrame + SealedFrameLayout.TAG_OFFSET, SealedFrameLayout.TAG_LENGTH);
            ReceiptRules.write(
                    receipt.wrap(sealedFrame + SealedFrameLayout.RECEIPT_OFFSET), suiteByte, sequence, payloadLength);
            OffHeap.zero(
                    sealedFrame + SealedFrameLayout.FRAME_OFFSET + payloadLength, LatticeFrame.LENGTH - payloadLength);
        }
        final long firstReceipt = address + SealedFrameLayout.RECEIPT_OFFSET;
        kernels.identify(
                suite.rule(),
                suite.addressHash(),
                address + SealedFrameLayout.FRAME_OFFSET,
                stride,
                count,
                firstReceipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET,
                stride,
                firstReceipt + ReceiptLayout.R96_DIGEST_OFFSET,
                stride);
    }

    private void sealNatively(
            final long address,
            final long stride,
            final int count,
            final long firstSequence,
            final int[] payloadLengths,
            final int done) {
        final int runLength = Math.min(NATIVE_LIMIT, count - done);
        final long lengths = nativeLengths.address();
        for (int i = 0; i < runLength; i++) {
            OffHeap.putU32(lengths + i * Integer.BYTES, payloadLengths[done + i]);
        }
        final int code =
                NativeHash.sealFrames(suiteByte, onLink, address, stride, runLength, firstSequence + done, lengths);
        Reference.reachabilityFence(nativeLengths);
        if (code != NativeHash.OK) {
            throw new IllegalStateException("code=" + code + ": the native kernel refused what was checked");
        }
    }

    private static void check(
            final long stride, final int count, final long firstSequence, final int[] payloadLengths) {
        if (stride < SealedFrameLayout.LENGTH) {
            throw new IllegalArgumentException("stride=" + stride + " not ≥ " + SealedFrameLayout.LENGTH);
        }
        if (count < 0 || count > payloadLengths.length) {
            throw new IllegalArgumentException("count=" + count + " not in 0.." + payloadLengths.length);
        }
        if (firstSequence < 0 || firstSequence > C768Schedule.MAX_COUNTER + 1 - count) {
            throw new IllegalArgumentException(
                    "firstSequence=" + firstSequence + " not in 0.." + (C768Schedule.MAX_COUNTER + 1 - count));
        }
        for (int i = 0; i < count; i++) {
            if (payloadLengths[i] < 0 || payloadLengths[i] > LatticeFrame.LENGTH) {
                throw new IllegalArgumentException(
                        "payloadLengths[" + i + "]=" + payloadLengths[i] + " not in 0.." + LatticeFrame.LENGTH);
            }
        }
    }
}
