package io.venation.cli;

import io.venation.hashing.Blake3;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Consumer;

/** A hash that takes inputs one after the other. One thread. */
sealed interface InputDigest {
    /** Forgets the input. */
    void reset();

    /** Appends bytes. */
    void update(MemorySegment bytes);

    /** Gives the first bytes of the output in pieces that the consumer may not keep. */
    void output(long length, Consumer<byte[]> consumer);

    /** The first 32 bytes of the output. */
    default byte[] sum() {
        final byte[][] sum = new byte[1][];
        output(Blake3.HASH_LENGTH, bytes -> sum[0] = bytes.clone());
        return sum[0];
    }

    static InputDigest blake3(final Blake3 blake3) {
        return new Blake3Digest(blake3);
    }

    static InputDigest sha3() {
        try {
            return new Sha3Digest(MessageDigest.getInstance("SHA3-256"));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Any mode of BLAKE3. */
    record Blake3Digest(Blake3 blake3) implements InputDigest {
        private static final int PIECE_LENGTH = 1 << 16;

        @Override
        public void reset() {
            blake3.reset();
        }

        @Override
        public void update(final MemorySegment bytes) {
            blake3.update(bytes);
        }

        @Override
        public void output(final long length, final Consumer<byte[]> consumer) {
            byte[] piece = new byte[(int) Math.min(length, PIECE_LENGTH)];
            for (long done = 0; done < length; done += piece.length) {
                if (piece.length > length - done) {
                    piece = new byte[(int) (length - done)];
                }
                blake3.digest(done, piece, 0, piece.length);
                consumer.accept(piece);
            }
        }
    }

    /** The JDK's SHA3-256. */
    record Sha3Digest(MessageDigest digest) implements InputDigest {
        @Override
        public void reset() {
            digest.reset();
        }

        @Override
        public void update(final MemorySegment bytes) {
            digest.update(bytes.asByteBuffer());
        }

        @Override
        public void output(final long length, final Consumer<byte[]> consumer) {
            consumer.accept(Arrays.copyOf(digest.digest(), (int) length));
        }
    }
}
