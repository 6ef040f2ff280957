package io.venation.store;

import static io.venation.store.JournalLayout.CHECKSUM_OFFSET;
import static io.venation.store.JournalLayout.CHUNK_LENGTH;
import static io.venation.store.JournalLayout.COPY_OFFSET;
import static io.venation.store.JournalLayout.KEY_OFFSET;
import static io.venation.store.JournalLayout.KIND_OFFSET;
import static io.venation.store.JournalLayout.RECEIPT_OFFSET;
import static io.venation.store.JournalLayout.RECORDS_OFFSET;
import static io.venation.store.JournalLayout.RECORD_LENGTH;
import static io.venation.store.JournalLayout.RUN_LENGTH;
import static io.venation.store.JournalLayout.SECOND_HEADER_OFFSET;
import static io.venation.store.JournalLayout.SEQUENCE_OFFSET;
import static io.venation.store.JournalLayout.SLOT_OFFSET;
import static io.venation.store.JournalLayout.VALUE_OFFSET;

import io.venation.frame.OffHeap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;

/**
 * Appends records to a journal file and reads them; {@link JournalLayout} has its picture.
 *
 * <p>Records are written through Chronicle Bytes' mapped memory. It would let the file grow as a hole, where a full disk
 * is a SIGBUS, and it logs where a force fails; so room is allocated by writing zeroes first, and {@link #force} goes
 * through a channel. Reading is by {@code read}, which a file cut short merely ends.
 *
 * <p>One thread; {@link #force} may run on another.
 */
