package io.venation.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CompactRangeTest {
    private static final int SIZE = 40;

    private final MerkleHasher hasher = new MerkleHasher(AddressHash.SHA3_256);
    private final MerkleTree tree = new MerkleTree(hasher);
    private final List<Digest> leaves = new ArrayList<>();

    CompactRangeTest() {
        for (int i = 0; i < SIZE; i++) {
            leaves.add(hasher.leaf(new byte[] {(byte) i}));
            tree.append(leaves.get(i));
        }
    }

    @Test
    void shouldMergeNeighboursWhereverTheyMeet() {
        for (int begin = 0; begin < SIZE; begin++) {
            for (int middle = begin; middle < SIZE; middle++) {
                final CompactRange left = range(begin, middle);
                final CompactRange right = range(middle, SIZE);
                left.append(right);
                assertEquals(range(begin, SIZE).hashes(), left.hashes(), begin + ".." + middle + ".." + SIZE);
                assertEquals(SIZE, left.end());
            }
        }
    }

    @Test
    void shouldHaveTheRootOfTheTreeInAnyOrderOfMerges() {
        final long seed = 1;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            final CompactRange whole = new CompactRange(hasher, 0);
            while (whole.end() < SIZE) {
                whole.append(range((int) whole.end(), random.nextInt((int) whole.end(), SIZE) + 1));
                assertEquals(tree.head(whole.end()), whole.head(), "seed=" + seed + " round=" + round);
            }
        }
    }

    @Test
    void shouldGoOnFromWhatWasKept() {
        final CompactRange kept = range(5, 23);
        final CompactRange again = new CompactRange(hasher, 5, 23, kept.hashes());
        leaves.subList(23, SIZE).forEach(again::append);
        assertEquals(range(5, SIZE).hashes(), again.hashes());
        assertEquals(5, again.begin());
    }

    @Test
    void shouldKeepFewHashes() {
        final CompactRange range = new CompactRange(hasher, 1);
        for (int i = 1; i < 1 << 12; i++) {
            range.append(leaves.get(i % SIZE));
            assertTrue(range.hashes().size() <= 24);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> range(0, 3).append(range(4, 5)));
        assertThrows(IllegalArgumentException.class, () -> new CompactRange(hasher, -1));
        assertThrows(IllegalArgumentException.class, () -> new CompactRange(hasher, 4, 3, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new CompactRange(hasher, 0, 3, leaves.subList(0, 3)));
        assertThrows(IllegalStateException.class, () -> range(1, 3).head());
    }

    private CompactRange range(final int begin, final int end) {
        final CompactRange range = new CompactRange(hasher, begin);
        leaves.subList(begin, end).forEach(range::append);
        return range;
    }
}
