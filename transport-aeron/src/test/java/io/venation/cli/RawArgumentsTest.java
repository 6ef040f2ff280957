package io.venation.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class RawArgumentsTest {
    private static final String[] MANGLED = {"hash", "\uFFFD", "", "a b"};

    @Test
    void shouldTakeTheLastArgumentsOfTheCommandLine() {
        final byte[] commandLine = "java\0-cp\0x\0Main\0hash\0\u00FF\0\0a b\0".getBytes(ISO_8859_1);
        assertArrayEquals(new String[] {"hash", "\uDCFF", "", "a b"}, RawArguments.of(MANGLED, commandLine));
    }

    @Test
    void shouldKeepWhatTheJvmDecodedWhereTheCommandLineIsAnotherOne() {
        assertSame(MANGLED, RawArguments.of(MANGLED, "java\0hash\0\u00FF\0\0c\0".getBytes(ISO_8859_1)));
        assertSame(MANGLED, RawArguments.of(MANGLED, "a b\0".getBytes(ISO_8859_1)));
    }

    @Test
    void shouldLeavePlainArgumentsAlone() {
        final String[] plain = {"hash", "--no-names"};
        assertSame(plain, RawArguments.of(plain));
    }
}
