package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.frame.OffHeap;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.macs.SipHash;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /** Appendix A of the paper: key 00..0f, input 00..0e. */
    @Test
    void shouldGiveThePapersAnswer() {
        try (Arena arena = Arena.ofConfined()) {
            final long input = arena.allocate(15).address();
            for (int i = 0; i < 15; i++) {
                OffHeap.putU8(input + i, i);
            }
            assertEquals(
                    0xa129ca6149be45e5L,
                    io.venation.tree.SipHash.hash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, input, 15));
        }
    }

    @Test
    void shouldAgreeWithAnotherImplementationAtEveryLength() {
        final long seed = 24;
        final SplittableRandom random = new SplittableRandom(seed);
        try (Arena arena = Arena.ofConfined()) {
            final long address = arena.allocate(256).address();
            for (int length = 0; length <= 255; length++) {
                final byte[] input = TestTrees.random(random, length, 256);
                final byte[] key = TestTrees.random(random, 16, 256);
                OffHeap.put(address, input, 0, length);
                final ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
                final SipHash other = new SipHash(2, 4);
                other.init(new KeyParameter(key));
                other.update(input, 0, length);
                assertEquals(
                        other.doFinal(),
                        io.venation.tree.SipHash.hash(words.getLong(), words.getLong(), address, length),
                        "seed=" + seed + " length=" + length);
            }
        }
    }
}
