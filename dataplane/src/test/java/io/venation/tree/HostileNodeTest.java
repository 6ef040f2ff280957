package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Frames that no writer made: each is read to a clear end, inside of its 12,288 bytes. */
class HostileNodeTest {
    private static final int ENTRIES = 4_000;
    private static final TreeSalt SALT = new TreeSalt(TestTrees.bytes("hostile.".repeat(4)));

    private final TestTrees trees = new TestTrees(SALT);
    private final NavigableMap<byte[], byte[]> content = TestTrees.model();
    private final List<Long> nodes = new ArrayList<>();
    private Digest root;
    private Digest otherRoot;

    @BeforeEach
    void buildATreeOfThreeLevels() {
        final SplittableRandom random = new SplittableRandom(1);
        while (content.size() < ENTRIES) {
            content.put(TestTrees.key(random, 2), TestTrees.value(random, 0));
        }
        root = trees.build(content);
        otherRoot = trees.put(root, content.firstKey(), TestTrees.bytes("other"));
        TestTrees.forEachNode(trees.store, root, nodes::add);
        assertEquals(2, TreeNodeLayout.level(nodes.getFirst()));
    }

    @AfterEach
    void close() {
        trees.close();
    }

    @Test
    void shouldNameWhatIsWrongWithEachField() {
        final long leaf = nodes.getLast();
        assertFault(TreeFault.NOT_A_NODE, leaf, 0, 1);
        assertFault(TreeFault.NOT_A_NODE, leaf, 1, 1);
        assertFault(TreeFault.UNKNOWN_VERSION, leaf, TreeNodeLayout.VERSION_OFFSET, 3);
        assertFault(TreeFault.WRONG_LEVEL, leaf, TreeNodeLayout.LEVEL_OFFSET, 0x40);
        assertFault(TreeFault.WRONG_VALUE_LENGTH, leaf, TreeNodeLayout.LEVEL_OFFSET, 1);
        assertFault(TreeFault.WRONG_COUNT, leaf, TreeNodeLayout.COUNT_OFFSET + 1, 0x80);
        assertFault(TreeFault.WRONG_ENTRY_COUNT, leaf, TreeNodeLayout.ENTRY_COUNT_OFFSET + 7, 0x80);
        assertFault(TreeFault.FOREIGN_FORM, leaf, TreeNodeLayout.VALUE_FORM_OFFSET, 2);
        assertFault(TreeFault.NOT_ZERO, leaf, TreeNodeLayout.RESERVED_OFFSET, 1);
        assertFault(TreeFault.WRONG_BOUND, leaf, TreeNodeLayout.boundOffset(0), 1);
        assertFault(TreeFault.WRONG_BOUND, leaf, TreeNodeLayout.boundOffset(5) + 1, 0xFF);
        assertFault(TreeFault.WRONG_ORDER, leaf, TreeNodeLayout.bound(leaf, 3), 0xFE);
        assertFault(TreeFault.WRONG_ORDER, leaf, TreeNodeLayout.bound(leaf, 3) + 1, 0x0F);
        final int count = TreeNodeLayout.count(leaf);
        assertFault(TreeFault.NOT_ZERO, leaf, TreeNodeLayout.bound(leaf, count) + 1, 1);
        final long above = nodes.get(1);
        final int child = (int) (TreeNodeLayout.value(above, 2) - above);
        assertFault(TreeFault.WRONG_ENTRY_COUNT, above, child + TreeNodeLayout.CHILD_COUNT_OFFSET, 1);
        assertFault(TreeFault.WRONG_ENTRY_COUNT, above, child + TreeNodeLayout.CHILD_COUNT_OFFSET + 7, 0x80);
        assertFault(TreeFault.WRONG_ENTRY_COUNT, above, TreeNodeLayout.LEVEL_OFFSET, 1);
    }

    /** Flips bits of one byte, expects a node's own check to name the fault, and puts them back. */
    private static void assertFault(final TreeFault fault, final long frame, final int offset, final int bits) {
        OffHeap.putU8(frame + offset, OffHeap.getU8(frame + offset) ^ bits);
        assertEquals(fault, TreeNodes.check(frame), "offset=" + offset);
        OffHeap.putU8(frame + offset, OffHeap.getU8(frame + offset) ^ bits);
        assertEquals(TreeFault.NONE, TreeNodes.check(frame));
    }

