package io.venation.merkle;

import io.venation.hashing.AddressHash;
import io.venation.hashing.VenationProvider;
import io.venation.receipt.Digest;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The three hashes of a tree (RFC 9162 §2.1.1). The first byte keeps leaves and nodes apart: no entry can pass for a pair
 * of subtrees.
 *
 * <p>One thread.
 */
public final class MerkleHasher {
    private static final int DIGEST_LENGTH = 32;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final VenationProvider PROVIDER = new VenationProvider();

    private final MessageDigest messageDigest;
    private final byte[] node = new byte[1 + 2 * DIGEST_LENGTH];
    private final byte[] hash = new byte[DIGEST_LENGTH];
    private final Digest empty;

    /**
     * Hashes with any function of 32 bytes; SHA-256 makes the trees of Certificate Transparency.
     *
     * @param messageDigest of this hasher alone.
     * @throws IllegalArgumentException where its hashes are not 32 bytes long.
     */
    public MerkleHasher(final MessageDigest messageDigest) {
        if (messageDigest.getDigestLength() != DIGEST_LENGTH) {
            throw new IllegalArgumentException("messageDigest=" + messageDigest.getAlgorithm() + ": hashes have "
                    + messageDigest.getDigestLength() + " bytes, not " + DIGEST_LENGTH);
        }
        this.messageDigest = messageDigest;
        node[0] = NODE;
        messageDigest.reset();
        empty = finish();
    }

    /**
     * Hashes with the hash of content addresses.
     *
     * @param addressHash which.
     */
    public MerkleHasher(final AddressHash addressHash) {
        this(messageDigest(addressHash));
    }

    private static MessageDigest messageDigest(final AddressHash addressHash) {
        final String algorithm = switch (addressHash) {
            case BLAKE3 -> "BLAKE3-256";
            case SHA3_256 -> "SHA3-256";
        };
        try {
            return MessageDigest.getInstance(algorithm, PROVIDER);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Root of the tree of no entries.
     *
     * @return the hash of nothing.
     */
    public Digest empty() {
        return empty;
    }

    /**
     * Hash of an entry.
     *
     * @param entry of any length.
     * @return the leaf's hash.
     */
    public Digest leaf(final byte[] entry) {
        messageDigest.update(LEAF);
        messageDigest.update(entry);
        return finish();
    }

    /**
     * Hash of two subtrees.
     *
     * @param left  hash of the left one.
     * @param right hash of the right one.
     * @return the node's hash.
     */
    public Digest node(final Digest left, final Digest right) {
        left.write(node, 1);
        right.write(node, 1 + DIGEST_LENGTH);
        messageDigest.update(node);
        return finish();
    }

    private Digest finish() {
        try {
            messageDigest.digest(hash, 0, DIGEST_LENGTH);
        } catch (final DigestException e) {
            throw new IllegalStateException(e);
        }
        return Digest.read(hash, 0);
    }
}
