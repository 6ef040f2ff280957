package io.venation.object;

import static io.venation.object.ObjectLayout.KEY_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Takes frames from a source into memory of their reader, where nobody changes them, and holds them against their
 * addresses unless the source has.
 *
 * <p>One thread. Allocates nothing after construction.
 */
final class FrameLoader {
    static final int MAX_COUNT = 16;

    private final FrameSource source;
    /** Null where the source verifies. */
    private final FrameKernels kernels;

    private final AddressHash addressHash;
    private final MemorySegment memory = Arena.ofAuto().allocate((long) MAX_COUNT * KEY_LENGTH, 64);

    FrameLoader(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        this.source = source;
        this.kernels = kernels;
        this.addressHash = addressHash;
    }

    boolean isVerifying() {
        return kernels != null;
    }

    /** The source's own frame, unverified. */
    long view(final long key) {
        final long frame = source.get(key);
        if (frame == FrameSource.NOT_FOUND) {
            throw new ObjectDamageException(ObjectFault.MISSING_FRAME, Digest.read(key));
        }
        return frame;
    }

    /**
     * Copies frames.
     *
     * @param keys   absolute address of the first key.
     * @param stride bytes between keys.
     * @param count  frames, 0..{@link #MAX_COUNT}.
     * @param frames absolute address of room for them.
     * @throws ObjectDamageException for the first one that is missing or another.
     */
    void load(final long keys, final int stride, final int count, final long frames) {
        for (int i = 0; i < count; i++) {
            OffHeap.copy(view(keys + (long) i * stride), frames + (long) i * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        }
        if (isVerifying()) {
            final long addresses = memory.address();
            kernels.contentAddresses(addressHash, frames, LatticeFrame.LENGTH, count, addresses, KEY_LENGTH);
            for (int i = 0; i < count; i++) {
                final long key = keys + (long) i * stride;
                if (!isSame(key, addresses + (long) i * KEY_LENGTH)) {
                    throw new ObjectDamageException(ObjectFault.WRONG_ADDRESS, Digest.read(key));
                }
            }
            Reference.reachabilityFence(this);
        }
    }

    private static boolean isSame(final long key, final long otherKey) {
        return OffHeap.getU64(key) == OffHeap.getU64(otherKey)
                && OffHeap.getU64(key + 8) == OffHeap.getU64(otherKey + 8)
                && OffHeap.getU64(key + 16) == OffHeap.getU64(otherKey + 16)
                && OffHeap.getU64(key + 24) == OffHeap.getU64(otherKey + 24);
    }
}
