package io.venation.link;

import io.venation.hashing.Blake3;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hash of a file from its frames' content addresses: {@code BLAKE3(length u64 ‖ addresses in order)}, so the data is not
 * read a second time. One thread; allocates nothing after construction.
 */
final class FileHash {
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final int LIMIT = 64;

    private final Blake3 hasher;
    private final byte[] scratch = new byte[LIMIT * FrameKernels.DIGEST_LENGTH];

    FileHash(final FrameKernels kernels) {
        hasher = Blake3.hasher(kernels);
    }

    void begin(final long length) {
        new UnsafeBuffer(scratch).putLong(0, length, java.nio.ByteOrder.LITTLE_ENDIAN);
        hasher.reset();
        hasher.update(scratch, 0, Long.BYTES);
    }

    /**
     * Adds content addresses.
     *
     * @param address of the first.
     * @param stride  bytes from one to the next.
     * @param count   0..64.
     */
    void add(final long address, final long stride, final int count) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(
                    MEMORY,
                    ValueLayout.JAVA_BYTE,
                    address + i * stride,
                    scratch,
                    i * FrameKernels.DIGEST_LENGTH,
                    FrameKernels.DIGEST_LENGTH);
        }
        hasher.update(scratch, 0, count * FrameKernels.DIGEST_LENGTH);
    }

    void end(final byte[] hash) {
        hasher.digest(hash, 0, FrameKernels.DIGEST_LENGTH);
    }
}
