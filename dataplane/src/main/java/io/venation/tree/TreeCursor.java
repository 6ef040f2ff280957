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
 * <p>Moves say whether there is an entry where they lead; accessors throw {@link IndexOutOfBoundsException} where there is
 * none. Past the last entry, and before the first, the way back leads to that entry. A node is checked in full when it is
 * entered. Until a cursor is placed by {@code first}, {@code last} or a {@code seek}, and again after a move that threw,
 * {@code next} and {@code previous} throw {@link IllegalStateException}.
 *
 * <p>One thread. Allocates nothing after construction, but for {@link #open(Digest)} by its caller.
 */
public final class TreeCursor {
    private final NodePath path;
    private final MemorySegment memory = Arena.ofAuto().allocate(ReceiptLayout.DIGEST_LENGTH, Long.BYTES);
    private long frame;
    private int count;
    private int index;
    private boolean isPlaced;

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
        leave();
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
     * What the tree's values are.
     *
     * @return their form.
     */
    public ValueForm form() {
        return ValueForm.of(rootFrame());
    }

    /**
     * To the first entry.
     *
     * @return false where the tree is empty.
     */
    public boolean first() {
        leave();
        path.first(0);
        return place(0);
    }

    /**
     * To the last entry.
     *
     * @return false where the tree is empty.
     */
    public boolean last() {
        leave();
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
        leave();
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
        leave();
        place(path.seekNumber(number));
    }

    /**
     * The number of the entry here.
     *
     * @return entries before it; {@link #size()} where the cursor stands past the last one, 0 before the first one.
     */
    public long number() {
        requirePlaced();
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
        return nextNode();
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
        return previousNode();
    }

    /**
     * The key here.
     *
     * @return absolute address.
     */
    public long key() {
        return TreeNodeLayout.key(frame, Objects.checkIndex(index, count));
    }

    /**
     * Length of the key here.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public int keyLength() {
        return TreeNodeLayout.keyLength(frame, Objects.checkIndex(index, count));
    }

    /**
     * The value here.
     *
     * @return absolute address.
     */
    public long value() {
        return TreeNodeLayout.value(frame, Objects.checkIndex(index, count));
    }

    /**
     * Length of the value here.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}.
     */
    public int valueLength() {
        return TreeNodeLayout.valueLength(frame, Objects.checkIndex(index, count));
    }

    long rootFrame() {
        return path.rootFrame();
    }

    private boolean nextNode() {
        requirePlaced();
        leave();
        return place(path.next(0) ? 0 : path.count(0));
    }

    private boolean previousNode() {
        requirePlaced();
        leave();
        return place(path.previous(0) ? path.count(0) - 1 : -1);
    }

    private void requirePlaced() {
        if (!isPlaced) {
            throw new IllegalStateException("the cursor stands nowhere");
        }
    }

    private void leave() {
        isPlaced = false;
        count = 0;
        index = 0;
    }

    private boolean place(final int place) {
        isPlaced = true;
        frame = path.frame(0);
        count = path.count(0);
        index = place;
        return place >= 0 && place < count;
    }
}
