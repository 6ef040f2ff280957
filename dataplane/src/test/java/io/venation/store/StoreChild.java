package io.venation.store;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import org.agrona.concurrent.SystemNanoClock;

/** Works on a store until it is killed, and says after each step how many it has done. Run by {@link KilledProcessTest}. */
final class StoreChild {
    private static final int CLOSE_INTERVAL = 40;

    private StoreChild() {}

    /** Arguments: directory, seed, steps done by its forerunners, file to say it in. */
    public static void main(final String[] arguments) throws Exception {
        final Path directory = Path.of(arguments[0]);
        final long seed = Long.parseLong(arguments[1]);
        final int done = Integer.parseInt(arguments[2]);
        final FrameKernels kernels = Kernels.select();
        final StoreOptions options = KilledProcessTest.options(seed);
        try (StoreWorkload workload = new StoreWorkload(seed, kernels);
                DataOutputStream steps = new DataOutputStream(new FileOutputStream(arguments[3], true))) {
            for (int step = 0; step < done; step++) {
                workload.step(null);
            }
            MappedFrameStore store = MappedFrameStore.open(directory, kernels, options, StoreListener.NONE);
            workload.adopt(store);
            Thread committer = commit(store);
            for (int step = done; ; step++) {
                workload.step(store);
                steps.writeInt(step + 1);
                if (step % CLOSE_INTERVAL == CLOSE_INTERVAL - 1) {
                    committer.interrupt();
                    committer.join();
                    store.close();
                    store = MappedFrameStore.open(directory, kernels, options, StoreListener.NONE);
                    committer = commit(store);
                }
            }
        }
    }

    private static Thread commit(final MappedFrameStore store) {
        final GroupCommit commit = new GroupCommit(store, SystemNanoClock.INSTANCE, 1_000_000);
        return Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                commit.doWork();
                Thread.onSpinWait();
            }
        });
    }
}
