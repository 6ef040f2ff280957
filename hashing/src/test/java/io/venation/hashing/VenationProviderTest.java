package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

final class VenationProviderTest {
    private static MessageDigest digest(final String algorithm) throws Exception {
        return MessageDigest.getInstance(algorithm, new VenationProvider());
    }

    private static byte[] oracle(final String algorithm, final byte[] message) throws Exception {
        return algorithm.equals("SHA3-256")
                ? MessageDigest.getInstance(algorithm).digest(message)
                : Blake3Reference.hash(message, 32);
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertTrue(ServiceLoader.load(Provider.class).stream()
                .anyMatch(provider -> provider.type() == VenationProvider.class));
    }

    @Test
    void shouldHashPiecesOfAnyKind() throws Exception {
        final long seed = 43;
        final Random random = new Random(seed);
        for (final String algorithm : new String[] {"BLAKE3-256", "SHA3-256"}) {
            final MessageDigest digest = digest(algorithm);
            assertEquals(32, digest.getDigestLength());
            for (int trial = 0; trial < 60; trial++) {
                final byte[] message = new byte[random.nextInt(random.nextBoolean() ? 500 : 60_000)];
                random.nextBytes(message);
                for (int done = 0; done < message.length; ) {
                    final int length = Math.min(message.length - done, 1 + random.nextInt(1 << random.nextInt(15)));
                    switch (random.nextInt(4)) {
                        case 0 -> digest.update(message, done, length);
                        case 1 -> digest.update(ByteBuffer.wrap(message, done, length));
                        case 2 -> {
                            final ByteBuffer direct = ByteBuffer.allocateDirect(length + 7);
                            direct.put(3, message, done, length).position(3).limit(3 + length);
                            digest.update(direct);
                            assertEquals(3 + length, direct.position());
                        }
                        default -> {
                            for (int i = 0; i < length; i++) {
                                digest.update(message[done + i]);
                            }
                        }
                    }
                    done += length;
                }
                assertArrayEquals(
                        oracle(algorithm, message),
                        digest.digest(),
                        algorithm + " seed=" + seed + " trial=" + trial + " length=" + message.length);
            }
        }
    }

    @Test
    void shouldStartAgainAfterADigestAndAfterAReset() throws Exception {
        for (final String algorithm : new String[] {"BLAKE3-256", "SHA3-256"}) {
            final MessageDigest digest = digest(algorithm);
            final byte[] empty = oracle(algorithm, new byte[0]);
            digest.update(new byte[1000]);
            digest.digest();
            assertArrayEquals(empty, digest.digest());
            digest.update(new byte[1000]);
            digest.reset();
            final byte[] out = new byte[40];
            assertEquals(32, digest.digest(out, 8, 32));
            assertArrayEquals(empty, java.util.Arrays.copyOfRange(out, 8, 40));
            assertThrows(DigestException.class, () -> digest.digest(out, 0, 31));
        }
    }
}
