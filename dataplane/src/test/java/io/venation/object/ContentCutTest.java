package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ContentCutTest {
    private static final long SEED = 14;

    @Test
    void shouldCutWhereTheDefinitionSays() {
        final ObjectReference reference = new ObjectReference();
        final byte[] bytes = ObjectFixture.random(new SplittableRandom(SEED), 3_000_000);
        try (Arena arena = Arena.ofConfined()) {
            final long address = copy(arena, bytes);
            int cuts = 0;
            for (int start = 0; start < bytes.length; cuts++) {
                final int length = ContentCut.next(address + start, bytes.length - start);
                assertEquals(reference.nextCut(bytes, start), length, "seed=" + SEED + " start=" + start);
                start += length;
            }
            assertTrue(cuts > 3_000_000 / LatticeFrame.LENGTH);
        }
    }

    @Test
    void shouldFillFramesAndSoonCutAlikeWhatBeginsElsewhere() {
        final int length = 24 << 20;
        final int starts = 400;
        final SplittableRandom random = new SplittableRandom(SEED);
        final byte[] bytes = ObjectFixture.random(random, length);
        try (Arena arena = Arena.ofConfined()) {
            final long address = copy(arena, bytes);
            final BitSet cuts = new BitSet(length + 1);
            for (int start = 0; start < length; ) {
                start += ContentCut.next(address + start, length - start);
                cuts.set(start);
            }
            final double fill = length / ((double) cuts.cardinality() * LatticeFrame.LENGTH);
            assertTrue(fill > 0.905 && fill < 0.925, "fill=" + fill);
            long apart = 0;
            for (int i = 0; i < starts; i++) {
                int start = random.nextInt(length / 2);
                do {
                    start += ContentCut.next(address + start, length - start);
                    apart++;
                } while (!cuts.get(start));
            }
            assertTrue(apart < 7L * starts, "seed=" + SEED + " mean chunks apart=" + (double) apart / starts);
        }
    }

    private static long copy(final Arena arena, final byte[] bytes) {
        final MemorySegment segment = arena.allocate(bytes.length, 64);
        OffHeap.put(segment.address(), bytes, 0, bytes.length);
        return segment.address();
    }
}
