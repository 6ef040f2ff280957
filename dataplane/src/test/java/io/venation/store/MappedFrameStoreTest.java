package io.venation.store;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MappedFrameStoreTest extends FrameStoreContract {
    @TempDir
    Path folder;

    @Override
    FrameStore open(final FrameKernels kernels, final AddressHash addressHash) throws IOException {
        final StoreOptions options = StoreOptions.DEFAULT
                .withSuite(new Suite(R96Rule.MOD96, addressHash))
                .withSegmentSlots(1_024);
        return MappedFrameStore.open(folder.resolve(addressHash.name()), kernels, options, StoreListener.NONE);
    }
}
