package io.venation.hashing;

import java.util.Arrays;

/** SHA3-256 as FIPS 202 tells it: lane by lane, step mapping by step mapping, constants from their definitions. */
final class Sha3Reference {
    private static final int RATE = 136;

    private Sha3Reference() {}

    /** Section 6.1 and algorithm 8: pad with 01 and 10*1, absorb, squeeze 256 bits. */
    static byte[] sha3(final byte[] message) {
        final byte[] padded = Arrays.copyOf(message, (message.length / RATE + 1) * RATE);
        padded[message.length] ^= 0x06;
        padded[padded.length - 1] ^= (byte) 0x80;
        long[][] a = new long[5][5];
        for (int offset = 0; offset < padded.length; offset += RATE) {
            for (int i = 0; i < RATE; i++) {
                a[i / 8 % 5][i / 8 / 5] ^= (padded[offset + i] & 0xFFL) << (8 * (i % 8));
            }
            for (int round = 0; round < 24; round++) {
                a = iota(chi(pi(rho(theta(a)))), round);
            }
        }
        final byte[] digest = new byte[32];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) (a[i / 8][0] >>> (8 * (i % 8)));
        }
        return digest;
    }

    /** Section 3.2.1. */
    private static long[][] theta(final long[][] a) {
        final long[] c = new long[5];
        for (int x = 0; x < 5; x++) {
            c[x] = a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4];
        }
        final long[][] out = new long[5][5];
        for (int x = 0; x < 5; x++) {
            for (int y = 0; y < 5; y++) {
                out[x][y] = a[x][y] ^ c[(x + 4) % 5] ^ Long.rotateLeft(c[(x + 1) % 5], 1);
            }
        }
        return out;
    }

    /** Section 3.2.2. */
    private static long[][] rho(final long[][] a) {
        final long[][] out = new long[5][5];
        out[0][0] = a[0][0];
        int x = 1;
        int y = 0;
        for (int t = 0; t < 24; t++) {
            out[x][y] = Long.rotateLeft(a[x][y], (t + 1) * (t + 2) / 2);
            final int nextY = (2 * x + 3 * y) % 5;
            x = y;
            y = nextY;
        }
        return out;
    }

    /** Section 3.2.3. */
    private static long[][] pi(final long[][] a) {
        final long[][] out = new long[5][5];
        for (int x = 0; x < 5; x++) {
            for (int y = 0; y < 5; y++) {
                out[x][y] = a[(x + 3 * y) % 5][x];
            }
        }
        return out;
    }

    /** Section 3.2.4. */
    private static long[][] chi(final long[][] a) {
        final long[][] out = new long[5][5];
        for (int x = 0; x < 5; x++) {
            for (int y = 0; y < 5; y++) {
                out[x][y] = a[x][y] ^ (~a[(x + 1) % 5][y] & a[(x + 2) % 5][y]);
            }
        }
        return out;
    }

    /** Section 3.2.5. */
    private static long[][] iota(final long[][] a, final int round) {
        for (int j = 0; j <= 6; j++) {
            if (rc(j + 7 * round)) {
                a[0][0] ^= 1L << ((1 << j) - 1);
            }
        }
        return a;
    }

    /** Algorithm 5. */
    private static boolean rc(final int t) {
        int r = 1;
        for (int i = 0; i < t % 255; i++) {
            r <<= 1;
            if ((r & 0x100) != 0) {
                r ^= 0x171;
            }
        }
        return (r & 1) != 0;
    }
}
