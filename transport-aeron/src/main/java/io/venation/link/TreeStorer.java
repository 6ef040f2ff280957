package io.venation.link;

import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectWriter;
import io.venation.receipt.Digest;
import io.venation.store.FrameStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Turns files and trees into objects of a store. Names are kept as raw bytes, symbolic links as they are; the root is a
 * file's bytes or a directory's entries, its own name, mode and time are not in it.
 *
 * <p>One thread, that of the store. Holds the entries of the directories on the way down.
 */
public final class TreeStorer {
    private static final long STILL_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ObjectWriter files;
    private final DirectoryWriter directories;
    private final LongConsumer progress;
    private final Deque<List<DirectoryEntry>> open = new ArrayDeque<>();
    private long byteCount;
    private long fileCount;

    /**
     * What has become of a source.
     *
     * @param root        its root.
     * @param isDirectory whether that is a directory's.
     * @param bytes       of all files.
     * @param files       how many.
     */
    public record Stored(Digest root, boolean isDirectory, long bytes, long files) {}

    /**
     * Stores trees.
     *
     * @param store    takes the frames; pinning the root is for the caller.
     * @param progress hears of each some hundred kilobytes: bytes so far.
     */
    public TreeStorer(final FrameStore store, final LongConsumer progress) {
        files = new ObjectWriter(store);
        directories = new DirectoryWriter(store);
        this.progress = progress;
    }

    /**
     * Stores a file or a tree.
     *
     * @param source of {@link SourcePaths#existing}.
     * @return what it has become.
     * @throws LinkException for a FIFO, socket or device, for what cannot be read, and for a file that changes meanwhile.
     */
    public Stored put(final Path source) {
        files.reset();
        directories.reset();
        open.clear();
        byteCount = 0;
        fileCount = 0;
        final TreeWalk walk = new TreeWalk(source);
        try {
            if (Files.isRegularFile(source)) {
                return new Stored(putFile(source, FileState.of(source)), false, byteCount, fileCount);
            }
            Digest root = null;
            while (walk.next()) {
                root = step(walk);
            }
            return new Stored(root, true, byteCount, fileCount);
        } catch (final IOException e) {
            final Path where = walk.path() == null ? source : walk.path();
            throw new LinkException(RawPath.printable(where) + ": " + FileCommitter.reason(e), e);
        }
    }

    /** Stores one entry; of a directory that ends it returns the root. */
    private Digest step(final TreeWalk walk) throws IOException {
        final Path path = walk.path();
        switch (walk.kind()) {
            case DIRECTORY_BEGIN -> open.push(new ArrayList<>());
            case FILE -> {
                final FileState state = FileState.of(path, LinkOption.NOFOLLOW_LINKS);
                final Digest root = putFile(path, state, LinkOption.NOFOLLOW_LINKS);
                add(new DirectoryEntry.File(name(path), state.mode(), state.modified(), state.size(), root));
            }
            case LINK -> {
                final ByteName text = ByteName.of(RawPath.linkText(path));
                add(new DirectoryEntry.Link(
                        name(path), walk.attributes().lastModifiedTime().toInstant(), text));
            }
            case DIRECTORY_END -> {
                final List<DirectoryEntry> entries = open.pop();
                entries.forEach(directories::add);
                final Digest root = directories.finish();
                if (open.isEmpty()) {
                    return root;
                }
                final FileState state = FileState.of(path, LinkOption.NOFOLLOW_LINKS);
                add(new DirectoryEntry.Directory(name(path), state.mode(), state.modified(), entries.size(), root));
            }
        }
        return null;
    }

    private void add(final DirectoryEntry entry) {
        open.element().add(entry);
    }

    private static ByteName name(final Path path) {
        return ByteName.of(RawPath.name(path));
    }

    private Digest putFile(final Path file, final FileState first, final LinkOption... options) throws IOException {
        FileState state = first;
        while (state.mayChangeUnseen()) {
            LockSupport.parkNanos(STILL_WAIT_NS);
            state = FileState.of(file, options);
        }
        try (FileChannel channel = open(file, options)) {
            files.write(new Counted(channel));
        }
        if (!FileState.of(file, options).equals(first) || files.length() != first.size()) {
            throw new LinkException(
                    RawPath.printable(file) + " changed while it was read: store it again when it is still");
        }
        fileCount++;
        return files.finish();
    }

    private static FileChannel open(final Path file, final LinkOption... options) throws IOException {
        return options.length == 0
                ? FileChannel.open(file, StandardOpenOption.READ)
                : FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** Tells of what is read. */
    private final class Counted implements ReadableByteChannel {
        private final FileChannel channel;

        Counted(final FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(final ByteBuffer target) throws IOException {
            final int count = channel.read(target);
            byteCount += Math.max(count, 0);
            progress.accept(byteCount);
            return count;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
