package io.venation.hashing;

import static io.venation.hashing.FrameKernels.DIGEST_LENGTH;
import static io.venation.hashing.FrameKernels.FRAME_LENGTH;
import static io.venation.hashing.FrameKernels.HISTOGRAM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every argument of every method, bad in every way: named in the exception, and no kernel is called. */
final class FrameHasherArgumentsTest {
    private static final int COUNT = 3;
    private static final int STRIDE = 12_480;

    private final Arena arena = Arena.ofConfined();
    private int kernelCalls;

    private final FrameHasher hasher = new FrameHasher((FrameKernels) Proxy.newProxyInstance(
            FrameKernels.class.getClassLoader(), new Class<?>[] {FrameKernels.class}, (proxy, method, arguments) -> {
                kernelCalls++;
                return null;
            }));

    private R96Rule rule = R96Rule.MIX17;
    private AddressHash addressHash = AddressHash.BLAKE3;
    private MemorySegment key = arena.allocate(Blake3.KEY_LENGTH);
    private MemorySegment source = arena.allocate((COUNT - 1) * STRIDE + FRAME_LENGTH);
    private MemorySegment digests = arena.allocate(COUNT * DIGEST_LENGTH);
    private MemorySegment addresses = arena.allocate(COUNT * DIGEST_LENGTH);
    private MemorySegment histograms = arena.allocate(COUNT * HISTOGRAM_LENGTH);
    private long stride = STRIDE;
    private long length = FRAME_LENGTH;
    private int count = COUNT;
    private long digestStride = DIGEST_LENGTH;
    private long addressStride = DIGEST_LENGTH;

    @AfterEach
    void closeArena() {
        arena.close();
    }

    /** A method with its segments. */
    private enum Method {
        BLAKE3("source", "digests"),
        BLAKE3_KEYED("key", "source", "digests"),
        SHA3("source", "digests"),
        R96_HISTOGRAMS("source", "histograms"),
        IDENTIFY("source", "addresses", "digests");

        final List<String> segments;

        Method(final String... segments) {
            this.segments = List.of(segments);
        }
    }

    private void call(final Method method) {
        switch (method) {
            case BLAKE3 -> hasher.blake3(source, stride, count, digests, digestStride);
            case BLAKE3_KEYED -> hasher.blake3Keyed(key, source, stride, count, digests, digestStride);
            case SHA3 -> hasher.sha3(source, stride, length, count, digests, digestStride);
            case R96_HISTOGRAMS -> hasher.r96Histograms(rule, source, stride, count, histograms);
            case IDENTIFY ->
                hasher.identify(
                        rule, addressHash, source, stride, count, addresses, addressStride, digests, digestStride);
        }
    }

