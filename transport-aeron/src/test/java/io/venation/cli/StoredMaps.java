package io.venation.cli;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.Kernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import io.venation.tree.TreeBatch;
import io.venation.tree.TreeReader;
import io.venation.tree.TreeSalt;
import io.venation.tree.TreeWriter;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A store that an application opens to keep ordered maps in it, which no command makes. */
final class StoredMaps implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final long key = arena.allocate(32, 64).address();
    private final MappedFrameStore store;

    StoredMaps(final Path directory) throws IOException {
        store = MappedFrameStore.open(directory, Kernels.select(), StoreOptions.DEFAULT, StoreListener.NONE);
    }

    Digest put(final ValueForm form, final Map<byte[], byte[]> values) {
        final TreeBatch batch = new TreeBatch();
        values.forEach(batch::put);
        final TreeWriter writer = new TreeWriter(store, TreeSalt.OPEN, form);
        return writer.apply(writer.empty(), batch);
    }

    /** A directory in which a map stands beside a file. */
    Digest folder(final Digest map, final long mapLength, final Digest file, final long fileLength) {
        final DirectoryWriter writer = new DirectoryWriter(store);
        writer.add(new DirectoryEntry.File(ByteName.of("file"), 0644, Instant.EPOCH, fileLength, file));
        writer.add(new DirectoryEntry.Tree(ByteName.of("map"), Instant.EPOCH, mapLength, map));
        return writer.finish();
    }

    Digest pin(final Digest root) {
        root.write(key);
        store.pin(key);
        return root;
    }

    void pinFrame(final byte[] start) {
        final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
        OffHeap.put(frame, start, 0, start.length);
        store.put(frame, LatticeFrame.LENGTH, 1, key);
        store.pin(key);
    }

    /** The last node that a lookup asks for. */
    Digest leafOf(final Digest root, final byte[] name) {
        final Digest[] last = {root};
        final TreeReader reader = new TreeReader(asked -> {
            last[0] = Digest.read(asked);
            return store.get(asked);
        });
        reader.open(root);
        reader.get(name);
        return last[0];
    }

    @Override
    public void close() {
        store.close();
        arena.close();
    }
}
