package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.receipt.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Differences and merges against maps, and what they read. */
class TreeDiffTest {
    private static final TreeSalt SALT = new TreeSalt(TestTrees.bytes("salt".repeat(8)));

    private final TestTrees trees = new TestTrees(SALT);

    @AfterEach
    void close() {
        trees.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 6, 7})
    void shouldFindTheDifferencesOfTwoMaps(final int kind) {
        for (int round = 0; round < 20 * TestTrees.ROUNDS; round++) {
            final long seed = 5_000L + kind + 10L * round;
            final SplittableRandom random = new SplittableRandom(seed);
            final NavigableMap<byte[], byte[]> before = randomMap(random, kind, random.nextInt(1_500));
            final NavigableMap<byte[], byte[]> after =
                    random.nextInt(8) == 0 ? randomMap(random, kind, random.nextInt(500)) : TestTrees.model(before);
            change(after, random, kind, random.nextInt(1 << random.nextInt(9)));
            assertDiff(before, after, "seed=" + seed);
            assertDiff(after, before, "seed=" + seed);
        }
    }

    private void assertDiff(
            final NavigableMap<byte[], byte[]> before, final NavigableMap<byte[], byte[]> after, final String at) {
        final TreeDiff diff = new TreeDiff(trees.store, trees.store);
        diff.open(trees.build(before), trees.build(after));
        for (final byte[] key : keys(before, after)) {
            if (!Arrays.equals(before.get(key), after.get(key))) {
                assertTrue(diff.next(), at);
                assertArrayEquals(key, TestTrees.copy(diff.key(), diff.keyLength()), at);
                assertArrayEquals(before.get(key), value(diff.valueBefore(), diff.valueLengthBefore()), at);
                assertArrayEquals(after.get(key), value(diff.valueAfter(), diff.valueLengthAfter()), at);
            }
        }
        assertFalse(diff.next(), at);
        assertFalse(diff.next(), at);
    }

    @Test
    void shouldReadInProportionToTheDifference() {
        final long seed = 99;
        final SplittableRandom random = new SplittableRandom(seed);
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        while (content.size() < 200_000) {
            content.put(TestTrees.random(random, 12, 256), TestTrees.random(random, 12, 256));
        }
        final Digest root = trees.build(content);
        final CountingStore before = new CountingStore(trees.store, Long.MAX_VALUE);
        final CountingStore after = new CountingStore(trees.store, Long.MAX_VALUE);
        final TreeDiff diff = new TreeDiff(before, after);
        for (final int changes : new int[] {0, 1, 10, 100}) {
            trees.batch.clear();
            for (int i = 0; i < changes; i++) {
                trees.batch.put(TestTrees.random(random, 12, 256), new byte[12]);
            }
            diff.open(root, trees.writer.apply(root, trees.batch));
            int found = 0;
            while (diff.next()) {
                found++;
            }
            assertEquals(changes, found);
            final long read = before.takeReads() + after.takeReads();
            assertTrue(read <= 2 + 5L * changes, "changes=" + changes + " frames read=" + read + " seed=" + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void shouldMergeAsMapsDo(final int kind) {
        for (int round = 0; round < 15 * TestTrees.ROUNDS; round++) {
            final long seed = 70_000L + kind + 10L * round;
            final SplittableRandom random = new SplittableRandom(seed);
            final NavigableMap<byte[], byte[]> base = randomMap(random, kind, random.nextInt(1_000));
            final NavigableMap<byte[], byte[]> ours = TestTrees.model(base);
            final NavigableMap<byte[], byte[]> theirs = TestTrees.model(base);
            change(ours, random, kind, random.nextInt(200));
            change(theirs, random, kind, random.nextInt(200));
            assertMerge(base, ours, theirs, "seed=" + seed);
        }
    }

    private void assertMerge(
            final NavigableMap<byte[], byte[]> base,
            final NavigableMap<byte[], byte[]> ours,
            final NavigableMap<byte[], byte[]> theirs,
            final String at) {
        final NavigableMap<byte[], byte[]> expected = TestTrees.model();
        final List<byte[]> conflicts = new ArrayList<>();
        for (final byte[] key : keys(keysOf(base, ours), theirs)) {
            final boolean isOurs = !Arrays.equals(base.get(key), ours.get(key));
            final boolean isTheirs = !Arrays.equals(base.get(key), theirs.get(key));
            final boolean isConflict = isOurs && isTheirs && !Arrays.equals(ours.get(key), theirs.get(key));
            byte[] value = isTheirs ? theirs.get(key) : ours.get(key);
            if (isConflict) {
                conflicts.add(key);
                value = resolved(key, ours.get(key), theirs.get(key));
            }
            if (value != null) {
                expected.put(key, value);
            }
        }
        final TreeMerge merge = new TreeMerge(trees.store, SALT);
        final Digest baseRoot = trees.build(base);
        final Digest ourRoot = trees.build(ours);
        final Digest theirRoot = trees.build(theirs);
        final List<byte[]> reported = new ArrayList<>();
        final TreeMerge.Result result = merge.merge(baseRoot, ourRoot, theirRoot, (our, their, batch) -> {
            final byte[] key = TestTrees.copy(our.key(), our.keyLength());
            reported.add(key);
            assertArrayEquals(base.get(key), value(our.valueBefore(), our.valueLengthBefore()), at);
            assertArrayEquals(ours.get(key), value(our.valueAfter(), our.valueLengthAfter()), at);
            assertArrayEquals(theirs.get(key), value(their.valueAfter(), their.valueLengthAfter()), at);
            if (choice(key) == 2) {
                batch.put(key, key.length > 9 ? new byte[0] : key);
            }
            return choice(key) == 1 ? Resolution.THEIRS : Resolution.OURS;
        });
        assertEquals(conflicts.size(), result.conflictCount(), at);
        assertEquals(conflicts.size(), reported.size(), at);
        for (int i = 0; i < conflicts.size(); i++) {
            assertArrayEquals(conflicts.get(i), reported.get(i), at);
        }
        assertEquals(trees.build(expected), result.root(), at);
        if (conflicts.isEmpty()) {
            assertEquals(
                    result.root(),
                    merge.merge(baseRoot, theirRoot, ourRoot, (o, t, b) -> null).root(),
                    at);
        }
        assertEquals(
                ourRoot,
                merge.merge(baseRoot, ourRoot, baseRoot, (o, t, b) -> null).root(),
                at);
    }

    private static int choice(final byte[] key) {
        return Math.floorMod(Arrays.hashCode(key), 3);
    }

    private static byte[] resolved(final byte[] key, final byte[] ours, final byte[] theirs) {
        return switch (choice(key)) {
            case 0 -> ours;
            case 1 -> theirs;
            default -> key.length > 9 ? new byte[0] : key;
        };
    }

    @Test
    void shouldFollowATreeWithItsIndex() {
        final long seed = 1_717;
        final SplittableRandom random = new SplittableRandom(seed);
        final TreeIndex index = new TreeIndex(trees.store, SALT, (key, keyLength, value, valueLength, entries) -> {
            for (final String tag : new String(TestTrees.copy(value, valueLength), StandardCharsets.UTF_8).split(" ")) {
                if (!tag.isEmpty()) {
                    entries.key().clear().term(tag);
                    entries.add();
                }
            }
        });
        final String[] tags = {"cats", "cat", "dogs", "a\0b", "a", "ü", "cats\0"};
        final NavigableMap<byte[], byte[]> posts = TestTrees.model();
        Digest root = trees.writer.empty();
        Digest indexRoot = index.empty();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 200; i++) {
                final byte[] key = TestTrees.bytes("post/" + random.nextInt(3_000));
                if (random.nextInt(3) == 0) {
                    posts.remove(key);
                } else {
                    posts.put(key, TestTrees.bytes(tags[random.nextInt(7)] + " " + tags[random.nextInt(7)]));
                }
            }
            final Digest before = root;
            root = trees.build(posts);
            indexRoot = index.update(indexRoot, before, root);
            assertEquals(
                    index.update(index.empty(), trees.writer.empty(), root), indexRoot, "seed=" + seed + " as if new");
            final CountingStore counted = new CountingStore(trees.store, Long.MAX_VALUE);
            final TreeReader reader = new TreeReader(counted);
            reader.open(indexRoot);
            for (final String tag : tags) {
                counted.takeReads();
                assertFirstPosts(posts, tag, reader);
                assertTrue(counted.takeReads() <= 8, "two ranges: of each a node a level, and the leaf beside");
            }
        }
    }

    private static void assertFirstPosts(
            final NavigableMap<byte[], byte[]> posts, final String tag, final TreeReader reader) {
        final List<String> expected = posts.entrySet().stream()
                .filter(post -> List.of(new String(post.getValue(), StandardCharsets.UTF_8).split(" "))
                        .contains(tag))
                .map(post -> new String(post.getKey(), StandardCharsets.UTF_8))
                .limit(32)
                .toList();
        final IndexKey key = new IndexKey().clear().term(tag);
        final List<String> found = new ArrayList<>();
        reader.scan(key, 32, (indexed, length, value, valueLength) -> found.add(postOf(key, indexed, length)));
        final List<String> lastFound = new ArrayList<>();
        reader.scanBackward(
                key, 1, (indexed, length, value, valueLength) -> lastFound.add(postOf(key, indexed, length)));
        assertEquals(expected.isEmpty(), lastFound.isEmpty(), tag);
        assertTrue(
                expected.size() == 32
                        || expected.isEmpty()
                        || expected.getLast().equals(lastFound.getFirst()),
                tag);
        assertEquals(expected, found, tag);
    }

    private static String postOf(final IndexKey terms, final long indexed, final int length) {
        return new String(TestTrees.copy(indexed + terms.length(), length - terms.length()), StandardCharsets.UTF_8);
    }

    @Test
    void shouldEndARangeOfAllThatBeginsAlikeWhereverItLies() {
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        for (final byte[] key :
                new byte[][] {{}, {0}, {1, -1}, {1, -1, -1}, {1, -1, -1, 7}, {2}, {-1}, {-1, -1}, {-1, -1, 3}}) {
            content.put(key, key);
        }
        trees.reader.open(trees.build(content));
        for (final byte[] start : content.keySet()) {
            final IndexKey key = new IndexKey().rest(trees.at(0, start), start.length);
            final long expected = content.keySet().stream()
                    .filter(other ->
                            other.length >= start.length && Arrays.equals(Arrays.copyOf(other, start.length), start))
                    .count();
            assertEquals(expected, trees.reader.scan(key, Long.MAX_VALUE, (k, kl, v, vl) -> {}));
            assertEquals(expected, trees.reader.scanBackward(key, Long.MAX_VALUE, (k, kl, v, vl) -> {}));
        }
    }

    @Test
    void shouldSortIndexKeysAsTheirTerms() {
        final SplittableRandom random = new SplittableRandom(8);
        final IndexKey key = new IndexKey();
        final IndexKey other = new IndexKey();
        for (int i = 0; i < 20_000; i++) {
            final byte[] term = TestTrees.random(random, random.nextInt(5), 2);
            final byte[] otherTerm = TestTrees.random(random, random.nextInt(5), 2);
            final long number = random.nextLong();
            key.clear().term(trees.at(0, term), term.length).number(number);
            other.clear().term(trees.at(1, otherTerm), otherTerm.length).number(0);
            final int order = Arrays.compareUnsigned(term, otherTerm);
            assertEquals(
                    Integer.signum(order == 0 ? Long.compareUnsigned(number, 0) : order),
                    Integer.signum(Keys.compare(key.address(), key.length(), other.address(), other.length())));
        }
    }

    private static NavigableMap<byte[], byte[]> randomMap(
            final SplittableRandom random, final int kind, final int count) {
        final NavigableMap<byte[], byte[]> map = TestTrees.model();
        change(map, random, kind, count);
        return map;
    }

    /** Puts, and deletes of whole stretches and of single keys. */
    private static void change(
            final NavigableMap<byte[], byte[]> map, final SplittableRandom random, final int kind, final int count) {
        for (int i = 0; i < count; i++) {
            final byte[] key = TestTrees.key(random, kind);
            if (random.nextInt(4) == 0) {
                final Map.Entry<byte[], byte[]> next = map.ceilingEntry(key);
                if (next != null) {
                    map.remove(next.getKey());
                }
            } else {
                map.put(key, TestTrees.value(random, kind));
            }
        }
        if (random.nextInt(4) == 0) {
            final NavigableMap<byte[], byte[]> tail = map.tailMap(TestTrees.key(random, kind), true);
            final List<byte[]> stretch =
                    tail.keySet().stream().limit(random.nextInt(200)).toList();
            stretch.forEach(map::remove);
        }
    }

    private static NavigableMap<byte[], byte[]> keysOf(final Map<byte[], byte[]> some, final Map<byte[], byte[]> more) {
        final NavigableMap<byte[], byte[]> both = TestTrees.model();
        both.putAll(some);
        both.putAll(more);
        return both;
    }

    private static NavigableSet<byte[]> keys(final Map<byte[], byte[]> some, final Map<byte[], byte[]> more) {
        final NavigableSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        keys.addAll(some.keySet());
        keys.addAll(more.keySet());
        return keys;
    }

    private static byte[] value(final long address, final int length) {
        return address == TreeDiff.ABSENT ? null : TestTrees.copy(address, length);
    }
}
