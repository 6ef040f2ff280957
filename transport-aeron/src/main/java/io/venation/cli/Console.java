package io.venation.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ReadableByteChannel;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Standard input, output and error of a command. Text goes out as {@link RawText} bytes, each line at once; an output
 * that cannot be written ends the command.
 *
 * <p>Any thread may print; lines do not mix.
 */
public final class Console {
    private final ReadableByteChannel in;
    private final OutputStream out;
    private final OutputStream err;

    Console(final ReadableByteChannel in, final OutputStream out, final OutputStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    @SuppressWarnings("resource") // the process's own descriptors stay open
    static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in).getChannel(),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    /**
     * The console of a running command.
     *
     * @param spec the command's own, injected by picocli's {@code @Spec}.
     * @return its console.
     */
    public static Console of(final CommandSpec spec) {
        return ((VenationMain) spec.root().userObject()).console();
    }

    /**
     * Standard input.
     *
     * @return the channel; it need not be closed.
     */
    public ReadableByteChannel in() {
        return in;
    }

    /**
     * Prints a line on standard output.
     *
     * @param text the line without its end.
     */
    public void line(final String text) {
        write(RawText.encode(text + '\n'));
    }

    /**
     * Writes bytes to standard output.
     *
     * @param bytes all of them are written.
     */
    public synchronized void write(final byte[] bytes) {
        try {
            out.write(bytes);
        } catch (final IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                throw new BrokenPipe(e);
            }
            throw new CommandFailure("standard output: " + e.getMessage(), e);
        }
    }

    /**
     * Prints a line on standard error, after {@code venation: }.
     *
     * @param text the line without its end.
     */
    public synchronized void error(final String text) {
        try {
            err.write(RawText.encode("venation: " + text + '\n'));
        } catch (final IOException e) {
            throw new BrokenPipe(e);
        }
    }

    /** Nobody reads what the command prints any more: it ends quietly with exit code 1. */
    static final class BrokenPipe extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenPipe(final IOException cause) {
            super(cause);
        }
    }
}
