package io.venation.store;

import java.util.Arrays;

/** Slots that may be used again, each with the epoch from which on; cold. */
final class SlotStack {
    private long[] slots = new long[16];
    private int count;

    int count() {
        return count;
    }

    long get(final int index) {
        return slots[index];
    }

    void push(final long slot) {
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, 2 * count);
        }
        slots[count++] = slot;
    }

    long pop() {
        return slots[--count];
    }

    void moveTo(final SlotStack other) {
        while (count > 0) {
            other.push(pop());
        }
    }

    void clear() {
        count = 0;
    }
}
