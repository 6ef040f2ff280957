package io.venation.hashing;

import static org.apache.commons.codec.digest.Blake3.initHash;
import static org.apache.commons.codec.digest.Blake3.initKeyDerivationFunction;
import static org.apache.commons.codec.digest.Blake3.initKeyedHash;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The general hasher on one mechanism, against BouncyCastle, commons-codec and the paper. */
abstract class Blake3Test {
    private static final int[] PUBLISHED_LENGTHS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 4097,
        5120, 5121, 6144, 6145, 7168, 7169, 8192, 8193, 16384, 31744, 102400
    };
    private static final int[] STAGE_LENGTHS = {65_535, 65_536, 65_537, 131_072, 131_073, 196_608, 524_288, 524_289};
    private static final int OUTPUT_LENGTH = 131;
    private static final byte[] KEY = "whats the Elvish word for friend".getBytes(StandardCharsets.US_ASCII);
    private static final String CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context";

    abstract FrameKernels kernels();

    /** The published test input: byte i = i mod 251. */
    private static byte[] input(final int length) {
        final byte[] input = new byte[length];
        for (int i = 0; i < length; i++) {
            input[i] = (byte) (i % 251);
        }
        return input;
    }

    private static byte[] output(final Blake3Digest oracle, final byte[] input, final int length) {
        oracle.update(input, 0, input.length);
        final byte[] output = new byte[length];
        oracle.doFinal(output, 0, length);
        return output;
    }

    private static Blake3Digest oracle(final Blake3Parameters parameters) {
        final Blake3Digest oracle = new Blake3Digest(256);
        oracle.init(parameters);
        return oracle;
    }

    private static byte[] output(final Blake3 hasher, final byte[] input, final int length) {
        hasher.reset();
        hasher.update(input, 0, input.length);
        final byte[] output = new byte[length];
        hasher.digest(output, 0, length);
        return output;
    }

    private static byte[] codecOutput(
            final org.apache.commons.codec.digest.Blake3 oracle, final byte[] input, final int length) {
        return oracle.update(input).doFinalize(length);
    }

    @Test
    void shouldAgreeWithTwoOthersAndThePaperOnPublishedLengths() {
        final byte[] context = CONTEXT.getBytes(StandardCharsets.UTF_8);
        final Blake3 hasher = Blake3.hasher(kernels());
        final Blake3 keyed = Blake3.keyed(kernels(), KEY);
        final Blake3 derive = Blake3.deriveKey(kernels(), CONTEXT);
        for (final int length : IntStream.concat(Arrays.stream(PUBLISHED_LENGTHS), Arrays.stream(STAGE_LENGTHS))
                .toArray()) {
            final byte[] input = input(length);
            final String message = "length=" + length;

            final byte[] hash = output(hasher, input, OUTPUT_LENGTH);
            assertArrayEquals(Blake3Reference.hash(input, OUTPUT_LENGTH), hash, message);
            assertArrayEquals(output(new Blake3Digest(256), input, OUTPUT_LENGTH), hash, message);
            assertArrayEquals(codecOutput(initHash(), input, OUTPUT_LENGTH), hash, message);

            final byte[] keyedHash = output(keyed, input, OUTPUT_LENGTH);
            assertArrayEquals(Blake3Reference.keyedHash(KEY, input, OUTPUT_LENGTH), keyedHash, message);
            assertArrayEquals(output(oracle(Blake3Parameters.key(KEY)), input, OUTPUT_LENGTH), keyedHash, message);
            assertArrayEquals(codecOutput(initKeyedHash(KEY), input, OUTPUT_LENGTH), keyedHash, message);

            final byte[] derived = output(derive, input, OUTPUT_LENGTH);
            assertArrayEquals(Blake3Reference.deriveKey(CONTEXT, input, OUTPUT_LENGTH), derived, message);
            assertArrayEquals(
                    output(oracle(Blake3Parameters.context(context)), input, OUTPUT_LENGTH), derived, message);
            assertArrayEquals(codecOutput(initKeyDerivationFunction(context), input, OUTPUT_LENGTH), derived, message);
        }
    }

    @Test
    void shouldAgreeWithBouncyCastleOnRandomInputsHoweverTheyArrive() {
        final long seed = 20_261_120;
        final Random random = new Random(seed);
        for (int trial = 0; trial < 60; trial++) {
            final byte[] input = new byte[random.nextInt(200_001)];
            random.nextBytes(input);
            final byte[] key = new byte[Blake3.KEY_LENGTH];
            random.nextBytes(key);
            final String context = "context " + random.nextLong();
            final int outputLength = random.nextInt(300);
            final String message = "seed=" + seed + " trial=" + trial + " length=" + input.length;
            final Blake3 hasher;
            final Blake3Digest oracle;
            switch (trial % 3) {
                case 0 -> {
                    hasher = Blake3.hasher(kernels());
                    oracle = new Blake3Digest(256);
                }
                case 1 -> {
                    hasher = Blake3.keyed(kernels(), key);
                    oracle = oracle(Blake3Parameters.key(key));
                }
                default -> {
                    hasher = Blake3.deriveKey(kernels(), context);
                    oracle = oracle(Blake3Parameters.context(context.getBytes()));
                }
            }
            feed(hasher, input, random);
            final byte[] actual = new byte[outputLength];
            hasher.digest(actual, 0, outputLength);
            assertArrayEquals(output(oracle, input, outputLength), actual, message);
        }
    }

    /** Pieces of random length as array, heap buffer, direct buffer, read-only buffer, heap and native segment. */
    private static void feed(final Blake3 hasher, final byte[] input, final Random random) {
        try (Arena arena = Arena.ofConfined()) {
            for (int done = 0; done < input.length; ) {
                final int scale = 1 << random.nextInt(19);
                final int length = Math.min(input.length - done, random.nextInt(scale) + 1);
                final MemorySegment piece = MemorySegment.ofArray(input).asSlice(done, length);
                switch (random.nextInt(7)) {
                    case 0 -> hasher.update(input, done, length);
                    case 1 -> hasher.update(ByteBuffer.wrap(input, done, length).slice());
                    case 2 -> {
                        final ByteBuffer buffer = ByteBuffer.allocateDirect(length + 9);
                        buffer.put(5, input, done, length).position(5).limit(5 + length);
                        hasher.update(buffer);
                        assertEquals(5 + length, buffer.position());
                    }
                    case 3 -> hasher.update(ByteBuffer.wrap(input, done, length).asReadOnlyBuffer());
                    case 4 -> hasher.update(piece);
                    case 5 ->
                        hasher.update(arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, input)
                                .asSlice(done, length));
                    default -> hasher.updateParallel(piece, 2);
                }
                done += length;
                if (random.nextInt(4) == 0) {
                    hasher.digest();
                }
            }
        }
    }

    @Test
    void shouldHashTheSameWithSeveralThreads() {
        final long seed = 7;
        final Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            final byte[] input = new byte[5_000_000];
            random.nextBytes(input);
            final MemorySegment segment = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, input);
            for (final int length : new int[] {0, 1, 524_288, 1_048_576, 1_048_577, 1_572_865, 4_194_304, 5_000_000}) {
                for (final int first : new int[] {0, 1, 65_536, 524_288, 700_001}) {
                    if (first <= length) {
                        final Blake3 sequential = Blake3.keyed(kernels(), KEY);
                        sequential.update(input, 0, length);
                        final Blake3 parallel = Blake3.keyed(kernels(), KEY);
                        parallel.update(input, 0, first);
                        parallel.updateParallel(segment.asSlice(first, length - first), 3);
                        assertArrayEquals(
                                sequential.digest(), parallel.digest(), "length=" + length + " first=" + first);
                    }
                }
            }
            assertArrayEquals(output(new Blake3Digest(256), input, 32), output(Blake3.hasher(kernels()), input, 32));
        }
    }

    @Test
    void shouldSeekInExtendedOutput() {
        final byte[] input = input(5000);
        final byte[] whole = Blake3Reference.hash(input, 2000);
        final Blake3 hasher = Blake3.hasher(kernels());
        hasher.update(input, 0, input.length);
        for (final int position : new int[] {0, 1, 63, 64, 65, 1000}) {
            for (final int length : new int[] {0, 1, 64, 100, 1000}) {
                final byte[] out = new byte[length + 3];
                hasher.digest(position, out, 2, length);
                final byte[] expected = new byte[length + 3];
                System.arraycopy(whole, position, expected, 2, length);
                assertArrayEquals(expected, out, "position=" + position + " length=" + length);
            }
        }
    }

    @Test
    void shouldNameTheArgumentThatIsBad() {
        final Blake3 hasher = Blake3.hasher(kernels());
        final byte[] array = new byte[4];
        final MemorySegment closed;
        final ByteBuffer closedBuffer;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(2_000_000);
            closedBuffer = closed.asByteBuffer();
        }
        rejects(NullPointerException.class, "kernels", () -> Blake3.hasher(null));
        rejects(NullPointerException.class, "key", () -> Blake3.keyed(kernels(), null));
        rejects(NullPointerException.class, "context", () -> Blake3.deriveKey(kernels(), null));
        rejects(NullPointerException.class, "source", () -> hasher.update(null, 0, 0));
        rejects(NullPointerException.class, "source", () -> hasher.update((ByteBuffer) null));
        rejects(NullPointerException.class, "source", () -> hasher.update((MemorySegment) null));
        rejects(NullPointerException.class, "source", () -> hasher.updateParallel(null, 2));
        rejects(NullPointerException.class, "source", () -> hasher.updateParallel(null, 0, 2));
        rejects(NullPointerException.class, "out", () -> hasher.digest(null, 0, 0));

        final Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
        rejects(illegal, "key.length=31", () -> Blake3.keyed(kernels(), new byte[31]));
        rejects(illegal, "key.length=33", () -> Blake3.keyed(kernels(), new byte[33]));
        rejects(illegal, "source=MemorySegment", () -> hasher.update(closed));
        rejects(illegal, "source=MemorySegment", () -> hasher.update(closedBuffer));
        rejects(illegal, "source=MemorySegment", () -> hasher.updateParallel(closed, 2));
        rejects(illegal, "threads=0", () -> hasher.updateParallel(MemorySegment.NULL, 0));
        rejects(illegal, "length=-1", () -> hasher.updateParallel((position, target) -> {}, -1, 1));
        rejects(illegal, "position=-1", () -> hasher.digest(-1, array, 0, 4));
        rejects(illegal, "position=" + (Long.MAX_VALUE - 3), () -> hasher.digest(Long.MAX_VALUE - 3, array, 0, 4));

        for (final int[] bad : new int[][] {{1, 4}, {-1, 1}, {0, -1}, {5, 0}, {Integer.MAX_VALUE, 1}, {4, 1 << 31}}) {
            final int offset = bad[0];
            final int length = bad[1];
            final String start = "offset=" + offset + " length=" + length + ": not within ";
            rejects(IndexOutOfBoundsException.class, start + "source", () -> hasher.update(array, offset, length));
            rejects(IndexOutOfBoundsException.class, start + "out", () -> hasher.digest(array, offset, length));
        }
        assertArrayEquals(Blake3Reference.hash(new byte[0], 32), hasher.digest(), "something was absorbed");
        hasher.digest(Long.MAX_VALUE - 4, array, 0, 4);
    }

    private static void rejects(final Class<? extends Exception> type, final String start, final Executable call) {
        final String message = assertThrows(type, call, start).getMessage();
        assertTrue(message.startsWith(start), start + ": " + message);
    }
}
