package io.venation.hashing;

import static io.venation.hashing.FrameKernels.DIGEST_LENGTH;
import static io.venation.hashing.FrameKernels.FRAME_LENGTH;
import static io.venation.hashing.FrameKernels.HISTOGRAM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every mechanism does: the known answers, the references' answers, and no byte beside its outputs. */
abstract class FrameKernelsTest {
    /** More than one batch of every lane count, with a rest. */
    static final int COUNT_MAX = 67;

    private static final R96Rule[] RULES = R96Rule.values();
    private static final AddressHash[] ADDRESS_HASHES = AddressHash.values();
    private static final byte GUARD = (byte) 0xA5;

    private final Arena arena = Arena.ofConfined();
    private FrameKernels kernels;

    abstract FrameKernels create();

    @BeforeEach
    void createKernels() {
        kernels = create();
    }

    @AfterEach
    void closeArena() {
        arena.close();
    }

    private MemorySegment bytes(final byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    private String sha3(final byte[] message) {
        final MemorySegment digest = arena.allocate(DIGEST_LENGTH);
        kernels.sha3(bytes(message).address(), message.length, message.length, 1, digest.address(), DIGEST_LENGTH);
        return hex(digest);
    }

    private int[] histogram(final R96Rule rule, final byte[] frame) {
        final MemorySegment histogram = arena.allocate(HISTOGRAM_LENGTH);
        kernels.r96Histograms(rule, bytes(frame).address(), FRAME_LENGTH, 1, histogram.address());
        return histogram.toArray(Memory.INT);
    }

    private static String hex(final MemorySegment segment) {
        return HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private static R96Rule rule(final String quantity) {
        return R96Rule.valueOf(quantity.substring(quantity.indexOf('-') + 1).toUpperCase(java.util.Locale.ROOT));
    }

    @Test
    void shouldGiveTheKnownAnswers() {
        for (final TestFrames.KnownAnswer answer : TestFrames.knownAnswers()) {
            final byte[] message = TestFrames.message(answer.message());
            final MemorySegment digest = arena.allocate(DIGEST_LENGTH);
            final MemorySegment address = arena.allocate(DIGEST_LENGTH);
            final String quantity = answer.quantity();
            if (quantity.equals("blake3")) {
                kernels.blake3(bytes(message).address(), FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH);
                assertEquals(answer.value(), hex(digest), answer.toString());
            } else if (quantity.equals("sha3")) {
                assertEquals(answer.value(), sha3(message), answer.toString());
            } else if (quantity.startsWith("classes-")) {
                final byte[] classes = new byte[256];
                for (int b = 0; b < classes.length; b++) {
                    classes[b] = (byte) rule(quantity).classOf(b);
                }
                assertEquals(answer.value(), sha3(classes), answer.toString());
            } else if (message.length == FRAME_LENGTH) {
                kernels.identify(
                        rule(quantity),
                        AddressHash.BLAKE3,
                        bytes(message).address(),
                        FRAME_LENGTH,
                        1,
                        address.address(),
                        DIGEST_LENGTH,
                        digest.address(),
                        DIGEST_LENGTH);
                assertEquals(answer.value(), hex(digest), answer.toString());
                assertEquals(
                        answer.value(),
                        sha3(R96Reference.encode(histogram(rule(quantity), message))),
                        answer.toString());
            } else {
                assertEquals(
                        answer.value(), sha3(R96Reference.encode(merged(rule(quantity), message))), answer.toString());
            }
        }
    }

    /** Frames by the kernel and summed, a shorter message by the class map. */
    private int[] merged(final R96Rule rule, final byte[] message) {
        if (message.length % FRAME_LENGTH != 0) {
            return R96Reference.histogram(rule, message);
        }
        final int[] sums = new int[FrameKernels.CLASS_COUNT];
        for (int offset = 0; offset < message.length; offset += FRAME_LENGTH) {
            final int[] counts = histogram(rule, Arrays.copyOfRange(message, offset, offset + FRAME_LENGTH));
            for (int i = 0; i < sums.length; i++) {
                sums[i] = Math.addExact(sums[i], counts[i]);
            }
        }
        return sums;
    }

    @Test
    void shouldCountTheModelsHistograms() {
        final int[] counts = histogram(R96Rule.MOD96, TestFrames.message("S"));
        assertArrayEquals(new int[] {142, 129, 142, 140, 167, 125, 150, 142}, Arrays.copyOf(counts, 8));
        assertEquals(82, Arrays.stream(counts).min().getAsInt());
        assertEquals(169, Arrays.stream(counts).max().getAsInt());
        assertNull(Kernels.wrongAnswer(kernels));
    }

    @Test
    void shouldAgreeWithTheReferencesAndTheJdk() throws Exception {
        final long seed = 96;
        final Random random = new Random(seed);
        final byte[] key = new byte[Blake3.KEY_LENGTH];
        random.nextBytes(key);
        final MessageDigest jdk = MessageDigest.getInstance("SHA3-256");
        for (int trial = 0; trial < 20; trial++) {
            final byte[] frame = new byte[FRAME_LENGTH];
            random.nextBytes(frame);
            for (int i = random.nextInt(FRAME_LENGTH); i < FRAME_LENGTH; i++) {
                frame[i] = (byte) trial;
            }
            final String message = "seed=" + seed + " trial=" + trial;
            final long source = bytes(frame).address();
            final MemorySegment digest = arena.allocate(DIGEST_LENGTH);
            kernels.blake3(source, FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH);
            assertArrayEquals(Blake3Reference.hash(frame, 32), digest.toArray(ValueLayout.JAVA_BYTE), message);
            kernels.blake3Keyed(bytes(key).address(), source, FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH);
            assertArrayEquals(
                    Blake3Reference.keyedHash(key, frame, 32), digest.toArray(ValueLayout.JAVA_BYTE), message);
            kernels.sha3(source, FRAME_LENGTH, FRAME_LENGTH, 1, digest.address(), DIGEST_LENGTH);
            assertArrayEquals(Sha3Reference.sha3(frame), digest.toArray(ValueLayout.JAVA_BYTE), message);
            for (final R96Rule rule : R96Rule.values()) {
                assertArrayEquals(R96Reference.histogram(rule, frame), histogram(rule, frame), message + rule);
            }
        }
        for (int length = 0; length < 300; length++) {
            final byte[] message = new byte[length];
            random.nextBytes(message);
            assertEquals(
                    HexFormat.of().formatHex(jdk.digest(message)), sha3(message), "seed=" + seed + " length=" + length);
        }
    }

    /** Every count to {@link #COUNT_MAX}, random frames, bases, strides, against the scalar kernels, guards around. */
    @Test
    void shouldAgreeWithTheScalarKernelsAndWriteNothingElse() {
        final long seed = 12_288;
        final Random random = new Random(seed);
        final FrameKernels scalar = new ScalarFrameKernels();
        final int strideMax = FRAME_LENGTH + 320;
        final byte[] content = new byte[COUNT_MAX * strideMax + 64];
        random.nextBytes(content);
        final MemorySegment source = bytes(content);
        final MemorySegment key = source.asSlice(random.nextInt(1000), Blake3.KEY_LENGTH);
        for (int count = 0; count <= COUNT_MAX; count++) {
            final int items = count;
            final long base = source.address() + random.nextInt(64);
            final long stride = random.nextInt(4) == 0 ? 12_480 : FRAME_LENGTH + random.nextInt(320);
            final long digestStride = DIGEST_LENGTH + random.nextInt(3) * random.nextInt(40);
            final int length = random.nextInt(700);
            final long counter = random.nextLong() >>> random.nextInt(64);
            final int flags = random.nextInt(8) << 4;
            final R96Rule rule = R96Rule.values()[count % 3];
            final AddressHash addressHash = AddressHash.values()[random.nextInt(2)];
            final String message = "seed=" + seed + " count=" + count;
            final Random placement = new Random(random.nextLong());

            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    digestStride,
                    placement,
                    message + " blake3",
                    (k, out) -> k.blake3(base, stride, items, out, digestStride));
            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    digestStride,
                    placement,
                    message + " keyed",
                    (k, out) -> k.blake3Keyed(key.address(), base, stride, items, out, digestStride));
            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    DIGEST_LENGTH,
                    placement,
                    message + " chunks",
                    (k, out) -> k.blake3Chunks(base, items, counter, key.address(), flags, out));
            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    DIGEST_LENGTH,
                    placement,
                    message + " parents",
                    (k, out) -> k.blake3Parents(base, items, key.address(), flags, out));
            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    digestStride,
                    placement,
                    message + " sha3 length=" + length,
                    (k, out) -> k.sha3(base, stride, length, items, out, digestStride));
            same(
                    scalar,
                    items,
                    DIGEST_LENGTH,
                    digestStride,
                    placement,
                    message + " sha3",
                    (k, out) -> k.sha3(base, stride, FRAME_LENGTH, items, out, digestStride));
            same(
                    scalar,
                    items,
                    HISTOGRAM_LENGTH,
                    HISTOGRAM_LENGTH,
                    placement,
                    message + rule,
                    (k, out) -> k.r96Histograms(rule, base, stride, items, out));
            same(
                    scalar,
                    items,
                    2 * DIGEST_LENGTH,
                    stride,
                    placement,
                    message + rule + addressHash,
                    (k, out) -> k.identify(
                            rule, addressHash, base, stride, items, out + DIGEST_LENGTH, stride, out, stride));
        }
    }

    @FunctionalInterface
    private interface Kernel {
        void run(FrameKernels kernels, long output);
    }

    /** Runs the kernel under test and the scalar one into guarded memory at an odd place, compares all of it. */
    private void same(
            final FrameKernels scalar,
            final int count,
            final int itemLength,
            final long itemStride,
            final Random placement,
            final String message,
            final Kernel kernel) {
        final int guard = 64 + placement.nextInt(64);
        final long length = count == 0 ? 0 : (count - 1) * itemStride + itemLength;
        try (Arena outputs = Arena.ofConfined()) {
            final MemorySegment expected = outputs.allocate(length + 2 * guard).fill(GUARD);
            final MemorySegment actual = outputs.allocate(length + 2 * guard).fill(GUARD);
            kernel.run(scalar, expected.address() + guard);
            kernel.run(kernels, actual.address() + guard);
            assertEquals(-1, expected.mismatch(actual), message);
            for (long i = 0; i < guard; i++) {
                assertEquals(GUARD, actual.get(ValueLayout.JAVA_BYTE, i), message);
                assertEquals(GUARD, actual.get(ValueLayout.JAVA_BYTE, guard + length + i), message);
            }
        }
    }

    @Test
    void shouldJoinParentsInPlace() {
        final byte[] children = new byte[COUNT_MAX * 64];
        new Random(3).nextBytes(children);
        final MemorySegment key = bytes(new byte[32]);
        for (int count = 0; count <= COUNT_MAX; count++) {
            final MemorySegment apart = arena.allocate(COUNT_MAX * 32L);
            final MemorySegment inPlace = bytes(children);
            new ScalarFrameKernels().blake3Parents(bytes(children).address(), count, key.address(), 0, apart.address());
            kernels.blake3Parents(inPlace.address(), count, key.address(), 0, inPlace.address());
            assertEquals(-1, apart.asSlice(0, count * 32L).mismatch(inPlace.asSlice(0, count * 32L)), "count=" + count);
            assertEquals(
                    -1, bytes(children).asSlice(count * 64L).mismatch(inPlace.asSlice(count * 64L)), "count=" + count);
        }
    }

    /** Warm-up compiles; after it a round of every kernel allocates not one byte. */
    @Test
    void shouldAllocateNothingOnceWarm() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        final MemorySegment frames = arena.allocate(17L * FRAME_LENGTH);
        final MemorySegment outputs = arena.allocate(64 * 1024);
        final Blake3 blake3 = Blake3.keyed(kernels, new byte[32]);
        final byte[] hash = new byte[64];
        long allocated = -1;
        for (int attempt = 0; attempt < 200 && allocated != 0; attempt++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10; i++) {
                for (int count = 1; count <= 17; count += 16) {
                    runAll(frames.address(), count, outputs.address());
                }
                blake3.reset();
                blake3.update(frames);
                blake3.update(hash, 0, hash.length);
                blake3.digest(hash, 0, hash.length);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in ten rounds");
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
    }

    private void runAll(final long frames, final int count, final long outputs) {
        kernels.blake3(frames, FRAME_LENGTH, count, outputs, DIGEST_LENGTH);
        kernels.blake3Keyed(frames, frames, FRAME_LENGTH, count, outputs, DIGEST_LENGTH);
        kernels.sha3(frames, FRAME_LENGTH, 1000, count, outputs, DIGEST_LENGTH);
        for (final R96Rule rule : RULES) {
            kernels.r96Histograms(rule, frames, FRAME_LENGTH, count, outputs);
        }
        for (final AddressHash addressHash : ADDRESS_HASHES) {
            kernels.identify(
                    R96Rule.MOD96,
                    addressHash,
                    frames,
                    FRAME_LENGTH,
                    count,
                    outputs,
                    DIGEST_LENGTH,
                    outputs + 32 * 1024,
                    DIGEST_LENGTH);
        }
    }
}
