package io.venation.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments as the bytes they came as. The JVM decodes them with the locale's encoding and loses what that cannot
 * express; on Linux {@code /proc/self/cmdline} still has them.
 */
final class RawArguments {
    private RawArguments() {}

    static String[] of(final String[] decoded) {
        if (Arrays.stream(decoded).allMatch(RawArguments::isAscii)) {
            return decoded;
        }
        try {
            return of(decoded, Files.readAllBytes(Path.of("/proc/self/cmdline")));
        } catch (final IOException e) {
            return decoded;
        }
    }

    /** The last arguments of a command line whose arguments end with a NUL each. */
    static String[] of(final String[] decoded, final byte[] commandLine) {
        final List<String> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                all.add(RawText.decode(Arrays.copyOfRange(commandLine, start, i)));
                start = i + 1;
            }
        }
        if (all.size() < decoded.length) {
            return decoded;
        }
        final String[] raw =
                all.subList(all.size() - decoded.length, all.size()).toArray(String[]::new);
        for (int i = 0; i < raw.length; i++) {
            if (isAscii(decoded[i]) && !decoded[i].equals(raw[i])) {
                return decoded;
            }
        }
        return raw;
    }

    private static boolean isAscii(final String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
