package io.venation.hashing;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** {@link FrameKernels} in plain Java: frame after frame. Runs everywhere. */
public final class ScalarFrameKernels implements FrameKernels {
    private final MemorySegment scratch = Memory.allocate(
            2L * DIGEST_LENGTH + (long) Blake3ScalarKernel.CHUNKS_PER_FRAME * DIGEST_LENGTH + HISTOGRAM_LENGTH);
    private final long iv = scratch.address();
    private final long values = iv + 2L * DIGEST_LENGTH;
    private final long histogram = values + (long) Blake3ScalarKernel.CHUNKS_PER_FRAME * DIGEST_LENGTH;
    private final long[] sha3State = new long[Sha3ScalarKernel.LANES];
    private final ReceiptMessages receiptMessages = new ReceiptMessages(this);
    private final R96ScalarKernel r96 = new R96ScalarKernel();

    /** Allocates the scratch memory. */
    public ScalarFrameKernels() {
        Blake3ScalarKernel.putIv(iv);
    }

    @Override
    public Mechanism mechanism() {
        return Mechanism.SCALAR;
    }

    @Override
    public String isa() {
        return "-";
    }

    @Override
    public void blake3(
            final long source, final long stride, final int count, final long digests, final long digestStride) {
        blake3(iv, 0, source, stride, count, digests, digestStride);
    }

    @Override
    public void blake3Keyed(
            final long key,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        blake3(key, Blake3ScalarKernel.KEYED_HASH, source, stride, count, digests, digestStride);
    }

    private void blake3(
            final long keyWords,
            final int flags,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        for (int i = 0; i < count; i++) {
            Blake3ScalarKernel.frame(source + i * stride, keyWords, flags, values, digests + i * digestStride);
        }
        Reference.reachabilityFence(this);
    }

    @Override
    public void blake3Chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        Blake3ScalarKernel.chunks(source, chunkCount, counter, keyWords, flags, values);
    }

    @Override
    public void blake3Parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        Blake3ScalarKernel.parents(children, parentCount, keyWords, flags, values);
    }

    @Override
    public void sha3(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        for (int i = 0; i < count; i++) {
            Sha3ScalarKernel.hash(source + i * stride, length, sha3State, digests + i * digestStride);
        }
    }

    @Override
    public void r96Histograms(
            final R96Rule rule, final long source, final long stride, final int count, final long histograms) {
        for (int i = 0; i < count; i++) {
            r96.histogram(rule, source + i * stride, histograms + (long) i * HISTOGRAM_LENGTH);
        }
    }

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
        for (int i = 0; i < count; i++) {
            final long frame = source + i * stride;
            final long address = addresses + i * addressStride;
            switch (addressHash) {
                case BLAKE3 -> Blake3ScalarKernel.frame(frame, iv, 0, values, address);
                case SHA3_256 -> Sha3ScalarKernel.hash(frame, FRAME_LENGTH, sha3State, address);
            }
            r96.histogram(rule, frame, histogram);
            Sha3ScalarKernel.hash(histogram, HISTOGRAM_LENGTH, sha3State, digests + i * digestStride);
        }
        Reference.reachabilityFence(this);
    }

    @Override
    public void receiptIds(final long receipts, final long stride, final int count, final long ids) {
        receiptMessages.ids(receipts, stride, count, ids);
    }

    @Override
    public void receiptChain(final long ids, final int count, final long firstIndex, final long head) {
        receiptMessages.chain(ids, count, firstIndex, head);
    }
}
