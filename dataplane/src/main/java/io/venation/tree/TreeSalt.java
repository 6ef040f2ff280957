package io.venation.tree;

import io.venation.hashing.Blake3;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * What a tree's shape depends on beside its content: 32 bytes that every writer of the tree has, and that nobody who
 * chooses keys to harm it should know.
 *
 * <p>Readers need no salt. Nodes carry its id, which tells salts apart and gives nothing of them away. Any thread.
 */
public final class TreeSalt {
    /** Bytes of a salt. */
    public static final int LENGTH = 32;

    private static final byte[] CONTEXT = "venation tree salt 1".getBytes(StandardCharsets.US_ASCII);
    private static final int LEVELS = TreeNodeLayout.MAX_LEVEL + 1;
    private static final int BYTES_PER_LEVEL = 2 * Long.BYTES;

    /** All zero: for trees whose keys come from friends and whose root must be the same everywhere. */
    public static final TreeSalt OPEN = new TreeSalt(new byte[LENGTH]);

    private final long id;
    private final long[] keys = new long[2 * LEVELS];

    /**
     * A salt.
     *
     * @param salt 32 bytes.
     * @throws IllegalArgumentException where there are more or fewer.
     */
    public TreeSalt(final byte[] salt) {
        final Blake3 blake3 = Blake3.keyed(salt);
        blake3.update(CONTEXT, 0, CONTEXT.length);
        final byte[] derived = new byte[Long.BYTES + LEVELS * BYTES_PER_LEVEL];
        blake3.digest(derived, 0, derived.length);
        final ByteBuffer words = ByteBuffer.wrap(derived).order(ByteOrder.LITTLE_ENDIAN);
        id = words.getLong();
        words.asLongBuffer().get(keys);
    }

    /**
     * A salt that nobody knows.
     *
     * @param random where it comes from.
     * @return 32 bytes for {@link #TreeSalt(byte[])}, to be kept with what the tree's writers share.
     */
    public static byte[] random(final SecureRandom random) {
        final byte[] salt = new byte[LENGTH];
        random.nextBytes(salt);
        return salt;
    }

    /**
     * What nodes know the salt by.
     *
     * @return 8 bytes of its BLAKE3 expansion.
     */
    public long id() {
        return id;
    }

    /** The upper 32 bits of the level's hash of a key: each level has a hash of its own. */
    long hash32(final int level, final long key, final int keyLength) {
        return SipHash.hash(keys[2 * level], keys[2 * level + 1], key, keyLength) >>> Integer.SIZE;
    }
}
