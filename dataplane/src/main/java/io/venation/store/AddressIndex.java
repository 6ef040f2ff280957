package io.venation.store;

import io.venation.frame.OffHeap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * From content address to slot: an open-addressing table in a mapped file, at most three quarters full.
 *
 * <pre>
 *   0          4,096                                     4,096 + 8 × places
 *   +----------+---------+---------+---------+--- … -----+
 *   |  header  | place 0 | place 1 | place 2 |           |      63           40 39            0
 *   +----------+---------+---------+---------+--- … -----+      +--------------+--------------+
 *                    a place, 8 bytes, 0 where it is empty:     | fingerprint  |   slot + 1   |
 *                                                               +--------------+--------------+
 * </pre>
 *
 * <p>The home place is the high bits of the key's first 8 bytes times an odd number of the store's own, so that nobody
 * who does not know the store can choose frames that share it; the fingerprint, the key's bytes 8..10, spares looking at keys
 * that differ. Keys stand in the segments. Entries are added and never moved; an entry taken out leaves a place that matches
 * nothing. A table that is full, or that a sweep has left, is replaced by one of the next generation in a new file.
 *
 * <p>One writer, readers in any process: the writer releases an entry after frame, key and receipt are written, a reader
 * acquires it. What it costs: 8 / ¾ to 8 / ⅜ bytes a frame, and the key's 32.
 */
final class AddressIndex implements AutoCloseable {
    static final long ABSENT = -1;
    static final long MIN_PLACES = 1 << 10;

    private static final int PLACES_OFFSET = StoreFileLayout.PAGE_LENGTH;
    private static final int SLOT_BITS = 40;
    private static final long SLOT_MASK = (1L << SLOT_BITS) - 1;
    private static final long TAKEN_OUT = SLOT_MASK;
    private static final int CHECKSUM_RUN = 1 << 30;

    private final Path path;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Segments segments;
    private final long generation;
    private final long multiplier;
    private final long places;
    private final long mask;
    private final int shift;
    private long used;

    private AddressIndex(
            final Path path,
            final FileChannel channel,
            final StoreHeader header,
            final Segments segments,
            final boolean isWritable)
            throws IOException {
        this.path = path;
        this.segments = segments;
        generation = header.number();
        multiplier = header.storeId().getLeastSignificantBits() | 1;
        final long count = header.parameter();
        mask = count - 1;
        shift = Long.numberOfLeadingZeros(mask);
        memory = channel.map(
                isWritable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY, 0, length(count), arena);
        places = memory.address() + PLACES_OFFSET;
    }

    private static long length(final long places) {
        return PLACES_OFFSET + places * Long.BYTES;
    }

    /** Places of a table for so many frames. */
    static long placesFor(final long frames) {
        long places = MIN_PLACES;
        while (frames > places / 4 * 3) {
            places <<= 1;
        }
        return places;
    }