final class Journal implements AutoCloseable {
    private final Path path;
    private final StoreHeader header;
    private final FileChannel channel;
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final long recordAddress = MemorySegment.ofBuffer(record).address();
    private final ByteBuffer run = ByteBuffer.allocateDirect(RUN_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final long runAddress = MemorySegment.ofBuffer(run).address();
    private final CRC32C crc = new CRC32C();
    private MappedBytes bytes;
    private long runFirst = -1;
    private int runCount;
    private long readableTo = Long.MAX_VALUE;
    private long end;
    private long allocatedTo;

    private Journal(final Path path, final StoreHeader header, final FileChannel channel) {
        this.path = path;
        this.header = header;
        this.channel = channel;
        end = header.parameter();
    }

    /** Makes an empty journal under a temporary name, to be {@link #publish}ed. */
    static Journal create(final Path directory, final StoreHeader header) throws IOException {
        final Path path = temporary(directory, header.number());
        final FileChannel channel = StoreFiles.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            StoreFiles.writeZeroes(channel, 0, RECORDS_OFFSET);
            StoreFiles.write(channel, header.page(), 0);
            StoreFiles.write(channel, header.page(), SECOND_HEADER_OFFSET);
            return new Journal(path, header, channel);
        } catch (final IOException e) {
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static Path temporary(final Path directory, final long generation) {
        return directory.resolve(FileKind.JOURNAL.path(directory, generation).getFileName() + ".new");
    }

    /** Forces a new journal and gives it its name; returns it opened under that. */
    Journal publish(final StoreFiles files, final Path directory) throws IOException {
        files.force(path, channel);
        close();
        final Path named = FileKind.JOURNAL.path(directory, header.number());
        Files.move(path, named, StandardCopyOption.ATOMIC_MOVE);
        files.forceDirectory(directory);
        final Journal published = open(named, true);
        published.end = end;
        return published;
    }

    /**
     * Opens a journal; its end is not known yet.
     *
     * @throws DamagedHeaderException where both headers fail their check.
     * @throws StoreException         where it is of another format.
     */
    static Journal open(final Path path, final boolean isWritable) throws IOException {
        final FileChannel channel = isWritable
                ? StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : StoreFiles.open(path, StandardOpenOption.READ);
        try {
            return new Journal(path, header(path, channel, isWritable), channel);
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    private static StoreHeader header(final Path path, final FileChannel channel, final boolean isWritable)
            throws IOException {
        StoreHeader first = null;
        StoreHeader second = null;
        try {
            first = StoreHeader.read(path, channel, 0, FileKind.JOURNAL);
        } catch (final DamagedHeaderException _) {
            // the other one
        }
        try {
            second = StoreHeader.read(path, channel, SECOND_HEADER_OFFSET, FileKind.JOURNAL);
        } catch (final DamagedHeaderException e) {
            if (first == null) {
                throw e;
            }
        }
        final StoreHeader header = first == null ? second : first;
        if (isWritable && (first == null || second == null)) {
            StoreFiles.write(channel, header.page(), first == null ? 0 : SECOND_HEADER_OFFSET);
        }
        return header;
    }

    StoreHeader header() {
        return header;
    }

    Path path() {
        return path;
    }

    /** First sequence. */
    long base() {
        return header.parameter();
    }

    /** Sequence of the next record. */
    long end() {
        return end;
    }

    /** Sequence after the last record that the file has room for. */
    long limit() throws IOException {
        return base() + Math.max(0, channel.size() - RECORDS_OFFSET) / RECORD_LENGTH;
    }

    private long offset(final long sequence) {
        return RECORDS_OFFSET + (sequence - base()) * RECORD_LENGTH;
    }

    /** Keeps {@link #read} below a sequence: what stands from there on may still change. */
    void readTo(final long sequence) {
        readableTo = sequence;
    }

    /** Has {@link #read} read from the file again. */
    void forget() {
        runFirst = -1;
    }

    /**
     * Reads a record.
     *
     * @return absolute address of its 160 bytes, valid until the next call, or 0 where there is no whole one.
     */
    long read(final long sequence) throws IOException {
        if (runFirst < 0 || sequence < runFirst || sequence >= runFirst + runCount) {
            runFirst = sequence;
            final int readable = Math.clamp(readableTo - sequence, 0, RUN_LENGTH / RECORD_LENGTH);
            run.clear().limit(readable * RECORD_LENGTH);
            runCount = StoreFiles.read(channel, run, offset(sequence)) / RECORD_LENGTH;
            run.clear();
            if (runCount == 0) {
                runFirst = -1;
                return 0;
            }
        }
        final int from = (int) (sequence - runFirst) * RECORD_LENGTH;
        if (run.getLong(from + SEQUENCE_OFFSET) != sequence
                || run.get(from + KIND_OFFSET) == 0
                || run.getInt(from + CHECKSUM_OFFSET)
                        != Checksums.of(crc, run, from, from + RECORD_LENGTH, CHECKSUM_OFFSET)) {
            return 0;
        }
        return runAddress + from;
    }

    /**
     * Sets where the journal ends; what stands behind is cut off and forced away, so that no record of it can come
     * back after new ones.
     */
    void endAt(final StoreFiles files, final long sequence) throws IOException {
        end = sequence;
        runFirst = -1;
        if (read(sequence) != 0 || !isZero(offset(sequence))) {
            channel.truncate(offset(sequence));
            files.force(path, channel);
        }
        runFirst = -1;
    }

    /** Takes an end that is known to be one. */
    void knownEnd(final long sequence) {
        end = sequence;
    }

    private boolean isZero(final long offset) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(RUN_LENGTH);
        for (long at = offset; StoreFiles.read(channel, bytes.clear(), at) > 0; at += RUN_LENGTH) {
            for (int i = 0; i < bytes.position(); i++) {
                if (bytes.get(i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Allocates room, so that appending so many records cannot fail. */
    void ensureRoom(final int count) throws IOException {
        final long needed = offset(end + count);
        if (needed <= allocatedTo) {
            return;
        }
        final long from = Math.max(allocatedTo, offset(end));
        final long to = Math.ceilDiv(needed, RUN_LENGTH) * RUN_LENGTH;
        StoreFiles.writeZeroes(channel, from, to - from);
        if (bytes == null) {
            bytes = MappedBytes.mappedBytes(path.toFile(), CHUNK_LENGTH, 0);
        }
        for (long at = from / CHUNK_LENGTH * CHUNK_LENGTH; at < to; at += CHUNK_LENGTH) {
            bytes.addressForWrite(at);
        }
        allocatedTo = to;
    }

    /** Appends a put; there must be room. */
    void appendPut(final long slot, final long receipt) {
        begin(JournalLayout.PUT, slot, 0);
        OffHeap.copy(receipt, recordAddress + RECEIPT_OFFSET, SegmentLayout.RECEIPT_LENGTH);
        append(0);
    }

    /** Appends what concerns a key, twice where the kind asks for it; there must be room for two. */
    void appendKey(final int kind, final long slot, final long key) {
        begin(kind, slot, 0);
        Keys.copy(key, recordAddress + KEY_OFFSET);
        append(0);
        if (JournalLayout.isTwice(kind)) {
            append(1);
        }
    }

    /** Appends what concerns nothing but itself, twice where the kind asks for it; there must be room for two. */
    void appendPlain(final int kind, final long slot, final long value) {
        begin(kind, slot, value);
        append(0);
        if (JournalLayout.isTwice(kind)) {
            append(1);
        }
    }

    private void begin(final int kind, final long slot, final long value) {
        OffHeap.zero(recordAddress, RECORD_LENGTH);
        record.put(KIND_OFFSET, (byte) kind).putLong(SLOT_OFFSET, slot).putLong(VALUE_OFFSET, value);
    }

    private void append(final int copy) {
        record.putLong(SEQUENCE_OFFSET, end).put(COPY_OFFSET, (byte) copy);
        record.putInt(CHECKSUM_OFFSET, Checksums.of(crc, record, 0, RECORD_LENGTH, CHECKSUM_OFFSET));
        OffHeap.copy(recordAddress, bytes.addressForWrite(offset(end)), RECORD_LENGTH);
        end++;
    }

    /**
     * Looks for the last put of a slot and copies its receipt; cold, reads the journal from the start.
     *
     * @return false where there is none of that address.
     */
    boolean readReceipt(final long slot, final long key, final long target) throws IOException {
        boolean isFound = false;
        for (long sequence = base(); sequence < end; sequence++) {
            final long found = read(sequence);
            if (found != 0
                    && OffHeap.getU8(found + KIND_OFFSET) == JournalLayout.PUT
                    && OffHeap.getU64(found + SLOT_OFFSET) == slot
                    && Keys.same(found + KEY_OFFSET, key)) {
                OffHeap.copy(found + RECEIPT_OFFSET, target, SegmentLayout.RECEIPT_LENGTH);
                isFound = true;
            }
        }
        runFirst = -1;
        return isFound;
    }

    /** Forces what was appended before the call. */
    void force(final StoreFiles files) throws IOException {
        files.force(path, channel);
    }

    @Override
    public void close() {
        if (bytes != null) {
            bytes.releaseLast();
            bytes = null;
            // Chronicle closes on a thread of its own; until then the file system cannot be unmounted, say
            BackgroundResourceReleaser.releasePendingResources();
        }
        try {
            channel.close();
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
