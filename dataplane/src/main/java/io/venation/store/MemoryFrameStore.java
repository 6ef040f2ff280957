package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Frames in off-heap memory, gone with the process: for caches, for what a transaction has not kept yet, and for tests
 * of what stands on a store.
 *
 * <pre>
 *   blocks    256 frames × 12,288, then their keys 256 × 32; never moved, so that views stay valid until close
 *   table     open addressing by the key's first 8 bytes: frame number + 1, or 0 for an empty place; at most half full
 * </pre>
 *
 * <p>One thread. Allocates when a block or the table is full, nothing else.
 */
public final class MemoryFrameStore implements FrameStore {
    private static final int BLOCK_COUNT = 256;
    private static final int KEY_LENGTH = 32;
    private static final long KEYS_OFFSET = (long) BLOCK_COUNT * LatticeFrame.LENGTH;
    private static final long BLOCK_LENGTH = KEYS_OFFSET + (long) BLOCK_COUNT * KEY_LENGTH;
    private static final int FIRST_TABLE_LENGTH = 1_024;

    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final Arena arena = Arena.ofShared();
    private final List<Long> blocks = new ArrayList<>();
    private int[] table = new int[FIRST_TABLE_LENGTH];
    private int frameCount;

    /**
     * An empty store.
     *
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     */
    public MemoryFrameStore(final FrameKernels kernels, final AddressHash addressHash) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.addressHash = Objects.requireNonNull(addressHash, "addressHash");
    }

    @Override
    public long put(final long frames, final long stride, final int count, final long keys) {
        Puts.check(stride, count);
        Puts.hash(kernels, addressHash, frames, stride, count, keys);
        long stored = 0;
        for (int i = 0; i < count; i++) {
            if (add(keys + (long) i * KEY_LENGTH, frames + i * stride)) {
                stored |= 1L << i;
            }
        }
        return stored;
    }

    private boolean add(final long key, final long frame) {
        int place = place(key);
        if (table[place] != 0) {
            return false;
        }
        if (frameCount >= table.length / 2) {
            grow();
            place = place(key);
        }
        final int number = frameCount;
        if (number % BLOCK_COUNT == 0) {
            blocks.add(arena.allocate(BLOCK_LENGTH, 4_096).address());
        }
        OffHeap.copy(frame, frame(number), LatticeFrame.LENGTH);
        OffHeap.copy(key, key(number), KEY_LENGTH);
        table[place] = ++frameCount;
        return true;
    }

    @Override
    public long get(final long key) {
        final int number = table[place(key)] - 1;
        return number < 0 ? NOT_FOUND : frame(number);
    }

    @Override
    public boolean contains(final long key) {
        return table[place(key)] != 0;
    }

    @Override
    public long frameCount() {
        return frameCount;
    }

    /** The place where a key stands, or the empty one where it would. */
    private int place(final long key) {
        final int mask = table.length - 1;
        int place = (int) OffHeap.getU64(key) & mask;
        while (table[place] != 0 && !sameKey(key, key(table[place] - 1))) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        table = new int[Math.multiplyExact(table.length, 2)];
        for (int number = 0; number < frameCount; number++) {
            table[place(key(number))] = number + 1;
        }
    }

    private long frame(final int number) {
        return blocks.get(number / BLOCK_COUNT) + (long) (number % BLOCK_COUNT) * LatticeFrame.LENGTH;
    }

    private long key(final int number) {
        return blocks.get(number / BLOCK_COUNT) + KEYS_OFFSET + (long) (number % BLOCK_COUNT) * KEY_LENGTH;
    }

    private static boolean sameKey(final long key, final long otherKey) {
        return OffHeap.getU64(key) == OffHeap.getU64(otherKey)
                && OffHeap.getU64(key + 8) == OffHeap.getU64(otherKey + 8)
                && OffHeap.getU64(key + 16) == OffHeap.getU64(otherKey + 16)
                && OffHeap.getU64(key + 24) == OffHeap.getU64(otherKey + 24);
    }

    @Override
    public void close() {
        arena.close();
    }
}
