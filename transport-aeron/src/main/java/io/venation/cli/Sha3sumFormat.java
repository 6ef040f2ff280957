package io.venation.cli;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of {@code sha3sum -a 256} (Digest::SHA3 1.05): {@code HEX␠␠NAME} or {@code HEX␠*NAME}, with a backslash in
 * front where the name is escaped. Names keep their bytes.
 */
final class Sha3sumFormat implements SumFormat {
    private static final Pattern LINE =
            Pattern.compile("[ \\t]*(\\\\?)(\\p{XDigit}{64})[ \\t][ *](.+)", Pattern.DOTALL);

    @Override
    public String before(final String name) {
        return SumFormat.escapeMark(name);
    }

    @Override
    public String after(final String name) {
        return "  " + SumFormat.escaped(name);
    }

    @Override
    public String reason(final IOException e) {
        return OsError.of(e);
    }

    @Override
    public boolean check(
            final String name, final Lines lines, final boolean quiet, final Sums sums, final Console console)
            throws IOException {
        long lineCount = 0;
        long malformed = 0;
        long unreadable = 0;
        long wrong = 0;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            final String text = RawText.decode(line);
            if (text.startsWith("#")) {
                continue;
            }
            lineCount++;
            final Matcher parts = LINE.matcher(text);
            if (!parts.matches()) {
                malformed++;
                continue;
            }
            final String file = parts.group(1).isEmpty() ? parts.group(3) : unescaped(parts.group(3));
            try {
                if (!MessageDigest.isEqual(sums.of(file), HexFormat.of().parseHex(parts.group(2)))) {
                    console.line(file + ": FAILED");
                    wrong++;
                } else if (!quiet) {
                    console.line(file + ": OK");
                }
            } catch (final IOException e) {
                console.error(file + ": " + reason(e));
                console.line(file + ": FAILED open or read");
                unreadable++;
            }
        }
        if (lineCount == malformed) {
            console.error(
                    (name.equals("-") ? "standard input" : name) + ": no properly formatted SHA3 checksum lines found");
            return false;
        }
        warn(malformed, malformed == 1 ? " line is improperly formatted" : " lines are improperly formatted", console);
        warn(unreadable, " listed file" + (unreadable == 1 ? "" : "s") + " could not be read", console);
        warn(wrong, " computed checksum" + (wrong == 1 ? "" : "s") + " did NOT match", console);
        return unreadable + wrong == 0;
    }

    private static void warn(final long count, final String what, final Console console) {
        if (count > 0) {
            console.error("WARNING: " + count + what);
        }
    }

    private static String unescaped(final String text) {
        return text.replace("\\\\", "\0").replace("\\n", "\n").replace('\0', '\\');
    }
}
