package io.venation.store;

import java.io.IOException;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a store does with files, and the one place where it forces them. */
class StoreFiles {
    /** Files as they are. */
    static final StoreFiles PLAIN = new StoreFiles();

    private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(1 << 21);

    private static final Method SET_UNINTERRUPTIBLE = setUninterruptible();

    StoreFiles() {}

    /**
     * Opens a file in such a way that interrupting a thread that reads, writes or forces does not close it under the others,
     * where the JVM lets us ({@code --add-opens java.base/sun.nio.ch}): an agent's thread is interrupted when it is closed.
     */
    static FileChannel open(final Path path, final OpenOption... options) throws IOException {
        final FileChannel channel = FileChannel.open(path, options);
        if (SET_UNINTERRUPTIBLE != null) {
            try {
                SET_UNINTERRUPTIBLE.invoke(channel);
            } catch (final ReflectiveOperationException e) {
                channel.close();
                throw new IOException(path + ": " + e, e);
            }
        }
        return channel;
    }

    private static Method setUninterruptible() {
        try {
            final Method method = Class.forName("sun.nio.ch.FileChannelImpl").getMethod("setUninterruptible");
            method.setAccessible(true);
            return method;
        } catch (final ReflectiveOperationException | InaccessibleObjectException e) {
            return null;
        }
    }

    /**
     * Forces a file's bytes and length to disk. Tests override it: to fail, and to see what a loss of power would leave.
     */
    void force(final Path path, final FileChannel channel) throws IOException {
        channel.force(false);
    }

    /** Forces what names a directory holds. */
    void forceDirectory(final Path directory) throws IOException {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Writes all of a buffer. */
    static void write(final FileChannel channel, final ByteBuffer bytes, final long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Writes zeroes, so that the file system has found room for them before anybody maps them. */
    static void writeZeroes(final FileChannel channel, final long offset, final long length) throws IOException {
        final ByteBuffer zeroes = ZEROES.duplicate();
        final int run = zeroes.capacity();
        for (long at = offset, end = offset + length, next; at < end; at = next) {
            next = Math.min(end, (at / run + 1) * run);
            write(channel, zeroes.clear().limit((int) (next - at)), at);
        }
    }

    /** Reads until a buffer is full or the file ends; returns how many bytes that were. */
    static int read(final FileChannel channel, final ByteBuffer bytes, final long offset) throws IOException {
        final int from = bytes.position();
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position() - from) < 0) {
                break;
            }
        }
        return bytes.position() - from;
    }
}
