package io.venation.cli;

import io.venation.object.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code venation store cat}. */
@Command(name = "cat", description = "Write the bytes of a stored file, or a range of them, to standard output.")
final class StoreCatCommand extends StoreSubcommand {
    @Parameters(
            paramLabel = "ROOT[/PATH]",
            converter = StoredPath.Converter.class,
            description = "A file's root, or a file in a directory.")
    private StoredPath path;

    @Option(names = "--offset", paramLabel = "BYTES", description = "First byte to write (default 0).")
    private long offset;

    @Option(names = "--length", paramLabel = "BYTES", description = "Bytes to write at most (default all).")
    private long length = Long.MAX_VALUE;

    @Override
    int run() throws IOException {
        if (offset < 0 || length < 0) {
            throw new ParameterException(spec().commandLine(), "--offset and --length must be at least 0");
        }
        return read((source, suite) -> {
            final StoredPath.Target target = path.resolve(source, kernels(), suite);
            if (!(target instanceof final StoredPath.StoredFile file)) {
                throw new CommandFailure(path.text() + ": is not a file"
                        + (target instanceof StoredPath.StoredTree ? " but a tree; ls lists its entries" : ""));
            }
            final ObjectReader reader = ObjectReader.verifying(source, kernels(), suite.addressHash());
            reader.open(file.root());
            reader.transferTo(offset, length, new Output());
            return VenationMain.EXIT_OK;
        });
    }

    /** Standard output. */
    private final class Output implements WritableByteChannel {
        @Override
        public int write(final ByteBuffer source) {
            final byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            console().write(bytes);
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // it stays open
        }
    }
}
