package io.venation.store;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;

class MemoryFrameStoreTest extends FrameStoreContract {
    @Override
    FrameStore open(final FrameKernels kernels, final AddressHash addressHash) {
        return new MemoryFrameStore(kernels, addressHash);
    }
}
