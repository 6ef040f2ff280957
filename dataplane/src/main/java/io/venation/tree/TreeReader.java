package io.venation.tree;

import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Finds values by key, and hands over ranges.
 *
 * <p>A lookup checks what it touches of each node on its way: it stays inside the frames and ends, whatever they hold. It
 * does not check that the keys of a node ascend: in a tree that was not made by a {@link TreeWriter} it may miss a key
 * that a scan, which checks nodes in full, would call damage.
 *
 * <p>One thread. Allocates nothing after construction, where a method does not say so.
 */
public final class TreeReader {
    /** No end, or no start, of a range: a key's address. */
    public static final long OPEN = 0;

    private final FrameSource source;
    private final TreeCursor cursor;
    private final MemorySegment memory =
            Arena.ofAuto().allocate(ReceiptLayout.DIGEST_LENGTH + TreeNodeLayout.MAX_KEY_LENGTH, Long.BYTES);
    private long rootFrame;
    private long value;
    private int valueLength;

    /**
     * A reader of what a source holds.
     *
     * @param source of the nodes.
     */
    public TreeReader(final FrameSource source) {
        this.source = Objects.requireNonNull(source, "source");
        cursor = new TreeCursor(source);
    }

    /**
     * Takes a tree.
     *
     * @param root content address of the root.
     * @throws TreeDamageException where there is no such node.
     */
    public void open(final Digest root) {
        rootFrame = 0;
        cursor.open(root);
        root.write(memory.address());
        rootFrame = cursor.rootFrame();
        Reference.reachabilityFence(memory);
    }

    /**
     * Entries of the tree.
     *
     * @return count, ≥ 0.
     */
    public long size() {
        return cursor.size();
    }

    /**
     * What the tree's values are.
     *
     * @return their form.
     */
    public ValueForm form() {
        return cursor.form();
    }

    /**
     * Looks a key up; {@link #value()} and {@link #valueLength()} then tell where its value lies.
     *
     * @param key       absolute address of the key.
     * @param keyLength bytes, ≥ 0.
     * @return false where there is no such key.
     * @throws TreeDamageException where a node on the way is missing or none.
     */
    public boolean get(final long key, final int keyLength) {
        long nodeKey = memory.address();
        long frame = rootFrame;
        if (frame == 0) {
            throw new IllegalStateException("no root is open");
        }
        final long saltId = TreeNodeLayout.saltId(frame);
        final int form = TreeNodeLayout.form(frame);
        for (int level = TreeNodeLayout.level(frame); ; level--) {
            final int count = TreeNodeLayout.count(frame);
            final int found = TreeNodes.search(frame, count, key, keyLength);
            final int index = found >> 1;
            if (index == count || level == 0 && (found & 1) == 0) {
                return false;
            }
            final int start = found < 0 ? 0 : TreeNodeLayout.bound(frame, index);
            final int end = found < 0 ? 0 : TreeNodeLayout.bound(frame, index + 1);
            final int length = end - start - 1 - OffHeap.getU8(frame + start);
            if (found < 0 || length < 0 || end > TreeNodeLayout.boundOffset(count)) {
                throw new TreeDamageException(TreeFault.WRONG_BOUND, Digest.read(nodeKey));
            }
            if (level == 0) {
                value = frame + end - length;
                valueLength = length;
                if (ValueForm.of(frame) == ValueForm.TYPED && !TypedValue.isGood(value, length)) {
                    throw new TreeDamageException(TreeFault.WRONG_VALUE, Digest.read(nodeKey));
                }
                return true;
            }
            if (length != TreeNodeLayout.CHILD_LENGTH) {
                throw new TreeDamageException(TreeFault.WRONG_VALUE_LENGTH, Digest.read(nodeKey));
            }
            nodeKey = frame + end - length;
            frame = source.get(nodeKey);
            final TreeFault fault = frame == FrameSource.NOT_FOUND
                    ? TreeFault.MISSING_FRAME
                    : TreeNodes.checkChildHeader(frame, level - 1, saltId, form);
            if (fault != TreeFault.NONE) {
                throw new TreeDamageException(fault, Digest.read(nodeKey));
            }
        }
    }

