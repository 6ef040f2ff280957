package io.venation.tree;

import static io.venation.tree.TreeNodeLayout.ENTRIES_OFFSET;
import static io.venation.tree.TreeNodeLayout.MIN_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Makes nodes of one level from ascending entries, ends them where {@link NodeBoundary} says, and puts them in batches,
 * so that hashing fills every lane.
 *
 * <p>One thread. Allocates nothing after construction.
 */
final class NodeBuilder {
    private static final int BATCH_COUNT = 16;
    private static final int KEY_LENGTH = ReceiptLayout.DIGEST_LENGTH;

    private final FrameStore store;
    private final TreeSalt salt;
    private final ValueForm form;
    private final MemorySegment memory = Arena.ofAuto()
            .allocate((long) BATCH_COUNT * (LatticeFrame.LENGTH + KEY_LENGTH) + TreeNodeLayout.CHILD_LENGTH, 64);
    private final long frames = memory.address();
    private final long keys = frames + (long) BATCH_COUNT * LatticeFrame.LENGTH;
    private final long child = keys + (long) BATCH_COUNT * KEY_LENGTH;
    private int level;
    private TreeBatch parents;
    private int stagedCount;
    private long frame;
    private int count;
    private int end;

    NodeBuilder(final FrameStore store, final TreeSalt salt, final ValueForm form) {
        this.store = Objects.requireNonNull(store, "store");
        this.salt = Objects.requireNonNull(salt, "salt");
        this.form = Objects.requireNonNull(form, "form");
    }

    /** Begins a level. Entries for the nodes that are made go into {@code parents}. */
    void begin(final int level, final TreeBatch parents) {
        this.level = level;
        this.parents = parents;
        stagedCount = 0;
        beginNode();
    }

    boolean isAtBoundary() {
        return count == 0;
    }

    void add(final long key, final int keyLength, final long value, final int valueLength) {
        final long entry = frame + end;
        OffHeap.putU8(entry, keyLength);
        OffHeap.copy(key, entry + 1, keyLength);
        OffHeap.copy(value, entry + 1 + keyLength, valueLength);
        end += 1 + keyLength + valueLength;
        count++;
        OffHeap.putU16(frame + TreeNodeLayout.boundOffset(count), end);
        final int entryLength = TreeNodeLayout.ENTRY_OVERHEAD + keyLength + valueLength;
        if (NodeBoundary.endsAfter(salt, level, key, keyLength, entryLength, TreeNodeLayout.length(end, count))) {
            endNode();
        }
    }

    /**
     * Adds entries of a node that a builder with this salt made on this level. An entry inside of it has been tried where
     * it stood at or past the shortest length, and need not be tried again.
     */
    void addRun(final long node, final int from, final int to) {
        final int nodeCount = TreeNodeLayout.count(node);
        for (int next = from; next < to; ) {
            next = addPart(node, nodeCount, next, to);
        }
    }

    /** Adds entries up to the end of the node that is being made; returns the first that is left. */
    private int addPart(final long node, final int nodeCount, final int from, final int to) {
        final long frame = this.frame;
        final int start = TreeNodeLayout.bound(node, from);
        final int shift = end - start;
        int count = this.count;
        int entryStart = start;
        boolean ends = false;
        int next = from;
        while (next < to && !ends) {
            final int entryEnd = TreeNodeLayout.bound(node, ++next);
            OffHeap.putU16(frame + TreeNodeLayout.boundOffset(++count), entryEnd + shift);
            final int length = TreeNodeLayout.length(entryEnd + shift, count);
            if (length >= MIN_LENGTH) {
                final boolean isKnown = next < nodeCount
                        && length <= TreeNodeLayout.FULL_LENGTH
                        && TreeNodeLayout.length(entryEnd, next) >= MIN_LENGTH;
                ends = !isKnown
                        && NodeBoundary.endsAfter(
                                salt,
                                level,
                                node + entryStart + 1,
                                OffHeap.getU8(node + entryStart),
                                TreeNodeLayout.length(entryEnd - entryStart, 0),
                                length);
            }
            entryStart = entryEnd;
        }
        OffHeap.copy(node + start, frame + end, entryStart - start);
        end = entryStart + shift;
        this.count = count;
        if (ends) {
            endNode();
        }
        return next;
    }

    /** Ends the last node of the level, where there is one. */
    void finish() {
        if (count > 0) {
            endNode();
        }
    }

    /** Puts the one node that has no entries, and writes its content address. */
    void putEmpty(final long key) {
        begin(0, null);
        endNode();
        store.put(frames, LatticeFrame.LENGTH, stagedCount, key);
    }

    /** Puts what is not yet put; {@code parents} has all the level's new entries then. */
    void flush() {
        store.put(frames, LatticeFrame.LENGTH, stagedCount, keys);
        for (int i = 0; i < stagedCount; i++) {
            final long node = frames + (long) i * LatticeFrame.LENGTH;
            OffHeap.copy(keys + (long) i * KEY_LENGTH, child, KEY_LENGTH);
            OffHeap.putU64(child + TreeNodeLayout.CHILD_COUNT_OFFSET, TreeNodeLayout.entryCount(node));
            final int last = TreeNodeLayout.count(node) - 1;
            parents.put(
                    TreeNodeLayout.key(node, last),
                    TreeNodeLayout.keyLength(node, last),
                    child,
                    TreeNodeLayout.CHILD_LENGTH);
        }
        stagedCount = 0;
    }

    private void beginNode() {
        frame = frames + (long) stagedCount * LatticeFrame.LENGTH;
        count = 0;
        end = ENTRIES_OFFSET;
        OffHeap.putU16(frame + TreeNodeLayout.boundOffset(0), ENTRIES_OFFSET);
    }

    private void endNode() {
        OffHeap.putU32(frame, TreeNodeLayout.magicVersionLevel(level));
        OffHeap.putU16(frame + TreeNodeLayout.COUNT_OFFSET, count);
        OffHeap.putU8(frame + TreeNodeLayout.VALUE_FORM_OFFSET, form.ordinal());
        OffHeap.putU8(frame + TreeNodeLayout.RESERVED_OFFSET, 0);
        OffHeap.putU64(frame + TreeNodeLayout.ENTRY_COUNT_OFFSET, level == 0 ? count : entriesBelow());
        OffHeap.putU64(frame + TreeNodeLayout.SALT_ID_OFFSET, salt.id());
        OffHeap.zero(frame + end, TreeNodeLayout.boundOffset(count) - end);
        if (++stagedCount == BATCH_COUNT) {
            flush();
        }
        beginNode();
    }

    private long entriesBelow() {
        long below = 0;
        for (int i = 0; i < count; i++) {
            below += TreeNodeLayout.childEntryCount(frame, i);
        }
        return below;
    }
}
