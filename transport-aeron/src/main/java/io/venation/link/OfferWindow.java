package io.venation.link;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.store.FrameSink;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;

/**
 * Frames on their way to a store that is elsewhere: a ring of their addresses, from when they are made until they were
 * sent or the other side has said that it has them.
 *
 * <pre>
 *     oldest                answered              announced             next
 *     ▼                     ▼                     ▼                     ▼
 *   ──┬─────────────────────┬─────────────────────┬─────────────────────┬──
 *     │ wanted or not       │ offered, no answer  │ not offered yet     │
 *   ──┴─────────────────────┴─────────────────────┴─────────────────────┴──
 * </pre>
 *
 * <p>A frame that is put is copied into a slot, which is free again as soon as the frame is not needed; slots are made as
 * they are needed and the one used last is used first. A frame that lies in a source already stays there. One of the last
 * {@link #LIMIT} frames is not offered again: the other side has it, or gets it.
 *
 * <p>One thread: the sending agent. At most 49 MiB.
 */
final class OfferWindow implements FrameSink, AutoCloseable {
    /** Most frames between the oldest and the next. */
    static final int LIMIT = 4_096;

    static final int KEY_LENGTH = 32;

    private static final int BLOCK_COUNT = 128;
    private static final int RECENT_LENGTH = 4 * LIMIT;
    private static final int IN_SOURCE = -1;
    private static final int NOT_WANTED = -2;

    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final FrameSource source;
    private final Arena arena = Arena.ofShared();
    private final long keys =
            arena.allocate((long) LIMIT * KEY_LENGTH, Long.BYTES).address();
    private final int[] slots = new int[LIMIT];
    private final long[] blocks = new long[LIMIT / BLOCK_COUNT];
    private final int[] freeSlots = new int[LIMIT];
    /** By the first bytes of a key, one past the position that had it last. */
    private final long[] recent = new long[RECENT_LENGTH];

    private int blockCount;
    private int freeCount;
    private long oldest;
    private long answered;
    private long announced;
    private long next;
    private long sharedCount;

    /**
     * An empty window.
     *
     * @param kernels     of the agent's thread.
     * @param addressHash what content addresses are.
     * @param source      of frames that are added without being copied.
     */
    OfferWindow(final FrameKernels kernels, final AddressHash addressHash, final FrameSource source) {
        this.kernels = kernels;
        this.addressHash = addressHash;
        this.source = source;
    }

    /** Whether so many frames can be added. */
    boolean hasRoom(final int count) {
        return LIMIT - (next - oldest) >= count;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException where there is no room.
     */
    @Override
    public long put(final long frames, final long stride, final int count, final long keys) {
        kernels.contentAddresses(addressHash, frames, stride, count, keys, KEY_LENGTH);
        long added = 0;
        for (int i = 0; i < count; i++) {
            if (add(keys + (long) i * KEY_LENGTH, frames + i * stride)) {
                added |= 1L << i;
            }
        }
        return added;
    }

    /** Adds a frame of the source, where it is not among the last ones. */
    void add(final long key) {
        add(key, FrameSource.NOT_FOUND);
    }

    private boolean add(final long key, final long frame) {
        final int place = (int) OffHeap.getU64(key) & RECENT_LENGTH - 1;
        final long last = recent[place] - 1;
        if (last >= 0 && next - last <= LIMIT && OffHeap.isSame(key, key(last), KEY_LENGTH)) {
            return false;
        }
        if (!hasRoom(1)) {
            throw new IllegalStateException("oldest=" + oldest + " next=" + next + ": no room");
        }
        OffHeap.copy(key, key(next), KEY_LENGTH);
        slots[index(next)] = frame == FrameSource.NOT_FOUND ? IN_SOURCE : keep(frame);
        recent[place] = ++next;
        return true;
    }

    private int keep(final long frame) {
        if (freeCount == 0) {
            blocks[blockCount] =
                    arena.allocate((long) BLOCK_COUNT * LatticeFrame.LENGTH, 64).address();
            for (int i = BLOCK_COUNT; i-- > 0; ) {
                freeSlots[freeCount++] = blockCount * BLOCK_COUNT + i;
            }
            blockCount++;
        }
        final int slot = freeSlots[--freeCount];
        OffHeap.copy(frame, slotAddress(slot), LatticeFrame.LENGTH);
        return slot;
    }

    /** Frames that are to be offered. */
    int unannouncedCount() {
        return (int) (next - announced);
    }

    /** Says that the oldest of those were offered; their addresses go to an array. */
    void announce(final int count, final byte[] target) {
        for (int i = 0; i < count; i++) {
            OffHeap.get(key(announced + i), target, i * KEY_LENGTH, KEY_LENGTH);
        }
        announced += count;
    }

    /**
     * Takes an answer to the oldest frames that were offered and have none.
     *
     * @param count  frames.
     * @param wanted a bit each, 8 a byte from the lowest.
     * @throws LinkException where fewer were offered.
     */
    void answer(final int count, final byte[] wanted) {
        if (count > announced - answered) {
            throw new LinkException("the receiver answers " + count + " frames where " + (announced - answered)
                    + " are offered and not answered");
        }
        for (int i = 0; i < count; i++) {
            if ((wanted[i / 8] & 1 << i % 8) == 0) {
                release(answered + i);
                sharedCount++;
            }
        }
        answered += count;
        skip();
    }

    /** Whether frames wait to be sent. */
    boolean hasWanted() {
        return oldest < answered;
    }

    /** Fills an array with the positions of the oldest wanted frames and says how many there are. */
    int wanted(final long[] positions) {
        int count = 0;
        for (long position = oldest; position < answered && count < positions.length; position++) {
            if (slots[index(position)] != NOT_WANTED) {
                positions[count++] = position;
            }
        }
        return count;
    }

    /** Absolute address of a frame's content address. */
    long key(final long position) {
        return keys + (long) index(position) * KEY_LENGTH;
    }

    /** Absolute address of a wanted frame, {@link FrameSource#NOT_FOUND} where the source lacks it. */
    long frame(final long position) {
        final int slot = slots[index(position)];
        return slot == IN_SOURCE ? source.get(key(position)) : slotAddress(slot);
    }

    /** Forgets the oldest wanted frames: they were sent. */
    void sent(final long[] positions, final int count) {
        for (int i = 0; i < count; i++) {
            release(positions[i]);
        }
        skip();
    }

    /** Whether all that was added is done with. */
    boolean isEmpty() {
        return oldest == next;
    }

    /** Frames that were added. */
    long offeredCount() {
        return next;
    }

    /** Frames that the other side has. */
    long sharedCount() {
        return sharedCount;
    }

    private void release(final long position) {
        final int slot = slots[index(position)];
        if (slot >= 0) {
            freeSlots[freeCount++] = slot;
        }
        slots[index(position)] = NOT_WANTED;
    }

    private void skip() {
        while (oldest < answered && slots[index(oldest)] == NOT_WANTED) {
            oldest++;
        }
    }

    private static int index(final long position) {
        return (int) position & LIMIT - 1;
    }

    private long slotAddress(final int slot) {
        return blocks[slot / BLOCK_COUNT] + (long) (slot % BLOCK_COUNT) * LatticeFrame.LENGTH;
    }

    @Override
    public void close() {
        arena.close();
    }
}
