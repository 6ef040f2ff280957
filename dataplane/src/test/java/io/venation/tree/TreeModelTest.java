package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.receipt.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees against a TreeMap: what they hold, how ranges come out, and that only content decides their roots. */
class TreeModelTest {
    private static final TreeSalt SALT = new TreeSalt(TestTrees.bytes("0123456789abcdef0123456789abcdef"));

    private final TestTrees trees = new TestTrees(SALT);

    @AfterEach
    void close() {
        trees.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6, 7})
    void shouldHoldWhatAMapHoldsWhateverIsPutAndDeleted(final int kind) {
        for (int round = 0; round < TestTrees.ROUNDS; round++) {
            final long seed = 20261121L * 100 + kind + 10L * round;
            final SplittableRandom random = new SplittableRandom(seed);
            final NavigableMap<byte[], byte[]> model = TestTrees.model();
            Digest root = trees.writer.empty();
            for (int step = 0; step < 60; step++) {
                final String at = "seed=" + seed + " step=" + step;
                root = applyRandomBatch(root, model, random, kind, step % 20 < 14 ? 0.2 : 0.8);
                trees.reader.open(root);
                assertEquals(model.size(), trees.reader.size(), at);
                for (int i = 0; i < 50; i++) {
                    final byte[] key = TestTrees.key(random, kind);
                    assertArrayEquals(model.get(key), trees.reader.get(key), at);
                    assertScan(model, random, kind, at);
                }
                if (step % 10 == 9) {
                    trees.assertContent(model, root, at);
                    assertEquals(trees.build(model), root, at);
                }
            }
        }
    }

    private Digest applyRandomBatch(
            final Digest root,
            final NavigableMap<byte[], byte[]> model,
            final SplittableRandom random,
            final int kind,
            final double deletes) {
        trees.batch.clear();
        final List<byte[]> present = new ArrayList<>(model.keySet());
        for (int i = 0, count = 1 << random.nextInt(10); i < count; i++) {
            final boolean isOld = !present.isEmpty() && random.nextInt(2) == 0;
            final byte[] key = isOld ? present.get(random.nextInt(present.size())) : TestTrees.key(random, kind);
            if (random.nextDouble() < deletes) {
                trees.batch.delete(key);
                model.remove(key);
            } else {
                final byte[] value = TestTrees.value(random, kind);
                trees.batch.put(key, value);
                model.put(key, value);
            }
        }
        return trees.writer.apply(root, trees.batch);
    }

    private void assertScan(
            final NavigableMap<byte[], byte[]> model, final SplittableRandom random, final int kind, final String at) {
        final byte[] from = TestTrees.key(random, kind);
        final byte[] to = TestTrees.key(random, kind);
        final boolean isFromOpen = random.nextInt(4) == 0;
        final boolean isToOpen = random.nextInt(4) == 0;
        final boolean isForward = random.nextBoolean();
        final int limit = random.nextInt(40);
        NavigableMap<byte[], byte[]> range = model;
        if (!isFromOpen) {
            range = range.tailMap(from, true);
        }
        if (!isToOpen) {
            range = Arrays.compareUnsigned(from, to) > 0 && !isFromOpen ? TestTrees.model() : range.headMap(to, false);
        }
        final List<Map.Entry<byte[], byte[]>> expected = (isForward ? range : range.descendingMap())
                .entrySet().stream().limit(limit).toList();
        final List<byte[]> found = new ArrayList<>();
        final EntryHandler handler = (key, keyLength, value, valueLength) -> {
            found.add(TestTrees.copy(key, keyLength));
            found.add(TestTrees.copy(value, valueLength));
        };
        final long fromAddress = isFromOpen ? TreeReader.OPEN : trees.at(0, from);
        final long toAddress = isToOpen ? TreeReader.OPEN : trees.at(1, to);
        final long handed = isForward
                ? trees.reader.scan(fromAddress, from.length, toAddress, to.length, limit, handler)
                : trees.reader.scanBackward(fromAddress, from.length, toAddress, to.length, limit, handler);
        assertEquals(expected.size(), handed, at);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).getKey(), found.get(2 * i), at);
            assertArrayEquals(expected.get(i).getValue(), found.get(2 * i + 1), at);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6, 7})
    void shouldHaveOneRootForOneContentWhateverTheOrder(final int kind) {
        for (int round = 0; round < TestTrees.ROUNDS; round++) {
            final long seed = 42_000L + kind + 10L * round;
            final SplittableRandom random = new SplittableRandom(seed);
            final NavigableMap<byte[], byte[]> content = TestTrees.model();
            while (content.size() < 1_500) {
                content.put(TestTrees.key(random, kind), TestTrees.value(random, kind));
            }
            final Digest expected = trees.build(content);
            for (int history = 0; history < 4; history++) {
                final String at = "seed=" + seed + " history=" + history;
                assertEquals(expected, buildByDetours(content, random, kind, history), at);
            }
        }
    }

    /** Batches of a size of their own, keys that come and go, values that are put wrong first. */
    private Digest buildByDetours(
            final NavigableMap<byte[], byte[]> content,
            final SplittableRandom random,
            final int kind,
            final int history) {
        final List<byte[]> keys = new ArrayList<>(content.keySet());
        for (int i = keys.size() - 1; i > 0; i--) {
            Collections.swap(keys, i, random.nextInt(i + 1));
        }
        final int batchCount = new int[] {1, 7, 100, 1_000}[history];
        Digest root = trees.writer.empty();
        final NavigableMap<byte[], byte[]> wrong = TestTrees.model();
        for (int i = 0; i < keys.size(); i += batchCount) {
            trees.batch.clear();
            for (final byte[] key : keys.subList(i, Math.min(i + batchCount, keys.size()))) {
                final byte[] other = TestTrees.key(random, kind);
                if (random.nextInt(4) == 0) {
                    trees.batch.put(other, TestTrees.value(random, kind));
                    wrong.put(other, other);
                }
                trees.batch.put(key, content.get(key));
                wrong.remove(key);
            }
            root = trees.writer.apply(root, trees.batch);
        }
        trees.batch.clear();
        wrong.keySet().forEach(key -> {
            if (content.containsKey(key)) {
                trees.batch.put(key, content.get(key));
            } else {
                trees.batch.delete(key);
            }
        });
        return trees.writer.apply(root, trees.batch);
    }

    @Test
    void shouldBeEmptyAgainWhenAllIsDeleted() {
        final SplittableRandom random = new SplittableRandom(7);
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        while (content.size() < 3_000) {
            content.put(TestTrees.key(random, 2), TestTrees.value(random, 4));
        }
        final Digest root = trees.build(content);
        trees.batch.clear();
        content.keySet().forEach(trees.batch::delete);
        assertEquals(trees.writer.empty(), trees.writer.apply(root, trees.batch));
        trees.reader.open(trees.writer.empty());
        assertEquals(0, trees.reader.size());
        assertNull(trees.reader.get(TestTrees.bytes("a")));
        trees.cursor.open(trees.writer.empty());
        assertFalse(trees.cursor.first());
        assertFalse(trees.cursor.last());
        assertFalse(trees.cursor.next());
        assertFalse(trees.cursor.previous());
        trees.assertContent(content, root, "the old tree stays");
    }

    @Test
    void shouldKeepTheRootWhereABatchChangesNothing() {
        final Digest root = trees.build(Map.of(TestTrees.bytes("a"), TestTrees.bytes("1")));
        trees.batch.clear();
        assertEquals(root, trees.writer.apply(root, trees.batch));
        trees.batch.put(TestTrees.bytes("a"), TestTrees.bytes("1"));
        trees.batch.delete(TestTrees.bytes("b"));
        assertEquals(root, trees.writer.apply(root, trees.batch));
    }

    @Test
    void shouldTakeTheLastOfSeveralForOneKey() {
        trees.batch.clear();
        trees.batch.put(TestTrees.bytes("k"), TestTrees.bytes("1"));
        trees.batch.delete(TestTrees.bytes("k"));
        trees.batch.put(TestTrees.bytes("k"), TestTrees.bytes("2"));
        trees.batch.put(TestTrees.bytes("l"), TestTrees.bytes("3"));
        trees.batch.delete(TestTrees.bytes("l"));
        trees.reader.open(trees.writer.apply(trees.writer.empty(), trees.batch));
        assertEquals(1, trees.reader.size());
        assertArrayEquals(TestTrees.bytes("2"), trees.reader.get(TestTrees.bytes("k")));
    }

    @Test
    void shouldGoToEntriesByTheirNumber() {
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        for (int i = 0; i < 50_000; i++) {
            content.put(TestTrees.bytes(String.format("%06d", i)), new byte[0]);
        }
        trees.cursor.open(trees.build(content));
        final SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 1_000; i++) {
            final int number = random.nextInt(50_000);
            trees.cursor.seekNumber(number);
            assertEquals(
                    String.format("%06d", number),
                    new String(TestTrees.copy(trees.cursor.key(), trees.cursor.keyLength()), StandardCharsets.UTF_8));
            assertEquals(number, trees.cursor.number());
        }
        assertThrows(IndexOutOfBoundsException.class, () -> trees.cursor.seekNumber(50_000));
        assertThrows(IndexOutOfBoundsException.class, () -> trees.cursor.seekNumber(-1));
    }

    @Test
    void shouldRefuseToReadWhereThereIsNothing() {
        final Digest root = trees.build(Map.of(TestTrees.bytes("a"), TestTrees.bytes("1")));
        final TreeCursor cursor = trees.cursor;
        assertThrows(IllegalStateException.class, cursor::first);
        cursor.open(root);
        assertThrows(IllegalStateException.class, cursor::next);
        assertThrows(IllegalStateException.class, cursor::previous);
        assertThrows(IllegalStateException.class, cursor::number);
        assertThrows(IndexOutOfBoundsException.class, cursor::key);
        assertTrue(cursor.first());
        assertFalse(cursor.next());
        assertEquals(1, cursor.number());
        assertThrows(IndexOutOfBoundsException.class, cursor::value);
        assertTrue(cursor.previous());
        assertFalse(cursor.previous());
        assertThrows(IndexOutOfBoundsException.class, cursor::keyLength);
        final TreeDiff diff = new TreeDiff(trees.store, trees.store);
        assertFalse(diff.next());
        diff.open(root, root);
        assertThrows(IllegalStateException.class, diff::key);
        assertFalse(diff.next());
        assertThrows(TreeDamageException.class, () -> diff.open(root, Digest.parse("00".repeat(32))));
        assertFalse(diff.next());
    }

    @Test
    void shouldRefuseKeysAndValuesThatAreTooLong() {
        final byte[] longest = new byte[TreeNodeLayout.MAX_KEY_LENGTH];
        final byte[] value = new byte[TreeNodeLayout.MAX_VALUE_LENGTH];
        trees.batch.clear();
        trees.batch.put(longest, value);
        assertThrows(IllegalArgumentException.class, () -> trees.batch.put(new byte[longest.length + 1], value));
        assertThrows(IllegalArgumentException.class, () -> trees.batch.put(longest, new byte[value.length + 1]));
        assertThrows(IllegalArgumentException.class, () -> trees.batch.delete(new byte[longest.length + 1]));
        assertThrows(IllegalArgumentException.class, () -> trees.batch.put(trees.scratch, -1, trees.scratch, 0));
        trees.reader.open(trees.writer.apply(trees.writer.empty(), trees.batch));
        assertArrayEquals(value, trees.reader.get(longest));
        assertNull(trees.reader.get(new byte[longest.length + 1]));
    }

    @Test
    void shouldRefuseATreeOfAnotherSalt() {
        final Digest root = new TreeWriter(trees.store, TreeSalt.OPEN).empty();
        assertThrows(IllegalArgumentException.class, () -> trees.put(root, new byte[1], new byte[1]));
        assertTrue(SALT.id() != TreeSalt.OPEN.id());
    }

    @Test
    void shouldSayWhichNodeIsMissing() {
        final Digest root = Digest.parse("00".repeat(32));
        final TreeDamageException damage = assertThrows(TreeDamageException.class, () -> trees.reader.open(root));
        assertEquals(TreeFault.MISSING_FRAME, damage.fault());
        assertEquals(root, damage.address());
        assertThrows(IllegalStateException.class, () -> trees.reader.get(new byte[1]));
    }
}
