package io.venation.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;

/** One run of the command inside this JVM: what it printed, and its exit code. */
record CommandRun(int exitCode, byte[] outBytes, String err) {
    static CommandRun of(final String... args) {
        return withInput(new byte[0], args);
    }

    static CommandRun withInput(final byte[] input, final String... args) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final int exitCode =
                VenationMain.run(args, new Console(Channels.newChannel(new ByteArrayInputStream(input)), out, err));
        return new CommandRun(exitCode, out.toByteArray(), RawText.decode(err.toByteArray()));
    }

    String out() {
        return RawText.decode(outBytes);
    }
}
