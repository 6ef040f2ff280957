package io.venation.hashing;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.util.List;
import java.util.Map;

/**
 * JCA provider {@value #NAME}: {@code MessageDigest.getInstance("BLAKE3-256", "Venation")}, and {@code SHA3-256}. Direct
 * buffers are hashed where they are, without a copy to the heap.
 *
 * <p>The JDK and BouncyCastle have a SHA3-256, too: to prefer this one, ask for the provider by name.
 */
public final class VenationProvider extends Provider {
    /** The provider's name. */
    public static final String NAME = "Venation";

    private static final long serialVersionUID = 1L;

    /** Registers both digests. */
    public VenationProvider() {
        super(NAME, "1", "BLAKE3-256 and SHA3-256 on the kernels of Venation");
        putService(new Digest(this, "BLAKE3-256", Blake3Digest.class));
        putService(new Digest(this, "SHA3-256", Sha3Digest.class));
    }

    /** A service that makes its instances without reflection. */
    private static final class Digest extends Service {
        Digest(final Provider provider, final String algorithm, final Class<? extends MessageDigestSpi> type) {
            super(provider, "MessageDigest", algorithm, type.getName(), List.of(), Map.of("ImplementedIn", "Software"));
        }

        @Override
        public Object newInstance(final Object parameter) {
            return getAlgorithm().equals("BLAKE3-256") ? new Blake3Digest() : new Sha3Digest();
        }
    }

    /** BLAKE3-256 on the kernels that {@link Kernels#select()} chooses. */
    private static final class Blake3Digest extends FixedLengthDigest {
        private final Blake3 hasher = Blake3.hasher();

        @Override
        protected void engineUpdate(final byte[] input, final int offset, final int length) {
            hasher.update(input, offset, length);
        }

        @Override
        protected void engineUpdate(final ByteBuffer input) {
            hasher.update(input);
        }

        @Override
        protected void engineReset() {
            hasher.reset();
        }

        @Override
        void finish(final byte[] output, final int offset) {
            hasher.digest(output, offset, FrameKernels.DIGEST_LENGTH);
        }
    }

    /** SHA3-256 of one message, which no lanes can speed up. */
    private static final class Sha3Digest extends FixedLengthDigest {
        private final Sha3 hasher = new Sha3();

        @Override
        protected void engineUpdate(final byte[] input, final int offset, final int length) {
            hasher.update(input, offset, length);
        }

        @Override
        protected void engineUpdate(final ByteBuffer input) {
            hasher.update(input);
        }

        @Override
        protected void engineReset() {
            hasher.reset();
        }

        @Override
        void finish(final byte[] output, final int offset) {
            hasher.digest(output, offset);
        }
    }

    /** What both digests answer alike. */
    private abstract static class FixedLengthDigest extends MessageDigestSpi {
        private final byte[] single = new byte[1];

        /** Writes the digest of what has come in. */
        abstract void finish(byte[] output, int offset);

        @Override
        protected final int engineGetDigestLength() {
            return FrameKernels.DIGEST_LENGTH;
        }

        @Override
        protected final void engineUpdate(final byte input) {
            single[0] = input;
            engineUpdate(single, 0, 1);
        }

        @Override
        protected final byte[] engineDigest() {
            final byte[] digest = new byte[FrameKernels.DIGEST_LENGTH];
            finish(digest, 0);
            engineReset();
            return digest;
        }

        @Override
        protected final int engineDigest(final byte[] output, final int offset, final int length)
                throws DigestException {
            if (length < FrameKernels.DIGEST_LENGTH) {
                throw new DigestException("length=" + length + ": must be at least " + FrameKernels.DIGEST_LENGTH);
            }
            finish(output, offset);
            engineReset();
            return FrameKernels.DIGEST_LENGTH;
        }
    }
}
