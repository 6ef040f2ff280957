package io.venation.link;

import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectWriter;
import io.venation.receipt.Digest;
import io.venation.store.FrameSink;
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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;

/**
 * Turns files and trees into objects of a store. Names are kept as raw bytes, symbolic links as they are; the root is a
 * file's bytes or a directory's entries, its own name, mode and time are not in it.
 *
 * <p>One thread, that of the store. Holds the entries of the directories on the way down.
 */
public final class TreeStorer {
    /** Most frames that a {@link #step} puts. */
    static final int STEP_COUNT = ObjectWriter.SOME_COUNT;

    private static final long STILL_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Entries of a directory that one step stores, each at most a third of a frame. */
    private static final int STEP_ENTRY_COUNT = 64;

    private final ObjectWriter files;
    private final DirectoryWriter directories;
    private final LongConsumer progress;
    private final Deque<List<DirectoryEntry>> open = new ArrayDeque<>();
    private Path source;
    private TreeWalk walk;
    private Path file;
    private FileState fileState;
    private LinkOption[] fileOptions;
    private Counted channel;
    private Iterator<DirectoryEntry> ending;
    private Digest root;
    private boolean isDirectory;
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
    public TreeStorer(final FrameSink store, final LongConsumer progress) {
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
        begin(source);
        try {
            while (step()) {
                // to the root
            }
        } finally {
            abandon();
        }
        return stored();
    }

    /** Begins a source that {@link #step} goes on with, for a thread that has other things to do as well. */
    void begin(final Path source) {
        abandon();
        files.reset();
        directories.reset();
        open.clear();
        this.source = source;
        walk = new TreeWalk(source);
        isDirectory = !Files.isRegularFile(source);
        ending = null;
        root = null;
        byteCount = 0;
        fileCount = 0;
    }

    /**
     * Goes on by at most {@link #STEP_COUNT} frames.
     *
     * @return false once {@link #stored} is there.
     * @throws LinkException as of {@link #put}.
     */
    boolean step() {
        if (root != null) {
            return false;
        }
        try {
            if (file != null) {
                storeSome();
            } else if (ending != null) {
                endSome();
            } else if (isDirectory) {
                walk.next();
                enter();
            } else {
                beginFile(source);
            }
        } catch (final IOException e) {
            final Path where = walk.path() == null ? source : walk.path();
            throw new LinkException(RawPath.printable(where) + ": " + FileCommitter.reason(e), e);
        }
        return root == null;
    }

    Stored stored() {
        return new Stored(root, isDirectory, byteCount, fileCount);
    }

    /** Closes what is open of a source that was begun. */
    void abandon() {
        CloseHelper.quietClose(channel);
        channel = null;
        file = null;
    }

    private void enter() throws IOException {
        final Path path = walk.path();
        switch (walk.kind()) {
            case DIRECTORY_BEGIN -> open.push(new ArrayList<>());
            case FILE -> beginFile(path, LinkOption.NOFOLLOW_LINKS);
            case LINK -> {
                final ByteName text = ByteName.of(RawPath.linkText(path));
                add(new DirectoryEntry.Link(
                        name(path), walk.attributes().lastModifiedTime().toInstant(), text));
            }
            case DIRECTORY_END -> ending = open.element().iterator();
        }
    }

    private void endSome() throws IOException {
        for (int i = 0; i < STEP_ENTRY_COUNT && ending.hasNext(); i++) {
            directories.add(ending.next());
        }
        if (ending.hasNext()) {
            return;
        }
        ending = null;
        final int count = open.pop().size();
        final Digest directory = directories.finish();
        if (open.isEmpty()) {
            root = directory;
            return;
        }
        final FileState state = FileState.of(walk.path(), LinkOption.NOFOLLOW_LINKS);
        add(new DirectoryEntry.Directory(name(walk.path()), state.mode(), state.modified(), count, directory));
    }

    private void add(final DirectoryEntry entry) {
        open.element().add(entry);
    }

    private static ByteName name(final Path path) {
        return ByteName.of(RawPath.name(path));
    }

    private void beginFile(final Path path, final LinkOption... options) throws IOException {
        fileState = FileState.of(path, options);
        fileOptions = options;
        file = path;
    }

    private void storeSome() throws IOException {
        if (channel == null) {
            if (fileState.mayChangeUnseen()) {
                LockSupport.parkNanos(STILL_WAIT_NS);
                return;
            }
            channel = new Counted(open(file, fileOptions));
        }
        if (files.writeSome(channel) < 0) {
            endFile();
        }
    }

    private void endFile() throws IOException {
        if (!FileState.of(file, fileOptions).equals(fileState) || files.length() != fileState.size()) {
            throw new LinkException(
                    RawPath.printable(file) + " changed while it was read: store it again when it is still");
        }
        final Path path = file;
        abandon();
        fileCount++;
        final Digest stored = files.finish();
        if (isDirectory) {
            add(new DirectoryEntry.File(name(path), fileState.mode(), fileState.modified(), fileState.size(), stored));
        } else {
            root = stored;
        }
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
