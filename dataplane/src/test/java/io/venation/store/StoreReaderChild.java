package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a store that another process writes to: exits with the number of frames 0 to n − 1 that it does not find, and prints all
 * roots and the number of all frames.
 */
final class StoreReaderChild {
    private StoreReaderChild() {}

    /** Arguments: directory, n. */
    public static void main(final String[] arguments) throws Exception {
        final FrameKernels kernels = Kernels.select();
        int missing = 0;
        try (Arena arena = Arena.ofConfined();
                StoreReader reader = new StoreReader(Path.of(arguments[0]), kernels, VerifyPolicy.ALWAYS)) {
            final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
            final long key = arena.allocate(32, 8).address();
            for (long value = 0; value < Long.parseLong(arguments[1]); value++) {
                StoreWorkload.fill(frame, value);
                kernels.blake3(frame, LatticeFrame.LENGTH, 1, key, 32);
                if (!reader.copy(key, frame)) {
                    missing++;
                }
            }
            reader.roots().forEach((root, pins) -> System.out.println(root + " " + pins));
            final AtomicLong frames = new AtomicLong();
            reader.forEach((shownKey, receipt, shown) -> frames.incrementAndGet());
            System.out.println(frames);
        }
        System.exit(Math.min(missing, 100));
    }
}
