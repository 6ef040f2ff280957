package io.venation.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;

/**
 * What is hashed: a file, or standard input, which is not closed.
 *
 * @param channel  the bytes.
 * @param file     the same, where it may be read by position.
 */
record HashInput(ReadableByteChannel channel, FileChannel file) implements Closeable {
    static HashInput of(final ReadableByteChannel standardInput) {
        return new HashInput(standardInput, null);
    }

    @SuppressWarnings("resource") // the record closes it
    static HashInput open(final String name) throws IOException {
        if (name.isEmpty()) {
            throw new NoSuchFileException(name);
        }
        final String exact =
                name.endsWith("/") ? name + "." : name; // a path drops the slash that only a directory bears
        final FileChannel file = FileChannel.open(RawText.path(exact), StandardOpenOption.READ);
        return new HashInput(file, file);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
