package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeySetTest {
    @Test
    void shouldBeSortedAndHaveEachKeyOnce() {
        for (long seed = 0; seed < 200; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int count = random.nextInt(1 << random.nextInt(1, 13));
            final long different = random.nextLong(1, 1L << random.nextInt(1, 40));
            final TreeSet<String> model = new TreeSet<>();
            try (Arena arena = Arena.ofConfined()) {
                final long keys = arena.allocate(32L * count + 1).address();
                for (int i = 0; i < count; i++) {
                    final Digest key = new Digest(0, random.nextLong(different), random.nextLong(2), 5);
                    key.write(keys + 32L * i);
                    model.add(key.toString());
                }
                try (KeySet set = new KeySet(keys, count)) {
                    assertEquals(model.size(), set.count(), "seed=" + seed);
                    int index = 0;
                    for (final String key : model) {
                        assertEquals(key, Digest.read(set.key(index)).toString(), "seed=" + seed);
                        assertEquals(index, set.lowerBound(set.key(index), 0), "seed=" + seed);
                        index++;
                    }
                }
            }
        }
    }

    @Test
    void shouldSortKeysThatAreAllEqualInGoodTime() {
        try (Arena arena = Arena.ofConfined();
                KeySet set = new KeySet(arena.allocate(32L * 300_000).address(), 300_000)) {
            assertEquals(1, set.count());
            assertTrue(set.lowerBound(set.key(0), 0) == 0);
        }
    }
}
