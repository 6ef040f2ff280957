package io.venation.link;

import io.venation.frame.LatticeFrame;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.ObjectReader;
import io.venation.receipt.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Writes objects of a store as files and trees, with what a {@link TreeStorer} has kept: each file appears whole under its
 * name or not at all, and nothing is written outside the target or through a symbolic link.
 *
 * <p>One thread, that of the readers.
 */
public final class TreeRestorer {
    private static final int BATCH_COUNT = 16;
    private static final long ROOM_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int ROOT_FILE_MODE = 0644;

    private final ObjectReader files;
    private final DirectoryReader directories;
    private final LongConsumer progress;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BATCH_COUNT * LatticeFrame.LENGTH);
    private final ByteBuffer[] payloads = new ByteBuffer[BATCH_COUNT];
    private final Deque<Level> levels = new ArrayDeque<>();
    private long byteCount;
    private long fileCount;

    /** A directory on the way down: what is left of it, and what it gets when nothing is left. */
    private record Level(byte[] path, DirectoryEntry.Directory directory, Iterator<DirectoryEntry> entries) {}

    /**
     * What was written.
     *
     * @param bytes of all files.
     * @param files how many.
     */
    public record Restored(long bytes, long files) {}

    /**
     * Restores trees.
     *
     * @param files       reads files.
     * @param directories reads directories of the same source.
     * @param progress    hears of each some hundred kilobytes: bytes so far.
     */
    public TreeRestorer(final ObjectReader files, final DirectoryReader directories, final LongConsumer progress) {
        this.files = files;
        this.directories = directories;
        this.progress = progress;
        for (int i = 0; i < BATCH_COUNT; i++) {
            payloads[i] = bytes.slice(i * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        }
    }

    /**
     * Writes a file.
     *
     * @param root   of a file.
     * @param target of {@link SourcePaths#fileTarget}.
     * @return what was written.
     * @throws LinkException where the disk refuses.
     * @throws io.venation.object.ObjectDamageException where a frame is missing or damaged; the target is as it was.
     */
    public Restored restoreFile(final Digest root, final Path target) {
        return restore(target.getParent(), RawPath.name(target), (tree, committer) -> {
            files.open(root);
            writeFile(
                    tree,
                    committer,
                    RawPath.name(target),
                    files.length(),
                    ROOT_FILE_MODE,
                    FileTime.from(Instant.now()));
        });
    }

    /**
     * Writes a tree.
     *
     * @param root   of a directory.
     * @param target of {@link SourcePaths#target}; made where it is not there, and added to where it is.
     * @return what was written.
     * @throws LinkException where the disk refuses, or where something stands in the way; where an ordered map is in the
     *                       tree, which has no form as a file: nothing was written then.
     * @throws io.venation.object.ObjectDamageException where a frame is missing or damaged; files written before stay.
     */
    public Restored restoreDirectory(final Digest root, final Path target) {
        requireFiles(root);
        return restore(target, null, (tree, committer) -> {
            levels.clear();
            levels.push(new Level(new byte[0], null, entries(root)));
            while (!levels.isEmpty()) {
                final Level level = levels.element();
                if (level.entries.hasNext()) {
                    step(tree, committer, level, level.entries.next());
                } else {
                    levels.pop();
                    if (level.directory != null) {
                        tree.deferDirectory(
                                level.path, level.directory.mode(), FileTime.from(level.directory.modified()));
                    }
                }
            }
        });
    }

    /** Reads all directories, each once. */
    private void requireFiles(final Digest root) {
        final Set<Digest> visited = new HashSet<>();
        levels.clear();
        levels.push(new Level(new byte[0], null, entries(root)));
        while (!levels.isEmpty()) {
            final Level level = levels.element();
            if (!level.entries.hasNext()) {
                levels.pop();
                continue;
            }
            final DirectoryEntry entry = level.entries.next();
            if (entry instanceof DirectoryEntry.Tree) {
                throw new LinkException(
                        RawPath.printable(below(level.path, entry.name().bytes()))
                                + ": is a tree of entries, which has no form as a file; nothing was written");
            }
            if (entry instanceof final DirectoryEntry.Directory directory && visited.add(directory.root())) {
                levels.push(new Level(below(level.path, entry.name().bytes()), directory, entries(directory.root())));
            }
        }
    }

    private interface Work {
        void run(TargetTree tree, FileCommitter committer) throws IOException;
    }

    private Restored restore(final Path folder, final byte[] rootFileName, final Work work) {
        byteCount = 0;
        fileCount = 0;
        final long id = new SplittableRandom().nextLong();
        try (TargetTree tree = new TargetTree(folder, rootFileName, false, id)) {
            try (FileCommitter committer = new FileCommitter()) {
                work.run(tree, committer);
                while (!committer.isDone()) {
                    LockSupport.parkNanos(ROOM_WAIT_NS);
                }
            }
            tree.finish();
        } catch (final IOException e) {
            throw new LinkException(RawPath.printable(folder) + ": " + FileCommitter.reason(e), e);
        }
        return new Restored(byteCount, fileCount);
    }

    private Iterator<DirectoryEntry> entries(final Digest root) {
        final List<DirectoryEntry> entries = new ArrayList<>();
        directories.open(root);
        directories.forEach(entries::add);
        return entries.iterator();
    }

    private void step(
            final TargetTree tree, final FileCommitter committer, final Level level, final DirectoryEntry entry)
            throws IOException {
        final byte[] path = below(level.path, entry.name().bytes());
        switch (entry) {
            case final DirectoryEntry.File file -> {
                files.open(file.root());
                if (files.length() != file.length()) {
                    throw new LinkException(RawPath.printable(path) + ": its root has " + files.length()
                            + " bytes, its directory says " + file.length());
                }
                writeFile(tree, committer, path, file.length(), file.mode(), FileTime.from(file.modified()));
            }
            case final DirectoryEntry.Directory directory -> {
                tree.makeDirectory(path);
                levels.push(new Level(path, directory, entries(directory.root())));
            }
            case DirectoryEntry.Tree _ -> throw new AssertionError("there was none before");
            case final DirectoryEntry.Link link ->
                tree.deferLink(path, link.text().bytes(), FileTime.from(link.modified()));
        }
    }

    private void writeFile(
            final TargetTree tree,
            final FileCommitter committer,
            final byte[] path,
            final long length,
            final int mode,
            final FileTime modified)
            throws IOException {
        while (!committer.hasRoom()) {
            LockSupport.parkNanos(ROOM_WAIT_NS);
        }
        committer.check();
        final FileSink sink = tree.beginFile(path, length, false);
        try {
            for (long offset = 0; offset < length; ) {
                final int count = files.read(offset, bytes.clear());
                final int frames = Math.ceilDiv(count, LatticeFrame.LENGTH);
                for (int i = 0; i < frames; i++) {
                    payloads[i].clear();
                }
                sink.write(payloads, frames);
                offset += count;
                byteCount += count;
                progress.accept(byteCount);
                if (sink.isForceDue()) {
                    committer.force(sink);
                }
            }
        } catch (final IOException | RuntimeException e) {
            sink.discard();
            throw e;
        }
        committer.commit(sink, mode, modified);
        fileCount++;
    }

    private static byte[] below(final byte[] directory, final byte[] name) {
        if (directory.length == 0) {
            return name;
        }
        final byte[] path = new byte[directory.length + 1 + name.length];
        System.arraycopy(directory, 0, path, 0, directory.length);
        path[directory.length] = '/';
        System.arraycopy(name, 0, path, directory.length + 1, name.length);
        return path;
    }
}
