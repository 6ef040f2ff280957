package io.venation.tree;

import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A place in a tree that moves from entry to entry, either way.
 *
 * <p>Moves say whether there is an entry where they lead; accessors may be used where there is. Past the last entry, and
 * before the first, the way back leads to that entry. A node is checked in full when it is entered. After an exception a
 * cursor must be placed anew by {@code first}, {@code last} or a {@code seek}.
 *
 * <p>One thread. Allocates nothing after construction, but for {@link #open(Digest)} by its caller.
 */
public final class TreeCursor {
    private final NodePath path;
    private final MemorySegment memory = Arena.ofAuto().allocate(ReceiptLayout.DIGEST_LENGTH, Long.BYTES);
    private long frame;
    private int count;
    private int index;

    /**
     * A cursor over what a source holds.
     *
     * @param source of the nodes.
     */
    public TreeCursor(final FrameSource source) {
        path = new NodePath(source);
    }

    /**
     * Takes a tree; the cursor stands nowhere in it yet. Called again, also for the same root, it trusts no frame that it
     * has seen.
     *
     * @param root content address of the root.
     * @throws TreeDamageException where there is no such node.
     */
    public void open(final Digest root) {
        root.write(memory.address());
        path.open(memory.address());
        Reference.reachabilityFence(memory);
    }

    /**
     * Entries of the tree.
     *
     * @return count, ≥ 0.
     */
    public long size() {
        return TreeNodeLayout.entryCount(rootFrame());
    }

    /**
     * To the first entry.
     *
     * @return false where the tree is empty.
     */
    public boolean first() {
        path.first(0);
        return place(0);
    }

    /**
     * To the last entry.
     *
     * @return false where the tree is empty.
     */
    public boolean last() {
        path.last(0);
        return place(path.count(0) - 1);
    }

    /**
     * To the first entry whose key is not below a key.
     *
     * @param key       absolute address of the key.
     * @param keyLength bytes, ≥ 0; no entry has a key longer than {@link TreeNodeLayout#MAX_KEY_LENGTH}.
     * @return false where all keys are below: the cursor stands past the last entry.
     */
    public boolean seek(final long key, final int keyLength) {
        path.seek(0, key, keyLength);
        return place(TreeNodes.search(path.frame(0), path.count(0), key, keyLength) >> 1);
    }

    /**
     * To the last entry whose key is below a key.
     *
     * @param key       absolute address of the key.
     * @param keyLength bytes, ≥ 0.
     * @return false where no key is below: the cursor stands before the first entry.
     */
    public boolean seekBefore(final long key, final int keyLength) {
        seek(key, keyLength);
        return previous();
    }

    /**
     * To an entry by its number.
     *
     * @param number entries before it: from 0 to below {@link #size()}.
     * @throws IndexOutOfBoundsException where there is no such entry.
     */
    public void seekNumber(final long number) {
        Objects.checkIndex(number, size());
        place(path.seekNumber(number));
    }

    /**
     * The number of the entry here.
     *
     * @return entries before it; {@link #size()} where the cursor stands past the last one.
     */
    public long number() {
        return path.entriesBefore() + Math.max(0, index);
    }

    /**
     * To the next entry.
     *
     * @return false where there is none: the cursor stands past the last one.
     */
    public boolean next() {
        if (index + 1 < count) {
            index++;
            return true;
        }
        if (path.next(0)) {
            return place(0);
        }
        index = count;
        return false;
    }

    /**
     * To the entry before.
     *
     * @return false where there is none: the cursor stands before the first one.
     */
    public boolean previous() {
        if (index > 0) {
            index--;
            return true;
        }
        if (path.previous(0)) {
            return place(path.count(0) - 1);
        }
        index = -1;
        return false;
    }

    /**
     * The key here.
     *
     * @return absolute address.
     */
    public long key() {
        return TreeNodeLayout.key(frame, index);
    }

    /**
     * Length of the key here.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public int keyLength() {
        return TreeNodeLayout.keyLength(frame, index);
    }

    /**
     * The value here.
     *
     * @return absolute address.
     */
    public long value() {
        return TreeNodeLayout.value(frame, index);
    }

    /**
     * Length of the value here.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}.
     */
    public int valueLength() {
        return TreeNodeLayout.valueLength(frame, index);
    }

    long rootFrame() {
        return path.rootFrame();
    }

    private boolean place(final int place) {
        frame = path.frame(0);
        count = path.count(0);
        index = place;
        return place >= 0 && place < count;
    }
}
