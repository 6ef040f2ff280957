package io.venation.bench;

import io.venation.cli.CommandFailure;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Whether what is kept is what was put; and the verification that peers leave to who reads. */
final class StoreCheck {
    static final int MAX_COUNT = FrameStore.MAX_COUNT;

    private final StoreFrames frames;
    private final FrameKernels kernels;
    private final MemorySegment computed =
            Arena.ofAuto().allocate((long) MAX_COUNT * StoreFrames.KEY_LENGTH, Long.BYTES);
    private final long[] found = new long[MAX_COUNT];

    StoreCheck(final StoreFrames frames, final FrameKernels kernels) {
        this.frames = frames;
        this.kernels = kernels;
    }

    /** Finds frames and hashes them by the kernels that the store uses, those at equal distances in one call. */
    boolean getVerified(final FrameKeeper keeper, final int first, final int count) {
        for (int i = 0; i < count; i++) {
            found[i] = keeper.get(first + i, i);
        }
        for (int from = 0, to; from < count; from = to) {
            final long stride = from + 1 < count && found[from + 1] - found[from] >= LatticeFrame.LENGTH
                    ? found[from + 1] - found[from]
                    : LatticeFrame.LENGTH;
            to = from + 1;
            while (to < count && found[to] - found[to - 1] == stride) {
                to++;
            }
            kernels.contentAddresses(
                    AddressHash.BLAKE3, found[from], stride, to - from, computed.address(), StoreFrames.KEY_LENGTH);
            if (!isEqual(computed.address(), frames.key(first + from), (long) (to - from) * StoreFrames.KEY_LENGTH)) {
                return false;
            }
        }
        return true;
    }

    /** Whether so many bytes, a multiple of 8, are the same. */
    static boolean isEqual(final long address, final long other, final long length) {
        for (long i = 0; i < length; i += Long.BYTES) {
            if (OffHeap.getU64(address + i) != OffHeap.getU64(other + i)) {
                return false;
            }
        }
        return true;
    }

    /** Looks at the first word, as any reader would. */
    static void sameStart(final long frame, final long expected) {
        that(
                frame != FrameSource.NOT_FOUND && OffHeap.getU64(frame) == OffHeap.getU64(expected),
                "a frame is missing or another one");
    }

    static void that(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new CommandFailure(otherwise);
        }
    }
}
