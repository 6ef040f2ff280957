package io.venation.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How far a store has followed another's log: a file {@code follows-STORE} of one line, {@code 1 POSITION CRC}, replaced as a
 * whole. 1 is the version, CRC the CRC32C of what is before its space, eight hexadecimal digits.
 */
final class FollowedPosition {
    private static final Pattern LINE = Pattern.compile("(1 (.+)) ([0-9a-f]{8})\n");

    private FollowedPosition() {}

    private static Path path(final Path directory, final UUID source) {
        return directory.resolve("follows-" + source);
    }

    /** Reads it; empty where there is none or it is damaged: who follows begins anew then. */
    static Optional<LogPosition> read(final Path directory, final UUID source) throws IOException {
        final String line;
        try {
            line = Files.readString(path(directory, source), StandardCharsets.ISO_8859_1);
        } catch (final NoSuchFileException _) {
            return Optional.empty();
        }
        final Matcher parts = LINE.matcher(line);
        if (!parts.matches() || !crc(parts.group(1)).equals(parts.group(3))) {
            return Optional.empty();
        }
        return Optional.of(LogPosition.parse(parts.group(2)))
                .filter(position -> position.store().equals(source));
    }

    /** Writes it under another name, forces it and gives it its own. */
    static void write(final StoreFiles files, final Path directory, final LogPosition position) throws IOException {
        final Path path = path(directory, position.store());
        final Path temporary = directory.resolve(path.getFileName() + ".new");
        final String text = "1 " + position;
        final byte[] line = (text + " " + crc(text) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        try (FileChannel channel = StoreFiles.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            StoreFiles.write(channel, ByteBuffer.wrap(line), 0);
            files.force(temporary, channel);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        files.forceDirectory(directory);
    }

    private static String crc(final String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
