package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.frame.OffHeap;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WantedKeysTest {
    private static final int CAPACITY = 256;

    /** Keys that differ in few bytes, wherever those are. */
    @Test
    void shouldFindWhatWasAddedSinceItWasCleared() {
        try (Arena arena = Arena.ofConfined()) {
            final long keys = arena.allocate((CAPACITY + 1) * 32L, 64).address();
            final long key = keys + CAPACITY * 32L;
            final WantedKeys wanted = new WantedKeys(keys, CAPACITY);
            for (long seed = 0; seed < 50; seed++) {
                final SplittableRandom random = new SplittableRandom(seed);
                final int place = random.nextInt(31);
                final List<Integer> model = new ArrayList<>();
                wanted.clear();
                for (int step = 0; step < 1_000; step++) {
                    final int value = random.nextInt(400);
                    OffHeap.putU16(key + place, value);
                    assertEquals(model.indexOf(value), wanted.indexOf(key), "seed=" + seed + " step=" + step);
                    if (!model.contains(value) && model.size() < CAPACITY) {
                        OffHeap.copy(key, keys + model.size() * 32L, 32);
                        wanted.add(model.size());
                        model.add(value);
                    }
                }
                OffHeap.zero(key, 32);
            }
        }
    }
}