    @Test
    void shouldNameWhatIsWrongBetweenAParentAndItsChild() {
        final long top = nodes.get(0);
        final long above = nodes.get(1);
        final long second = trees.store.get(TreeNodeLayout.value(above, 1));
        assertScanFault(TreeFault.FOREIGN_SALT, above + TreeNodeLayout.SALT_ID_OFFSET, 1);
        assertScanFault(TreeFault.FOREIGN_FORM, above + TreeNodeLayout.VALUE_FORM_OFFSET, 1);
        assertScanFault(TreeFault.MISSING_FRAME, TreeNodeLayout.value(above, 1), 1);
        final int last = TreeNodeLayout.count(second) - 1;
        assertScanFault(
                TreeFault.WRONG_LAST_KEY,
                TreeNodeLayout.key(second, last) + TreeNodeLayout.keyLength(second, last) - 1,
                1);
        final long firstKey = TreeNodeLayout.key(second, 0);
        assertScanFault(TreeFault.WRONG_ORDER, firstKey, 0x80);
        assertCopiedChildFault(TreeFault.WRONG_LEVEL, top, 1, above, 0);
        assertCopiedChildFault(TreeFault.WRONG_LAST_KEY, above, 2, above, 1);
    }

    private void assertScanFault(final TreeFault fault, final long address, final int bits) {
        OffHeap.putU8(address, OffHeap.getU8(address) ^ bits);
        assertEquals(
                fault, assertThrows(TreeDamageException.class, this::scanAll).fault());
        OffHeap.putU8(address, OffHeap.getU8(address) ^ bits);
        assertEquals(ENTRIES, scanAll());
    }

    /** Makes an entry refer to another entry's child, with that child's count taken over in all sums. */
    private void assertCopiedChildFault(
            final TreeFault fault, final long to, final int index, final long from, final int fromIndex) {
        final byte[] child = TestTrees.copy(TreeNodeLayout.value(to, index), TreeNodeLayout.CHILD_LENGTH);
        final byte[] header = TestTrees.copy(to, TreeNodeLayout.ENTRIES_OFFSET);
        final byte[] topHeader = TestTrees.copy(nodes.get(0), TreeNodeLayout.ENTRIES_OFFSET);
        final byte[] topChild = TestTrees.copy(TreeNodeLayout.value(nodes.get(0), 0), TreeNodeLayout.CHILD_LENGTH);
        final long change = TreeNodeLayout.childEntryCount(from, fromIndex) - TreeNodeLayout.childEntryCount(to, index);
        OffHeap.copy(
                TreeNodeLayout.value(from, fromIndex), TreeNodeLayout.value(to, index), TreeNodeLayout.CHILD_LENGTH);
        add(to + TreeNodeLayout.ENTRY_COUNT_OFFSET, change);
        if (to != nodes.get(0)) {
            add(nodes.get(0) + TreeNodeLayout.ENTRY_COUNT_OFFSET, change);
            add(TreeNodeLayout.value(nodes.get(0), 0) + TreeNodeLayout.CHILD_COUNT_OFFSET, change);
        }
        assertEquals(
                fault, assertThrows(TreeDamageException.class, this::scanAll).fault());
        OffHeap.put(TreeNodeLayout.value(to, index), child, 0, child.length);
        OffHeap.put(to, header, 0, header.length);
        OffHeap.put(nodes.get(0), topHeader, 0, topHeader.length);
        OffHeap.put(TreeNodeLayout.value(nodes.get(0), 0), topChild, 0, topChild.length);
        assertEquals(ENTRIES, scanAll());
    }

    private static void add(final long address, final long change) {
        OffHeap.putU64(address, OffHeap.getU64(address) + change);
    }

    private long scanAll() {
        trees.cursor.open(root);
        long entries = 0;
        for (boolean there = trees.cursor.first(); there; there = trees.cursor.next()) {
            entries++;
        }
        return entries;
    }

