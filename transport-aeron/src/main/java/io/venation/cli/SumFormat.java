package io.venation.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.HexFormat;

/** How a program for sums writes its lines and reads them again. One thread. */
sealed interface SumFormat permits B3sumFormat, Sha3sumFormat {
    /** The sum of a named input. */
    @FunctionalInterface
    interface Sums {
        byte[] of(String name) throws IOException;
    }

    /** What stands before the sum of a named input. */
    String before(String name);

    /** What stands after the sum of a named input. */
    String after(String name);

    /** Checks every line of a file of sums; prints what comes out and says whether all was right. */
    boolean check(String name, Lines lines, boolean quiet, Sums sums, Console console) throws IOException;

    /** What went wrong with an input. */
    String reason(IOException e);

    /** Prints the line of an input: hex with its name, or hex alone where the name is null. */
    default void print(final InputDigest digest, final long length, final String name, final Console console) {
        final StringBuilder line = new StringBuilder(name == null ? "" : before(name));
        digest.output(length, piece -> {
            line.append(HexFormat.of().formatHex(piece));
            if (line.length() > 1 << 16) {
                console.write(RawText.encode(line.toString()));
                line.setLength(0);
            }
        });
        console.line(line.append(name == null ? "" : after(name)).toString());
    }

    /** A name on one line. */
    static String escaped(final String name) {
        return name.replace("\\", "\\\\").replace("\n", "\\n");
    }

    /** The backslash before a line whose name is escaped. */
    static String escapeMark(final String name) {
        return name.indexOf('\\') >= 0 || name.indexOf('\n') >= 0 ? "\\" : "";
    }

    /** The lines of a file of sums, without their ends. */
    final class Lines {
        private final InputStream in;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(final HashInput input) {
            in = new BufferedInputStream(Channels.newInputStream(input.channel()));
        }

        /** The next line, or null after the last. */
        byte[] next() throws IOException {
            line.reset();
            int read = in.read();
            if (read < 0) {
                return null;
            }
            for (; read >= 0 && read != '\n'; read = in.read()) {
                line.write(read);
            }
            return line.toByteArray();
        }
    }
}
