package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.MemoryFrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** A store with trees in it, a map that they are held against, and keys and values by chance. */
final class TestTrees implements AutoCloseable {
    /** Rounds of tests that go on for as long as they are told: some seconds unless set. */
    static final int ROUNDS = Integer.getInteger("venation.tree.rounds", 1);

    final MemoryFrameStore store = new MemoryFrameStore(Kernels.select(), AddressHash.BLAKE3);
    final TreeWriter writer;
    final TreeReader reader = new TreeReader(store);
    final TreeCursor cursor = new TreeCursor(store);
    final TreeBatch batch = new TreeBatch();
    private final Arena arena = Arena.ofConfined();
    final long scratch = arena.allocate(4_096, 8).address();

    TestTrees(final TreeSalt salt) {
        this(salt, ValueForm.BYTES);
    }

    TestTrees(final TreeSalt salt, final ValueForm form) {
        writer = new TreeWriter(store, salt, form);
    }

    static NavigableMap<byte[], byte[]> model() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    static NavigableMap<byte[], byte[]> model(final NavigableMap<byte[], byte[]> other) {
        final NavigableMap<byte[], byte[]> copy = model();
        copy.putAll(other);
        return copy;
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Keys of one kind each: few bytes, numbers, long with a long common start, anything. */
    static byte[] key(final SplittableRandom random, final int kind) {
        switch (kind & 3) {
            case 0:
                return random(random, random.nextInt(4), 3);
            case 1:
                return bytes("user/" + random.nextInt(20_000));
            case 2:
                final byte[] key = new byte[TreeNodeLayout.MAX_KEY_LENGTH - random.nextInt(3)];
                Arrays.fill(key, (byte) 0xEE);
                final byte[] end = random(random, 3, 256);
                System.arraycopy(end, 0, key, key.length - 3, 3);
                return key;
            default:
                return random(random, random.nextInt(40), 256);
        }
    }

    static byte[] value(final SplittableRandom random, final int kind) {
        final int length = (kind & 4) == 0 ? random.nextInt(12) : random.nextInt(TreeNodeLayout.MAX_VALUE_LENGTH + 1);
        return random(random, length, 256);
    }

    static byte[] random(final SplittableRandom random, final int length, final int bound) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(bound);
        }
        return bytes;
    }

    /** The root of a content, made at once. */
    Digest build(final Map<byte[], byte[]> content) {
        batch.clear();
        content.forEach(batch::put);
        return writer.apply(writer.empty(), batch);
    }

    Digest put(final Digest root, final byte[] key, final byte[] value) {
        batch.clear();
        batch.put(key, value);
        return writer.apply(root, batch);
    }

    Digest delete(final Digest root, final byte[] key) {
        batch.clear();
        batch.delete(key);
        return writer.apply(root, batch);
    }

    /** Address of a copy of some bytes, good until the next one in that place. */
    long at(final int place, final byte[] bytes) {
        OffHeap.put(scratch + place * 512L, bytes, 0, bytes.length);
        return scratch + place * 512L;
    }

    static byte[] copy(final long address, final int length) {
        final byte[] bytes = new byte[length];
        OffHeap.get(address, bytes, 0, length);
        return bytes;
    }

    /** All of a tree, forward and backward, against a map. */
    void assertContent(final Map<byte[], byte[]> expected, final Digest root, final String seed) {
        cursor.open(root);
        assertEquals(expected.size(), cursor.size(), seed);
        boolean there = cursor.first();
        for (final Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
            assertTrue(there, seed);
            assertArrayEquals(entry.getKey(), copy(cursor.key(), cursor.keyLength()), seed);
            assertArrayEquals(entry.getValue(), copy(cursor.value(), cursor.valueLength()), seed);
            there = cursor.next();
        }
        assertFalse(there, seed);
        for (int left = expected.size(); left > 0; left--) {
            assertTrue(cursor.previous(), seed);
            assertEquals(left - 1, cursor.number(), seed);
        }
        assertFalse(cursor.previous(), seed);
    }

    /** Visits every node below a root once. */
    static void forEachNode(final FrameSource source, final Digest root, final LongConsumer visitor) {
        final MemorySegment key = Arena.ofAuto().allocate(32, 8);
        root.write(key.address());
        visit(source, source.get(key.address()), visitor);
    }

    private static void visit(final FrameSource source, final long frame, final LongConsumer visitor) {
        visitor.accept(frame);
        assertEquals(
                TreeFault.NONE,
                TreeNodes.references(frame, (key, kind, level, length) -> visit(source, source.get(key), visitor)));
    }

    @Override
    public void close() {
        store.close();
        arena.close();
    }
}
