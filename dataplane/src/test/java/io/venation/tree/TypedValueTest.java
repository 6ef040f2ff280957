package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Trees whose values say what they refer to. */
class TypedValueTest {
    private static final TreeSalt SALT = new TreeSalt(TestTrees.bytes("typed...".repeat(4)));
    private static final ReferenceKind[] KINDS = {ReferenceKind.FILE, ReferenceKind.DIRECTORY, ReferenceKind.TREE};

    private final TestTrees trees = new TestTrees(SALT, ValueForm.TYPED);

    @AfterEach
    void close() {
        trees.close();
    }

    private static byte[] value(final SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return TypedValue.ofBytes(TestTrees.random(random, random.nextInt(60), 256));
        }
        final Digest root = new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        return TypedValue.reference(KINDS[random.nextInt(3)], random.nextLong(Long.MAX_VALUE), root);
    }

    private static NavigableMap<byte[], byte[]> content(final SplittableRandom random, final int count) {
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        while (content.size() < count) {
            content.put(TestTrees.key(random, 1), value(random));
        }
        return content;
    }

    @Test
    void shouldHaveOneRootForOneContentWhateverTheOrder() {
        for (int round = 0; round < 4 * TestTrees.ROUNDS; round++) {
            final long seed = 5_100_000L + round;
            final SplittableRandom random = new SplittableRandom(seed);
            final NavigableMap<byte[], byte[]> content = content(random, 2_000);
            final Digest expected = trees.build(content);
            Digest root = trees.writer.empty();
            final NavigableMap<byte[], byte[]> model = TestTrees.model();
            while (model.size() < content.size() + 500) {
                trees.batch.clear();
                for (int i = 0; i < 150; i++) {
                    final byte[] key = TestTrees.key(random, 1);
                    final byte[] value = value(random);
                    trees.batch.put(key, value);
                    model.put(key, value);
                }
                root = trees.writer.apply(root, trees.batch);
            }
            trees.batch.clear();
            model.keySet().stream().filter(key -> !content.containsKey(key)).forEach(trees.batch::delete);
            content.forEach(trees.batch::put);
            root = trees.writer.apply(root, trees.batch);
            assertEquals(expected, root, "seed=" + seed);
            trees.assertContent(content, root, "seed=" + seed);
            assertEquals(ValueForm.TYPED, trees.cursor.form());
        }
    }

    @Test
    void shouldNotShareARootWithATreeOfOtherValues() {
        final NavigableMap<byte[], byte[]> content = content(new SplittableRandom(2), 500);
        try (TestTrees bytes = new TestTrees(SALT)) {
            assertNotEquals(bytes.build(content), trees.build(content));
            assertNotEquals(bytes.writer.empty(), trees.writer.empty());
        }
        final TreeWriter bytes = new TreeWriter(trees.store, SALT);
        final Digest plain = bytes.empty();
        trees.batch.clear();
        assertThrows(IllegalArgumentException.class, () -> trees.writer.apply(plain, trees.batch));
        assertThrows(IllegalArgumentException.class, () -> bytes.apply(trees.writer.empty(), trees.batch));
        trees.reader.open(plain);
        assertEquals(ValueForm.BYTES, trees.reader.form());
    }

    @Test
    void shouldGiveBackWhatAValueIs() {
        final Digest root = new Digest(5, 6, 7, 8);
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        content.put(TestTrees.bytes("empty"), TypedValue.ofBytes(new byte[0]));
        content.put(TestTrees.bytes("most"), TypedValue.ofBytes(new byte[TypedValue.MAX_BYTES_LENGTH]));
        for (final ReferenceKind kind : KINDS) {
            content.put(TestTrees.bytes(kind.name()), TypedValue.reference(kind, 1L << 40 | kind.ordinal(), root));
        }
        trees.reader.open(trees.build(content));
        for (final ReferenceKind kind : KINDS) {
            final byte[] key = TestTrees.bytes(kind.name());
            assertTrue(trees.reader.get(trees.at(0, key), key.length));
            assertEquals(kind, TypedValue.kind(trees.reader.value()));
            assertEquals(1L << 40 | kind.ordinal(), TypedValue.length(trees.reader.value()));
            assertEquals(root, TypedValue.root(trees.reader.value()));
        }
        for (final String bytes : List.of("empty", "most")) {
            final byte[] key = TestTrees.bytes(bytes);
            assertTrue(trees.reader.get(trees.at(0, key), key.length));
            assertNull(TypedValue.kind(trees.reader.value()));
            assertArrayEquals(content.get(key), trees.reader.get(key));
        }
    }

    private static List<byte[]> malformed() {
        final byte[] good = TypedValue.reference(ReferenceKind.FILE, 5, new Digest(1, 2, 3, 4));
        final List<byte[]> values = new ArrayList<>();
        values.add(new byte[0]);
        values.add(new byte[] {1});
        values.add(Arrays.copyOf(good, good.length - 1));
        values.add(Arrays.copyOf(good, good.length + 1));
        for (final int kind : new int[] {3, 5, 255}) {
            final byte[] value = good.clone();
            value[TypedValue.KIND_OFFSET] = (byte) kind;
            values.add(value);
        }
        final byte[] negative = good.clone();
        negative[TypedValue.LENGTH_OFFSET + 7] = (byte) 0x80;
        values.add(negative);
        return values;
    }

    @Test
    void shouldTakeNoOtherValues() {
        final Digest root = trees.build(content(new SplittableRandom(3), 100));
        final long frames = trees.store.frameCount();
        for (final byte[] value : malformed()) {
            assertThrows(IllegalArgumentException.class, () -> trees.put(root, TestTrees.bytes("key"), value));
            assertEquals(frames, trees.store.frameCount());
        }
        assertThrows(IllegalArgumentException.class, () -> TypedValue.ofBytes(new byte[1_024]));
        final Digest any = new Digest(1, 2, 3, 4);
        assertThrows(IllegalArgumentException.class, () -> TypedValue.reference(ReferenceKind.CHUNK, 1, any));
        assertThrows(IllegalArgumentException.class, () -> TypedValue.reference(ReferenceKind.FILE, -1, any));
    }

    /** A node of a tree of bytes, made to say that it is typed. */
    @Test
    void shouldNameValuesThatNoWriterTakesAndFollowNone() {
        final TreeWriter bytes = new TreeWriter(trees.store, SALT);
        final Digest any = new Digest(9, 9, 9, 9);
        for (final byte[] value : malformed()) {
            trees.batch.clear();
            trees.batch.put(TestTrees.bytes("a"), TypedValue.reference(ReferenceKind.TREE, 1, any));
            trees.batch.put(TestTrees.bytes("key"), value);
            final Digest root = bytes.apply(bytes.empty(), trees.batch);
            root.write(trees.scratch + 2_048);
            final long frame = trees.store.get(trees.scratch + 2_048);
            OffHeap.putU8(frame + TreeNodeLayout.VALUE_FORM_OFFSET, ValueForm.TYPED.ordinal());
            assertEquals(TreeFault.WRONG_VALUE, TreeNodes.check(frame));
            assertEquals(TreeFault.WRONG_VALUE, TreeNodes.references(frame, (key, kind, level, length) -> {
                throw new AssertionError("followed");
            }));
            assertEquals(
                    TreeFault.WRONG_VALUE,
                    assertThrows(TreeDamageException.class, () -> trees.cursor.open(root))
                            .fault());
            assertThrows(TreeDamageException.class, () -> trees.reader.open(root));
        }
    }

    @Test
    void shouldNameAValueBelowTheRootWhenItIsLookedUp() {
        final NavigableMap<byte[], byte[]> content = content(new SplittableRandom(4), 3_000);
        final Digest root = trees.build(content);
        final byte[] key = content.entrySet().stream()
                .filter(entry -> entry.getValue()[0] != 0)
                .findFirst()
                .orElseThrow()
                .getKey();
        trees.reader.open(root);
        assertTrue(trees.reader.get(trees.at(0, key), key.length));
        OffHeap.putU8(trees.reader.value(), 3);
        assertEquals(
                TreeFault.WRONG_VALUE,
                assertThrows(TreeDamageException.class, () -> trees.reader.get(trees.at(0, key), key.length))
                        .fault());
        trees.cursor.open(root);
        assertEquals(
                TreeFault.WRONG_VALUE,
                assertThrows(TreeDamageException.class, () -> trees.cursor.seek(trees.at(0, key), key.length))
                        .fault());
    }

    @Test
    void shouldVisitEachChildAndEachReference() {
        final SplittableRandom random = new SplittableRandom(6);
        final NavigableMap<byte[], byte[]> content = content(random, 4_000);
        final Digest root = trees.build(content);
        final Set<String> expected = new HashSet<>();
        for (final byte[] value : content.values()) {
            final ReferenceKind kind = ReferenceKind.of(value[0]);
            if (kind != null) {
                final long copy = trees.at(0, value);
                expected.add(kind + " " + TypedValue.length(copy) + " " + TypedValue.root(copy));
            }
        }
        final Set<String> found = new HashSet<>();
        final long[] entries = {0};
        visit(root, found, entries);
        assertEquals(expected, found);
        assertEquals(content.size(), entries[0]);
    }

    private void visit(final Digest address, final Set<String> found, final long[] entries) {
        address.write(trees.scratch + 2_048);
        final long frame = trees.store.get(trees.scratch + 2_048);
        if (TreeNodeLayout.level(frame) == 0) {
            entries[0] += TreeNodeLayout.count(frame);
        }
        TreeNodes.references(frame, (key, kind, level, length) -> {
            if (level == ReferenceVisitor.ROOT) {
                found.add(kind + " " + length + " " + Digest.read(key));
            } else {
                assertEquals(ReferenceKind.TREE, kind);
                assertEquals(TreeNodeLayout.level(frame) - 1, level);
                visit(Digest.read(key), found, entries);
            }
        });
    }

    @Test
    void shouldMergeTreesOfOneForm() {
        final NavigableMap<byte[], byte[]> base = content(new SplittableRandom(7), 1_000);
        final Digest root = trees.build(base);
        final byte[] reference = TypedValue.reference(ReferenceKind.FILE, 9, new Digest(4, 3, 2, 1));
        final Digest ours = trees.put(root, TestTrees.bytes("ours"), reference);
        final Digest theirs = trees.put(root, TestTrees.bytes("theirs"), reference);
        final TreeMerge merge = new TreeMerge(trees.store, SALT, ValueForm.TYPED);
        final ConflictHandler none = (left, right, batch) -> {
            throw new AssertionError("no conflict");
        };
        final NavigableMap<byte[], byte[]> both = TestTrees.model(base);
        both.putAll(Map.of(TestTrees.bytes("ours"), reference, TestTrees.bytes("theirs"), reference));
        assertEquals(trees.build(both), merge.merge(root, ours, theirs, none).root());
        final TreeWriter bytes = new TreeWriter(trees.store, SALT);
        trees.batch.clear();
        trees.batch.put(TestTrees.bytes("theirs"), reference);
        final Digest plain = bytes.apply(bytes.empty(), trees.batch);
        assertThrows(IllegalArgumentException.class, () -> merge.merge(root, ours, plain, none));
        assertThrows(IllegalArgumentException.class, () -> merge.merge(plain, plain, plain, none));
    }
}
