package io.venation.tree;

/** Decides conflicts of a {@link TreeMerge}, one by one, ascending by key. */
@FunctionalInterface
public interface ConflictHandler {
    /**
     * Decides one conflict.
     *
     * @param ours   the difference from base to our tree: key, and values {@code before} and {@code after}.
     * @param theirs the difference from base to their tree, for the same key.
     * @param batch  goes onto our tree once all is compared; who wants neither value puts another one here and returns
     *               {@link Resolution#OURS}.
     * @return which one holds.
     */
    Resolution onConflict(TreeDiff ours, TreeDiff theirs, TreeBatch batch);
}
