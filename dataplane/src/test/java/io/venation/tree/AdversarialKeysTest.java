package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keys of somebody who knows all but the salt, and wants long chains of forced ends, or as many nodes as can be: with the
 * salt that he guessed he gets as much as the bounds allow, with any other nothing.
 */
class AdversarialKeysTest {
    private static final TreeSalt GUESSED = TreeSalt.OPEN;
    private static final TreeSalt SECRET = new TreeSalt(TestTrees.bytes("nobody knows me ".repeat(2)));
    private static final int ENTRIES = 20_000;

    private final TestTrees guessed = new TestTrees(GUESSED);
    private final TestTrees secret = new TestTrees(SECRET);

    /** What the keys are chosen for. */
    enum Aim {
        /** No key ends a node: only the bytes do. */
        NEVER_ENDS,
        /** Every key ends a node as soon as it may. */
        ALWAYS_ENDS,
        /** The longest entries there are, no key of which ends a node. */
        LONGEST_ENTRIES
    }

    @AfterEach
    void close() {
        guessed.close();
        secret.close();
    }

    @ParameterizedTest
    @EnumSource(Aim.class)
    void shouldStayBalanced(final Aim aim) {
        final long seed = 31;
        final SplittableRandom random = new SplittableRandom(seed);
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        final int keyLength = aim == Aim.LONGEST_ENTRIES ? TreeNodeLayout.MAX_KEY_LENGTH : 14;
        final int valueLength = aim == Aim.LONGEST_ENTRIES ? TreeNodeLayout.MAX_VALUE_LENGTH : 14;
        final int entryLength = TreeNodeLayout.ENTRY_OVERHEAD + keyLength + valueLength;
        final int wanted = aim == Aim.LONGEST_ENTRIES ? ENTRIES / 10 : ENTRIES;
        while (content.size() < wanted) {
            final byte[] key = TestTrees.random(random, keyLength, 256);
            final boolean ends = NodeBoundary.endsAfter(
                    GUESSED, 0, guessed.at(0, key), keyLength, entryLength, TreeNodeLayout.MIN_LENGTH);
            if (ends == (aim == Aim.ALWAYS_ENDS)) {
                content.put(key, new byte[valueLength]);
            }
        }
        final Digest guessedRoot = guessed.build(content);
        final Digest secretRoot = secret.build(content);
        final double guessedFill = assertBounds(guessed, guessedRoot, content.size());
        final double fill = assertBounds(secret, secretRoot, content.size());
        assertTrue(fill > 0.5 && fill < 0.8, "fill=" + fill + " seed=" + seed);
        switch (aim) {
            case ALWAYS_ENDS -> assertTrue(guessedFill < 0.35, "the guess was right: fill=" + guessedFill);
            case NEVER_ENDS, LONGEST_ENTRIES ->
                assertTrue(guessedFill > 0.88, "the guess was right: fill=" + guessedFill);
        }
        final List<byte[]> keys = new ArrayList<>(content.keySet());
        final double rewritten = nodesPerChange(secret, SECRET, secretRoot, keys.subList(wanted / 2, wanted / 2 + 80));
        final int levels = level(secret, secretRoot) + 1;
        assertTrue(rewritten < 3.0 * levels, "nodes rewritten per change=" + rewritten + " seed=" + seed);
        if (aim == Aim.NEVER_ENDS) {
            final double chain = nodesPerChange(guessed, GUESSED, guessedRoot, keys.subList(0, 1));
            assertTrue(chain > 10 * rewritten, "the guess was right: nodes rewritten by one change=" + chain);
        }
    }

    /** What holds with every salt; returns how full the leaves are. */
    private static double assertBounds(final TestTrees trees, final Digest root, final int entries) {
        final List<Integer> leafLengths = new ArrayList<>();
        final int[] nodesPerLevel = new int[TreeNodeLayout.MAX_LEVEL + 1];
        final int[] shortPerLevel = new int[TreeNodeLayout.MAX_LEVEL + 1];
        TestTrees.forEachNode(trees.store, root, frame -> {
            final int level = TreeNodeLayout.level(frame);
            final int count = TreeNodeLayout.count(frame);
            final int length = TreeNodeLayout.length(TreeNodeLayout.bound(frame, count), count);
            assertTrue(length <= LatticeFrame.LENGTH);
            nodesPerLevel[level]++;
            shortPerLevel[level] += length < TreeNodeLayout.MIN_LENGTH ? 1 : 0;
            if (level == 0) {
                leafLengths.add(length);
            }
        });
        long mostNodes = Math.ceilDiv(entries, 4);
        for (int level = 0; level <= level(trees, root); level++) {
            assertTrue(shortPerLevel[level] <= 1, "only the last of a level is shorter");
            assertTrue(nodesPerLevel[level] <= mostNodes, "level=" + level);
            mostNodes = Math.ceilDiv(mostNodes, 14);
        }
        return leafLengths.stream().mapToInt(Integer::intValue).average().orElseThrow() / LatticeFrame.LENGTH;
    }

    private static int level(final TestTrees trees, final Digest root) {
        root.write(trees.scratch);
        return TreeNodeLayout.level(trees.store.get(trees.scratch));
    }

    /** Frames put for each of some keys deleted, on average. */
    private static double nodesPerChange(
            final TestTrees trees, final TreeSalt salt, final Digest root, final List<byte[]> keys) {
        final CountingStore store = new CountingStore(trees.store, Long.MAX_VALUE);
        final TreeWriter writer = new TreeWriter(store, salt);
        for (final byte[] key : keys) {
            trees.batch.clear();
            trees.batch.delete(key);
            writer.apply(root, trees.batch);
        }
        return (double) store.putCount() / keys.size();
    }

    @ParameterizedTest
    @EnumSource(Aim.class)
    void shouldFindAllOfThem(final Aim aim) {
        final byte[] key = new byte[TreeNodeLayout.MAX_KEY_LENGTH];
        Arrays.fill(key, (byte) aim.ordinal());
        final NavigableMap<byte[], byte[]> content = TestTrees.model();
        for (int i = 0; i <= key.length; i++) {
            content.put(Arrays.copyOf(key, i), new byte[aim == Aim.LONGEST_ENTRIES ? 1_024 : 0]);
        }
        secret.assertContent(content, secret.build(content), "every key begins the next one");
    }
}
