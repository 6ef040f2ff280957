package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Random operations from a seed, applied to a store and to a model of it; every frame is a number written all over. What is
 * drawn does not depend on what is kept, so that steps can be gone through again.
 */
final class StoreWorkload implements AutoCloseable {
    static final int VALUE_COUNT = 2_000;

    private final SplittableRandom random;
    private final FrameKernels kernels;
    private final Arena arena = Arena.ofShared();
    private final long frames = arena.allocate((long) FrameStore.MAX_COUNT * LatticeFrame.LENGTH, 64)
            .address();
    private final long keys = arena.allocate(FrameStore.MAX_COUNT * 32, 64).address();
    private final Map<Long, Digest> digests = new HashMap<>();
    private final Map<Digest, Long> values = new HashMap<>();

    /** Numbers whose frames are kept. */
    final TreeSet<Long> kept = new TreeSet<>();
    /** Pins by number. */
    final Map<Long, Long> pins = new HashMap<>();

    StoreWorkload(final long seed, final FrameKernels kernels) {
        random = new SplittableRandom(seed);
        this.kernels = kernels;
    }

    /** One operation on both; the store may be null, then only the model moves on. */
    void step(final MappedFrameStore store) {
        final int dice = random.nextInt(100);
        if (dice < 60) {
            put(store, 1 + random.nextInt(FrameStore.MAX_COUNT));
        } else if (dice < 75) {
            pin(store, any());
        } else if (dice < 84) {
            unpin(store, any());
        } else if (dice < 86) {
            sweep(store);
        } else if (dice < 95) {
            if (store != null) {
                store.force();
            }
        } else {
            read(store, any());
        }
    }

    private long any() {
        final long value = random.nextLong(VALUE_COUNT);
        final boolean isAnything = random.nextInt(4) == 0;
        final Long near = kept.ceiling(value);
        return near == null || isAnything ? value : near;
    }

    private void put(final MappedFrameStore store, final int count) {
        long expected = 0;
        for (int i = 0; i < count; i++) {
            final long value = random.nextLong(VALUE_COUNT);
            if (kept.add(value)) {
                expected |= 1L << i;
            }
            if (store != null) {
                fill(frames + (long) i * LatticeFrame.LENGTH, value);
            }
        }
        if (store != null) {
            assertEquals(expected, store.put(frames, LatticeFrame.LENGTH, count, keys));
        }
    }

    private void pin(final MappedFrameStore store, final long value) {
        final boolean isThere = kept.contains(value);
        if (store != null) {
            digest(value).write(keys);
            assertEquals(isThere, store.pin(keys));
        }
        if (isThere) {
            pins.merge(value, 1L, Long::sum);
        }
    }

    private void unpin(final MappedFrameStore store, final long value) {
        final boolean isPinned = pins.containsKey(value);
        if (store != null) {
            digest(value).write(keys);
            assertEquals(isPinned, store.unpin(keys));
        }
        if (isPinned) {
            pins.computeIfPresent(value, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private void sweep(final MappedFrameStore store) {
        final Set<Long> pinned = pins.keySet();
        final long freed =
                kept.stream().filter(value -> !pinned.contains(value)).count();
        kept.retainAll(pinned);
        if (store != null) {
            assertEquals(new SweepResult(kept.size(), freed, 0), store.sweep(FrameReferences.NONE));
        }
    }

    private void read(final MappedFrameStore store, final long value) {
        if (store != null) {
            digest(value).write(keys);
            assertEquals(kept.contains(value), store.copy(keys, frames));
        }
    }

    /** Everything in the model is in the store and whole, and nothing else. */
    void check(final MappedFrameStore store, final String context) {
        assertEquals(kept, found(store), context);
        assertEquals(kept.size(), store.frameCount(), context);
        assertEquals(pins, pinned(store), context);
    }

    /** Takes over what a store holds, as far as the model may still have numbers for it. */
    void adopt(final MappedFrameStore store) {
        kept.clear();
        kept.addAll(found(store));
        pins.clear();
        pins.putAll(pinned(store));
    }

    /** Numbers of all frames of a store, each verified and reached by its address. */
    Set<Long> found(final MappedFrameStore store) {
        final Set<Long> found = new HashSet<>();
        store.forEach((key, receipt, frame) -> {
            final long value = OffHeap.getU64(frame);
            assertEquals(digest(value), Digest.read(key), "value=" + value);
            assertTrue(found.add(value), "twice: " + value);
            assertTrue(store.copy(key, frames));
            assertEquals(receipt, store.receipt(key));
        });
        return found;
    }

    Map<Long, Long> pinned(final StoreView store) {
        final Map<Long, Long> pinned = new HashMap<>();
        for (long value = 0; value < VALUE_COUNT; value++) {
            digest(value);
        }
        store.roots().forEach((root, count) -> pinned.put(values.get(root), count));
        return pinned;
    }

    Digest digest(final long value) {
        return digests.computeIfAbsent(value, _ -> {
            try (Arena confined = Arena.ofConfined()) {
                final long frame =
                        confined.allocate(LatticeFrame.LENGTH + 32, 64).address();
                fill(frame, value);
                kernels.blake3(frame, LatticeFrame.LENGTH, 1, frame + LatticeFrame.LENGTH, 32);
                final Digest digest = Digest.read(frame + LatticeFrame.LENGTH);
                values.put(digest, value);
                return digest;
            }
        });
    }

    static void fill(final long frame, final long value) {
        OffHeap.putU64(frame, value);
        for (int offset = 8; offset < LatticeFrame.LENGTH; offset += 8) {
            OffHeap.putU64(frame + offset, (value + 1) * 0x9E37_79B9_7F4A_7C15L + offset);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
