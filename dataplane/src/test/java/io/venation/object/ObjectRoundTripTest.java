package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.TestFrames;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameStore;
import io.venation.store.MemoryFrameStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectRoundTripTest {
    private static final long SEED = 20261121;

    private final ObjectFixture objects = new ObjectFixture();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterEach
    void close() {
        objects.close();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 6_143, 6_144, 6_145, 12_271, 12_272, 12_273, 12_287, 12_288, 12_289, 24_576, 393_215, 393_216,
                393_217, 1_000_000, 5_000_000
            })
    void shouldGiveBackWhatWasWritten(final int length) {
        final byte[] bytes = ObjectFixture.random(random, length);
        final Digest root = objects.write(bytes);
        assertArrayEquals(bytes, objects.read(root));
        assertEquals(0, objects.walk(root).faults.size());
    }

    @Test
    void shouldGiveBackRandomLengthsWhicheverWayTheyCame() throws IOException {
        final ObjectWriter writer = new ObjectWriter(objects.store);
        for (int round = 0; round < 60; round++) {
            final byte[] bytes = ObjectFixture.random(random, random.nextInt(round % 3 == 0 ? 30_000 : 900_000));
            if (random.nextBoolean()) {
                Arrays.fill(bytes, bytes.length / 3, bytes.length / 2, (byte) 7);
            }
            final String where = "seed=" + SEED + " round=" + round;
            for (int done = 0; done < bytes.length; ) {
                final int step = Math.min(bytes.length - done, 1 + random.nextInt(1 << random.nextInt(20)));
                writer.write(bytes, done, step);
                done += step;
            }
            assertEquals(bytes.length, writer.length());
            final Digest root = writer.finish();
            assertEquals(bytes.length, writer.write(Channels.newChannel(new ByteArrayInputStream(bytes))));
            assertEquals(root, writer.finish(), where);
            assertArrayEquals(bytes, objects.read(root), where);
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            final ObjectReader trusting = ObjectReader.trusting(objects.source);
            trusting.open(root);
            assertEquals(bytes.length, trusting.transferTo(0, Long.MAX_VALUE, Channels.newChannel(out)));
            assertArrayEquals(bytes, out.toByteArray(), where);
        }
    }

    @Test
    void shouldReadAnyRange() {
        final byte[] bytes = ObjectFixture.random(random, 4_000_000);
        final Digest root = objects.write(bytes);
        final ObjectReader[] readers = {objects.reader(), ObjectReader.trusting(objects.store)};
        for (final ObjectReader reader : readers) {
            reader.open(root);
            assertEquals(bytes.length, reader.length());
            for (int round = 0; round < 2_000; round++) {
                final int offset = random.nextInt(bytes.length + 1);
                final int length = random.nextInt(1 << random.nextInt(20));
                final int end = Math.min(bytes.length, offset + length);
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, offset, end),
                        ObjectFixture.read(reader, offset, length),
                        () -> "seed=" + SEED + " offset=" + offset + " length=" + length);
            }
            assertEquals(0, ObjectFixture.read(reader, bytes.length, 10).length);
            assertEquals(0, ObjectFixture.read(reader, Long.MAX_VALUE, 10).length);
            assertEquals(0, reader.read(0, ByteBuffer.allocateDirect(0)));
            assertThrows(IllegalArgumentException.class, () -> reader.read(-1, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> reader.read(0, 0, -1));
            assertThrows(IllegalArgumentException.class, () -> reader.read(0, ByteBuffer.allocate(1)));
        }
        assertEquals(2, ObjectLayout.level(objects.copyOf(root)));
    }

    @Test
    void shouldKeepOneFrameForASmallFileAndOneRootForAllWhoWriteIt() throws Exception {
        final Digest empty = objects.write(new byte[0]);
        assertEquals(empty, objects.write(new byte[0]));
        objects.write(new byte[12_272]);
        assertEquals(2, objects.store.frameCount());
        objects.write(new byte[12_273]);
        assertEquals(4, objects.store.frameCount(), "a chunk and the node above");
        try (FrameStore other = new MemoryFrameStore(Kernels.select("scalar"), AddressHash.BLAKE3)) {
            assertEquals(empty, new ObjectWriter(other).finish());
        }
    }

    @Test
    void shouldForgetAnObjectThatIsReset() {
        final ObjectWriter writer = new ObjectWriter(objects.store);
        writer.write(new byte[2_000_000], 0, 2_000_000);
        writer.reset();
        assertEquals(0, writer.length());
        assertEquals(objects.write(new byte[0]), writer.finish());
    }

    @Test
    void shouldNotTakeAChunkForTheNodeThatItLooksLike() {
        final Digest innerRoot = objects.write(ObjectFixture.random(random, 300_000));
        final byte[] node = new byte[LatticeFrame.LENGTH];
        OffHeap.get(objects.copyOf(innerRoot), node, 0, node.length);
        final byte[] bytes =
                new byte[3 * LatticeFrame.LENGTH]; // zeroes are cut at whole frames, and the node ends in them
        System.arraycopy(node, 0, bytes, LatticeFrame.LENGTH, node.length);
        final Digest root = objects.write(bytes);
        assertTrue(objects.walk(root).chunks.containsKey(innerRoot), "the node is a chunk");
        final ObjectFixture.Found found = objects.walk(root);
        assertEquals(1, found.nodes.size(), "the node in the chunk is not followed");
        assertEquals(3 * LatticeFrame.LENGTH, found.chunkBytes);
        assertArrayEquals(bytes, objects.read(root));
    }

    /** Frozen: an object written today is found by its root for ever. */
    @Test
    void shouldHaveTheRootsItAlwaysHad() {
        final byte[] bytes = ObjectFixture.random(new SplittableRandom(12_288), 8 << 20);
        final List<String> roots = Stream.of(new byte[0], TestFrames.splitMix(), bytes)
                .map(content -> objects.write(content).toString())
                .toList();
        assertEquals(
                List.of(
                        "83ae1fe58a5bcd2a596888e5eeebdc2bb829ddaada18b2b36e3bd7d2e43f01e7",
                        "7d49b1090e39d9f72000f2d0311196122bbbb3b533639c4fdf1f521d7095ca85",
                        "7d45369c0e364bf7952251385783aec6d64140970a59888062ef7319e2892844"),
                roots);
        assertEquals(new ObjectReference().root(bytes).toString(), roots.getLast());
    }

    @Test
    void shouldShareNearlyAllFramesAfterAnInsertionAtTheStart() {
        final int length = 64 << 20;
        final byte[] bytes = ObjectFixture.random(random, length);
        objects.write(bytes);
        final long before = objects.store.frameCount();
        final ObjectWriter writer = new ObjectWriter(objects.store);
        writer.write(ObjectFixture.random(random, 1_024), 0, 1_024);
        writer.write(bytes, 0, bytes.length);
        writer.finish();
        final long added = objects.store.frameCount() - before;
        assertTrue(added <= before * 2 / 100, "seed=" + SEED + " added=" + added + " of " + before);
        final double fill = (double) length / (before * (double) LatticeFrame.LENGTH);
        assertTrue(fill > 0.9, "fill=" + fill);
    }
}