    /**
     * Where the value lies that the last {@code get} found.
     *
     * @return absolute address.
     */
    public long value() {
        return value;
    }

    /**
     * Length of the value that the last {@code get} found.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}.
     */
    public int valueLength() {
        return valueLength;
    }

    /**
     * Looks a key up, for cold use: it allocates.
     *
     * @param key key.
     * @return a copy of its value, or null where there is no such key.
     */
    public byte[] get(final byte[] key) {
        if (key.length > TreeNodeLayout.MAX_KEY_LENGTH) {
            return null;
        }
        final long copy = memory.address() + ReceiptLayout.DIGEST_LENGTH;
        OffHeap.put(copy, key, 0, key.length);
        final boolean isFound = get(copy, key.length);
        Reference.reachabilityFence(memory);
        if (!isFound) {
            return null;
        }
        final byte[] found = new byte[valueLength];
        OffHeap.get(value, found, 0, valueLength);
        return found;
    }

    /**
     * Hands over the entries of a range, ascending.
     *
     * @param from       absolute address of the first key wanted, or {@link #OPEN}.
     * @param fromLength its bytes.
     * @param to         absolute address of the first key not wanted any more, or {@link #OPEN}.
     * @param toLength   its bytes.
     * @param limit      most entries, ≥ 0.
     * @param handler    takes them.
     * @return entries handed over.
     * @throws TreeDamageException where a node is missing or none; what was handed over before stands.
     */
    public long scan(
            final long from,
            final int fromLength,
            final long to,
            final int toLength,
            final long limit,
            final EntryHandler handler) {
        long handed = 0;
        boolean there = limit > 0 && (from == OPEN ? cursor.first() : cursor.seek(from, fromLength));
        while (there && (to == OPEN || Keys.compare(cursor.key(), cursor.keyLength(), to, toLength) < 0)) {
            handler.onEntry(cursor.key(), cursor.keyLength(), cursor.value(), cursor.valueLength());
            there = ++handed < limit && cursor.next();
        }
        return handed;
    }

    /**
     * Hands over the entries whose keys begin with a key, ascending: all that an index has for its terms.
     *
     * @param start   what the keys begin with.
     * @param limit   most entries, ≥ 0.
     * @param handler takes them.
     * @return entries handed over.
     * @throws TreeDamageException where a node is missing or none; what was handed over before stands.
     */
    public long scan(final IndexKey start, final long limit, final EntryHandler handler) {
        final long to = start.makeEnd();
        final long handed = scan(start.address(), start.length(), to, start.endLength(), limit, handler);
        Reference.reachabilityFence(start);
        return handed;
    }

    /**
     * Hands over the entries whose keys begin with a key, descending.
     *
     * @param start   what the keys begin with.
     * @param limit   most entries, ≥ 0.
     * @param handler takes them.
     * @return entries handed over.
     * @throws TreeDamageException where a node is missing or none; what was handed over before stands.
     */
    public long scanBackward(final IndexKey start, final long limit, final EntryHandler handler) {
        final long to = start.makeEnd();
        final long handed = scanBackward(start.address(), start.length(), to, start.endLength(), limit, handler);
        Reference.reachabilityFence(start);
        return handed;
    }

    /**
     * Hands over the entries of a range, descending.
     *
     * @param from       absolute address of the last key wanted, or {@link #OPEN}.
     * @param fromLength its bytes.
     * @param to         absolute address of the key above all that are wanted, or {@link #OPEN}.
     * @param toLength   its bytes.
     * @param limit      most entries, ≥ 0.
     * @param handler    takes them.
     * @return entries handed over.
     * @throws TreeDamageException where a node is missing or none; what was handed over before stands.
     */
    public long scanBackward(
            final long from,
            final int fromLength,
            final long to,
            final int toLength,
            final long limit,
            final EntryHandler handler) {
        long handed = 0;
        boolean there = limit > 0 && (to == OPEN ? cursor.last() : cursor.seekBefore(to, toLength));
        while (there && (from == OPEN || Keys.compare(cursor.key(), cursor.keyLength(), from, fromLength) >= 0)) {
            handler.onEntry(cursor.key(), cursor.keyLength(), cursor.value(), cursor.valueLength());
            there = ++handed < limit && cursor.previous();
        }
        return handed;
    }
}
