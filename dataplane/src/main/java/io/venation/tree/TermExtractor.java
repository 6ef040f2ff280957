package io.venation.tree;

/** Says what an entry is found by in a {@link TreeIndex}. Equal entries must always give equal terms. */
@FunctionalInterface
public interface TermExtractor {
    /**
     * Adds an entry to the index, once for each thing it is found by: {@code entries.key().clear().term(…); entries.add()}.
     *
     * @param key         absolute address of the entry's key.
     * @param keyLength   bytes.
     * @param value       absolute address of its value.
     * @param valueLength bytes.
     * @param entries     takes the terms.
     */
    void extract(long key, int keyLength, long value, int valueLength, TreeIndex.Entries entries);
}
