package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_KIND_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_MODE_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NANOS_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_SECONDS_OFFSET;
import static io.venation.object.ObjectLayout.KIND_DIRECTORY;
import static io.venation.object.ObjectLayout.KIND_FILE;
import static io.venation.object.ObjectLayout.KIND_TREE;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.lang.ref.Reference;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads directories: all entries in the order of their names, or one by its name.
 *
 * <p>One thread, that of the source. Entries are values that stay.
 */
public final class DirectoryReader {
    private final NodeCursor cursor;

    private DirectoryReader(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        cursor = new NodeCursor(
                new FrameLoader(Objects.requireNonNull(source, "source"), kernels, addressHash),
                ObjectLayout.DIRECTORY_MAGIC);
    }

    /**
     * A reader that believes no frame: for sources of others, and for disks.
     *
     * @param source      of the frames.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     * @return the reader.
     */
    public static DirectoryReader verifying(
            final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        return new DirectoryReader(
                source, Objects.requireNonNull(kernels, "kernels"), Objects.requireNonNull(addressHash, "addressHash"));
    }

    /**
     * A reader of a source that hashes what it hands out, or of memory that this process has filled.
     *
     * @param source of the frames.
     * @return the reader.
     */
    public static DirectoryReader trusting(final FrameSource source) {
        return new DirectoryReader(source, null, null);
    }

    /**
     * Takes a directory.
     *
     * @param root its root.
     * @throws ObjectDamageException where the root is missing or not a directory's.
     */
    public void open(final Digest root) {
        cursor.open(root);
    }

    /**
     * Entries of the directory.
     *
     * @return ≥ 0.
     */
    public long size() {
        return cursor.length();
    }

    /**
     * Hands over all entries. The consumer may not use this reader.
     *
     * @param consumer takes them in the order of their names.
     * @throws ObjectDamageException where a node is missing or not what it must be, or where names do not ascend from node
     *                               to node; what came before it stands.
     */
    public void forEach(final Consumer<DirectoryEntry> consumer) {
        ByteName lastName = null;
        for (long position = 0; position < size(); position += ObjectLayout.count(cursor.node(0))) {
            cursor.seek(0, position);
            final long node = cursor.node(0);
            long entry = node + BODY_OFFSET;
            for (int i = 0; i < ObjectLayout.count(node); i++) {
                final DirectoryEntry value = entry(entry);
                if (lastName != null && lastName.compareTo(value.name()) >= 0) {
                    throw new ObjectDamageException(ObjectFault.WRONG_ORDER, cursor.key(0));
                }
                lastName = value.name();
                consumer.accept(value);
                entry += ObjectLayout.entryLength(entry);
            }
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Finds an entry. In a directory whose nodes are not in order, which no {@link DirectoryWriter} makes, it may miss one.
     *
     * @param name its name.
     * @return the entry, or null where there is none.
     * @throws ObjectDamageException where a node on the way is missing or not what it must be.
     */
    public DirectoryEntry find(final ByteName name) {
        try {
            return search(name);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private DirectoryEntry search(final ByteName name) {
        long low = 0;
        long high = size();
        while (low < high) {
            cursor.seek(0, low + high >>> 1);
            final long node = cursor.node(0);
            final int count = ObjectLayout.count(node);
            long entry = node + BODY_OFFSET;
            int index = 0;
            int order = -1;
            while (index < count && (order = name(entry).compareTo(name)) < 0) {
                entry += ObjectLayout.entryLength(entry);
                index++;
            }
            if (order == 0) {
                return entry(entry);
            }
            if (index > 0 && index < count) {
                return null;
            }
            if (index == 0) {
                high = cursor.start(0);
            } else {
                low = cursor.start(0) + count;
            }
        }
        return null;
    }

    /** The value of an entry whose node was checked. */
    private static DirectoryEntry entry(final long entry) {
        final ByteName name = name(entry);
        final int mode = OffHeap.getU16(entry + ENTRY_MODE_OFFSET);
        final Instant modified = Instant.ofEpochSecond(
                OffHeap.getU64(entry + ENTRY_SECONDS_OFFSET), OffHeap.getU32(entry + ENTRY_NANOS_OFFSET));
        final long length = OffHeap.getU64(entry + ENTRY_LENGTH_OFFSET);
        final long tail = entry + ObjectLayout.entryTailOffset(entry);
        return switch (OffHeap.getU8(entry + ENTRY_KIND_OFFSET)) {
            case KIND_FILE -> new DirectoryEntry.File(name, mode, modified, length, Digest.read(tail));
            case KIND_DIRECTORY -> new DirectoryEntry.Directory(name, mode, modified, length, Digest.read(tail));
            case KIND_TREE -> new DirectoryEntry.Tree(name, modified, length, Digest.read(tail));
            default -> new DirectoryEntry.Link(name, modified, ByteName.read(tail, (int) length));
        };
    }

    private static ByteName name(final long entry) {
        return ByteName.read(entry + ENTRY_NAME_OFFSET, OffHeap.getU8(entry + ENTRY_NAME_LENGTH_OFFSET));
    }
}
