package io.venation.tree;

import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Makes a tree from a tree and a batch.
 *
 * <pre>
 *   level 0   batch ────► old leaves it falls into, and those after them until both end in the same place
 *                              │ taken away: delete(last key)     made: put(last key, address, entries)
 *   level 1   batch ◄──────────┘ ... and so on, to the level where one node is left
 * </pre>
 *
 * <p>Old nodes stay in the store, so that the old root stays a tree. The new one is what any other way to the same
 * content would have led to, if the old one was made with the same salt by a writer: nodes that the batch does not touch
 * are taken as they are.
 *
 * <p>One thread. Reuses what it has grown to; {@code apply} allocates a digest.
 */
public final class TreeWriter {
    private static final int CHILD_LENGTH = TreeNodeLayout.CHILD_LENGTH;

    private final FrameStore store;
    private final TreeSalt salt;
    private final ValueForm form;
    private final NodePath path;
    private final NodeBuilder builder;
    private final TreeBatch[] levels = {new TreeBatch(), new TreeBatch()};
    private final MemorySegment memory = Arena.ofAuto().allocate(CHILD_LENGTH, Long.BYTES);
    private final long rootKey = memory.address();

    /**
     * A writer of trees whose values are {@link ValueForm#BYTES}.
     *
     * @param store where nodes are read and put.
     * @param salt  of all trees that this writer is given and makes.
     */
    public TreeWriter(final FrameStore store, final TreeSalt salt) {
        this(store, salt, ValueForm.BYTES);
    }

    /**
     * A writer.
     *
     * @param store where nodes are read and put.
     * @param salt  of all trees that this writer is given and makes.
     * @param form  of their values.
     */
    public TreeWriter(final FrameStore store, final TreeSalt salt, final ValueForm form) {
        this.store = Objects.requireNonNull(store, "store");
        this.salt = Objects.requireNonNull(salt, "salt");
        this.form = Objects.requireNonNull(form, "form");
        path = new NodePath(store);
        builder = new NodeBuilder(store, salt, form);
    }

    /**
     * Puts the tree without entries.
     *
     * @return its root.
     */
    public Digest empty() {
        builder.putEmpty(rootKey);
        return takeRootDigest();
    }

    /**
     * Makes the tree that a batch leads to.
     *
     * @param root  of the old tree.
     * @param batch puts and deletes; it is sorted, and stays.
     * @return root of the new tree: {@code root} where the batch changes nothing.
     * @throws TreeDamageException      where a node that must be read is missing or none; the old tree stays as it was.
     * @throws IllegalArgumentException where the old tree has another salt or form of values, or where a value of the batch
     *                                  is not {@link TypedValue typed} and must be; nothing was put then.
     */
    public Digest apply(final Digest root, final TreeBatch batch) {
        root.write(rootKey);
        path.open(rootKey);
        if (TreeNodeLayout.saltId(path.rootFrame()) != salt.id()) {
            throw new IllegalArgumentException("root=" + root + " has another salt");
        }
        if (ValueForm.of(path.rootFrame()) != form) {
            throw new IllegalArgumentException("root=" + root + ": its values are not " + form);
        }
        batch.sort();
        if (form == ValueForm.TYPED) {
            requireTyped(batch);
        }
        if (batch.count() == 0) {
            return root;
        }
        TreeBatch changes = batch;
        int level = 0;
        do {
            final TreeBatch parents = levels[level & 1];
            parents.clear();
            rewrite(level, changes, parents);
            parents.sort();
            changes = parents;
            level++;
        } while (level <= path.rootLevel() || putCount(changes) > 1);
        takeRoot(changes);
        Reference.reachabilityFence(batch);
        return takeRootDigest();
    }

    private static void requireTyped(final TreeBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            if (batch.isPut(i) && !TypedValue.isGood(batch.value(i), batch.valueLength(i))) {
                throw new IllegalArgumentException(
                        "put " + i + " in the order of keys, valueLength=" + batch.valueLength(i) + ": no typed value");
            }
        }
    }

    private Digest takeRootDigest() {
        final Digest root = Digest.read(rootKey);
        Reference.reachabilityFence(this);
        return root;
    }

    private void rewrite(final int level, final TreeBatch changes, final TreeBatch parents) {
        builder.begin(level, parents);
        int next = 0;
        while (next < changes.count()) {
            next = level <= path.rootLevel() ? rewriteRun(level, changes, next, parents) : addAll(changes);
        }
        builder.flush();
    }

    /** Rewrites old nodes from the one that a change falls into, until old and new end in the same place. */
    private int rewriteRun(final int level, final TreeBatch changes, final int first, final TreeBatch parents) {
        path.seek(level, changes.key(first), changes.keyLength(first));
        int next = first;
        boolean isLast;
        do {
            final long node = path.frame(level);
            final int count = path.count(level);
            if (count > 0) {
                parents.delete(TreeNodeLayout.key(node, count - 1), TreeNodeLayout.keyLength(node, count - 1));
            }
            isLast = path.isLast(level);
            next = merge(node, count, changes, next, isLast);
            if (isLast) {
                builder.finish();
            }
        } while (!isLast && !builder.isAtBoundary() && path.next(level));
        return next;
    }

    /** Merges a node with the changes that fall into it: past its last key only where it is the last. */
    private int merge(
            final long node, final int count, final TreeBatch changes, final int first, final boolean isLast) {
        int next = first;
        int index = 0;
        while (next < changes.count()) {
            final long key = changes.key(next);
            final int keyLength = changes.keyLength(next);
            final int found = TreeNodes.search(node, count, key, keyLength);
            final int place = found >> 1;
            if (place == count && !isLast) {
                break;
            }
            builder.addRun(node, index, place);
            index = place + (found & 1);
            if (changes.isPut(next)) {
                builder.add(key, keyLength, changes.value(next), changes.valueLength(next));
            }
            next++;
        }
        builder.addRun(node, index, count);
        return next;
    }

    /** Makes a level that the old tree does not have: what is deleted from it was never there. */
    private int addAll(final TreeBatch changes) {
        for (int i = 0; i < changes.count(); i++) {
            if (changes.isPut(i)) {
                builder.add(changes.key(i), changes.keyLength(i), changes.value(i), changes.valueLength(i));
            }
        }
        builder.finish();
        return changes.count();
    }

    private static int putCount(final TreeBatch changes) {
        int puts = 0;
        for (int i = 0; i < changes.count(); i++) {
            puts += changes.isPut(i) ? 1 : 0;
        }
        return puts;
    }

    /** Takes the one node of the highest level, or where it has one child only, the first below that has more. */
    private void takeRoot(final TreeBatch changes) {
        if (putCount(changes) == 0) {
            builder.putEmpty(rootKey);
            return;
        }
        int only = 0;
        while (!changes.isPut(only)) {
            only++;
        }
        OffHeap.copy(changes.value(only), rootKey, ReceiptLayout.DIGEST_LENGTH);
        for (long frame = node(); TreeNodeLayout.level(frame) > 0 && TreeNodeLayout.count(frame) == 1; frame = node()) {
            OffHeap.copy(TreeNodeLayout.value(frame, 0), rootKey, ReceiptLayout.DIGEST_LENGTH);
        }
    }

    private long node() {
        final long frame = store.get(rootKey);
        if (frame == FrameSource.NOT_FOUND) {
            throw new TreeDamageException(TreeFault.MISSING_FRAME, Digest.read(rootKey));
        }
        return frame;
    }
}
