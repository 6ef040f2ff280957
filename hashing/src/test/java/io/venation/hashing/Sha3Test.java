package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What {@link Sha3} refuses; what it computes is tested through {@link VenationProvider}. */
final class Sha3Test {
    @Test
    void shouldNameTheArgumentThatIsBad() {
        final Sha3 hasher = new Sha3();
        final byte[] array = new byte[40];
        final MemorySegment closed;
        final ByteBuffer closedBuffer;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(10_000);
            closedBuffer = closed.asByteBuffer();
        }
        rejects(NullPointerException.class, "source", () -> hasher.update(null, 0, 0));
        rejects(NullPointerException.class, "source", () -> hasher.update((ByteBuffer) null));
        rejects(NullPointerException.class, "source", () -> hasher.update((MemorySegment) null));
        rejects(NullPointerException.class, "out", () -> hasher.digest(null, 0));
        rejects(IllegalArgumentException.class, "source=MemorySegment", () -> hasher.update(closed));
        rejects(IllegalArgumentException.class, "source=MemorySegment", () -> hasher.update(closedBuffer));
        rejects(
                IndexOutOfBoundsException.class,
                "offset=1 length=40: not within source.length=40",
                () -> hasher.update(array, 1, 40));
        rejects(
                IndexOutOfBoundsException.class,
                "offset=9 length=32: not within out.length=40",
                () -> hasher.digest(array, 9));
        rejects(
                IndexOutOfBoundsException.class,
                "offset=-1 length=32: not within out.length=40",
                () -> hasher.digest(array, -1));

        final byte[] digest = new byte[FrameKernels.DIGEST_LENGTH];
        hasher.digest(digest, 0);
        assertArrayEquals(Sha3Reference.sha3(new byte[0]), digest, "something was absorbed");
    }

    private static void rejects(final Class<? extends Exception> type, final String start, final Executable call) {
        final String message = assertThrows(type, call, start).getMessage();
        assertTrue(message.startsWith(start), start + ": " + message);
    }
}
