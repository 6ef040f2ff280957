package io.venation.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The segments of a store in order, and where slots lie in them.
 *
 * <p>The owner's thread adds segments; {@link #force} may run on another.
 */
final class Segments implements AutoCloseable {
    private final Path directory;
    private final StoreHeader header;
    private final boolean isWritable;
    private final int slots;
    private final int shift;
    private final int largeSlots;
    private final int largeShift;
    private volatile Segment[] segments = new Segment[0];
    private volatile boolean isDirectoryDirty;

    /** None yet; {@code header} names the store. */
    Segments(final Path directory, final StoreHeader header, final boolean isWritable) {
        this.directory = directory;
        this.header = header;
        this.isWritable = isWritable;
        slots = header.segmentSlots();
        shift = Integer.numberOfTrailingZeros(slots);
        largeSlots = slots * SegmentLayout.SMALL_SEGMENTS;
        largeShift = Integer.numberOfTrailingZeros(largeSlots);
    }

    int count() {
        return segments.length;
    }

    long slotCount() {
        return first(segments.length);
    }

    /** Number of a slot's segment: the small ones together have as many slots as a large one. */
    private int number(final long slot) {
        return (int) (slot < largeSlots ? slot >>> shift : (slot >>> largeShift) + SegmentLayout.SMALL_SEGMENTS - 1);
    }

    /** First slot of a segment, there or not. */
    long first(final int number) {
        return number < SegmentLayout.SMALL_SEGMENTS
                ? (long) number << shift
                : number - SegmentLayout.SMALL_SEGMENTS + 1L << largeShift;
    }

    private int slots(final int number) {
        return number < SegmentLayout.SMALL_SEGMENTS ? slots : largeSlots;
    }

    /** Slots from this one to the end of its segment. */
    int left(final long slot) {
        return (slot < largeSlots ? slots : largeSlots) - within(slot);
    }

    /** Segment of a slot; a reader maps it where the writer has made it since. */
    Segment of(final long slot) {
        final int number = number(slot);
        final Segment[] all = segments;
        return number < all.length ? all[number] : openTo(number);
    }

    private Segment openTo(final int number) {
        if (isWritable) {
            throw new IllegalStateException("segment=" + number + ": there are " + segments.length);
        }
        try {
            while (segments.length <= number) {
                open();
            }
        } catch (final NoSuchFileException e) {
            throw new UncheckedIOException(new StoreException(
                    directory,
                    "segment " + number + " is not there, or the index is damaged; open it for writing once"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return segments[number];
    }

    Segment get(final int number) {
        return segments[number];
    }

    int within(final long slot) {
        return (int) slot & (slot < largeSlots ? slots : largeSlots) - 1;
    }

    long key(final long slot) {
        return of(slot).key(within(slot));
    }

    long receipt(final long slot) {
        return of(slot).receipt(within(slot));
    }

    long frame(final long slot) {
        return of(slot).frame(within(slot));
    }

    /** Path of a segment, there or not. */
    Path path(final int number) {
        return FileKind.SEGMENT.path(directory, number);
    }

    /** Header that a segment must have. */
    StoreHeader header(final int number) {
        return header.of(FileKind.SEGMENT, number, slots(number));
    }

    /** Length of the files of so many slots. */
    long bytes(final long slotCount) {
        long bytes = 0;
        for (int number = 0; first(number) < slotCount; number++) {
            bytes += SegmentLayout.length(slots(number));
        }
        return bytes;
    }

    /** Makes the next segment. */
    void create() throws IOException {
        append(Segment.create(path(segments.length), header(segments.length)));
        isDirectoryDirty = true;
    }

    /** Maps the next segment of those that are there. */
    void open() throws IOException {
        append(Segment.open(path(segments.length), header(segments.length), isWritable));
    }

    /** Repairs and maps the next segment; to be forced, with its name. */
    void repair(final StoreFiles files) throws IOException {
        append(Segment.repair(files, path(segments.length), header(segments.length)));
        segments[segments.length - 1].markDirty();
        isDirectoryDirty = true;
    }

    private void append(final Segment segment) {
        final Segment[] grown = Arrays.copyOf(segments, segments.length + 1);
        grown[segments.length] = segment;
        segments = grown;
    }

    /** Has all of them forced. */
    void markDirty() {
        for (final Segment segment : segments) {
            segment.markDirty();
        }
        markDirectoryDirty();
    }

    /** Has their names forced. */
    void markDirectoryDirty() {
        isDirectoryDirty = true;
    }

    /** Forces every segment that was written to, and their names. */
    void force(final StoreFiles files) throws IOException {
        final boolean isNamed = isDirectoryDirty;
        isDirectoryDirty = false;
        for (final Segment segment : segments) {
            segment.forceIfDirty(files);
        }
        if (isNamed) {
            files.forceDirectory(directory);
        }
    }

    @Override
    public void close() {
        for (final Segment segment : segments) {
            segment.close();
        }
    }
}
