package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OfferWindowTest {
    private final Arena arena = Arena.ofConfined();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 8).address();
    private final OfferWindow window =
            new OfferWindow(Kernels.select(), AddressHash.BLAKE3, key -> FrameSource.NOT_FOUND);

    @AfterEach
    void close() {
        window.close();
        arena.close();
    }

    private boolean put(final long number) {
        OffHeap.putU64(frame, number);
        return window.put(frame, LatticeFrame.LENGTH, 1, key) == 1;
    }

    /** Held against queues of frames, over many times the length of the ring. */
    @Test
    void shouldHandOutWhatIsWantedInOrder() {
        final long seed = 231;
        final SplittableRandom random = new SplittableRandom(seed);
        final Deque<Long> unannounced = new ArrayDeque<>();
        final Deque<Long> offered = new ArrayDeque<>();
        final Deque<Long> wanted = new ArrayDeque<>();
        final byte[] keys = new byte[LinkProtocol.OFFER_LIMIT * 32];
        final byte[] bits = new byte[LinkProtocol.OFFER_LIMIT / 8];
        final long[] positions = new long[16];
        long number = 0;
        long shared = 0;
        for (int round = 0; round < 6_000; round++) {
            final String message = "seed=" + seed + " round=" + round;
            for (int i = random.nextInt(24); i > 0 && window.hasRoom(1); i--) {
                assertTrue(put(++number), message);
                unannounced.add(number);
            }
            final int announced = Math.min(unannounced.size(), random.nextInt(keys.length / 32));
            window.announce(announced, keys);
            for (int i = 0; i < announced; i++) {
                final long next = unannounced.remove();
                offered.add(next);
                OffHeap.putU64(frame, next);
                Kernels.select().contentAddresses(AddressHash.BLAKE3, frame, LatticeFrame.LENGTH, 1, key, 32);
                assertEquals(Digest.read(key), Digest.read(keys, i * 32), message);
            }
            final int answered = Math.min(offered.size(), random.nextInt(keys.length / 32));
            random.nextBytes(bits);
            window.answer(answered, bits);
            for (int i = 0; i < answered; i++) {
                final long next = offered.remove();
                if ((bits[i / 8] & 1 << i % 8) != 0) {
                    wanted.add(next);
                } else {
                    shared++;
                }
            }
            assertEquals(!wanted.isEmpty(), window.hasWanted(), message);
            final int count = window.wanted(positions);
            assertEquals(Math.min(wanted.size(), positions.length), count, message);
            final int sent = count == 0 ? 0 : random.nextInt(count + 1);
            final List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < sent; i++) {
                numbers.add(OffHeap.getU64(window.frame(positions[i])));
                assertEquals(wanted.remove(), numbers.get(i), message);
            }
            window.sent(positions, sent);
        }
        assertTrue(number > 10L * OfferWindow.LIMIT, "number=" + number);
        assertEquals(number, window.offeredCount());
        assertEquals(shared, window.sharedCount());
        assertEquals(unannounced.isEmpty() && offered.isEmpty() && wanted.isEmpty(), window.isEmpty());
    }

    @Test
    void shouldOfferARecentFrameOnce() {
        assertTrue(put(1));
        assertFalse(put(1));
        window.announce(1, new byte[32]);
        assertFalse(put(1), "it is on its way");
        window.answer(1, new byte[] {0});
        assertFalse(put(1), "the other side has it");
        assertEquals(1, window.offeredCount());
        for (int i = 2; i < 2 + OfferWindow.LIMIT; i++) {
            assertTrue(put(i));
            window.announce(1, new byte[32]);
            window.answer(1, new byte[] {0});
        }
        assertTrue(put(1), "long ago");
    }

    @Test
    void shouldTakeNoMoreThanItHasRoomFor() {
        for (int i = 0; i < OfferWindow.LIMIT; i++) {
            assertTrue(window.hasRoom(1));
            put(i);
        }
        assertFalse(window.hasRoom(1));
        assertThrows(IllegalStateException.class, () -> put(OfferWindow.LIMIT));
    }

    @Test
    void shouldRefuseAnswersToWhatWasNotOffered() {
        put(1);
        put(2);
        window.announce(1, new byte[32]);
        final LinkException e = assertThrows(LinkException.class, () -> window.answer(2, new byte[1]));
        assertTrue(e.getMessage().contains("2 frames where 1 are offered"), e.getMessage());
    }
}
