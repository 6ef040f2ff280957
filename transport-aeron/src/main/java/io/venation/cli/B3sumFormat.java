package io.venation.cli;

import io.venation.hashing.Blake3;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The lines of b3sum 1.2.0: {@code HEX␠␠NAME}, with a backslash in front where the name is escaped. */
final class B3sumFormat implements SumFormat {
    private static final int HEX_LENGTH = 2 * Blake3.HASH_LENGTH;
    private static final String GAP = "  ";
    private static final int PREFIX_LENGTH = HEX_LENGTH + GAP.length();

    @Override
    public String before(final String name) {
        return SumFormat.escapeMark(name);
    }

    @Override
    public String after(final String name) {
        return GAP + SumFormat.escaped(RawText.wellFormed(name));
    }

    @Override
    public String reason(final IOException e) {
        return OsError.numbered(e);
    }

    @Override
    public boolean check(
            final String name, final Lines lines, final boolean quiet, final Sums sums, final Console console)
            throws IOException {
        boolean ok = true;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            final String text = RawText.decode(line);
            if (!RawText.isWellFormed(text)) {
                throw new IOException("stream did not contain valid UTF-8");
            }
            try {
                ok &= check(text, quiet, sums, console);
            } catch (final Malformed e) {
                console.error(e.getMessage());
                ok = false;
            }
        }
        return ok;
    }

    private boolean check(final String line, final boolean quiet, final Sums sums, final Console console)
            throws Malformed {
        require(!line.isEmpty(), "Empty line");
        final boolean isEscaped = line.startsWith("\\");
        final String rest = isEscaped ? line.substring(1) : line;
        require(RawText.encode(rest).length > PREFIX_LENGTH, "Short line");
        require(rest.codePoints().limit(PREFIX_LENGTH).allMatch(c -> c < 0x80), "Non-ASCII prefix");
        require(rest.startsWith(GAP, HEX_LENGTH), "Invalid space");
        final String hex = rest.substring(0, HEX_LENGTH);
        require(hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f'), "Invalid hex");
        final String shown = rest.substring(PREFIX_LENGTH);
        final String name = isEscaped ? unescaped(shown) : shown;
        require(name.indexOf('\0') < 0, "Null character in path");
        require(name.indexOf('\uFFFD') < 0, "Unicode replacement character in path");

        final String label = (isEscaped ? "\\" : "") + shown + ": ";
        final byte[] sum;
        try {
            sum = sums.of(name);
        } catch (final IOException e) {
            console.line(label + "FAILED (" + reason(e) + ")");
            return false;
        }
        final boolean isEqual = MessageDigest.isEqual(sum, HexFormat.of().parseHex(hex));
        if (!isEqual) {
            console.line(label + "FAILED");
        } else if (!quiet) {
            console.line(label + "OK");
        }
        return isEqual;
    }

    private static String unescaped(final String text) throws Malformed {
        final StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                require(
                        i < text.length() && (text.charAt(i) == 'n' || text.charAt(i) == '\\'),
                        "Invalid backslash escape");
                c = text.charAt(i) == 'n' ? '\n' : '\\';
            }
            name.append(c);
        }
        return name.toString();
    }

    private static void require(final boolean condition, final String message) throws Malformed {
        if (!condition) {
            throw new Malformed(message);
        }
    }

    /** A line that is no sum. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(final String message) {
            super(message);
        }
    }
}
