package io.venation.hashing;

import static io.venation.hashing.FrameKernels.FRAME_LENGTH;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The messages of {@code known-answers.txt}, by name, and the answers. */
final class TestFrames {
    /** A line of {@code known-answers.txt}. */
    record KnownAnswer(String message, String quantity, String value) {}

    private TestFrames() {}

    static byte[] message(final String name) {
        return switch (name) {
            case "Z" -> new byte[FRAME_LENGTH];
            case "P" -> pattern();
            case "S" -> splitMix64();
            case "Z+P+S" ->
                ByteBuffer.allocate(3 * FRAME_LENGTH)
                        .put(message("Z"))
                        .put(message("P"))
                        .put(message("S"))
                        .array();
            case "empty" -> new byte[0];
            default -> name.getBytes(StandardCharsets.US_ASCII);
        };
    }

    private static byte[] pattern() {
        final byte[] frame = new byte[FRAME_LENGTH];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (byte) i;
        }
        return frame;
    }

    private static byte[] splitMix64() {
        final ByteBuffer frame = ByteBuffer.allocate(FRAME_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        long state = 12_288;
        while (frame.hasRemaining()) {
            state += 0x9E3779B97F4A7C15L;
            long mixed = state;
            mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
            frame.putLong(mixed ^ (mixed >>> 31));
        }
        return frame.array();
    }

    static List<KnownAnswer> knownAnswers() {
        final List<KnownAnswer> answers = new ArrayList<>();
        try (var in = TestFrames.class.getResourceAsStream("known-answers.txt")) {
            for (final String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    final String[] words = line.split(" +");
                    answers.add(new KnownAnswer(words[0], words[1], words[2]));
                }
            }
        } catch (final java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return answers;
    }
}
