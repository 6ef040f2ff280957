package io.venation.store;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.snapshot.StoreFollower;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;

/** Follows the store {@code source} with the store {@code target} until it is killed. Run by {@link FollowedStoreTest}. */
final class FollowerChild {
    private FollowerChild() {}

    /** Arguments: directory of both, file to say in how much was done. */
    public static void main(final String[] arguments) throws Exception {
        final Path folder = Path.of(arguments[0]);
        final FrameKernels kernels = Kernels.select();
        try (MappedFrameStore target = MappedFrameStore.open(
                        folder.resolve("target"),
                        kernels,
                        StoreOptions.DEFAULT.withSegmentSlots(64),
                        StoreListener.NONE);
                StoreReader reader = new StoreReader(folder.resolve("source"), kernels, VerifyPolicy.NEVER);
                StoreFollower follower = FollowedStoreTest.follow(target, reader, kernels);
                DataOutputStream said = new DataOutputStream(new FileOutputStream(arguments[1], true))) {
            while (true) {
                follower.doWork();
                said.writeInt(1);
            }
        }
    }
}
