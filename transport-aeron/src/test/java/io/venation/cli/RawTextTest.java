package io.venation.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RawTextTest {
    @Test
    void shouldGiveAnyBytesBack() {
        final long seed = 0x52_41_57L;
        final Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            final byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                if (random.nextBoolean()) {
                    bytes[j] &= 0x7F;
                } else if (bytes[j] == (byte) 0xED) { // where the JDK replaces otherwise
                    bytes[j]++;
                }
            }
            final String text = RawText.decode(bytes);
            final String message =
                    "seed=" + seed + " i=" + i + " bytes=" + HexFormat.of().formatHex(bytes);
            assertArrayEquals(bytes, RawText.encode(text), message);
            assertEquals(new String(bytes, UTF_8), RawText.wellFormed(text), message);
            assertEquals(text.equals(RawText.wellFormed(text)), RawText.isWellFormed(text), message);
        }
    }

    @Test
    void shouldKeepTextAsItIs() {
        final String text = "a\u00E9\u20AC\uD83C\uDF3F\uFFFD\n";
        assertEquals(text, RawText.decode(text.getBytes(UTF_8)));
        assertArrayEquals(text.getBytes(UTF_8), RawText.encode(text));
        assertTrue(RawText.isWellFormed(text));
    }

    @Test
    void shouldCarryEncodedSurrogatesAsBytes() {
        final byte[] bytes = {(byte) 0xED, (byte) 0xB2, (byte) 0x80};
        assertEquals("\uDCED\uDCB2\uDC80", RawText.decode(bytes));
        assertArrayEquals(bytes, RawText.encode("\uDCED\uDCB2\uDC80"));
        assertFalse(RawText.isWellFormed("\uDCED"));
        assertEquals("\uFFFD\uFFFD\uFFFDx", RawText.wellFormed("\uDCED\uDCB2\uDC80x"));
        assertEquals("\uFFFD\uFFFD", RawText.wellFormed("\uDCED\uDCB2"));
        assertEquals("\uFFFDx", RawText.wellFormed("\uDCED\uDC9Fx"));
        assertEquals("\uFFFD", RawText.wellFormed("\uDCED"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameTheFileWithExactlyItsBytes(@TempDir final Path directory) throws IOException {
        final String name = "x\uDCFF \n\\%41\u00E9";
        final Path path = RawText.path(directory + "/" + name);
        Files.writeString(path, "content");

        assertTrue(
                path.toUri().getRawPath().endsWith("/x%FF%20%0A%5C%2541%C3%A9"),
                path.toUri().toString());
        assertEquals("content", Files.readString(RawText.path(directory + "/" + name)));
        try (var entries = Files.list(directory)) {
            assertEquals(path.toUri(), entries.findFirst().orElseThrow().toUri());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldResolveAgainstTheWorkingDirectory() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/cwd")), "no /proc here");
        assertEquals(
                Path.of("").toAbsolutePath().resolve("\u00E9").toUri(),
                RawText.path("\u00E9").toUri());
        assertEquals(Path.of("plain"), RawText.path("plain"));
    }
}
