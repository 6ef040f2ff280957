package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A source that hands out what another does where it is what its address says, and does not find the rest: for readers
 * that verify nothing themselves, over a store that was opened for readers that do.
 *
 * <p>One thread, that of the source. Allocates nothing after construction.
 */
public final class VerifyingSource implements FrameSource {
    private final FrameSource source;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final MemorySegment memory = Arena.ofAuto().allocate(Keys.LENGTH, Long.BYTES);

    /** Written so that the reads are not left out. */
    private int touched;

    /**
     * A source over a source.
     *
     * @param source      of the frames; views of it do not change.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     */
    public VerifyingSource(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        this.source = Objects.requireNonNull(source, "source");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.addressHash = Objects.requireNonNull(addressHash, "addressHash");
    }

    @Override
    public long get(final long key) {
        final long frame = source.get(key);
        if (frame == NOT_FOUND) {
            return NOT_FOUND;
        }
        touched = OffHeap.touch(frame, LatticeFrame.LENGTH);
        Puts.hash(kernels, addressHash, frame, LatticeFrame.LENGTH, 1, memory.address());
        final boolean isWhole = Keys.same(memory.address(), key);
        Reference.reachabilityFence(memory);
        return isWhole ? frame : NOT_FOUND;
    }
}