    @Test
    void shouldEndClearlyWhateverIsWritten() {
        final Set<TreeFault> faults = EnumSet.noneOf(TreeFault.class);
        final List<byte[]> keys = new ArrayList<>(content.keySet());
        for (int round = 0; round < 150 * TestTrees.ROUNDS; round++) {
            final long seed = 600_000L + round;
            final SplittableRandom random = new SplittableRandom(seed);
            final long frame = nodes.get(random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(nodes.size()));
            final byte[] good = TestTrees.copy(frame, LatticeFrame.LENGTH);
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutate(frame, random);
            }
            final String at = "seed=" + seed;
            readAll(keys, random, faults, at);
            OffHeap.put(frame, good, 0, good.length);
        }
        assertEquals(ENTRIES, scanAll());
        assertTrue(faults.size() >= 8, "seen " + faults);
    }

    private static void mutate(final long frame, final SplittableRandom random) {
        final int count = TreeNodeLayout.count(frame);
        final int entry = TreeNodeLayout.bound(frame, random.nextInt(Math.min(count, 3_000) + 1));
        final int offset = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(TreeNodeLayout.ENTRIES_OFFSET);
            case 1 -> Math.max(0, TreeNodeLayout.boundOffset(random.nextInt(count + 1)) + random.nextInt(2));
            case 2 -> Math.min(entry, LatticeFrame.LENGTH - 1);
            default -> random.nextInt(LatticeFrame.LENGTH);
        };
        OffHeap.putU8(
                frame + offset,
                random.nextBoolean() ? random.nextInt(256) : OffHeap.getU8(frame + offset) ^ 1 << random.nextInt(8));
    }

    /** Every way of reading; each ends, with what it finds or with a fault. */
    private void readAll(
            final List<byte[]> keys, final SplittableRandom random, final Set<TreeFault> faults, final String at) {
        final CountingStore source = new CountingStore(trees.store, 10L * nodes.size());
        final TreeCursor cursor = new TreeCursor(source);
        final TreeReader reader = new TreeReader(source);
        final TreeDiff diff = new TreeDiff(source, source);
        attempt(faults, () -> {
            cursor.open(root);
            long entries = 0;
            for (boolean there = cursor.first(); there; there = cursor.next()) {
                assertTrue(++entries <= ENTRIES, at);
            }
        });
        attempt(faults, () -> {
            cursor.open(root);
            long entries = 0;
            for (boolean there = cursor.last(); there; there = cursor.previous()) {
                assertTrue(++entries <= ENTRIES, at);
            }
        });
        attempt(faults, () -> {
            cursor.open(root);
            cursor.seekNumber(random.nextLong(cursor.size()));
        });
        for (int i = 0; i < 20; i++) {
            final byte[] key = keys.get(random.nextInt(keys.size()));
            source.takeReads();
            attempt(faults, () -> {
                reader.open(root);
                reader.get(key);
            });
            assertTrue(source.takeReads() <= 5, at);
        }
        attempt(faults, () -> {
            diff.open(root, otherRoot);
            long differences = 0;
            while (diff.next()) {
                assertTrue(++differences <= 2 * ENTRIES, at);
            }
        });
        attempt(faults, () -> {
            trees.batch.clear();
            for (int i = 0; i < 10; i++) {
                trees.batch.put(TestTrees.key(random, 2), new byte[4]);
                trees.batch.delete(keys.get(random.nextInt(keys.size())));
            }
            trees.writer.apply(root, trees.batch);
        });
    }

    private static void attempt(final Set<TreeFault> faults, final Runnable reading) {
        try {
            reading.run();
        } catch (final TreeDamageException damage) {
            faults.add(damage.fault());
        } catch (final IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("has another salt"), e.getMessage());
        }
    }

    @Test
    void shouldFindNoEntryThatRunsOutOfItsFrame() {
        final long frame = nodes.getLast();
        final int start = TreeNodeLayout.boundOffset(1) - 1;
        OffHeap.putU16(frame + TreeNodeLayout.boundOffset(0), start);
        OffHeap.putU8(frame + start, 255);
        assertEquals(-1, TreeNodes.search(frame, 1, trees.at(0, content.firstKey()), 255));
    }

    @Test
    void shouldNotGoRoundInATreeThatRefersToOneChildOften() {
        Digest child = root;
        final byte[] last = content.lastKey();
        for (int level = 3; level <= TreeNodeLayout.MAX_LEVEL; level++) {
            child = parentOfOneChildOften(level, child, last);
        }
        final Digest bomb = child;
        final CountingStore source = new CountingStore(trees.store, 1_000);
        final TreeCursor cursor = new TreeCursor(source);
        cursor.open(bomb);
        assertEquals(
                TreeFault.WRONG_LAST_KEY,
                assertThrows(TreeDamageException.class, cursor::first).fault());
        assertThrows(TreeDamageException.class, () -> trees.put(bomb, last, last));
        final TreeReader reader = new TreeReader(source);
        reader.open(bomb);
        source.takeReads();
        reader.get(content.firstKey());
        assertTrue(source.takeReads() <= TreeNodeLayout.MAX_LEVEL, "one node a level");
    }

    private Digest parentOfOneChildOften(final int level, final Digest child, final byte[] last) {
        final TreeBatch parents = new TreeBatch();
        final NodeBuilder builder = new NodeBuilder(trees.store, SALT, ValueForm.BYTES);
        builder.begin(level, parents);
        final long value = trees.scratch + 2_048;
        child.write(value);
        OffHeap.putU64(value + TreeNodeLayout.CHILD_COUNT_OFFSET, count(child));
        for (int i = 1; i <= 2; i++) {
            final byte[] key = last.clone();
            key[0] = (byte) i;
            builder.add(trees.at(0, key), key.length, value, TreeNodeLayout.CHILD_LENGTH);
        }
        builder.add(trees.at(0, last), last.length, value, TreeNodeLayout.CHILD_LENGTH);
        builder.finish();
        builder.flush();
        return Digest.read(parents.value(0));
    }

    private long count(final Digest node) {
        node.write(trees.scratch + 3_000);
        return TreeNodeLayout.entryCount(trees.store.get(trees.scratch + 3_000));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldReadNothingOutsideOfAFrame() {
        final int frames = 3;
        try (GuardedFrames guarded = new GuardedFrames(frames)) {
            final long[] asked = {0};
            final FrameSource source = key -> guarded.frame((int) (asked[0]++ % frames));
            final TreeReader reader = new TreeReader(source);
            final TreeCursor cursor = new TreeCursor(source);
            final Set<TreeFault> faults = EnumSet.noneOf(TreeFault.class);
            for (int round = 0; round < 5_000 * TestTrees.ROUNDS; round++) {
                final long seed = 800_000L + round;
                final SplittableRandom random = new SplittableRandom(seed);
                for (int i = 0; i < frames; i++) {
                    writeHostile(guarded.frame(i), frames - 1 - i, random);
                }
                final byte[] key = TestTrees.key(random, round);
                asked[0] = 0;
                attempt(faults, () -> {
                    cursor.open(root);
                    cursor.seek(trees.at(0, key), key.length);
                });
                for (int i = 0; i < frames; i++) {
                    final long frame = guarded.frame(i);
                    TreeNodes.references(frame, (child, kind, level, length) -> assertTrue(child >= frame));
                    final int count = TreeNodeLayout.count(frame);
                    if (TreeNodeLayout.boundOffset(count) >= TreeNodeLayout.ENTRIES_OFFSET) {
                        assertTrue(TreeNodes.search(frame, count, trees.at(0, key), key.length) <= 2 * count);
                    }
                }
            }
            assertNotEquals(Set.of(), faults);
            OffHeap.copy(nodes.getFirst(), guarded.frame(0), LatticeFrame.LENGTH);
            asked[0] = 0;
            reader.open(root);
            final List<byte[]> keys =
                    content.keySet().stream().limit(ENTRIES / 2).toList();
            for (int round = 0; round < 5_000 * TestTrees.ROUNDS; round++) {
                final SplittableRandom random = new SplittableRandom(900_000L + round);
                for (int i = 1; i < frames; i++) {
                    writeHostile(guarded.frame(i), frames - 1 - i, random);
                }
                final byte[] key = keys.get(random.nextInt(keys.size()));
                asked[0] = 1;
                attempt(faults, () -> {
                    if (reader.get(trees.at(0, key), key.length)) {
                        assertTrue(reader.value() + reader.valueLength() <= guarded.frame(2) + LatticeFrame.LENGTH);
                    }
                });
            }
        }
    }

    /** A copy of a good node with much of it overwritten, most often where it decides what is read. */
    private void writeHostile(final long frame, final int level, final SplittableRandom random) {
        final long good = nodes.get(2 - level);
        OffHeap.copy(good, frame, LatticeFrame.LENGTH);
        for (int i = random.nextInt(30); i > 0; i--) {
            final int near = random.nextBoolean()
                    ? TreeNodeLayout.boundOffset(random.nextInt(TreeNodeLayout.count(good)))
                    : TreeNodeLayout.bound(good, random.nextInt(TreeNodeLayout.count(good)));
            OffHeap.putU8(frame + near + random.nextInt(2), random.nextInt(256));
        }
        if (random.nextInt(4) == 0) {
            OffHeap.putU16(frame + TreeNodeLayout.COUNT_OFFSET, random.nextInt(1 << 16));
        }
        if (random.nextInt(4) == 0) {
            OffHeap.putU8(frame + random.nextInt(TreeNodeLayout.ENTRIES_OFFSET), random.nextInt(256));
        }
    }
}