    /** Makes an empty table; {@code generation} names its file. */
    static AddressIndex create(
            final Path directory,
            final StoreHeader store,
            final long generation,
            final long places,
            final Segments segments)
            throws IOException {
        final Path path = FileKind.INDEX.path(directory, generation);
        final StoreHeader header = store.of(FileKind.INDEX, generation, places);
        try (FileChannel channel = StoreFiles.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            StoreFiles.write(channel, header.page(), 0);
            StoreFiles.writeZeroes(channel, PLACES_OFFSET, places * Long.BYTES);
            return new AddressIndex(path, channel, header, segments, true);
        } catch (final IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Maps the table of a generation. */
    static AddressIndex open(
            final Path directory,
            final StoreHeader store,
            final long generation,
            final Segments segments,
            final boolean isWritable)
            throws IOException {
        final Path path = FileKind.INDEX.path(directory, generation);
        try (FileChannel channel = isWritable
                ? StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : StoreFiles.open(path, StandardOpenOption.READ)) {
            final StoreHeader header = StoreHeader.read(path, channel, 0, FileKind.INDEX);
            store.checkSameStore(path, header);
            final long places = header.parameter();
            if (header.number() != generation || places < MIN_PLACES || Long.bitCount(places) != 1) {
                throw new StoreException(path, "is generation " + header.number() + " of " + places + " places");
            }
            if (channel.size() != length(places)) {
                throw new DamagedHeaderException(path, "has " + channel.size() + " bytes, not " + length(places));
            }
            return new AddressIndex(path, channel, header, segments, isWritable);
        }
    }

    long generation() {
        return generation;
    }

    long bytes() {
        return memory.byteSize();
    }

    /**
     * Finds a slot.
     *
     * @param key address of the 32 bytes.
     * @return slot ≥ 0, or {@link #ABSENT}.
     */
    long find(final long key) {
        final long places = this.places;
        final long mask = this.mask;
        final long fingerprint = fingerprint(key);
        for (long place = home(key); ; place = place + 1 & mask) {
            final long entry = OffHeap.getU64(places + place * Long.BYTES);
            if (entry == 0) {
                return ABSENT;
            }
            final long slot = entry & SLOT_MASK;
            if ((entry & ~SLOT_MASK) == fingerprint && slot != TAKEN_OUT) {
                VarHandle.acquireFence();
                if (Keys.same(key, segments.key(slot - 1))) {
                    return slot - 1;
                }
            }
        }
    }

    /** Whether so many more fit. */
    boolean hasRoom(final int count) {
        return used + count <= (mask + 1) / 4 * 3;
    }

    /** Adds a key that is not there; what it names is written already. */
    void add(final long key, final long slot) {
        final long places = this.places;
        long place = home(key);
        while (OffHeap.getU64(places + place * Long.BYTES) != 0) {
            place = place + 1 & mask;
        }
        used++;
        VarHandle.releaseFence();
        OffHeap.putU64(places + place * Long.BYTES, fingerprint(key) | slot + 1);
    }

    /** Takes the entry of a key and slot out. */
    void remove(final long key, final long slot) {
        final long sought = fingerprint(key) | slot + 1;
        for (long place = home(key); ; place = place + 1 & mask) {
            final long entry = OffHeap.getU64(places + place * Long.BYTES);
            if (entry == 0) {
                return;
            }
            if (entry == sought) {
                OffHeap.putU64(places + place * Long.BYTES, entry | TAKEN_OUT);
                return;
            }
        }
    }

    /** Adds all entries to an empty table. */
    void copyTo(final AddressIndex other) {
        for (long place = 0; place <= mask; place++) {
            final long slot = OffHeap.getU64(places + place * Long.BYTES) & SLOT_MASK;
            if (slot != 0 && slot != TAKEN_OUT) {
                other.add(segments.key(slot - 1), slot - 1);
            }
        }
    }

    /** The slots of all entries, and what they name is there; those added or taken out meanwhile may be among them or not. */
    BitSet slots() {
        final BitSet slots = new BitSet();
        for (long place = 0; place <= mask; place++) {
            final long slot = OffHeap.getU64(places + place * Long.BYTES) & SLOT_MASK;
            if (slot != 0 && slot != TAKEN_OUT) {
                slots.set((int) slot - 1);
            }
        }
        VarHandle.acquireFence();
        return slots;
    }

    /** Counts the places in use, taken out or not, as must be known before anything is added to a table that was opened. */
    void countUsed() {
        used = 0;
        for (long place = 0; place <= mask; place++) {
            if (OffHeap.getU64(places + place * Long.BYTES) != 0) {
                used++;
            }
        }
    }

    /** CRC32C of the whole file. */
    int checksum() {
        final CRC32C crc = new CRC32C();
        for (long at = 0; at < memory.byteSize(); at += CHECKSUM_RUN) {
            crc.update(memory.asSlice(at, Math.min(CHECKSUM_RUN, memory.byteSize() - at))
                    .asByteBuffer());
        }
        return (int) crc.getValue();
    }

    void force(final StoreFiles files) throws IOException {
        try (FileChannel channel = StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            files.force(path, channel);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    private long home(final long key) {
        return OffHeap.getU64(key) * multiplier >>> shift;
    }

    private static long fingerprint(final long key) {
        return OffHeap.getU64(key + 8) << SLOT_BITS;
    }

    @Override
    public void close() {
        arena.close();
    }
}
