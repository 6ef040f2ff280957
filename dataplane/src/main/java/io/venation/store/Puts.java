package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;

/** What every store does first with frames that are put. */
final class Puts {
    private static final int KEY_LENGTH = 32;

    private Puts() {}

    static void check(final long stride, final int count) {
        if (stride < LatticeFrame.LENGTH) {
            throw new IllegalArgumentException("stride=" + stride + " not ≥ " + LatticeFrame.LENGTH);
        }
        if (count < 0 || count > FrameStore.MAX_COUNT) {
            throw new IllegalArgumentException("count=" + count + " not in 0.." + FrameStore.MAX_COUNT);
        }
    }

    static void hash(
            final FrameKernels kernels,
            final AddressHash addressHash,
            final long frames,
            final long stride,
            final int count,
            final long keys) {
        kernels.contentAddresses(addressHash, frames, stride, count, keys, KEY_LENGTH);
    }
}
