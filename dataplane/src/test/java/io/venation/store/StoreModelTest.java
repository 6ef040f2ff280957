package io.venation.store;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store agrees with a model over random operations, closed or left as a dead process leaves it, and opened again. */
class StoreModelTest {
    private static final int STEP_COUNT = 600;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithAModel(final long seed) throws IOException {
        final FrameKernels kernels = Kernels.select();
        final SplittableRandom random = new SplittableRandom(~seed);
        try (StoreWorkload workload = new StoreWorkload(seed, kernels)) {
            MappedFrameStore store = open(kernels, seed);
            for (int step = 0; step < STEP_COUNT; step++) {
                workload.step(store);
                final int dice = random.nextInt(100);
                if (dice < 6) {
                    workload.check(store, "seed=" + seed + " step=" + step);
                    if (dice < 3) {
                        store.close();
                    } else {
                        store.abandon();
                    }
                    store = open(kernels, seed);
                    workload.check(store, "seed=" + seed + " step=" + step + " opened again, dice=" + dice);
                }
            }
            store.close();
        }
    }

    private MappedFrameStore open(final FrameKernels kernels, final long seed) throws IOException {
        final StoreOptions options =
                StoreOptions.DEFAULT.withSegmentSlots(128).withDurability(Durability.values()[(int) seed % 3]);
        return MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
    }
}
