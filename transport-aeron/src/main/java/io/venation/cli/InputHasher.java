package io.venation.cli;

import io.venation.hashing.Blake3;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Hashes inputs one after the other; BLAKE3 of a large file with several threads.
 *
 * <p>Files are read, not mapped: a kernel that reads a mapping beyond the end of a file that has shrunk ends the process,
 * and reading into a buffer that stays in the cache costs a tenth more. One thread calls.
 */
final class InputHasher {
    private static final int BUFFER_LENGTH = 1 << 17;
    private static final long SUBTREES_LENGTH_MIN = 1 << 20;

    private final InputDigest digest;
    private final int threads;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final MemorySegment segment = MemorySegment.ofBuffer(buffer);

    InputHasher(final InputDigest digest, final int threads) {
        this.digest = digest;
        this.threads = threads;
    }

    /** The digest of everything up to the end of the input; valid until the next call. */
    InputDigest hash(final HashInput input) throws IOException {
        digest.reset();
        if (input.file() != null && digest instanceof InputDigest.Blake3Digest(Blake3 blake3)) {
            final FileChannel file = input.file();
            final long length = file.size();
            if (length >= SUBTREES_LENGTH_MIN) {
                blake3.updateParallel((position, target) -> readFully(file, position, target), length, threads);
                file.position(length);
            }
        }
        while (input.channel().read(buffer.clear()) >= 0) {
            digest.update(segment.asSlice(0, buffer.position()));
        }
        return digest;
    }

    /** Fills the target from a position on. */
    static void readFully(final FileChannel file, final long position, final MemorySegment target) throws IOException {
        final ByteBuffer bytes = target.asByteBuffer();
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("shrank while it was read");
            }
        }
    }
}
