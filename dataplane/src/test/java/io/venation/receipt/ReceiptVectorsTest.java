package io.venation.receipt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.venation.TestFrames;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeCoordinates;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lattice model §7: receipts, ids, chain heads, slots; for every mechanism. */
class ReceiptVectorsTest {
    private static final String ZERO_DIGEST = "00".repeat(32);

    /** Frame, suite, content address, R96 digest, slot. */
    private static final List<Vector> VECTORS = List.of(
            new Vector(
                    "Z",
                    Suite.DEFAULT,
                    "819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60",
                    "ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9",
                    11_872),
            new Vector(
                    "P",
                    Suite.DEFAULT,
                    "18d1e6b4ad5377aa9a0f81936390071692421a4c38db5d4430b69fba8ca2f007",
                    "ee82a2c662b6f5a3a69ccbd644a85e5ad4193f941965b664a7c2418f5822e6bc",
                    4_103),
            new Vector(
                    "S",
                    Suite.DEFAULT,
                    "367d2616918bec00b575beb73dd5307ce2adc63337346585c0ec723f751bd802",
                    "b6236851aac0238df56ce878738f8aa98a11f954bc87260d622fbf1a843be799",
                    2_050),
            new Vector(
                    "Z",
                    new Suite(R96Rule.MIX17, AddressHash.SHA3_256),
                    "d81e93d78ee49e5510f5070123ead131699cce4f302a7573a3a68249f08c2499",
                    "ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9",
                    5_273),
            new Vector(
                    "P",
                    new Suite(R96Rule.MIX17, AddressHash.SHA3_256),
                    "9db4c7de5465c857bba4b17f64a5aa9571167751a5029fd8b2b54b75a5e3788f",
                    "fe753061d5f5217a8abaa4d0eccee41094cefec727e2da7cd88c9d4ab5a0d8ce",
                    2_191),
            new Vector(
                    "S",
                    new Suite(R96Rule.ALGEBRAIC, AddressHash.SHA3_256),
                    "8ea7dab9a30e6d5e296c3c3d60fabd3a1b21f8835da0dc66f9946c2b84716525",
                    "530dce1f6137c5327c1628938d3e88b70574e84b4fcac3bb5d9f4dcee1750b1c",
                    1_317),
            new Vector(
                    "S",
                    new Suite(R96Rule.MIX17, AddressHash.BLAKE3),
                    "367d2616918bec00b575beb73dd5307ce2adc63337346585c0ec723f751bd802",
                    "a3a7a0d0f96f9f64cc35c69a9c4e50202f66060ba7ca69c6461c6d1b96196a74",
                    2_050),
            new Vector(
                    "P",
                    new Suite(R96Rule.ALGEBRAIC, AddressHash.BLAKE3),
                    "18d1e6b4ad5377aa9a0f81936390071692421a4c38db5d4430b69fba8ca2f007",
                    "01d6ee8c41ccc2a9aa742f5f22b350759f9ab92c3a77cca08719fbee09383313",
                    4_103));

    /** Frame, receipt id, chain head over it alone; the default suite. */
    private static final List<List<String>> IDS = List.of(
            List.of(
                    "Z",
                    "a1471134ca4d9b01530452c5f5e227ded59bd1ddc2db0d0380fe2ca92c74483a",
                    "e77c847e7c95be0ef6a3e1a8556c90f9976e4e2fe3e872bb9bd2b5614235acc1"),
            List.of(
                    "P",
                    "051ec40824daaf6d9716bb98394ea17cdd639b1c6d8bc1fb469d7db5d7cfb179",
                    "5f00c519558c43d43717ae1b63728fb865b834950518ed1b873fec84ec51d535"),
            List.of(
                    "S",
                    "18429156b0e54e43f40ef82adbcdb6e1f3b568810a64e9e760efdda88e9143ae",
                    "18a0882ff1f33898f98efbc5f234618a164d2cd5c02643fbac34652aaf59074d"));

    private record Vector(String frame, Suite suite, String address, String r96, int slot) {}

    @Test
    void shouldMakeFrameSAsTheModelSays() {
        final String hex = HexFormat.of().formatHex(TestFrames.splitMix());
        assertEquals("219bccaf87c0610b2ec0a8779babccf9", hex.substring(0, 32));
        assertEquals("445ead3464014a58", hex.substring(hex.length() - 16));
    }

