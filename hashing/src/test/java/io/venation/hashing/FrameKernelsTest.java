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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
    private final FrameKernels scalar = new ScalarFrameKernels();
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

    @Test
    void shouldFollowTheModelForReceiptsOnTheJdksSha3() throws Exception {
        final long seed = 128;
        final Random random = new Random(seed);
        final MessageDigest jdk = MessageDigest.getInstance("SHA3-256");
        final int stride = FrameKernels.RECEIPT_LENGTH + 3;
        final byte[] receipts = new byte[COUNT_MAX * stride];
        random.nextBytes(receipts);
        final long firstIndex = random.nextLong();
        final MemorySegment ids = arena.allocate(COUNT_MAX * (long) DIGEST_LENGTH);
        final MemorySegment head = arena.allocate(DIGEST_LENGTH);
        kernels.receiptIds(bytes(receipts).address(), stride, COUNT_MAX, ids.address());
        kernels.receiptChain(ids.address(), COUNT_MAX, firstIndex, head.address());

        byte[] expectedHead = new byte[DIGEST_LENGTH];
        for (int i = 0; i < COUNT_MAX; i++) {
            jdk.update("HOLO-RECEIPT-1".getBytes(StandardCharsets.US_ASCII));
            jdk.update(receipts, i * stride, FrameKernels.RECEIPT_LENGTH);
            final byte[] id = jdk.digest();
            assertArrayEquals(
                    id,
                    ids.asSlice((long) i * DIGEST_LENGTH, DIGEST_LENGTH).toArray(ValueLayout.JAVA_BYTE),
                    "seed=" + seed + " receipt=" + i);
            jdk.update("HOLO-CHAIN-1".getBytes(StandardCharsets.US_ASCII));
            jdk.update(expectedHead);
            jdk.update(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0, firstIndex + i));
            jdk.update(id);
            expectedHead = jdk.digest();
        }
        assertEquals(HexFormat.of().formatHex(expectedHead), hex(head), "seed=" + seed);
    }

    /**
     * Every count to {@link #COUNT_MAX}, strides of both signs, inputs that end at an inaccessible page and inputs of
     * any alignment, against the scalar kernels, guards round the outputs.
     */
    @Test
    void shouldAgreeWithTheScalarKernelsReadNothingElseAndWriteNothingElse() {
        final long seed = 12_288;
        final Random random = new Random(seed);
        final int strideMax = FRAME_LENGTH + 320;
        try (GuardedMemory sources = new GuardedMemory(COUNT_MAX * (long) strideMax);
                GuardedMemory keys = new GuardedMemory(1)) {
            fill(sources, random);
            fill(keys, random);
            for (int count = 0; count <= COUNT_MAX; count++) {
                for (final boolean atEnd : new boolean[] {true, false}) {
                    final long key = atEnd ? keys.end() - Blake3.KEY_LENGTH : keys.start() + random.nextInt(64);
                    final String message = "seed=" + seed + " count=" + count + " atEnd=" + atEnd;
                    compareAll(new Trial(sources, atEnd, count, key, random, message));
                }
            }
        }
    }

    private static void fill(final GuardedMemory memory, final Random random) {
        final byte[] content = new byte[(int) memory.segment().byteSize()];
        random.nextBytes(content);
        memory.segment().copyFrom(MemorySegment.ofArray(content));
    }

    /** What the kernels are compared on. */
    private record Trial(GuardedMemory sources, boolean atEnd, int count, long key, Random random, String message) {
        /** Where items of which the last ends this many bytes after the start of the first may lie. */
        long source(final long length) {
            return atEnd ? sources.end() - length : sources.start() + random.nextInt(64);
        }

        /** Bytes from the start of the first item to the end of the last. */
        long span(final long stride, final long itemLength) {
            return count == 0 ? 0 : (count - 1) * stride + itemLength;
        }

        long stride(final int itemLength) {
            return switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> random.nextInt(itemLength);
                case 2 -> itemLength;
                case 3 -> itemLength + 192;
                default -> itemLength + random.nextInt(320);
            };
        }

        long digestStride() {
            return DIGEST_LENGTH + random.nextInt(3) * random.nextInt(40);
        }
    }

    /** A kernel over items whose starts are a stride apart. */
    @FunctionalInterface
    private interface StridedKernel {
        void run(FrameKernels kernels, long source, long stride, long output);
    }

    @FunctionalInterface
    private interface Kernel {
        void run(FrameKernels kernels, long output);
    }

    private void compareAll(final Trial trial) {
        final int count = trial.count();
        final long key = trial.key();
        final Random random = trial.random();
        final long digestStride = trial.digestStride();
        final long digestsLength = trial.span(digestStride, DIGEST_LENGTH);
        final long packedLength = trial.span(DIGEST_LENGTH, DIGEST_LENGTH);

        compare(
                trial,
                FRAME_LENGTH,
                digestsLength,
                "blake3",
                (k, source, stride, out) -> k.blake3(source, stride, count, out, digestStride));
        compare(
                trial,
                FRAME_LENGTH,
                digestsLength,
                "blake3Keyed",
                (k, source, stride, out) -> k.blake3Keyed(key, source, stride, count, out, digestStride));
        compare(
                trial,
                FRAME_LENGTH,
                digestsLength,
                "sha3 of frames",
                (k, source, stride, out) -> k.sha3(source, stride, FRAME_LENGTH, count, out, digestStride));
        final int length = random.nextInt(1, 700);
        compare(
                trial,
                length,
                digestsLength,
                "sha3 length=" + length,
                (k, source, stride, out) -> k.sha3(source, stride, length, count, out, digestStride));
        for (final R96Rule rule : RULES) {
            compare(
                    trial,
                    FRAME_LENGTH,
                    trial.span(HISTOGRAM_LENGTH, HISTOGRAM_LENGTH),
                    rule + " histograms",
                    (k, source, stride, out) -> k.r96Histograms(rule, source, stride, count, out));
        }
        final R96Rule rule = RULES[random.nextInt(RULES.length)];
        final AddressHash addressHash = ADDRESS_HASHES[random.nextInt(ADDRESS_HASHES.length)];
        final long addressStride = trial.digestStride();
        final long addressesLength = trial.span(addressStride, DIGEST_LENGTH);
        compare(
                trial,
                FRAME_LENGTH,
                addressesLength + digestsLength,
                "identify " + rule + ' ' + addressHash,
                (k, source, stride, out) -> k.identify(
                        rule,
                        addressHash,
                        source,
                        stride,
                        count,
                        out,
                        addressStride,
                        out + addressesLength,
                        digestStride));
        compare(
                trial,
                FrameKernels.RECEIPT_LENGTH,
                packedLength,
                "receiptIds",
                (k, source, stride, out) -> k.receiptIds(source, stride, count, out));

        final long ids = trial.source(packedLength);
        final long firstIndex = random.nextLong();
        same(trial, DIGEST_LENGTH, "receiptChain", (k, out) -> k.receiptChain(ids, count, firstIndex, out));
        final long counter = random.nextLong() >>> random.nextInt(64);
        final int flags = random.nextInt(8) << 4;
        final long chunks = trial.source(1024L * count);
        same(
                trial,
                packedLength,
                "blake3Chunks counter=" + counter + " flags=" + flags,
                (k, out) -> k.blake3Chunks(chunks, count, counter, key, flags, out));
        final long children = trial.source(2L * DIGEST_LENGTH * count);
        same(
                trial,
                packedLength,
                "blake3Parents flags=" + flags,
                (k, out) -> k.blake3Parents(children, count, key, flags, out));
    }

    /** Lays out the items at a random stride, sometimes from the last to the first. */
    private void compare(
            final Trial trial,
            final int itemLength,
            final long outputLength,
            final String what,
            final StridedKernel kernel) {
        final long stride = trial.stride(itemLength);
        final long source = trial.source(trial.span(stride, itemLength));
        if (trial.random().nextInt(4) == 0) {
            final long last = source + Math.max(0, trial.count() - 1) * stride;
            same(trial, outputLength, what + " stride=-" + stride, (k, out) -> kernel.run(k, last, -stride, out));
        } else {
            same(trial, outputLength, what + " stride=" + stride, (k, out) -> kernel.run(k, source, stride, out));
        }
    }

    /** Runs the kernel under test and the scalar one into guarded memory at an odd place, compares all of it. */
    private void same(final Trial trial, final long length, final String what, final Kernel kernel) {
        final String message = trial.message() + ' ' + what;
        final int guard = 64 + trial.random().nextInt(64);
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
            scalar.blake3Parents(bytes(children).address(), count, key.address(), 0, apart.address());
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
