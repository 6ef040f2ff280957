package io.venation.hashing;

/** Scalar kernels of which one algorithm flips a bit in the last item of a batch. */
final class BrokenKernels implements FrameKernels {
    private final FrameKernels scalar = new ScalarFrameKernels();
    private final String algorithm;

    BrokenKernels(final String algorithm) {
        this.algorithm = algorithm;
    }

    private void flip(final String name, final long address) {
        if (algorithm.equals(name)) {
            Memory.putByte(address, (byte) (Memory.getByte(address) ^ 1));
        }
    }

    @Override
    public Mechanism mechanism() {
        return Mechanism.SCALAR;
    }

    @Override
    public String isa() {
        return "broken";
    }

    @Override
    public void blake3(
            final long source, final long stride, final int count, final long digests, final long digestStride) {
        scalar.blake3(source, stride, count, digests, digestStride);
        flip("BLAKE3", digests + (count - 1) * digestStride);
    }

    @Override
    public void blake3Keyed(
            final long key,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        scalar.blake3Keyed(key, source, stride, count, digests, digestStride);
    }

    @Override
    public void blake3Chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        scalar.blake3Chunks(source, chunkCount, counter, keyWords, flags, values);
    }

    @Override
    public void blake3Parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        scalar.blake3Parents(children, parentCount, keyWords, flags, values);
    }

    @Override
    public void sha3(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        scalar.sha3(source, stride, length, count, digests, digestStride);
        flip("SHA3-256", digests + (count - 1) * digestStride);
    }

    @Override
    public void r96Histograms(
            final R96Rule rule, final long source, final long stride, final int count, final long histograms) {
        scalar.r96Histograms(rule, source, stride, count, histograms);
        flip("R96", histograms + (long) count * HISTOGRAM_LENGTH - 1);
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
        scalar.identify(rule, addressHash, source, stride, count, addresses, addressStride, digests, digestStride);
    }

    @Override
    public void receiptIds(final long receipts, final long stride, final int count, final long ids) {
        scalar.receiptIds(receipts, stride, count, ids);
    }

    @Override
    public void receiptChain(final long ids, final int count, final long firstIndex, final long head) {
        scalar.receiptChain(ids, count, firstIndex, head);
    }
}
