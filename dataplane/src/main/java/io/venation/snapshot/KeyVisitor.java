package io.venation.snapshot;

/** Takes content addresses. */
@FunctionalInterface
public interface KeyVisitor {
    /**
     * One key.
     *
     * @param key absolute address of 32 bytes, valid until this returns.
     */
    void onKey(long key);
}
