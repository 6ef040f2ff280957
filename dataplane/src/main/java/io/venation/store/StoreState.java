package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a store knows beside frames and index: a fold over the journal, saved in the checkpoint. The writer's thread. */
final class StoreState {
    final Map<Digest, Long> roots = new LinkedHashMap<>();
    final SlotStack free = new SlotStack();
    long slotCount;
    long frameCount;
    long payloadBytes;
    long bytesPut;
    long quarantinedCount;
    boolean areRootsUnknown;

    /** Does what a record says about roots; false where it says nothing about them. */
    boolean applyRoot(final long record) {
        switch (OffHeap.getU8(record + JournalLayout.KIND_OFFSET)) {
            case JournalLayout.PIN -> pin(Digest.read(record + JournalLayout.KEY_OFFSET));
            case JournalLayout.UNPIN -> unpin(Digest.read(record + JournalLayout.KEY_OFFSET));
            case JournalLayout.ROOTS_UNKNOWN -> areRootsUnknown = true;
            case JournalLayout.ROOTS_KNOWN -> areRootsUnknown = false;
            default -> {
                return false;
            }
        }
        return true;
    }

    void pin(final Digest root) {
        roots.merge(root, 1L, Long::sum);
    }

    /** One pin less; false where there was none. */
    boolean unpin(final Digest root) {
        final Long pins = roots.get(root);
        if (pins == null) {
            return false;
        }
        if (pins == 1) {
            roots.remove(root);
        } else {
            roots.put(root, pins - 1);
        }
        return true;
    }

    void added(final long payloadLength) {
        frameCount++;
        payloadBytes += payloadLength;
    }

    void removed(final long payloadLength) {
        frameCount--;
        payloadBytes -= payloadLength;
    }

    StoreStatistics statistics(final long segmentBytes, final int limboCount, final long indexBytes) {
        return new StoreStatistics(
                frameCount,
                frameCount * LatticeFrame.LENGTH,
                payloadBytes,
                bytesPut,
                roots.size(),
                quarantinedCount,
                free.count() + limboCount,
                segmentBytes,
                indexBytes);
    }
}
