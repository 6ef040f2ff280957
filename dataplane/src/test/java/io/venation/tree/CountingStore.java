package io.venation.tree;

import io.venation.store.FrameStore;

/** Counts what is read and put, and ends a test that reads on and on. */
final class CountingStore implements FrameStore {
    private final FrameStore store;
    private final long limit;
    private long readCount;
    private long putCount;

    CountingStore(final FrameStore store, final long limit) {
        this.store = store;
        this.limit = limit;
    }

    @Override
    public long get(final long key) {
        if (++readCount > limit) {
            throw new AssertionError("more than " + limit + " frames were read");
        }
        return store.get(key);
    }

    @Override
    public long put(final long frames, final long stride, final int count, final long keys) {
        putCount += count;
        return store.put(frames, stride, count, keys);
    }

    @Override
    public boolean contains(final long key) {
        return store.contains(key);
    }

    @Override
    public long frameCount() {
        return store.frameCount();
    }

    /** Frames read since this was asked last. */
    long takeReads() {
        final long taken = readCount;
        readCount = 0;
        return taken;
    }

    /** Frames put, whether they were there or not. */
    long putCount() {
        return putCount;
    }

    @Override
    public void close() {}
}
