package io.venation.tree;

import io.venation.receipt.Digest;
import io.venation.store.FrameStore;

/**
 * Merges two trees that grew from one: what they changed against it is brought onto ours.
 *
 * <p>A key that both changed is a conflict, unless both gave it the same value or both deleted it. Takes time
 * proportional to the two differences. Without conflicts {@code merge(base, a, b)} and {@code merge(base, b, a)} are the
 * same root.
 *
 * <p>One thread.
 */
public final class TreeMerge {
    private final TreeWriter writer;
    private final TreeDiff ours;
    private final TreeDiff theirs;
    private final TreeBatch batch = new TreeBatch();

    /**
     * What a merge came to.
     *
     * @param root          of the merged tree.
     * @param changeCount   puts and deletes that were brought onto our tree.
     * @param conflictCount conflicts that the handler decided.
     */
    public record Result(Digest root, long changeCount, long conflictCount) {}

    /**
     * Merges trees of one store whose values are {@link ValueForm#BYTES}.
     *
     * @param store has all three trees, and is given the merged one.
     * @param salt  of our tree.
     */
    public TreeMerge(final FrameStore store, final TreeSalt salt) {
        this(store, salt, ValueForm.BYTES);
    }

    /**
     * Merges trees of one store.
     *
     * @param store has all three trees, and is given the merged one.
     * @param salt  of our tree.
     * @param form  of all three trees' values.
     */
    public TreeMerge(final FrameStore store, final TreeSalt salt, final ValueForm form) {
        writer = new TreeWriter(store, salt, form);
        ours = new TreeDiff(store, store);
        theirs = new TreeDiff(store, store);
    }

    /**
     * Merges.
     *
     * @param base       root of the tree that both grew from.
     * @param ourRoot    root of our tree.
     * @param theirRoot  root of their tree.
     * @param conflicts  decides where both changed a key.
     * @return the merged tree.
     * @throws TreeDamageException      where a node is missing or none; all trees stay as they were.
     * @throws IllegalArgumentException where not all trees have the form of values that this merges.
     */
    public Result merge(
            final Digest base, final Digest ourRoot, final Digest theirRoot, final ConflictHandler conflicts) {
        batch.clear();
        ours.open(base, ourRoot);
        theirs.open(base, theirRoot);
        if (!ours.isOneForm() || !theirs.isOneForm()) {
            throw new IllegalArgumentException("base=" + base + " ours=" + ourRoot + " theirs=" + theirRoot
                    + ": their values are not of one form");
        }
        long conflictCount = 0;
        boolean isOurs = ours.next();
        while (theirs.next()) {
            int order = isOurs ? compareKeys() : 1;
            while (order < 0) {
                isOurs = ours.next();
                order = isOurs ? compareKeys() : 1;
            }
            if (order > 0) {
                take(theirs);
            } else if (!sameOutcome()) {
                conflictCount++;
                if (conflicts.onConflict(ours, theirs, batch) == Resolution.THEIRS) {
                    take(theirs);
                }
            }
        }
        final Digest root = writer.apply(ourRoot, batch);
        return new Result(root, batch.count(), conflictCount);
    }

    private int compareKeys() {
        return Keys.compare(ours.key(), ours.keyLength(), theirs.key(), theirs.keyLength());
    }

    private boolean sameOutcome() {
        final boolean isDeleted = ours.valueAfter() == TreeDiff.ABSENT;
        return isDeleted == (theirs.valueAfter() == TreeDiff.ABSENT)
                && Keys.equal(
                        ours.valueAfter(), ours.valueLengthAfter(), theirs.valueAfter(), theirs.valueLengthAfter());
    }

    private void take(final TreeDiff change) {
        if (change.valueAfter() == TreeDiff.ABSENT) {
            batch.delete(change.key(), change.keyLength());
        } else {
            batch.put(change.key(), change.keyLength(), change.valueAfter(), change.valueLengthAfter());
        }
    }
}
