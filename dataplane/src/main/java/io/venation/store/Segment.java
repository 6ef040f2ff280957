package io.venation.store;

import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One segment file, mapped. {@link SegmentLayout} has its picture.
 *
 * <p>The writer's thread writes; {@link #forceIfDirty} may be called by another.
 */
final class Segment implements AutoCloseable {
    private final Path path;
    private final Arena arena = Arena.ofShared();
    private final long address;
    private final long keysOffset;
    private final long receiptsOffset;
    private final long framesOffset;
    private final long length;
    private volatile FileChannel channel;
    private volatile boolean isDirty;

    private Segment(final Path path, final FileChannel channel, final int slots, final boolean isWritable)
            throws IOException {
        this.path = path;
        keysOffset = SegmentLayout.keysOffset(slots);
        receiptsOffset = SegmentLayout.receiptsOffset(slots);
        framesOffset = SegmentLayout.framesOffset(slots);
        length = SegmentLayout.length(slots);
        address = channel.map(
                        isWritable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY, 0, length, arena)
                .address();
    }

    /** Makes a segment with no frame in it; what a file of that name held is gone. */
    static Segment create(final Path path, final StoreHeader header) throws IOException {
        final FileChannel channel = StoreFiles.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            StoreFiles.writeZeroes(channel, 0, SegmentLayout.framesOffset(slots(header)));
            StoreFiles.write(channel, header.page(), 0);
            final Segment segment = new Segment(path, channel, slots(header), true);
            segment.channel = channel;
            segment.isDirty = true;
            return segment;
        } catch (final IOException e) {
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * Maps a segment.
     *
     * @throws DamagedHeaderException where its header fails its check or the file is too short.
     * @throws StoreException         where it is another store's, another number or another format.
     */
    static Segment open(final Path path, final StoreHeader expected, final boolean isWritable) throws IOException {
        try (FileChannel channel = openChannel(path, isWritable)) {
            final StoreHeader header = StoreHeader.read(path, channel, 0, FileKind.SEGMENT);
            expected.checkSameStore(path, header);
            if (header.number() != expected.number()) {
                throw new StoreException(path, "is segment " + header.number() + " under another's name");
            }
            final long length = SegmentLayout.length(slots(expected));
            if (channel.size() < length) {
                throw new DamagedHeaderException(path, "was cut from " + length + " to " + channel.size() + " bytes");
            }
            if (isWritable && channel.size() > length) {
                throw new DamagedHeaderException(path, "was repaired and not verified to the end");
            }
            return new Segment(path, channel, slots(expected), isWritable);
        }
    }

    /**
     * Maps a segment whose header is damaged or that is too short, after writing its header again and giving it its length.
     * One byte more: until {@link #trust} every open finds that its slots must be verified before they are used.
     */
    static Segment repair(final StoreFiles files, final Path path, final StoreHeader header) throws IOException {
        try (FileChannel channel =
                StoreFiles.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final long framesOffset = SegmentLayout.framesOffset(slots(header));
            final long size = channel.size();
            if (size < framesOffset) {
                StoreFiles.writeZeroes(channel, size, framesOffset - size);
            }
            StoreFiles.writeZeroes(channel, SegmentLayout.length(slots(header)), 1);
            files.force(path, channel);
            StoreFiles.write(channel, header.page(), 0);
            return new Segment(path, channel, slots(header), true);
        }
    }

    /** Says that what is bad in a repaired segment is known, and on disk. */
    void trust() throws IOException {
        channel().truncate(length);
    }

    private static int slots(final StoreHeader header) {
        return (int) header.parameter();
    }

    private static FileChannel openChannel(final Path path, final boolean isWritable) throws IOException {
        return isWritable
                ? StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : StoreFiles.open(path, StandardOpenOption.READ);
    }

    long key(final int slot) {
        return address + keysOffset + (long) slot * SegmentLayout.KEY_LENGTH;
    }

    long receipt(final int slot) {
        return address + receiptsOffset + (long) slot * SegmentLayout.RECEIPT_LENGTH;
    }

    long frame(final int slot) {
        return address + framesOffset + (long) slot * LatticeFrame.LENGTH;
    }

    /** Writes frames of a put to consecutive slots. */
    void writeFrames(final int slot, final FrameIntake frames, final int from, final int to) throws IOException {
        frames.write(channel(), framesOffset + (long) slot * LatticeFrame.LENGTH, from, to);
    }

    /** Reads frames of consecutive slots by {@code read}, which a file cut short ends and does not make a fault. */
    int readFrames(final int slot, final ByteBuffer frames) throws IOException {
        return StoreFiles.read(channel(), frames, framesOffset + (long) slot * LatticeFrame.LENGTH);
    }

    /** To be called after every write and before the position moves. */
    void markDirty() {
        if (!isDirty) {
            isDirty = true;
        }
    }

    /** Forces what was written before the call. */
    void forceIfDirty(final StoreFiles files) throws IOException {
        if (isDirty) {
            isDirty = false;
            files.force(path, channel());
        }
    }

    private FileChannel channel() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            synchronized (this) {
                open = channel;
                if (open == null) {
                    open = openChannel(path, true);
                    channel = open;
                }
            }
        }
        return open;
    }

    @Override
    public void close() {
        arena.close();
        if (channel != null) {
            try {
                channel.close();
            } catch (final IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
