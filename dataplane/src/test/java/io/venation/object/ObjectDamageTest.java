package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames that are lost, damaged, or written by somebody with other intentions. */
class ObjectDamageTest {
    private static final long SEED = 31;
    private static final Digest SOME = new Digest(1, 2, 3, 4);

    private final ObjectFixture objects = new ObjectFixture();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterEach
    void close() {
        objects.close();
    }

    @Test
    void shouldNameEachFrameThatIsDamagedOrMissing() {
        final Digest root = objects.write(ObjectFixture.random(random, 6_000_000));
        final ObjectFixture.Found found = objects.walk(root);
        assertTrue(found.nodes.size() > 2);
        final List<Digest> frames = new ArrayList<>(found.nodes.keySet());
        frames.addAll(new ArrayList<>(found.chunks.keySet()).subList(0, 20));
        for (final Digest frame : frames) {
            objects.damaged.add(frame);
            assertEquals(Map.of(frame, ObjectFault.WRONG_ADDRESS), objects.walk(root).faults);
            assertFault(ObjectFault.WRONG_ADDRESS, frame, () -> objects.read(root));
            objects.damaged.clear();
            objects.missing.add(frame);
            assertEquals(Map.of(frame, ObjectFault.MISSING_FRAME), objects.walk(root).faults);
            assertFault(ObjectFault.MISSING_FRAME, frame, () -> objects.read(root));
            objects.missing.clear();
        }
        assertEquals(Map.of(), objects.walk(root).faults);
    }

    @Test
    void shouldNameAllDamagedFramesInOneWalkAndReadWhatIsGood() {
        final byte[] bytes = ObjectFixture.random(random, 3_000_000);
        final Digest root = objects.write(bytes);
        final ObjectFixture.Found found = objects.walk(root);
        final List<Digest> chunks = new ArrayList<>(found.chunks.keySet()).subList(0, 40);
        objects.damaged.addAll(chunks);
        assertEquals(Set.copyOf(chunks), objects.walk(root).faults.keySet());
        assertEquals(found.chunks.size() - 40, objects.walk(root).chunks.size());
        assertEquals(found.chunks, objects.walkNodes(root).chunks, "no chunk is fetched, so none is missed");
        final ObjectReader reader = objects.reader();
        reader.open(root);
        int good = 0;
        for (int offset = 0; offset < bytes.length; offset += 1_000) {
            try {
                assertEquals(bytes[offset], ObjectFixture.read(reader, offset, 1)[0]);
                good++;
            } catch (final ObjectDamageException e) {
                assertTrue(chunks.contains(e.address()));
            }
        }
        assertTrue(good > 2_000, "good=" + good);
    }

