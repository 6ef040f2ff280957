package io.venation.tree;

import io.venation.receipt.Digest;
import io.venation.store.FrameStore;
import java.util.Objects;

/**
 * A secondary index: a tree of its own whose keys are terms followed by the key that is found by them, so that all
 * entries with a term are one range, in the order of what follows the term.
 *
 * <pre>
 *   posts   post 17 ─► "… #cats …"             index   "cats" 00 00 | post 17 ─► nothing
 *           post 90 ─► "… #cats … #dogs …"             "cats" 00 00 | post 90 ─► nothing
 *                                                      "dogs" 00 00 | post 90 ─► nothing
 *
 *   the first 32 posts with the tag #cats: reader.scan(key.clear().term("cats"), 32, handler)
 * </pre>
 *
 * <p>An index follows its tree by differences, in time proportional to them. Terms and key together are at most
 * {@link TreeNodeLayout#MAX_KEY_LENGTH} bytes. One thread.
 */
public final class TreeIndex {
    private final TreeWriter writer;
    private final TreeDiff diff;
    private final TermExtractor extractor;
    private final TreeBatch batch = new TreeBatch();
    private final Entries entries = new Entries();

    /** Where a {@link TermExtractor} leaves what an entry is found by. */
    public final class Entries {
        private final IndexKey key = new IndexKey();
        private boolean isPut;
        private long indexedKey;
        private int indexedKeyLength;

        private Entries() {}

        /**
         * The key that is being made.
         *
         * @return an index key, to be cleared and given terms.
         */
        public IndexKey key() {
            return key;
        }

        /**
         * Adds the entry under the terms of {@link #key()}; the entry's own key is appended to them.
         *
         * @throws IllegalArgumentException where terms and key are too long together.
         */
        public void add() {
            key.rest(indexedKey, indexedKeyLength);
            if (isPut) {
                batch.put(key.address(), key.length(), key.address(), 0);
            } else {
                batch.delete(key.address(), key.length());
            }
        }

        private void extract(final boolean isPut, final long value, final int valueLength) {
            this.isPut = isPut;
            indexedKey = diff.key();
            indexedKeyLength = diff.keyLength();
            key.clear();
            extractor.extract(indexedKey, indexedKeyLength, value, valueLength, this);
        }
    }

    /**
     * An index.
     *
     * @param store     has the indexed trees, and is given the index.
     * @param salt      of the index; that of the indexed tree will do.
     * @param extractor says what entries are found by.
     */
    public TreeIndex(final FrameStore store, final TreeSalt salt, final TermExtractor extractor) {
        writer = new TreeWriter(store, salt);
        diff = new TreeDiff(store, store);
        this.extractor = Objects.requireNonNull(extractor, "extractor");
    }

    /**
     * The index of a tree without entries.
     *
     * @return its root.
     */
    public Digest empty() {
        return writer.empty();
    }

    /**
     * Brings an index from one state of its tree to another.
     *
     * @param index  root of the index of {@code before}.
     * @param before root of the tree that is indexed.
     * @param after  root of the tree to be indexed.
     * @return root of the index of {@code after}.
     * @throws TreeDamageException where a node is missing or none; the old index stays as it was.
     */
    public Digest update(final Digest index, final Digest before, final Digest after) {
        batch.clear();
        diff.open(before, after);
        while (diff.next()) {
            if (diff.valueBefore() != TreeDiff.ABSENT) {
                entries.extract(false, diff.valueBefore(), diff.valueLengthBefore());
            }
            if (diff.valueAfter() != TreeDiff.ABSENT) {
                entries.extract(true, diff.valueAfter(), diff.valueLengthAfter());
            }
        }
        return writer.apply(index, batch);
    }
}