    static Stream<Arguments> vectors() {
        return TestFrames.allKernels().stream()
                .flatMap(kernels -> VECTORS.stream().map(vector -> Arguments.of(kernels, vector)));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldSealTheReceiptTheModelGives(final FrameKernels kernels, final Vector vector) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = sealed(arena, kernels, vector.suite(), vector.frame());
            final String header = "485201%02x01000000000000000000000300300000000000000000000000000000"
                    .formatted(vector.suite().toByte());
            assertEquals(
                    header + vector.r96() + vector.address() + ZERO_DIGEST,
                    TestFrames.hex(memory, SealedFrameLayout.RECEIPT_OFFSET, ReceiptLayout.LENGTH));
            final Receipt receipt =
                    Receipt.read(new ReceiptFlyweight().wrap(memory.address() + SealedFrameLayout.RECEIPT_OFFSET));
            assertEquals(vector.address(), receipt.contentAddress().toString());
            assertEquals(vector.r96(), receipt.r96Digest().toString());
            assertEquals(
                    vector.slot(),
                    LatticeCoordinates.placementSlot(memory.address()
                            + SealedFrameLayout.RECEIPT_OFFSET
                            + ReceiptLayout.CONTENT_ADDRESS_OFFSET));
        }
    }

    static Stream<Arguments> ids() {
        return TestFrames.allKernels().stream().flatMap(kernels -> IDS.stream().map(id -> Arguments.of(kernels, id)));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void shouldGiveTheIdsAndChainHeadsOfTheModel(final FrameKernels kernels, final List<String> expected) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = sealed(arena, kernels, Suite.DEFAULT, expected.get(0));
            final long receipt = memory.address() + SealedFrameLayout.RECEIPT_OFFSET;
            final ReceiptIds ids = new ReceiptIds(kernels);
            assertEquals(
                    expected.get(1), Digest.read(ids.compute(receipt, 0, 1)).toString());
            final ReceiptChain chain = new ReceiptChain(kernels);
            assertArrayEquals(new byte[32], chain.head());
            chain.append(receipt, 0, 1);
            assertEquals(expected.get(2), HexFormat.of().formatHex(chain.head()));
            assertEquals(1, chain.length());
        }
    }

    static Stream<FrameKernels> kernels() {
        return TestFrames.allKernels().stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void shouldChainAnyNumberInAnyBatchesAsTheFormulaSays(final FrameKernels kernels) throws Exception {
        final long seed = 768;
        final SplittableRandom random = new SplittableRandom(seed);
        final int count = 300;
        final int stride = 160;
        final byte[] bytes = new byte[count * stride];
        random.nextBytes(bytes);
        final byte[] expected = chainHead(bytes, stride, count);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(bytes.length);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            final ReceiptChain atOnce = new ReceiptChain(kernels);
            atOnce.append(memory.address(), stride, count);
            assertArrayEquals(expected, atOnce.head());
            final ReceiptChain inBatches = new ReceiptChain(kernels);
            for (int from = 0; from < count; ) {
                final int batch = Math.min(count - from, random.nextInt(70));
                inBatches.append(memory.address() + (long) from * stride, stride, batch);
                from += batch;
            }
            final byte[] head = new byte[40];
            inBatches.head(head, 5);
            assertArrayEquals(
                    expected, java.util.Arrays.copyOfRange(head, 5, 37), "seed=" + seed + " kernels=" + kernels);
            assertEquals(count, inBatches.length());
        }
    }

    @Test
    void shouldNameCountsOutOfRange() {
        final FrameKernels kernels = TestFrames.allKernels().get(0);
        final ReceiptIds ids = new ReceiptIds(kernels);
        assertEquals(
                "count=65 not in 0..64",
                assertThrows(IllegalArgumentException.class, () -> ids.compute(0, 128, 65))
                        .getMessage());
        assertEquals(
                "count=-1 not ≥ 0",
                assertThrows(IllegalArgumentException.class, () -> new ReceiptChain(kernels).append(0, 128, -1))
                        .getMessage());
    }

    private static MemorySegment sealed(
            final Arena arena, final FrameKernels kernels, final Suite suite, final String frame) {
        final MemorySegment memory = arena.allocate(SealedFrameLayout.LENGTH, 64);
        TestFrames.fill(memory, 0, TestFrames.named(frame));
        new FrameSealer(kernels, suite, false)
                .seal(memory.address(), SealedFrameLayout.LENGTH, 1, 0, new int[] {LatticeFrame.LENGTH});
        return memory;
    }

    /** The two formulas of lattice model §6, word for word, with the JDK's SHA3-256. */
    private static byte[] chainHead(final byte[] receipts, final int stride, final int count) throws Exception {
        final MessageDigest sha3 = MessageDigest.getInstance("SHA3-256");
        byte[] head = new byte[32];
        for (int k = 1; k <= count; k++) {
            sha3.update("HOLO-RECEIPT-1".getBytes(StandardCharsets.US_ASCII));
            sha3.update(receipts, (k - 1) * stride, ReceiptLayout.LENGTH);
            final byte[] id = sha3.digest();
            sha3.update("HOLO-CHAIN-1".getBytes(StandardCharsets.US_ASCII));
            sha3.update(head);
            sha3.update(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(k)
                    .array());
            head = sha3.digest(id);
        }
        return head;
    }
}
