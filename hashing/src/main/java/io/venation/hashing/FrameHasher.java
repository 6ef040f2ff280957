package io.venation.hashing;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * The checked door to {@link FrameKernels}: memory segments instead of addresses. A bad argument throws, naming the
 * argument, before any kernel sees it.
 *
 * <p>Segments are off-heap, alive and of the calling thread; outputs are writable, apart from one another and from the
 * source. Outputs may lie between the frames of one segment, as receipts do. Whoever may close a segment, or truncate
 * the file behind it, waits until the call returns.
 *
 * <p>One thread. Allocates nothing after construction.
 */
public final class FrameHasher {
    private static final int FRAME_LENGTH = FrameKernels.FRAME_LENGTH;
    private static final int DIGEST_LENGTH = FrameKernels.DIGEST_LENGTH;
    private static final int HISTOGRAM_LENGTH = FrameKernels.HISTOGRAM_LENGTH;

    private final FrameKernels kernels;

    /**
     * Hashes with these kernels.
     *
     * @param kernels kernels that this hasher alone uses.
     */
    public FrameHasher(final FrameKernels kernels) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
    }

    /**
     * BLAKE3-256 of frames.
     *
     * @param source       frames.
     * @param stride       bytes between frame starts, ≥ 0.
     * @param count        frames, ≥ 0.
     * @param digests      room for the digests.
     * @param digestStride bytes between digest starts, ≥ 32.
     */
    public void blake3(
            final MemorySegment source,
            final long stride,
            final int count,
            final MemorySegment digests,
            final long digestStride) {
        final long from = checkedSource(source, stride, FRAME_LENGTH, count);
        final long to = checkedOutput(digests, "digests", digestStride, "digestStride", DIGEST_LENGTH, count);
        checkApart(from, stride, FRAME_LENGTH, count, to, digestStride, DIGEST_LENGTH, "digests overlap source");
        kernels.blake3(from, stride, count, to, digestStride);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(digests);
    }

    /**
     * Keyed BLAKE3-256 of frames.
     *
     * @param key          32 bytes.
     * @param source       frames.
     * @param stride       bytes between frame starts, ≥ 0.
     * @param count        frames, ≥ 0.
     * @param digests      room for the digests.
     * @param digestStride bytes between digest starts, ≥ 32.
     */
    public void blake3Keyed(
            final MemorySegment key,
            final MemorySegment source,
            final long stride,
            final int count,
            final MemorySegment digests,
            final long digestStride) {
        final long keyAddress = checkedAddress(key, "key");
        if (key.byteSize() != Blake3.KEY_LENGTH) {
            throw new IllegalArgumentException("key.byteSize=" + key.byteSize() + ": must be " + Blake3.KEY_LENGTH);
        }
        final long from = checkedSource(source, stride, FRAME_LENGTH, count);
        final long to = checkedOutput(digests, "digests", digestStride, "digestStride", DIGEST_LENGTH, count);
        checkApart(from, stride, FRAME_LENGTH, count, to, digestStride, DIGEST_LENGTH, "digests overlap source");
        checkApart(keyAddress, 0, Blake3.KEY_LENGTH, count, to, digestStride, DIGEST_LENGTH, "digests overlap key");
        kernels.blake3Keyed(keyAddress, from, stride, count, to, digestStride);
        Reference.reachabilityFence(key);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(digests);
    }

    /**
     * SHA3-256 of messages of one length.
     *
     * @param source       messages.
     * @param stride       bytes between message starts, ≥ 0.
     * @param length       bytes of each message, ≥ 0.
     * @param count        messages, ≥ 0.
     * @param digests      room for the digests.
     * @param digestStride bytes between digest starts, ≥ 32.
     */
    public void sha3(
            final MemorySegment source,
            final long stride,
            final long length,
            final int count,
            final MemorySegment digests,
            final long digestStride) {
        checkNotNegative(length, "length");
        final long from = checkedSource(source, stride, length, count);
        final long to = checkedOutput(digests, "digests", digestStride, "digestStride", DIGEST_LENGTH, count);
        checkApart(from, stride, length, count, to, digestStride, DIGEST_LENGTH, "digests overlap source");
        kernels.sha3(from, stride, length, count, to, digestStride);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(digests);
    }

    /**
     * R96 class histograms of frames.
     *
     * @param rule       the class map.
     * @param source     frames.
     * @param stride     bytes between frame starts, ≥ 0.
     * @param count      frames, ≥ 0.
     * @param histograms room for {@code count} × 384 bytes.
     */
    public void r96Histograms(
            final R96Rule rule,
            final MemorySegment source,
            final long stride,
            final int count,
            final MemorySegment histograms) {
        Objects.requireNonNull(rule, "rule");
        final long from = checkedSource(source, stride, FRAME_LENGTH, count);
        final long to = checkedOutput(histograms, "histograms", HISTOGRAM_LENGTH, "", HISTOGRAM_LENGTH, count);
        checkApart(
                from, stride, FRAME_LENGTH, count, to, HISTOGRAM_LENGTH, HISTOGRAM_LENGTH, "histograms overlap source");
        kernels.r96Histograms(rule, from, stride, count, to);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(histograms);
    }

    /**
     * Content address and R96 digest of frames.
     *
     * @param rule          the class map.
     * @param addressHash   the hash of the content address.
     * @param source        frames.
     * @param stride        bytes between frame starts, ≥ 0.
     * @param count         frames, ≥ 0.
     * @param addresses     room for the content addresses.
     * @param addressStride bytes between content addresses, ≥ 32.
     * @param digests       room for the R96 digests.
     * @param digestStride  bytes between R96 digests, ≥ 32.
     */
    public void identify(
            final R96Rule rule,
            final AddressHash addressHash,
            final MemorySegment source,
            final long stride,
            final int count,
            final MemorySegment addresses,
            final long addressStride,
            final MemorySegment digests,
            final long digestStride) {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(addressHash, "addressHash");
        final long from = checkedSource(source, stride, FRAME_LENGTH, count);
        final long to = checkedOutput(addresses, "addresses", addressStride, "addressStride", DIGEST_LENGTH, count);
        final long r96 = checkedOutput(digests, "digests", digestStride, "digestStride", DIGEST_LENGTH, count);
        checkApart(from, stride, FRAME_LENGTH, count, to, addressStride, DIGEST_LENGTH, "addresses overlap source");
        checkApart(from, stride, FRAME_LENGTH, count, r96, digestStride, DIGEST_LENGTH, "digests overlap source");
        checkApart(
                to, addressStride, DIGEST_LENGTH, count, r96, digestStride, DIGEST_LENGTH, "digests overlap addresses");
        kernels.identify(rule, addressHash, from, stride, count, to, addressStride, r96, digestStride);
        Reference.reachabilityFence(source);
        Reference.reachabilityFence(addresses);
        Reference.reachabilityFence(digests);
    }

    /**
     * The address of a segment that kernels may read.
     *
     * @param segment segment.
     * @param name    its name in the message.
     * @return absolute address.
     */
    static long checkedAddress(final MemorySegment segment, final String name) {
        Objects.requireNonNull(segment, name);
        if (!segment.isNative()) {
            throw new IllegalArgumentException(name + "=" + segment + ": must be off-heap");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalArgumentException(name + "=" + segment + ": is closed");
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException(name + "=" + segment + ": belongs to another thread");
        }
        return segment.address();
    }

    private static long checkedSource(
            final MemorySegment source, final long stride, final long length, final int count) {
        final long address = checkedAddress(source, "source");
        checkNotNegative(count, "count");
        checkNotNegative(stride, "stride");
        checkSpan(source, "source", stride, length, count);
        return address;
    }

    private static long checkedOutput(
            final MemorySegment output,
            final String name,
            final long stride,
            final String strideName,
            final int length,
            final int count) {
        final long address = checkedAddress(output, name);
        if (output.isReadOnly()) {
            throw new IllegalArgumentException(name + "=" + output + ": is read-only");
        }
        if (stride < length) {
            throw new IllegalArgumentException(strideName + "=" + stride + ": must be at least " + length);
        }
        checkSpan(output, name, stride, length, count);
        return address;
    }

    static void checkNotNegative(final long value, final String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + ": must be at least 0");
        }
    }

    /** Checks (count − 1)·stride + length ≤ size without overflow. */
    private static void checkSpan(
            final MemorySegment segment, final String name, final long stride, final long length, final int count) {
        if (count == 0) {
            return;
        }
        final long size = segment.byteSize();
        final boolean fits = length <= size && (count == 1 || stride <= (size - length) / (count - 1));
        if (!fits) {
            throw new IllegalArgumentException(name + ".byteSize=" + size + ": too small for count=" + count
                    + " items of " + length + " bytes at stride=" + stride);
        }
    }

    /** Checks that no item of one row overlaps an item of another; rows may be interleaved. */
    private static void checkApart(
            final long first,
            final long firstStride,
            final long firstLength,
            final int count,
            final long second,
            final long secondStride,
            final long secondLength,
            final String message) {
        if (count == 0
                || firstLength == 0
                || first + (count - 1) * firstStride + firstLength <= second
                || second + (count - 1) * secondStride + secondLength <= first) {
            return;
        }
        for (int i = 0; i < count; i++) {
            final long item = second + i * secondStride;
            final long ended = item - first - firstLength;
            final long next = ended < 0 ? 0 : firstStride == 0 ? count : ended / firstStride + 1;
            if (next < count && first + next * firstStride < item + secondLength) {
                throw new IllegalArgumentException(message + ": item " + next + " and item " + i);
            }
        }
    }
}
