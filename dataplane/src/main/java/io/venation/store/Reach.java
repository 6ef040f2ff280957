package io.venation.store;

import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import java.lang.foreign.Arena;
import java.util.BitSet;

/** Which slots roots reach. Cold; a bit a slot while it runs. */
final class Reach {
    private final AddressIndex index;
    private final Segments segments;
    private final FrameReferences references;
    private final BitSet reached = new BitSet();
    private final SlotStack open = new SlotStack();
    private long missingCount;

    Reach(final AddressIndex index, final Segments segments, final FrameReferences references) {
        this.index = index;
        this.segments = segments;
        this.references = references;
    }

    void add(final Digest root) {
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(Keys.LENGTH, Long.BYTES).address();
            root.write(key);
            add(key);
        }
    }

    private void add(final long key) {
        final long slot = index.find(key);
        if (slot == AddressIndex.ABSENT) {
            missingCount++;
        } else if (!isReached(slot)) {
            reached.set((int) slot);
            open.push(slot);
        }
    }

    void run() {
        while (open.count() > 0) {
            final long slot = open.pop();
            final long payloadLength = OffHeap.getU64(segments.receipt(slot) + ReceiptLayout.PAYLOAD_LENGTH_OFFSET);
            references.visit(segments.frame(slot), (int) payloadLength, this::add);
        }
    }

    boolean isReached(final long slot) {
        return reached.get((int) slot);
    }

    long missingCount() {
        return missingCount;
    }
}
