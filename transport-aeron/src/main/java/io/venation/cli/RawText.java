package io.venation.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that carries any bytes: UTF-8, and U+DC80..U+DCFF for each byte 80..FF that is none (as in Python's PEP 383).
 * Independent of the locale. Any thread.
 */
public final class RawText {
    private static final Path WORKING_DIRECTORY_LINK = Path.of("/proc/self/cwd");

    private RawText() {}

    /**
     * Text of bytes.
     *
     * @param bytes any bytes.
     * @return text from which {@link #encode} makes the same bytes again.
     */
    public static String decode(final byte[] bytes) {
        return decode(bytes, true);
    }

    private static String decode(final byte[] bytes, final boolean isCarrying) {
        final CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        final ByteBuffer input = ByteBuffer.wrap(bytes);
        final CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(input, text, true);
        while (result.isError()) {
            final boolean isSurrogate = input.get(input.position()) == (byte) 0xED
                    && result.length() > 1
                    && (input.get(input.position() + 1) & 0xFF) >= 0xA0;
            for (int i = 0; i < result.length(); i++) {
                final int b = input.get() & 0xFF;
                if (isCarrying) {
                    text.put((char) (0xDC00 | b));
                } else if (i == 0 || isSurrogate) {
                    text.put('\uFFFD');
                }
            }
            result = decoder.decode(input, text, true);
        }
        return text.flip().toString();
    }

    /**
     * Bytes of text.
     *
     * @param text from {@link #decode}, or any text.
     * @return its bytes.
     */
    public static byte[] encode(final String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text.getBytes(UTF_8);
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        text.codePoints().forEach(codePoint -> {
            if (isByte(codePoint)) {
                bytes.write(codePoint);
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    /**
     * Text that everyone can read: bytes that are no UTF-8 become U+FFFD, one for each maximal part of a character
     * (Unicode 3.9, and so three for an encoded surrogate, where the JDK's replacing decoder gives one).
     *
     * @param text from {@link #decode}, or any text.
     * @return well-formed text.
     */
    public static String wellFormed(final String text) {
        return decode(encode(text), false);
    }

    /**
     * Whether text carries bytes that are no UTF-8.
     *
     * @param text from {@link #decode}, or any text.
     * @return true where {@link #wellFormed} is the text itself.
     */
    public static boolean isWellFormed(final String text) {
        return text.codePoints().noneMatch(RawText::isByte);
    }

    /**
     * The path of a name, with exactly its bytes.
     *
     * @param name an absolute or relative name.
     * @return the path; absolute where the name is not plain ASCII.
     * @throws java.nio.file.InvalidPathException where the name has a NUL.
     */
    public static Path path(final String name) {
        if (name.chars().allMatch(c -> c < 0x80) || !Files.exists(WORKING_DIRECTORY_LINK)) {
            return Path.of(name);
        }
        final StringBuilder uri = new StringBuilder("file://");
        if (!name.startsWith("/")) {
            uri.append(workingDirectory().toUri().getRawPath());
        }
        for (final byte b : encode(name)) {
            if (b == '/') {
                uri.append('/');
            } else {
                uri.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    private static Path workingDirectory() {
        try {
            return WORKING_DIRECTORY_LINK.toRealPath();
        } catch (final IOException e) {
            throw new CommandFailure("the working directory does not exist any more: cd to one that does", e);
        }
    }

    private static boolean isByte(final int codePoint) {
        return codePoint >= 0xDC80 && codePoint <= 0xDCFF;
    }
}
