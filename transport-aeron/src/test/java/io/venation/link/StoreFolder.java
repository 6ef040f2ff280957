package io.venation.link;

import io.venation.hashing.Kernels;
import io.venation.object.DirectoryReader;
import io.venation.object.ObjectReader;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Stores for tests of the link. */
final class StoreFolder {
    private StoreFolder() {}

    static MappedFrameStore open(final Path directory) throws IOException {
        return open(directory, TestLink.SUITE);
    }

    static MappedFrameStore open(final Path directory, final Suite suite) throws IOException {
        return open(directory, StoreOptions.DEFAULT.withSuite(suite).withSegmentSlots(256));
    }

    static MappedFrameStore open(final Path directory, final StoreOptions options) throws IOException {
        return MappedFrameStore.open(directory, Kernels.select(), options, new StoreListener() {});
    }

    /** Writes an object out again. */
    static void restore(final FrameSource frames, final Digest root, final boolean isDirectory, final Path target) {
        final var hash = TestLink.SUITE.addressHash();
        final TreeRestorer restorer = new TreeRestorer(
                ObjectReader.verifying(frames, Kernels.select(), hash),
                DirectoryReader.verifying(frames, Kernels.select(), hash),
                bytes -> {});
        if (isDirectory) {
            restorer.restoreDirectory(root, target);
        } else {
            restorer.restoreFile(root, target);
        }
    }

    static long frame(final FrameSource frames, final Digest address) {
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(32, Long.BYTES).address();
            address.write(key);
            return frames.get(key);
        }
    }
}
