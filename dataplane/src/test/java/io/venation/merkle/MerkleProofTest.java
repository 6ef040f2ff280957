package io.venation.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Proofs against the recursive definition, and proofs that are wrong.
 *
 * <p>{@code -Dvenation.merkle.proofs} and {@code -Dvenation.merkle.mutated} set the long counts.
 */
class MerkleProofTest {
    private static final int REFERENCE_SIZE = 70;
    private static final long SEED = 9162;
    private static final int PROOF_COUNT = Integer.getInteger("venation.merkle.proofs", 10_000);
    private static final int MUTATED_COUNT = Integer.getInteger("venation.merkle.mutated", 10);

    private final MerkleHasher hasher = new MerkleHasher(AddressHash.BLAKE3);
    private final MerkleTree tree = new MerkleTree(hasher);
    private final List<Digest> leaves = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void shouldAgreeWithTheRecursiveDefinitionForEachSize() {
        grow(REFERENCE_SIZE);
        final MerkleReference reference = new MerkleReference(hasher);
        for (int size = 0; size <= REFERENCE_SIZE; size++) {
            final List<Digest> some = leaves.subList(0, size);
            final TreeHead head = new TreeHead(size, reference.root(some));
            assertEquals(head, tree.head(size));
            for (int index = 0; index < size; index++) {
                final InclusionProof proof = tree.inclusionProof(index, size);
                assertEquals(reference.path(index, some), proof.path(), "index=" + index + " size=" + size);
                assertTrue(proof.verify(hasher, leaves.get(index), head), "index=" + index + " size=" + size);
            }
            for (int oldSize = 0; oldSize <= size; oldSize++) {
                final ConsistencyProof proof = tree.consistencyProof(oldSize, size);
                if (oldSize > 0) {
                    assertEquals(reference.proof(oldSize, some), proof.path(), oldSize + " of " + size);
                }
                assertTrue(proof.verify(hasher, tree.head(oldSize), head), oldSize + " of " + size);
            }
        }
    }

    @Test
    void shouldAcceptRandomProofsOfLargeTrees() {
        grow(Math.max(1_000, PROOF_COUNT / 10));
        for (int i = 0; i < PROOF_COUNT / 2; i++) {
            final InclusionProof inclusion = randomInclusion();
            final TreeHead head = tree.head(inclusion.treeSize());
            assertTrue(
                    InclusionProof.parse(inclusion.toBytes())
                            .verify(hasher, leaves.get((int) inclusion.leafIndex()), head),
                    () -> "seed=" + SEED + " " + inclusion);
            final ConsistencyProof consistency = tree.consistencyProof(random.nextLong(head.size() + 1), head.size());
            assertTrue(
                    ConsistencyProof.parse(consistency.toBytes())
                            .verify(hasher, tree.head(consistency.oldSize()), head),
                    () -> "seed=" + SEED + " " + consistency);
        }
    }

    @Test
    void shouldRefuseProofsWithAnyBitFlipped() {
        grow(5_000);
        for (int i = 0; i < MUTATED_COUNT / 2; i++) {
            final InclusionProof inclusion = randomInclusion();
            final TreeHead head = tree.head(inclusion.treeSize());
            final Digest leaf = leaves.get((int) inclusion.leafIndex());
            eachBitFlipped(
                    inclusion.toBytes(), bytes -> InclusionProof.parse(bytes).verify(hasher, leaf, head));
            final byte[] leafBytes = new byte[32];
            leaf.write(leafBytes, 0);
            eachBitFlipped(leafBytes, bytes -> inclusion.verify(hasher, Digest.read(bytes, 0), head));

            final ConsistencyProof consistency = tree.consistencyProof(random.nextLong(head.size() + 1), head.size());
            final TreeHead oldHead = tree.head(consistency.oldSize());
            eachBitFlipped(
                    consistency.toBytes(),
                    bytes -> ConsistencyProof.parse(bytes).verify(hasher, oldHead, head));
        }
    }

    private interface Verification {
        boolean verify(byte[] bytes);
    }

