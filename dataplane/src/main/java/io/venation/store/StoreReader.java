package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Reads a store that another thread or process writes to, or that is closed.
 *
 * <p>It stands in an epoch: frames swept since stay where they are until {@link #refresh}, which also shows what an index
 * that has grown since holds. In a directory that cannot be written to it does not register, and whoever may write
 * there could reuse a slot under it. One thread.
 */
public final class StoreReader implements FrameSource, AutoCloseable {
    private static final int NOT_REGISTERED = -1;

    private final Path directory;
    private final FrameKernels kernels;
    private final VerifyPolicy verifyPolicy;
    private final AddressHash addressHash;
    private final Control control;
    private final StoreHeader header;
    private final Segments segments;
    private final int reader;
    private final Arena arena = Arena.ofShared();
    /** Written so that the reads are not left out. */
    private int touched;

    private final long computedKey = arena.allocate(Keys.LENGTH, Long.BYTES).address();
    private AddressIndex index;

    /**
     * Opens a store for reading.
     *
     * @param directory    of the store.
     * @param kernels      of the calling thread.
     * @param verifyPolicy whether {@link #get} verifies; {@link #copy} always does.
     * @throws StoreException where the store was not closed and its writer is gone: open it for writing once.
     * @throws IOException    where there is no store or the operating system refuses.
     */
    public StoreReader(final Path directory, final FrameKernels kernels, final VerifyPolicy verifyPolicy)
            throws IOException {
        this.directory = directory;
        this.kernels = kernels;
        this.verifyPolicy = verifyPolicy;
        boolean isWritable = true;
        Control opened;
        try {
            opened = Control.open(directory, true);
        } catch (final AccessDeniedException e) {
            opened = Control.open(directory, false);
            isWritable = false;
        } catch (final DamagedHeaderException e) {
            throw new StoreException(directory, e.getMessage() + "; open it for writing once");
        } catch (final FileSystemException e) {
            if (e.getReason() == null || !e.getReason().contains("Read-only")) {
                throw e;
            }
            opened = Control.open(directory, false);
            isWritable = false;
        }
        control = opened;
        header = control.header();
        addressHash = header.suite().addressHash();
        segments = new Segments(directory, header, false);
        if (control.state() == Control.OPEN && !StoreLock.isHeld(directory)) {
            control.close();
            throw new StoreException(directory, "was not closed and nobody writes to it; open it for writing once");
        }
        reader = isWritable ? control.register() : NOT_REGISTERED;
        try {
            openIndex();
        } catch (final IOException e) {
            close();
            throw e;
        }
    }

    private void openIndex() throws IOException {
        for (int attempt = 0; ; attempt++) {
            final long generation = control.indexGeneration();
            try {
                final AddressIndex opened = AddressIndex.open(directory, header, generation, segments, false);
                if (index != null) {
                    index.close();
                }
                index = opened;
                return;
            } catch (final java.nio.file.NoSuchFileException e) {
                if (attempt > 100 || control.indexGeneration() == generation && attempt > 3) {
                    throw e; // not a race with a writer that replaces it
                }
            } catch (final DamagedHeaderException e) {
                throw new StoreException(directory, e.getMessage() + "; open it for writing once");
            }
        }
    }

    /** Enters the present epoch: views handed out before are not to be used any more. */
    public void refresh() {
        if (reader != NOT_REGISTERED) {
            control.enter(reader);
        }
        if (control.indexGeneration() != index.generation()) {
            try {
                openIndex();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Valid until {@link #refresh} or {@link #close}. Where the policy is {@link VerifyPolicy#ALWAYS} a frame that is not what its
     * address says is not found.
     */
    @Override
    public long get(final long key) {
        final long slot = find(key);
        if (slot == AddressIndex.ABSENT) {
            return NOT_FOUND;
        }
        final long frame = segments.frame(slot);
        return verifyPolicy == VerifyPolicy.NEVER || isWhole(frame, key) ? frame : NOT_FOUND;
    }

    private long find(final long key) {
        final long slot = index.find(key);
        if (slot == AddressIndex.ABSENT && control.indexGeneration() != index.generation()) {
            try {
                openIndex();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            return index.find(key);
        }
        return slot;
    }

    /**
     * Copies a frame out and verifies the copy.
     *
     * @param key    absolute address of the 32-byte content address.
     * @param target absolute address of room for 12,288 bytes; its contents are undefined where the result is false.
     * @return whether the frame is there and whole.
     */
    public boolean copy(final long key, final long target) {
        final long slot = find(key);
        if (slot == AddressIndex.ABSENT) {
            return false;
        }
        OffHeap.copy(segments.frame(slot), target, LatticeFrame.LENGTH);
        return isKey(target, key);
    }

    private boolean isWhole(final long frame, final long key) {
        touched = OffHeap.touch(frame, LatticeFrame.LENGTH);
        return isKey(frame, key);
    }

    private boolean isKey(final long frame, final long key) {
        Puts.hash(kernels, addressHash, frame, LatticeFrame.LENGTH, 1, computedKey);
        return Keys.same(computedKey, key);
    }

    /**
     * What the writer has put so far, or had when it closed.
     *
     * @return next sequence of the journal.
     */
    public long position() {
        return control.position();
    }

    /**
     * What of it survives a loss of power.
     *
     * @return position before which all is on disk.
     */
    public long durablePosition() {
        return control.durablePosition();
    }

    /**
     * Frames kept.
     *
     * @return count, ≥ 0.
     */
    public long frameCount() {
        return control.frameCount();
    }

    @Override
    public void close() {
        if (reader != NOT_REGISTERED) {
            control.unregister(reader);
        }
        control.close();
        if (index != null) {
            index.close();
        }
        segments.close();
        arena.close();
    }
}