    private MemorySegment segment(final String name) {
        return switch (name) {
            case "key" -> key;
            case "source" -> source;
            case "digests" -> digests;
            case "addresses" -> addresses;
            case "histograms" -> histograms;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private void setSegment(final String name, final MemorySegment segment) {
        switch (name) {
            case "key" -> key = segment;
            case "source" -> source = segment;
            case "digests" -> digests = segment;
            case "addresses" -> addresses = segment;
            case "histograms" -> histograms = segment;
            default -> throw new IllegalArgumentException(name);
        }
    }

    private void rejectSegment(
            final Method method,
            final String name,
            final MemorySegment bad,
            final Class<? extends Exception> type,
            final String start) {
        final MemorySegment good = segment(name);
        setSegment(name, bad);
        reject(method, type, start);
        setSegment(name, good);
    }

    private void reject(final Method method, final String start) {
        reject(method, IllegalArgumentException.class, start);
    }

    private void reject(final Method method, final Class<? extends Exception> type, final String start) {
        final String message =
                assertThrows(type, () -> call(method), method + " " + start).getMessage();
        assertTrue(message.startsWith(start), method + " " + start + ": " + message);
        assertEquals(0, kernelCalls, method + " " + start);
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassGoodArgumentsOn(final Method method) {
        call(method);
        source = source.asReadOnly();
        key = key.asReadOnly();
        call(method);
        stride = 0;
        call(method);
        count = 1;
        stride = Long.MAX_VALUE;
        call(method);
        count = 0;
        call(method);
        assertEquals(5, kernelCalls);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameTheSegmentThatKernelsCannotReach(final Method method) throws Exception {
        final Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
        for (final String name : method.segments) {
            final MemorySegment good = segment(name);
            final MemorySegment closed;
            try (Arena shortLived = Arena.ofConfined()) {
                closed = shortLived.allocate(good.byteSize());
            }
            final MemorySegment[] foreign = new MemorySegment[1];
            final Thread stranger = Thread.ofPlatform()
                    .start(() -> foreign[0] = Arena.ofConfined().allocate(good.byteSize()));
            stranger.join();

            rejectSegment(method, name, null, NullPointerException.class, name);
            rejectSegment(method, name, closed, illegal, name + "=MemorySegment");
            rejectSegment(method, name, foreign[0], illegal, name + "=MemorySegment");
            rejectSegment(method, name, MemorySegment.ofArray(new byte[1 << 16]), illegal, name + "=MemorySegment");
            rejectSegment(method, name, good.asSlice(1), illegal, name + ".byteSize=");
            rejectSegment(method, name, MemorySegment.NULL, illegal, name + ".byteSize=0");
            if (!Set.of("source", "key").contains(name)) {
                rejectSegment(method, name, good.asReadOnly(), illegal, name + "=MemorySegment");
            }
        }
        if (method.segments.contains("key")) {
            rejectSegment(method, "key", arena.allocate(Blake3.KEY_LENGTH + 1), illegal, "key.byteSize=33");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameTheNumberThatIsOutOfRange(final Method method) {
        for (final int bad : new int[] {-1, Integer.MIN_VALUE}) {
            count = bad;
            reject(method, "count=" + bad);
        }
        for (final int bad : new int[] {COUNT + 1, Integer.MAX_VALUE}) {
            count = bad;
            reject(method, "source.byteSize=");
        }
        count = COUNT;
        for (final long bad : new long[] {-1, Long.MIN_VALUE}) {
            stride = bad;
            reject(method, "stride=" + bad);
        }
        for (final long bad : new long[] {STRIDE + 1, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE}) {
            stride = bad;
            reject(method, "source.byteSize=");
        }
        stride = STRIDE;
        for (final long bad : new long[] {DIGEST_LENGTH - 1, 0, -1, Long.MIN_VALUE}) {
            if (method.segments.contains("digests")) {
                digestStride = bad;
                reject(method, "digestStride=" + bad);
                digestStride = DIGEST_LENGTH;
            }
            if (method.segments.contains("addresses")) {
                addressStride = bad;
                reject(method, "addressStride=" + bad);
                addressStride = DIGEST_LENGTH;
            }
        }
        for (final long bad : new long[] {DIGEST_LENGTH + 1, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE}) {
            if (method.segments.contains("digests")) {
                digestStride = bad;
                reject(method, "digests.byteSize=");
                digestStride = DIGEST_LENGTH;
            }
            if (method.segments.contains("addresses")) {
                addressStride = bad;
                reject(method, "addresses.byteSize=");
                addressStride = DIGEST_LENGTH;
            }
        }
    }

    @Test
    void shouldNameTheLengthOfMessagesThatIsOutOfRange() {
        for (final long bad : new long[] {-1, Long.MIN_VALUE}) {
            length = bad;
            reject(Method.SHA3, "length=" + bad);
        }
        for (final long bad : new long[] {FRAME_LENGTH + 1, Long.MAX_VALUE}) {
            length = bad;
            reject(Method.SHA3, "source.byteSize=");
        }
    }

    @Test
    void shouldNameTheChoiceThatIsNull() {
        rule = null;
        reject(Method.R96_HISTOGRAMS, NullPointerException.class, "rule");
        reject(Method.IDENTIFY, NullPointerException.class, "rule");
        rule = R96Rule.MOD96;
        addressHash = null;
        reject(Method.IDENTIFY, NullPointerException.class, "addressHash");
        assertEquals(
                "kernels",
                assertThrows(NullPointerException.class, () -> new FrameHasher(null))
                        .getMessage());
    }
}
