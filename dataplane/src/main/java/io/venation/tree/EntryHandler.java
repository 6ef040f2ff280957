package io.venation.tree;

/** Takes entries of a tree, as a scan comes by them. Addresses are valid as long as the source says. */
@FunctionalInterface
public interface EntryHandler {
    /**
     * Takes an entry.
     *
     * @param key         absolute address of the key.
     * @param keyLength   bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     * @param value       absolute address of the value.
     * @param valueLength bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}.
     */
    void onEntry(long key, int keyLength, long value, int valueLength);
}
