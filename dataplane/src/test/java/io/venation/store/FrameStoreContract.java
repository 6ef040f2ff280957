package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of frames does. */
abstract class FrameStoreContract {
    /** Content address of the frame of zeroes (lattice model §7). */
    private static final String ZERO_FRAME = "819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60";

    final FrameKernels kernels = Kernels.select();
    final Arena arena = Arena.ofConfined();
    final long frames = arena.allocate((long) FrameStore.MAX_COUNT * LatticeFrame.LENGTH, 64)
            .address();
    final long keys = arena.allocate(FrameStore.MAX_COUNT * 32, 64).address();
    FrameStore store;

    abstract FrameStore open(FrameKernels kernels, AddressHash addressHash) throws IOException;

    @BeforeEach
    void openStore() throws IOException {
        store = open(kernels, AddressHash.BLAKE3);
    }

    @AfterEach
    void closeStore() {
        store.close();
        arena.close();
    }

    @Test
    void shouldKeepAFrameOnce() {
        assertEquals(1, put(1));
        assertEquals(ZERO_FRAME, Digest.read(keys).toString());
        assertEquals(0, put(1), "already present");
        assertEquals(1, store.frameCount());
        assertTrue(OffHeap.isZero(store.get(keys), LatticeFrame.LENGTH));
    }

    @Test
    void shouldNotFindWhatWasNeverPut() {
        put(1);
        OffHeap.putU8(keys + 31, OffHeap.getU8(keys + 31) ^ 1);
        assertEquals(FrameSource.NOT_FOUND, store.get(keys));
        assertFalse(store.contains(keys));
    }

    @Test
    void shouldStoreEqualFramesOfOneBatchOnce() {
        OffHeap.putU64(frames + LatticeFrame.LENGTH, 1);
        assertEquals(0b011, put(3), "the third is the first again");
        assertEquals(2, store.frameCount());
    }

    @Test
    void shouldAgreeWithAModelOverRandomBatches() {
        final long seed = 20261121;
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Digest, Long> model = new HashMap<>();
        for (int round = 0; round < 400; round++) {
            final int count = random.nextInt(FrameStore.MAX_COUNT + 1);
            for (int i = 0; i < count; i++) {
                OffHeap.putU64(frames + (long) i * LatticeFrame.LENGTH, random.nextLong(5_000));
            }
            final long stored = put(count);
            for (int i = 0; i < count; i++) {
                final long value = OffHeap.getU64(frames + (long) i * LatticeFrame.LENGTH);
                final boolean isNew = model.put(Digest.read(keys + i * 32L), value) == null;
                assertEquals(isNew, (stored >> i & 1) == 1, "seed=" + seed + " round=" + round + " frame=" + i);
            }
            assertEquals(model.size(), store.frameCount(), "seed=" + seed + " round=" + round);
        }
        model.forEach((digest, value) -> {
            digest.write(keys);
            assertTrue(store.contains(keys));
            assertEquals(value, OffHeap.getU64(store.get(keys)), "seed=" + seed);
        });
    }

    @Test
    void shouldNameFramesBySha3WhereThatIsTheHash() throws IOException {
        try (FrameStore sha3 = open(kernels, AddressHash.SHA3_256)) {
            sha3.put(frames, LatticeFrame.LENGTH, 1, keys);
            assertEquals(
                    "d81e93d78ee49e5510f5070123ead131699cce4f302a7573a3a68249f08c2499",
                    Digest.read(keys).toString());
        }
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> put(FrameStore.MAX_COUNT + 1));
        assertThrows(IllegalArgumentException.class, () -> put(-1));
        assertThrows(IllegalArgumentException.class, () -> store.put(frames, LatticeFrame.LENGTH - 1, 1, keys));
    }

    private long put(final int count) {
        return store.put(frames, LatticeFrame.LENGTH, count, keys);
    }
}
