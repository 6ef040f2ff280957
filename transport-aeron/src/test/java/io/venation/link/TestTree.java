package io.venation.link;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Grows trees of everything that a file system takes, from a seed. */
public final class TestTree {
    private static final int FRAME = 12_288;
    private static final int[] SIZES = {
        0, 1, 4_095, 4_096, 4_097, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 16 * FRAME - 1, 16 * FRAME, 16 * FRAME + 1
    };
    private static final int[] FILE_MODES = {0644, 0600, 0755, 0400, 0444, 0777, 0711, 0640};
    private static final int[] DIRECTORY_MODES = {0755, 0700, 0555, 0500, 0777, 0750};
    private static final String[] NAMES = {
        " ",
        "two words",
        "line\nbreak",
        "tab\tand \u007f",
        "-rf",
        "--",
        ".hidden",
        "...",
        "äöü",
        "日本語",
        "\\",
        "\"quote'",
        "*",
        "%41%zz",
        "a:b",
        "?x#y",
        "~",
        "$(id)",
        "\u0001",
        "e\u0301"
    };

    private final SplittableRandom random;

    /** A tree of its own for each seed. */
    public TestTree(final long seed) {
        random = new SplittableRandom(seed);
    }

    /** Makes a directory with up to four levels of entries below it. */
    public void grow(final Path root) throws IOException {
        grow(root, 4);
    }

    private void grow(final Path directory, final int levels) throws IOException {
        Files.createDirectory(directory);
        final int count = levels == 4 ? 12 : random.nextInt(7);
        for (int i = 0; i < count; i++) {
            final Path entry = child(directory, name(i));
            if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            switch (random.nextInt(levels > 1 ? 8 : 6)) {
                case 0, 1, 2, 3 -> file(entry);
                case 4, 5 -> link(entry);
                default -> grow(entry, levels - 1);
            }
        }
        Files.setAttribute(directory, "unix:mode", DIRECTORY_MODES[random.nextInt(DIRECTORY_MODES.length)]);
        touch(directory);
    }

    private byte[] name(final int index) {
        final byte[] suffix = Integer.toString(index).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        final byte[] text = switch (random.nextInt(4)) {
            case 0 -> NAMES[random.nextInt(NAMES.length)].getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case 1 -> bytes(1 + random.nextInt(20));
            case 2 -> bytes(255 - suffix.length);
            default -> new byte[] {'n'};
        };
        final byte[] name = java.util.Arrays.copyOf(text, text.length + suffix.length);
        System.arraycopy(suffix, 0, name, text.length, suffix.length);
        return name;
    }

    /** Bytes that a name may have: all but NUL and the slash, so mostly no UTF-8. */
    private byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            do {
                bytes[i] = (byte) random.nextInt(1, 256);
            } while (bytes[i] == '/');
        }
        return bytes;
    }

    private void file(final Path file) throws IOException {
        final int pick = random.nextInt(SIZES.length + 4);
        fill(file, pick < SIZES.length ? SIZES[pick] : random.nextInt(pick == SIZES.length ? 3_000_000 : 60_000));
        Files.setAttribute(file, "unix:mode", FILE_MODES[random.nextInt(FILE_MODES.length)]);
        touch(file);
    }

    /** Writes a file of random bytes with runs of zeros in it. */
    public void fill(final Path file, final long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            final byte[] bytes = new byte[FRAME];
            for (long position = 0; position < length; position += FRAME) {
                final int count = (int) Math.min(FRAME, length - position);
                random.nextBytes(bytes);
                if (random.nextInt(3) == 0) {
                    final int from = random.nextInt(FRAME);
                    java.util.Arrays.fill(bytes, from, random.nextInt(from, FRAME + 1), (byte) 0);
                }
                channel.write(ByteBuffer.wrap(bytes, 0, count));
            }
        }
    }

    private void link(final Path link) throws IOException {
        final byte[] text = switch (random.nextInt(6)) {
            case 0 -> "no/such/file".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case 1 -> "/etc/hostname".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case 2 -> "..".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case 3 -> ".".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            case 4 -> bytes(1 + random.nextInt(4_000));
            default -> "../../x y".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        };
        Files.createSymbolicLink(link, child(Path.of("/"), text).subpath(0, 1));
        touch(link);
    }

    private void touch(final Path path) throws IOException {
        final long second = random.nextLong(-2_000_000_000L, 9_000_000_000L);
        final FileTime modified = FileTime.from(Instant.ofEpochSecond(second, random.nextInt(1_000_000_000)));
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(modified, null, null);
    }

    /** The path of a name, byte for byte in every locale. */
    public static Path child(final Path directory, final byte[] name) {
        final StringBuilder uri = new StringBuilder(directory.toUri().toString());
        if (uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (final byte b : name) {
            uri.append('%').append(HexFormat.of().toHexDigits(b));
        }
        return Path.of(URI.create(uri.toString()));
    }
}
