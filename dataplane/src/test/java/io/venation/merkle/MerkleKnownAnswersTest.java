package io.venation.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/** {@code known-answers.txt}: what Certificate Transparency publishes. */
class MerkleKnownAnswersTest {
    private final MerkleHasher hasher;
    private final MerkleTree tree;
    private final CompactRange range;
    private final List<Digest> leaves = new ArrayList<>();
    private final List<String[]> lines = new ArrayList<>();

    MerkleKnownAnswersTest() throws Exception {
        hasher = new MerkleHasher(MessageDigest.getInstance("SHA-256"));
        tree = new MerkleTree(hasher);
        range = new CompactRange(hasher, 0);
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(getClass().getResourceAsStream("known-answers.txt"), StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> lines.add(line.split(" ")));
        }
        for (final String[] line : of("leaf")) {
            leaves.add(hasher.leaf(HexFormat.of().parseHex(line[2].replace("-", ""))));
        }
    }

    @Test
    void shouldGiveThePublishedRoots() {
        int size = 0;
        for (final String[] line : of("root")) {
            assertEquals(size, Integer.parseInt(line[1]));
            final TreeHead head = new TreeHead(size, Digest.parse(line[2]));
            assertEquals(head, tree.head());
            assertEquals(head, range.head());
            if (size < leaves.size()) {
                tree.append(leaves.get(size));
                range.append(leaves.get(size));
                size++;
            }
        }
        assertEquals(8, size);
    }

    @Test
    void shouldGiveAndAcceptThePublishedInclusionProofs() {
        leaves.forEach(tree::append);
        final List<String[]> published = of("inclusion");
        assertEquals(5, published.size());
        for (final String[] line : published) {
            final InclusionProof proof =
                    new InclusionProof(Long.parseLong(line[1]), Long.parseLong(line[2]), path(line));
            assertEquals(proof, tree.inclusionProof(proof.leafIndex(), proof.treeSize()));
            assertTrue(proof.verify(hasher, leaves.get((int) proof.leafIndex()), tree.head(proof.treeSize())));
        }
    }

    @Test
    void shouldGiveAndAcceptThePublishedConsistencyProofs() {
        leaves.forEach(tree::append);
        final List<String[]> published = of("consistency");
        assertEquals(5, published.size());
        for (final String[] line : published) {
            final ConsistencyProof proof =
                    new ConsistencyProof(Long.parseLong(line[1]), Long.parseLong(line[2]), path(line));
            assertEquals(proof, tree.consistencyProof(proof.oldSize(), proof.newSize()));
            assertTrue(proof.verify(hasher, tree.head(proof.oldSize()), tree.head(proof.newSize())));
        }
    }

    @Test
    void shouldHashWithTheHashOfContentAddresses() throws Exception {
        for (final AddressHash addressHash : AddressHash.values()) {
            final MerkleHasher ours = new MerkleHasher(addressHash);
            final String name = addressHash == AddressHash.BLAKE3 ? "BLAKE3-256" : "SHA3-256";
            final MessageDigest other = MessageDigest.getInstance(name, new BouncyCastleProvider());
            assertEquals(Digest.read(other.digest(), 0), ours.empty());
            assertEquals(Digest.read(other.digest(new byte[] {0, 'v'}), 0), ours.leaf(new byte[] {'v'}));
            final byte[] node = new byte[65];
            node[0] = 1;
            ours.empty().write(node, 1);
            leaves.get(3).write(node, 33);
            assertEquals(Digest.read(other.digest(node), 0), ours.node(ours.empty(), leaves.get(3)));
        }
    }

    private List<String[]> of(final String kind) {
        return lines.stream().filter(line -> line[0].equals(kind)).toList();
    }

    private static List<Digest> path(final String[] line) {
        return Arrays.stream(line).skip(3).map(Digest::parse).toList();
    }
}
