package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Reads frames of consecutive slots into memory of its own and hashes them there. One thread: the kernels' own. */
final class FrameChecker {
    /** Slots of one run. */
    static final int MAX_COUNT = FrameStore.MAX_COUNT;

    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(
                    MAX_COUNT * (LatticeFrame.LENGTH + Keys.LENGTH) + StoreFileLayout.PAGE_LENGTH)
            .alignedSlice(StoreFileLayout.PAGE_LENGTH);
    private final long frames = MemorySegment.ofBuffer(memory).address();
    private final long keys = frames + (long) MAX_COUNT * LatticeFrame.LENGTH;

    FrameChecker(final FrameKernels kernels, final AddressHash addressHash) {
        this.kernels = kernels;
        this.addressHash = addressHash;
    }

    /**
     * Reads and hashes.
     *
     * @param slot  first slot, within the segment.
     * @param count slots, 1..64.
     * @return how many the file still has; their addresses are at {@link #key}.
     */
    int hash(final Segment segment, final int slot, final int count) throws IOException {
        memory.clear().limit(count * LatticeFrame.LENGTH);
        final int read = segment.readFrames(slot, memory) / LatticeFrame.LENGTH;
        Puts.hash(kernels, addressHash, frames, LatticeFrame.LENGTH, read, keys);
        return read;
    }

    /** The address of a frame of the last call. */
    long key(final int index) {
        return keys + (long) index * Keys.LENGTH;
    }
}
