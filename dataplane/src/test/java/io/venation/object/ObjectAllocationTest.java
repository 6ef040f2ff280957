package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.Allocation;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Chunks and nodes are written and read without allocation once warm. */
class ObjectAllocationTest {
    private static final int LENGTH = 4_000_000;
    private static final int STEP = 100_000;

    @Test
    void shouldAllocateNothingPerFrame() {
        try (ObjectFixture objects = new ObjectFixture();
                Arena arena = Arena.ofConfined()) {
            final byte[] bytes = ObjectFixture.random(new SplittableRandom(1), LENGTH);
            final Digest root = objects.write(bytes);
            final MemorySegment memory = arena.allocate(LENGTH, 64);
            OffHeap.put(memory.address(), bytes, 0, LENGTH);

            final ObjectWriter writer = new ObjectWriter(objects.store);
            final long[] written = {0};
            Allocation.assertNone(() -> {
                final long offset = written[0] % LENGTH;
                writer.write(memory.address() + offset, STEP);
                written[0] += STEP;
            });

            final ObjectReader verifying = ObjectReader.verifying(objects.store, objects.kernels, AddressHash.BLAKE3);
            final ObjectReader trusting = ObjectReader.trusting(objects.store);
            verifying.open(root);
            trusting.open(root);
            final long[] offset = {0};
            Allocation.assertNone(() -> {
                offset[0] = (offset[0] + 1_234_567) % (LENGTH - STEP);
                assertEquals(STEP, verifying.read(offset[0], memory.address(), STEP));
                assertEquals(STEP, trusting.read(offset[0], memory.address(), STEP));
            });
        }
    }
}
