package io.venation.hashing;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** {@link FrameKernels} on the Java Vector API, at the preferred width of the CPU: 512, 256 or 128 bits. */
public final class VectorFrameKernels implements FrameKernels {
    private static final String MODULE = "jdk.incubator.vector";

    /** Frames whose histograms wait for their digests together. */
    private static final int BATCH = 16;

    private final Blake3VectorKernel blake3 = new Blake3VectorKernel();
    private final Sha3VectorKernel sha3 = new Sha3VectorKernel();
    private final R96VectorKernel r96 = new R96VectorKernel();
    private final MemorySegment scratch = Memory.allocate(2L * DIGEST_LENGTH + (long) BATCH * HISTOGRAM_LENGTH);
    private final long iv = scratch.address();
    private final long histograms = iv + 2L * DIGEST_LENGTH;
    private final long[] sha3State = new long[Sha3ScalarKernel.LANES];

    /** Allocates the scratch memory. */
    public VectorFrameKernels() {
        Blake3ScalarKernel.putIv(iv);
    }

    /**
     * Why these kernels cannot run here.
     *
     * @return the cause, or null where they can.
     */
    static String missing() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return "module " + MODULE + " is not resolved: start java with --add-modules=" + MODULE;
        }
        final int bits = Blake3VectorKernel.LANES * Integer.SIZE;
        return bits < 128 ? "preferred vectors have " + bits + " bits, 128 are needed" : null;
    }

    @Override
    public Mechanism mechanism() {
        return Mechanism.VECTOR;
    }

    @Override
    public String isa() {
        return Integer.toString(Blake3VectorKernel.LANES * Integer.SIZE);
    }

    @Override
    public void blake3(
            final long source, final long stride, final int count, final long digests, final long digestStride) {
        blake3.frames(source, stride, count, iv, 0, digests, digestStride);
        Reference.reachabilityFence(this);
    }

    @Override
    public void blake3Keyed(
            final long key,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        blake3.frames(source, stride, count, key, Blake3ScalarKernel.KEYED_HASH, digests, digestStride);
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
        blake3.chunks(source, chunkCount, counter, keyWords, flags, values);
        Reference.reachabilityFence(this);
    }

    @Override
    public void blake3Parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        blake3.parents(children, parentCount, keyWords, flags, values);
        Reference.reachabilityFence(this);
    }

    @Override
    public void sha3(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        for (int i = 0; i < count; i += Sha3VectorKernel.LANES) {
            final int laneCount = Math.min(Sha3VectorKernel.LANES, count - i);
            final long first = source + i * stride;
            final long digest = digests + i * digestStride;
            if (laneCount == 1) {
                Sha3ScalarKernel.hash(first, length, sha3State, digest);
            } else {
                sha3.messages(first, stride, length, laneCount, digest, digestStride);
            }
        }
        Reference.reachabilityFence(this);
    }

    @Override
    public void r96Histograms(
            final R96Rule rule, final long source, final long stride, final int count, final long histograms) {
        for (int i = 0; i < count; i++) {
            r96.histogram(rule, source + i * stride, histograms + (long) i * HISTOGRAM_LENGTH);
        }
        Reference.reachabilityFence(this);
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
        for (int i = 0; i < count; i += BATCH) {
            final int frameCount = Math.min(BATCH, count - i);
            final long first = source + i * stride;
            final long address = addresses + i * addressStride;
            switch (addressHash) {
                case BLAKE3 -> blake3(first, stride, frameCount, address, addressStride);
                case SHA3_256 -> sha3(first, stride, FRAME_LENGTH, frameCount, address, addressStride);
            }
            r96Histograms(rule, first, stride, frameCount, histograms);
            sha3(histograms, HISTOGRAM_LENGTH, HISTOGRAM_LENGTH, frameCount, digests + i * digestStride, digestStride);
        }
    }
}
