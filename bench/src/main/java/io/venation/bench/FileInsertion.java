package io.venation.bench;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ObjectReader;
import io.venation.object.ObjectWriter;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A file that is put as an object, and again with some bytes in front: how many of its frames are there already. */
final class FileInsertion implements AutoCloseable {
    private static final int INSERTED_LENGTH = 1_024;
    private static final int COMPARED_LENGTH = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes;
    private final MemorySegment compared = arena.allocate(COMPARED_LENGTH);
    private final FrameKernels kernels;
    private MappedFrameStore store;
    private Digest inserted;
    private long framesBefore;
    private long bytesPutBefore;

    FileInsertion(final long fileLength, final FrameKernels kernels) {
        this.kernels = kernels;
        bytes = arena.allocate(INSERTED_LENGTH + fileLength, Long.BYTES);
        final SplittableRandom random = new SplittableRandom(1_024);
        for (long i = 0; i + Long.BYTES <= bytes.byteSize(); i += Long.BYTES) {
            bytes.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
    }

    long length() {
        return bytes.byteSize() - INSERTED_LENGTH;
    }

    void open(final Path folder) {
        try {
            store = MappedFrameStore.open(folder, kernels, StoreOptions.DEFAULT, StoreListener.NONE);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the file. */
    void put() {
        put(INSERTED_LENGTH);
        framesBefore = store.frameCount();
        bytesPutBefore = store.statistics().bytesPut();
    }

    /** Puts it again, with bytes in front. */
    void putInserted() {
        inserted = put(0);
    }

    /** The end of what was put last comes back. */
    void check() {
        final ObjectReader reader = ObjectReader.verifying(store, kernels, AddressHash.BLAKE3);
        reader.open(inserted);
        final long end = bytes.byteSize() - COMPARED_LENGTH;
        StoreCheck.that(
                reader.length() == bytes.byteSize()
                        && reader.read(end, compared.address(), COMPARED_LENGTH) == COMPARED_LENGTH
                        && compared.mismatch(bytes.asSlice(end)) < 0,
                "the object is not the file");
    }

    private Digest put(final long offset) {
        final ObjectWriter writer = new ObjectWriter(store);
        writer.write(bytes.address() + offset, bytes.byteSize() - offset);
        return writer.finish();
    }

    /** Of the frames of the second put, those that the first had put. */
    double sharedPercent() {
        final double framesPut = (store.statistics().bytesPut() - bytesPutBefore) / (double) LatticeFrame.LENGTH;
        return 100 * (1 - (store.frameCount() - framesBefore) / framesPut);
    }

    void closeStore() {
        store.close();
        store = null;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
        arena.close();
    }
}
