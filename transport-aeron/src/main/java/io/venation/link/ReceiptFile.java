package io.venation.link;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Receipts of a transfer, 128 bytes each in sequence order; the file has its name only when the transfer is whole. */
final class ReceiptFile implements AutoCloseable {
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final int BUFFER_LENGTH = 64 * 1024;

    private final Path path;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final MemorySegment bufferSegment = MemorySegment.ofBuffer(buffer);

    ReceiptFile(final Path path) throws IOException {
        this.path = path.toAbsolutePath();
        temporary = Files.createTempFile(this.path.getParent(), ".venation-receipts-", ".part");
        channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
    }

    /**
     * Appends receipts that stand one behind the other.
     *
     * @param address absolute address of the first.
     * @param length  bytes, at most 64 KiB.
     */
    void append(final long address, final int length) throws IOException {
        if (length > buffer.remaining()) {
            flush();
        }
        MemorySegment.copy(MEMORY, address, bufferSegment, buffer.position(), length);
        buffer.position(buffer.position() + length);
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    void commit() throws IOException {
        flush();
        channel.force(true);
        channel.close();
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
