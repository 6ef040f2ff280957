package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.Allocation;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import java.util.NavigableMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lookups, scans and diffs allocate nothing once warm. */
class TreeAllocationTest {
    private final TestTrees trees = new TestTrees(TreeSalt.OPEN);
    private final NavigableMap<byte[], byte[]> content = TestTrees.model();
    private Digest root;
    private byte[] middle;

    @BeforeEach
    void build() {
        for (int i = 0; i < 5_000; i++) {
            content.put(TestTrees.bytes("key " + i), TestTrees.bytes("value"));
        }
        root = trees.build(content);
        middle = TestTrees.bytes("key 2500");
    }

    @AfterEach
    void close() {
        trees.close();
    }

    @Test
    void shouldAllocateNothingForALookup() {
        trees.reader.open(root);
        final long key = trees.at(0, middle);
        final long missing = trees.at(1, TestTrees.bytes("kez"));
        final int length = middle.length;
        Allocation.assertNone(() -> {
            assertTrue(trees.reader.get(key, length));
            assertEquals(5, trees.reader.valueLength());
            assertFalse(trees.reader.get(missing, 3));
        });
    }

    @Test
    void shouldAllocateNothingForAScan() {
        trees.reader.open(root);
        trees.cursor.open(root);
        final long key = trees.at(0, middle);
        final int length = middle.length;
        final long[] sum = {0};
        final EntryHandler handler =
                (entry, entryLength, value, valueLength) -> sum[0] += OffHeap.getU8(value) + entryLength;
        Allocation.assertNone(() -> {
            assertEquals(1_000, trees.reader.scan(key, length, TreeReader.OPEN, 0, 1_000, handler));
            assertEquals(1_000, trees.reader.scanBackward(TreeReader.OPEN, 0, key, length, 1_000, handler));
            trees.cursor.seekNumber(3_000);
            assertEquals(3_000, trees.cursor.number());
        });
    }

    @Test
    void shouldAllocateNothingForADiff() {
        final Digest other = trees.put(root, middle, TestTrees.bytes("other"));
        final TreeDiff diff = new TreeDiff(trees.store, trees.store);
        Allocation.assertNone(() -> {
            diff.open(root, other);
            assertTrue(diff.next());
            assertFalse(diff.next());
        });
    }
}
