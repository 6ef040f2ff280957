package io.venation.hashing;

import io.venation.nativehash.NativeHash;
import io.venation.nativehash.NativeLibrary;

/** {@link FrameKernels} in C: one JNI call per method. */
public final class NativeFrameKernels implements FrameKernels {
    private final String isa;

    /**
     * Binds to the loaded library.
     *
     * @throws UnsatisfiedLinkError where the library is not available; its cause says why.
     */
    public NativeFrameKernels() {
        NativeLibrary.ensureAvailable();
        isa = isaLabel(NativeHash.isa());
    }

    private static String isaLabel(final int isa) {
        return switch (isa) {
            case NativeHash.ISA_PORTABLE -> "portable";
            case NativeHash.ISA_AVX2 -> "avx2";
            case NativeHash.ISA_AVX512 -> "avx512";
            case NativeHash.ISA_NEON -> "neon";
            default -> throw new IllegalStateException("isa=" + isa + ": no such instruction set");
        };
    }

    @Override
    public Mechanism mechanism() {
        return Mechanism.NATIVE;
    }

    @Override
    public String isa() {
        return isa;
    }

    @Override
    public void blake3(
            final long source, final long stride, final int count, final long digests, final long digestStride) {
        check(NativeHash.blake3Frames(source, stride, count, 0, digests, digestStride));
    }

    @Override
    public void blake3Keyed(
            final long key,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        check(NativeHash.blake3Frames(source, stride, count, key, digests, digestStride));
    }

    @Override
    public void blake3Chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        check(NativeHash.blake3Chunks(source, chunkCount, counter, keyWords, flags, values));
    }

    @Override
    public void blake3Parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        check(NativeHash.blake3Parents(children, parentCount, keyWords, flags, values));
    }

    @Override
    public void sha3(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        check(NativeHash.sha3Messages(source, stride, length, count, digests, digestStride));
    }

    @Override
    public void r96Histograms(
            final R96Rule rule, final long source, final long stride, final int count, final long histograms) {
        check(NativeHash.r96Histograms(rule.id(), source, stride, count, histograms));
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
        check(NativeHash.identify(
                rule.id(), addressHash.id(), source, stride, count, addresses, addressStride, digests, digestStride));
    }

    @Override
    public void receiptIds(final long receipts, final long stride, final int count, final long ids) {
        check(NativeHash.receiptIds(receipts, stride, count, ids));
    }

    @Override
    public void receiptChain(final long ids, final int count, final long firstIndex, final long head) {
        check(NativeHash.receiptChain(ids, count, firstIndex, head));
    }

    private static void check(final int code) {
        if (code != NativeHash.OK) {
            throw new IllegalArgumentException("code=" + code + ": the native kernel refused its arguments");
        }
    }
}