    @Test
    void shouldRefuseMalformedNodesOfFiles() {
        final Digest small = objects.write(ObjectFixture.random(random, 100));
        final Digest level1 = objects.write(ObjectFixture.random(random, 50_000));
        final Digest level2 = objects.write(ObjectFixture.random(random, 6_000_000));
        final int last = LatticeFrame.LENGTH - 1;
        assertRefused(ObjectFault.NOT_A_NODE, small, node -> OffHeap.putU8(node, 'H'));
        assertRefused(ObjectFault.NOT_A_NODE, small, node -> OffHeap.putU8(node + 1, 'T'));
        assertRefused(ObjectFault.UNKNOWN_VERSION, small, node -> OffHeap.putU8(node + 2, 2));
        assertRefused(ObjectFault.WRONG_LEVEL, level2, node -> OffHeap.putU8(node + 3, 10));
        assertRefused(ObjectFault.WRONG_LEVEL, level2, node -> OffHeap.putU8(node + 3, 3));
        assertRefused(ObjectFault.WRONG_LENGTH, level2, node -> OffHeap.putU8(node + 3, 1));
        assertRefused(ObjectFault.NOT_ZERO, small, node -> OffHeap.putU16(node + 6, 1));
        assertRefused(ObjectFault.NOT_ZERO, small, node -> OffHeap.putU8(node + last, 1));
        assertRefused(ObjectFault.NOT_ZERO, level1, node -> OffHeap.putU8(node + last, 1));
        assertRefused(ObjectFault.WRONG_COUNT, small, node -> OffHeap.putU16(node + 4, 1));
        assertRefused(ObjectFault.WRONG_COUNT, level1, node -> OffHeap.putU16(node + 4, 0));
        assertRefused(ObjectFault.WRONG_COUNT, level1, node -> OffHeap.putU16(node + 4, 307));
        assertRefused(ObjectFault.WRONG_COUNT, level1, node -> OffHeap.putU16(node + 4, 0xFFFF));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU16(node + 4, 3));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU16(node + 4, 300));
        assertRefused(ObjectFault.WRONG_LENGTH, small, node -> OffHeap.putU64(node + 8, 12_273));
        assertRefused(ObjectFault.WRONG_LENGTH, small, node -> OffHeap.putU64(node + 8, -1));
        assertRefused(ObjectFault.NOT_ZERO, small, node -> OffHeap.putU64(node + 8, 50));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU64(node + 8, 49_999));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU64(node + 16 + 32, 0));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU64(node + 16 + 32, 12_289));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU64(node + 16 + 32, -5));
        assertRefused(ObjectFault.WRONG_LENGTH, level1, node -> OffHeap.putU64(node + 56 + 32, 1));
    }

    @Test
    void shouldRefuseRootsThatNobodyWrites() {
        final Digest level1 = objects.write(ObjectFixture.random(random, 50_000));
        final long length = ObjectLayout.length(objects.copyOf(level1));
        assertRefused(ObjectFault.WRONG_COUNT, level1, node -> putParent(node, 2, level1, length));
        assertRefused(ObjectFault.WRONG_LEVEL, level1, node -> putParent(node, 1, SOME, 100));
        final Digest empty = new DirectoryWriter(objects.store).finish();
        assertFault(ObjectFault.NOT_A_NODE, empty, () -> objects.read(empty));
        assertFault(
                ObjectFault.NOT_A_NODE, level1, () -> objects.directoryReader().open(level1));
        assertFault(ObjectFault.MISSING_FRAME, SOME, () -> objects.read(SOME));
    }

    @Test
    void shouldRefuseChildrenThatAreNotWhatTheParentSays() {
        final Digest root = objects.write(ObjectFixture.random(random, 6_000_000));
        final Digest child = Digest.read(ObjectLayout.referenceKey(objects.copyOf(root), 0));
        final Digest chunk = Digest.read(ObjectLayout.referenceKey(objects.copyOf(child), 0));
        assertChildRefused(ObjectFault.NOT_A_NODE, root, chunk);
        assertChildRefused(ObjectFault.WRONG_LEVEL, root, root);
        assertChildRefused(ObjectFault.WRONG_LENGTH, root, objects.write(ObjectFixture.random(random, 50_000)));
        assertChildRefused(ObjectFault.NOT_A_NODE, root, new DirectoryWriter(objects.store).finish());
        assertChildRefused(ObjectFault.MISSING_FRAME, root, SOME);

        final Digest level1 = objects.write(ObjectFixture.random(random, 50_000));
        final Digest full = objects.put(fullFrame());
        final long node = objects.copyOf(level1);
        full.write(ObjectLayout.referenceKey(node, ObjectLayout.count(node) - 1));
        final Digest hostile = objects.put(node);
        assertFault(ObjectFault.NOT_ZERO, full, () -> objects.read(hostile));
        assertEquals(Map.of(full, ObjectFault.NOT_ZERO), objects.walk(hostile).faults);
    }

    @Test
    void shouldRefuseMalformedEntries() {
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        writer.add(new DirectoryEntry.File(ByteName.of("ab"), 0644, Instant.EPOCH, 5, SOME)); // 16: 24 + 2 + 32 bytes
        writer.add(new DirectoryEntry.Link(ByteName.of("cd"), Instant.EPOCH, ByteName.of("xyz"))); // 74: 24 + 2 + 3
        final Digest root = writer.finish();
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU8(node + 16, 0));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU8(node + 16, 5));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU8(node + 16, 4)); // a tree has no mode
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU16(node + 18, 01000));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU16(node + 76, 0644));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU32(node + 20, 1_000_000_000));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 24, Long.MAX_VALUE));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 24, Long.MIN_VALUE));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 32, -1));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 90, 0));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 90, -1));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU64(node + 90, 4_096));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> OffHeap.putU8(node + 101, 0));
        assertRefused(ObjectFault.NOT_ZERO, root, node -> OffHeap.putU64(node + 90, 2));
        assertRefused(ObjectFault.WRONG_NAME, root, node -> OffHeap.putU8(node + 17, 0));
        assertRefused(ObjectFault.WRONG_NAME, root, node -> OffHeap.putU8(node + 40, '/'));
        assertRefused(ObjectFault.WRONG_NAME, root, node -> OffHeap.putU8(node + 41, 0));
        assertRefused(ObjectFault.WRONG_NAME, root, node -> OffHeap.putU16(node + 40, '.' | '.' << 8));
        assertRefused(ObjectFault.WRONG_ORDER, root, node -> OffHeap.putU16(node + 40, 'c' | 'd' << 8));
        assertRefused(ObjectFault.WRONG_ORDER, root, node -> OffHeap.putU16(node + 40, 'z' | 'z' << 8));
        assertRefused(ObjectFault.WRONG_LENGTH, root, node -> OffHeap.putU64(node + 8, 3));
        assertRefused(ObjectFault.NOT_ZERO, root, node -> putCounts(node, 1));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> putCounts(node, 3));
        assertRefused(ObjectFault.WRONG_ENTRY, root, node -> putCounts(node, 65_535));
    }

    @Test
    void shouldRefuseNamesOutOfOrderAcrossNodes() {
        final Digest b = oneEntry("b");
        final Digest a = oneEntry("a");
        final Digest bThenA = parent(b, a);
        final DirectoryReader reader = objects.directoryReader();
        reader.open(bThenA);
        assertFault(ObjectFault.WRONG_ORDER, a, () -> reader.forEach(entry -> {}));
        final Digest twice = parent(b, b);
        reader.open(twice);
        assertFault(ObjectFault.WRONG_ORDER, b, () -> reader.forEach(entry -> {}));
        assertEquals(Map.of(b, ObjectFault.WRONG_ORDER), objects.walk(twice).faults);
        assertEquals(Map.of(a, ObjectFault.WRONG_ORDER), objects.walk(bThenA).faults);
    }

    /** 10^16 bytes of the same few frames: nothing here unfolds them. */
    @Test
    void shouldWalkARepeatedChildOnce() {
        final Digest leaf = objects.write(ObjectFixture.random(random, 12_273));
        Digest root = leaf;
        long length = 12_273;
        try (Arena arena = Arena.ofConfined()) {
            final long node = arena.allocate(LatticeFrame.LENGTH, 64).address();
            for (int level = 2; level <= 6; level++) {
                for (int i = 0; i < 306; i++) {
                    root.write(ObjectLayout.referenceKey(node, i));
                    OffHeap.putU64(ObjectLayout.referenceKey(node, i) + 32, (i + 1) * length);
                }
                length *= 306;
                ObjectLayout.putHeader(node, ObjectLayout.FILE_MAGIC, level, 306, length);
                root = objects.put(node);
            }
        }
        final ObjectFixture.Found found = objects.walk(root);
        assertEquals(6, found.nodes.size());
        assertEquals(Map.of(), found.faults);
        final ObjectReader reader = objects.reader();
        reader.open(root);
        assertEquals(length, reader.length());
        assertEquals(100, ObjectFixture.read(reader, length - 100, 200).length);
    }

    private static void putCounts(final long node, final int count) {
        OffHeap.putU16(node + 4, count);
        OffHeap.putU64(node + 8, count);
    }

    private static void putParent(final long node, final int level, final Digest child, final long length) {
        OffHeap.zero(node, LatticeFrame.LENGTH);
        ObjectLayout.putHeader(node, ObjectLayout.FILE_MAGIC, level, 1, length);
        child.write(node + 16);
        OffHeap.putU64(node + 48, length);
    }

    private Digest oneEntry(final String name) {
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        writer.add(new DirectoryEntry.Link(ByteName.of(name), Instant.EPOCH, ByteName.of("x")));
        return writer.finish();
    }

    private Digest parent(final Digest first, final Digest second) {
        final long node = objects.copyOf(first);
        OffHeap.zero(node, LatticeFrame.LENGTH);
        ObjectLayout.putHeader(node, ObjectLayout.DIRECTORY_MAGIC, 1, 2, 2);
        first.write(ObjectLayout.referenceKey(node, 0));
        second.write(ObjectLayout.referenceKey(node, 1));
        OffHeap.putU64(ObjectLayout.referenceKey(node, 0) + 32, 1);
        OffHeap.putU64(ObjectLayout.referenceKey(node, 1) + 32, 2);
        return objects.put(node);
    }

    private long fullFrame() {
        final long frame = objects.copyOf(objects.write(new byte[0]));
        OffHeap.put(frame, ObjectFixture.random(random, LatticeFrame.LENGTH), 0, LatticeFrame.LENGTH);
        return frame;
    }

    private void assertRefused(final ObjectFault fault, final Digest root, final LongConsumer change) {
        final long node = objects.copyOf(root);
        final boolean isFile = ObjectLayout.magic(node) == ObjectLayout.FILE_MAGIC;
        change.accept(node);
        final Digest hostile = objects.put(node);
        assertFalse(hostile.equals(root));
        final ObjectReader reader = ObjectReader.trusting(objects.source);
        final DirectoryReader directoryReader = DirectoryReader.trusting(objects.source);
        assertFault(fault, null, () -> {
            if (isFile) {
                reader.open(hostile);
                ObjectFixture.read(reader, 0, 100);
            } else {
                directoryReader.open(hostile);
            }
        });
        assertEquals(
                List.of(fault),
                List.copyOf(objects.walk(hostile).faults.values()).subList(0, 1));
    }

    private void assertChildRefused(final ObjectFault fault, final Digest root, final Digest child) {
        final long node = objects.copyOf(root);
        child.write(ObjectLayout.referenceKey(node, 0));
        final Digest hostile = objects.put(node);
        assertFault(fault, child, () -> objects.read(hostile));
        assertEquals(fault, objects.walk(hostile).faults.get(child));
    }

    private static void assertFault(final ObjectFault fault, final Digest address, final Runnable action) {
        final ObjectDamageException e = assertThrows(ObjectDamageException.class, action::run);
        assertEquals(fault, e.fault());
        if (address != null) {
            assertEquals(address, e.address());
        }
    }
}
