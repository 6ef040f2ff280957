package io.venation;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Mechanism;
import io.venation.hashing.R96Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;

/** The part of the kernel contract that sealing, verifying and chaining use, by another library's hashes. */
public class ReferenceKernels implements FrameKernels {
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
        hash(new Blake3Digest(256), source, stride, FRAME_LENGTH, count, digests, digestStride);
    }

    @Override
    public void sha3(
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        hash(new SHA3Digest(256), source, stride, length, count, digests, digestStride);
    }

    @Override
    public void r96Histograms(
            final R96Rule rule, final long source, final long stride, final int count, final long histograms) {
        for (int i = 0; i < count; i++) {
            OffHeap.put(histograms + (long) i * HISTOGRAM_LENGTH, histogram(rule, source + i * stride), 0, 384);
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
        final Digest address = addressHash == AddressHash.BLAKE3 ? new Blake3Digest(256) : new SHA3Digest(256);
        hash(address, source, stride, FRAME_LENGTH, count, addresses, addressStride);
        final Digest sha3 = new SHA3Digest(256);
        final byte[] digest = new byte[DIGEST_LENGTH];
        for (int i = 0; i < count; i++) {
            sha3.update(histogram(rule, source + i * stride), 0, HISTOGRAM_LENGTH);
            sha3.doFinal(digest, 0);
            OffHeap.put(digests + i * digestStride, digest, 0, DIGEST_LENGTH);
        }
    }

    @Override
    public void blake3Keyed(
            final long key,
            final long source,
            final long stride,
            final int count,
            final long digests,
            final long digestStride) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void blake3Chunks(
            final long source,
            final long chunkCount,
            final long counter,
            final long keyWords,
            final int flags,
            final long values) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void blake3Parents(
            final long children, final long parentCount, final long keyWords, final int flags, final long values) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "reference";
    }

    private static byte[] histogram(final R96Rule rule, final long frame) {
        final int[] counts = new int[CLASS_COUNT];
        for (int i = 0; i < FRAME_LENGTH; i++) {
            counts[rule.classOf(OffHeap.getU8(frame + i))]++;
        }
        final ByteBuffer bytes = ByteBuffer.allocate(HISTOGRAM_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(counts);
        return bytes.array();
    }

    private static void hash(
            final Digest hash,
            final long source,
            final long stride,
            final long length,
            final int count,
            final long digests,
            final long digestStride) {
        final byte[] message = new byte[(int) length];
        final byte[] digest = new byte[DIGEST_LENGTH];
        for (int i = 0; i < count; i++) {
            OffHeap.get(source + i * stride, message, 0, message.length);
            hash.update(message, 0, message.length);
            hash.doFinal(digest, 0);
            OffHeap.put(digests + i * digestStride, digest, 0, DIGEST_LENGTH);
        }
    }
}
