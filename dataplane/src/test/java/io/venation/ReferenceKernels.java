package io.venation;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Mechanism;
import io.venation.hashing.R96Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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

    @Override
    public void receiptIds(final long receipts, final long stride, final int count, final long ids) {
        for (int i = 0; i < count; i++) {
            final byte[] receipt = new byte[RECEIPT_LENGTH];
            OffHeap.get(receipts + i * stride, receipt, 0, receipt.length);
            put(sha3("HOLO-RECEIPT-1", receipt), ids + (long) i * DIGEST_LENGTH);
        }
    }

    @Override
    public void receiptChain(final long ids, final int count, final long firstIndex, final long head) {
        for (int i = 0; i < count; i++) {
            final byte[] link = new byte[DIGEST_LENGTH + Long.BYTES + DIGEST_LENGTH];
            OffHeap.get(head, link, 0, DIGEST_LENGTH);
            ByteBuffer.wrap(link).order(ByteOrder.LITTLE_ENDIAN).putLong(DIGEST_LENGTH, firstIndex + i);
            OffHeap.get(ids + (long) i * DIGEST_LENGTH, link, DIGEST_LENGTH + Long.BYTES, DIGEST_LENGTH);
            put(sha3("HOLO-CHAIN-1", link), head);
        }
    }

    private static byte[] sha3(final String domain, final byte[] bytes) {
        final Digest digest = new SHA3Digest(256);
        digest.update(domain.getBytes(StandardCharsets.US_ASCII), 0, domain.length());
        digest.update(bytes, 0, bytes.length);
        final byte[] out = new byte[DIGEST_LENGTH];
        digest.doFinal(out, 0);
        return out;
    }

    private static void put(final byte[] digest, final long address) {
        OffHeap.put(address, digest, 0, DIGEST_LENGTH);
    }
}
