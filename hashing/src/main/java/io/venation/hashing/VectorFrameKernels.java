package io.venation.hashing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;

/**
 * {@link FrameKernels} on the Java Vector API, at the preferred width of the CPU: 512, 256 or 128 bits.
 *
 * <p>What vectors would make slower stays scalar: fewer messages than {@link #LANES_WORTH_A_PASS} in a SHA-3 pass, and R96
 * at 128 bits on x86 without AVX-512, where a population count is a dozen instructions.
 */
public final class VectorFrameKernels implements FrameKernels {
    /** Frames whose histograms wait for their digests together. */
    private static final int BATCH = 16;

    /** Messages that cost a pass of the SHA-3 kernel as much as one after the other. */
    private static final int LANES_WORTH_A_PASS = Sha3VectorKernel.LANES == 2 ? 2 : 3;

    private static final String AVX_FLAG = "UseAVX";
    private static final int AVX2 = 2;
    private static final int AVX512 = 3;
    private static final int AVX = avx();
    private static final boolean VECTOR_R96 = AVX < 0 || AVX >= AVX512 || bits() > 128;

    private final Blake3VectorKernel blake3 = new Blake3VectorKernel();
    private final Sha3VectorKernel sha3 = new Sha3VectorKernel();
    private final R96VectorKernel r96 = new R96VectorKernel();
    private final R96ScalarKernel scalarR96 = new R96ScalarKernel();
    private final MemorySegment scratch = Memory.allocate(2L * DIGEST_LENGTH + (long) BATCH * HISTOGRAM_LENGTH);
    private final long iv = scratch.address();
    private final long histograms = iv + 2L * DIGEST_LENGTH;
    private final long[] sha3State = new long[Sha3ScalarKernel.LANES];
    private final ReceiptMessages receiptMessages = new ReceiptMessages(this);

    /** Allocates the scratch memory. */
    public VectorFrameKernels() {
        Blake3ScalarKernel.putIv(iv);
    }

    /**
     * Why these kernels cannot run on this CPU. The class itself needs the module of the Vector API.
     *
     * @return the cause, or null where they can.
     */
    static String missing() {
        if (AVX >= 0 && AVX < AVX2) {
            return "-XX:" + AVX_FLAG + "=" + AVX + ": vectors of integers need AVX2";
        }
        return bits() < 128 ? "preferred vectors have " + bits() + " bits, 128 are needed" : null;
    }

    private static int bits() {
        return Blake3VectorKernel.LANES * Integer.SIZE;
    }

    /** The AVX level that the JVM has settled on, or −1 on other CPUs: the one way to learn it that is no guess. */
    private static int avx() {
        try {
            return Integer.parseInt(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(AVX_FLAG)
                    .getValue());
        } catch (final IllegalArgumentException e) {
            return -1;
        }
    }

    @Override
    public Mechanism mechanism() {
        return Mechanism.VECTOR;
    }

    @Override
    public String isa() {
        return Integer.toString(bits());
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
            if (laneCount < LANES_WORTH_A_PASS) {
                for (int lane = 0; lane < laneCount; lane++) {
                    Sha3ScalarKernel.hash(first + lane * stride, length, sha3State, digest + lane * digestStride);
                }
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
            final long frame = source + i * stride;
            final long histogram = histograms + (long) i * HISTOGRAM_LENGTH;
            if (VECTOR_R96) {
                r96.histogram(rule, frame, histogram);
            } else {
                scalarR96.histogram(rule, frame, histogram);
            }
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

    @Override
    public void receiptIds(final long receipts, final long stride, final int count, final long ids) {
        receiptMessages.ids(receipts, stride, count, ids);
    }

    @Override
    public void receiptChain(final long ids, final int count, final long firstIndex, final long head) {
        receiptMessages.chain(ids, count, firstIndex, head);
    }
}