    private static void eachBitFlipped(final byte[] bytes, final Verification verification) {
        assertTrue(verification.verify(bytes));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(verification.verify(bytes), "seed=" + SEED + " bit=" + bit);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void shouldRefuseWrongIndexSizeAndLength() {
        grow(13);
        final TreeHead head = tree.head();
        final Digest leaf = leaves.get(6);
        final InclusionProof proof = tree.inclusionProof(6, 13);
        for (long index = -1; index <= 14; index++) {
            assertEquals(index == 6, new InclusionProof(index, 13, proof.path()).verify(hasher, leaf, head));
        }
        for (long size = 0; size <= 20; size++) {
            final InclusionProof resized = new InclusionProof(6, size, proof.path());
            assertEquals(size == 13, resized.verify(hasher, leaf, head));
            if (size < 13) {
                assertFalse(resized.verify(hasher, leaf, tree.head(size)));
            }
        }
        assertFalse(new InclusionProof(6, 13, proof.path().subList(1, 4)).verify(hasher, leaf, head));
        assertFalse(new InclusionProof(6, 13, proof.path().subList(0, 3)).verify(hasher, leaf, head));
        final List<Digest> longer = new ArrayList<>(proof.path());
        longer.add(leaf);
        assertFalse(new InclusionProof(6, 13, longer).verify(hasher, leaf, head));
        assertFalse(new InclusionProof(0, 0, List.of()).verify(hasher, leaf, tree.head(0)));
    }

    @Test
    void shouldRefuseInconsistentTrees() {
        grow(13);
        final TreeHead head = tree.head();
        assertFalse(new ConsistencyProof(14, 13, List.of()).verify(hasher, new TreeHead(14, head.root()), head));
        assertFalse(new ConsistencyProof(13, 13, List.of()).verify(hasher, new TreeHead(13, leaves.get(0)), head));
        assertFalse(new ConsistencyProof(0, 13, List.of()).verify(hasher, new TreeHead(0, leaves.get(0)), head));
        assertFalse(new ConsistencyProof(0, 13, leaves.subList(0, 1)).verify(hasher, tree.head(0), head));
        for (int oldSize = 1; oldSize < 13; oldSize++) {
            final ConsistencyProof proof = tree.consistencyProof(oldSize, 13);
            assertFalse(proof.verify(hasher, new TreeHead(oldSize, leaves.get(12)), head));
            assertFalse(proof.verify(hasher, tree.head(oldSize), new TreeHead(13, leaves.get(12))));
            assertFalse(new ConsistencyProof(oldSize, 13, List.of()).verify(hasher, tree.head(oldSize), head));
            final List<Digest> longer = new ArrayList<>(proof.path());
            longer.add(leaves.get(0));
            assertFalse(new ConsistencyProof(oldSize, 13, longer).verify(hasher, tree.head(oldSize), head));
        }
    }

    @Test
    void shouldNotBelieveHugeSizes() {
        grow(1);
        final Digest leaf = leaves.getFirst();
        for (final long size : new long[] {Long.MAX_VALUE, 1L << 62, (1L << 62) + 1, 1L << 40}) {
            final TreeHead head = new TreeHead(size, leaf);
            assertFalse(new InclusionProof(size - 1, size, List.of()).verify(hasher, leaf, head));
            assertFalse(new InclusionProof(0, size, List.of(leaf)).verify(hasher, leaf, head));
            assertFalse(new ConsistencyProof(1, size, List.of(leaf)).verify(hasher, tree.head(), head));
            assertFalse(
                    new ConsistencyProof(size - 1, size, List.of()).verify(hasher, new TreeHead(size - 1, leaf), head));
            assertThrows(IllegalArgumentException.class, () -> new CompactRange(hasher, 1, size, List.of()));
        }
        assertFalse(new InclusionProof(0, -1, List.of()).verify(hasher, leaf, tree.head()));
        for (final int length : new int[] {0, 8, 15, 17, 47, 49}) {
            assertThrows(IllegalArgumentException.class, () -> InclusionProof.parse(new byte[length]));
            assertThrows(IllegalArgumentException.class, () -> ConsistencyProof.parse(new byte[length]));
        }
        assertFalse(InclusionProof.parse(filled(16 + 1_000 * 32)).verify(hasher, leaf, tree.head()));
    }

    @Test
    void shouldRefuseWhatTheTreeDoesNotHave() {
        grow(3);
        assertThrows(IllegalArgumentException.class, () -> tree.inclusionProof(3, 3));
        assertThrows(IllegalArgumentException.class, () -> tree.inclusionProof(0, 4));
        assertThrows(IllegalArgumentException.class, () -> tree.consistencyProof(3, 2));
        assertThrows(IllegalArgumentException.class, () -> tree.head(4));
    }

    private InclusionProof randomInclusion() {
        final long size = 1 + random.nextLong(tree.size());
        return tree.inclusionProof(random.nextLong(size), size);
    }

    private void grow(final int size) {
        final byte[] entry = new byte[24];
        for (int i = 0; i < size; i++) {
            random.nextBytes(entry);
            final Digest leaf = hasher.leaf(entry);
            leaves.add(leaf);
            tree.append(leaf);
        }
    }

    private static byte[] filled(final int length) {
        final byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) -1);
        return bytes;
    }
}
