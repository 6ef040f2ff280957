package io.venation.bench;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.MemoryFrameStore;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeDiff;
import io.venation.tree.TreeMerge;
import io.venation.tree.TreeReader;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** A prolly tree in memory with keys and values of 16 bytes, and what is done to it. Each method checks its answer. */
final class TreeWork implements AutoCloseable {
    private static final int LENGTH = 16;

    private final MemoryFrameStore store = new MemoryFrameStore(Kernels.select(), AddressHash.BLAKE3);
    private final TreeWriter writer = new TreeWriter(store, TreeSalt.OPEN);
    private final TreeReader reader = new TreeReader(store);
    private final TreeDiff diff = new TreeDiff(store, store);
    private final TreeMerge merge = new TreeMerge(store, TreeSalt.OPEN);
    private final TreeBatch batch = new TreeBatch();
    private final Arena arena = Arena.ofConfined();
    private final long key = arena.allocate(2 * LENGTH, 8).address();
    private final long value = key + LENGTH;
    private final SplittableRandom random;
    private final int entryCount;
    private Digest root;
    private Digest changed;
    private long sum;

    TreeWork(final int entryCount, final long seed) {
        this.entryCount = entryCount;
        random = new SplittableRandom(seed);
    }

    /** Makes the tree that the rest is done to. */
    void build() {
        for (int i = 0; i < entryCount; i++) {
            put(i, i);
        }
        root = writer.apply(writer.empty(), batch);
        changed = root;
        reader.open(root);
    }

    long frameCount() {
        return store.frameCount();
    }

    /** Looks up random keys that are there. */
    void get(final int count) {
        for (int i = 0; i < count; i++) {
            final long number = random.nextLong(entryCount);
            writeKey(number);
            check(reader.get(key, LENGTH) && OffHeap.getU64(reader.value()) == number);
        }
    }

    /** Reads all keys and values. */
    void scan(final boolean isForward) {
        sum = 0;
        final long handed = isForward
                ? reader.scan(TreeReader.OPEN, 0, TreeReader.OPEN, 0, entryCount, this::add)
                : reader.scanBackward(TreeReader.OPEN, 0, TreeReader.OPEN, 0, entryCount, this::add);
        check(handed == entryCount && sum == entryCount * (entryCount - 1L) / 2);
    }

    private void add(final long entryKey, final int keyLength, final long entryValue, final int valueLength) {
        sum += OffHeap.getU64(entryValue);
    }

    /** Puts random keys in one batch onto what the batches before made: keys that are there, or new ones. */
    void set(final int count, final boolean isNew) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            put(isNew ? entryCount + random.nextLong(1L << 40) : random.nextLong(entryCount), random.nextLong());
        }
        changed = writer.apply(changed, batch);
    }

    /** Makes a second tree that differs in some keys. */
    Digest differing(final int changeCount) {
        batch.clear();
        for (int i = 0; i < changeCount; i++) {
            put(random.nextLong(entryCount), random.nextLong());
        }
        return writer.apply(root, batch);
    }

    void diff(final Digest other, final int changeCount) {
        diff.open(root, other);
        int found = 0;
        while (diff.next()) {
            found++;
        }
        check(found > changeCount * 9 / 10 && found <= changeCount);
    }

    void merge(final Digest ours, final Digest theirs, final int changeCount) {
        final TreeMerge.Result result = merge.merge(root, ours, theirs, (our, their, conflicts) -> null);
        check(result.changeCount() > changeCount * 9 / 10 && result.changeCount() <= changeCount);
    }

    private void put(final long number, final long newValue) {
        writeKey(number);
        OffHeap.putU64(value, newValue);
        OffHeap.putU64(value + 8, 0);
        batch.put(key, LENGTH, value, LENGTH);
    }

    /** 16 bytes in which neighbouring numbers have nothing in common. */
    private void writeKey(final long number) {
        final long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        OffHeap.putU64(key, (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL);
        OffHeap.putU64(key + 8, number);
    }

    private static void check(final boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the tree gives a wrong answer");
        }
    }

    @Override
    public void close() {
        store.close();
        arena.close();
    }
}
