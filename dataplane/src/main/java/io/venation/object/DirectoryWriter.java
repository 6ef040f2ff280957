package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.DIRECTORY_MAGIC;
import static io.venation.object.ObjectLayout.ENTRY_KIND_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_MODE_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NANOS_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_SECONDS_OFFSET;
import static io.venation.object.ObjectLayout.KEY_LENGTH;
import static io.venation.object.ObjectLayout.KIND_DIRECTORY;
import static io.venation.object.ObjectLayout.KIND_FILE;
import static io.venation.object.ObjectLayout.KIND_LINK;
import static io.venation.object.ObjectLayout.KIND_TREE;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.store.FrameSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Puts directories of any size into a store, entry by entry in the order of their names. A node ends when the next entry
 * does not fit, or past its half behind a name that says so, so that what is added or taken away somewhere leaves
 * the nodes beside it as they were.
 *
 * <p>After an exception of the store the directory is lost: {@link #reset()}. One thread, that of the store.
 */
public final class DirectoryWriter {
    private static final int LEAST_END = LatticeFrame.LENGTH / 2;

    private final FrameSink store;
    private final NodeStack nodes;
    private final MemorySegment memory = Arena.ofAuto().allocate(LatticeFrame.LENGTH + KEY_LENGTH, 64);
    private final long node = memory.address();
    private final long nodeKey = node + LatticeFrame.LENGTH;
    private int used = BODY_OFFSET;
    private int count;
    private boolean hasEnded;
    private ByteName lastName;

    /**
     * A writer without entries.
     *
     * @param store takes the frames.
     */
    public DirectoryWriter(final FrameSink store) {
        this.store = Objects.requireNonNull(store, "store");
        nodes = new NodeStack(store, DIRECTORY_MAGIC);
    }

    /**
     * Appends an entry.
     *
     * @param entry its name comes after the last one, by unsigned bytes.
     * @throws IllegalArgumentException where it does not.
     */
    public void add(final DirectoryEntry entry) {
        if (lastName != null && lastName.compareTo(entry.name()) >= 0) {
            throw new IllegalArgumentException("name=" + entry.name() + ": does not come after " + lastName);
        }
        final byte[] name = entry.name().bytes();
        final int length = ENTRY_NAME_OFFSET
                + name.length
                + (entry instanceof final DirectoryEntry.Link link ? link.text().length() : KEY_LENGTH);
        if (length > LatticeFrame.LENGTH - used) {
            end();
        }
        put(entry, name);
        lastName = entry.name();
        used += length;
        count++;
        if (used > LEAST_END && ContentCut.endsNode(node + used - length + ENTRY_NAME_OFFSET, name.length)) {
            end();
        }
    }

    private void put(final DirectoryEntry entry, final byte[] name) {
        final long address = node + used;
        final long tail = address + ENTRY_NAME_OFFSET + name.length;
        OffHeap.putU8(address + ENTRY_NAME_LENGTH_OFFSET, name.length);
        OffHeap.putU32(address + ENTRY_NANOS_OFFSET, entry.modified().getNano());
        OffHeap.putU64(address + ENTRY_SECONDS_OFFSET, entry.modified().getEpochSecond());
        OffHeap.put(address + ENTRY_NAME_OFFSET, name, 0, name.length);
        switch (entry) {
            case final DirectoryEntry.File file -> {
                putKind(address, KIND_FILE, file.mode(), file.length());
                file.root().write(tail);
            }
            case final DirectoryEntry.Directory directory -> {
                putKind(address, KIND_DIRECTORY, directory.mode(), directory.length());
                directory.root().write(tail);
            }
            case final DirectoryEntry.Tree tree -> {
                putKind(address, KIND_TREE, 0, tree.length());
                tree.root().write(tail);
            }
            case final DirectoryEntry.Link link -> {
                putKind(address, KIND_LINK, 0, link.text().length());
                OffHeap.put(tail, link.text().bytes(), 0, link.text().length());
            }
        }
    }

    private static void putKind(final long address, final int kind, final int mode, final long length) {
        OffHeap.putU8(address + ENTRY_KIND_OFFSET, kind);
        OffHeap.putU16(address + ENTRY_MODE_OFFSET, mode);
        OffHeap.putU64(address + ENTRY_LENGTH_OFFSET, length);
    }

    private void end() {
        ObjectLayout.putHeader(node, DIRECTORY_MAGIC, 0, count, count);
        OffHeap.zero(node + used, LatticeFrame.LENGTH - used);
        store.put(node, LatticeFrame.LENGTH, 1, nodeKey);
        nodes.add(1, nodeKey, Math.max(1, count));
        hasEnded = true;
        used = BODY_OFFSET;
        count = 0;
    }

    /**
     * Ends the directory; the next entry begins another one.
     *
     * @return its root, a frame of the store now.
     */
    public Digest finish() {
        if (count > 0 || !hasEnded) {
            end();
        }
        final Digest root = nodes.finish(0);
        clear();
        Reference.reachabilityFence(this);
        return root;
    }

    /** Forgets a directory that was not finished; frames that were put stay in the store. */
    public void reset() {
        nodes.reset();
        clear();
    }

    private void clear() {
        used = BODY_OFFSET;
        count = 0;
        hasEnded = false;
        lastName = null;
    }
}
