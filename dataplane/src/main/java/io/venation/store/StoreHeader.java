package io.venation.store;

import static io.venation.store.StoreFileLayout.CHECKSUM_OFFSET;
import static io.venation.store.StoreFileLayout.KIND_OFFSET;
import static io.venation.store.StoreFileLayout.MAGIC_OFFSET;
import static io.venation.store.StoreFileLayout.NUMBER_OFFSET;
import static io.venation.store.StoreFileLayout.PAGE_LENGTH;
import static io.venation.store.StoreFileLayout.PARAMETER_OFFSET;
import static io.venation.store.StoreFileLayout.SEGMENT_SLOTS_OFFSET;
import static io.venation.store.StoreFileLayout.STORE_ID_OFFSET;
import static io.venation.store.StoreFileLayout.SUITE_OFFSET;
import static io.venation.store.StoreFileLayout.VERSION_OFFSET;

import io.venation.receipt.Suite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;

/** The header page of a file as a value; {@link StoreFileLayout} has its picture. */
record StoreHeader(FileKind kind, Suite suite, UUID storeId, long number, long parameter, int segmentSlots) {
    /** The page, position 0, limit 4,096. */
    ByteBuffer page() {
        final ByteBuffer page = ByteBuffer.allocate(PAGE_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(MAGIC_OFFSET, StoreFileLayout.MAGIC)
                .putShort(VERSION_OFFSET, (short) StoreFileLayout.VERSION)
                .put(KIND_OFFSET, (byte) kind.code())
                .put(SUITE_OFFSET, (byte) suite.toByte())
                .putLong(STORE_ID_OFFSET, storeId.getMostSignificantBits())
                .putLong(STORE_ID_OFFSET + Long.BYTES, storeId.getLeastSignificantBits())
                .putLong(NUMBER_OFFSET, number)
                .putLong(PARAMETER_OFFSET, parameter)
                .putLong(SEGMENT_SLOTS_OFFSET, segmentSlots);
        return page.putInt(CHECKSUM_OFFSET, Checksums.of(page, CHECKSUM_OFFSET));
    }

    /**
     * Reads a header.
     *
     * @throws DamagedHeaderException where it fails its checksum or is cut short.
     * @throws StoreException         where it is whole but not what it must be: another version, kind or format.
     */
    static StoreHeader read(final Path path, final FileChannel channel, final long offset, final FileKind kind)
            throws IOException {
        final ByteBuffer page = ByteBuffer.allocate(PAGE_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        if (StoreFiles.read(channel, page, offset) < PAGE_LENGTH) {
            throw new DamagedHeaderException(path, "its header is cut short");
        }
        page.flip();
        if (page.getInt(CHECKSUM_OFFSET) != Checksums.of(page, CHECKSUM_OFFSET)) {
            throw new DamagedHeaderException(path, "its header is damaged");
        }
        if (page.getLong(MAGIC_OFFSET) != StoreFileLayout.MAGIC || page.get(KIND_OFFSET) != kind.code()) {
            throw new StoreException(path, "is no " + kind.name().toLowerCase() + " of a frame store");
        }
        final int version = Short.toUnsignedInt(page.getShort(VERSION_OFFSET));
        final int suite = Byte.toUnsignedInt(page.get(SUITE_OFFSET));
        final long segmentSlots = page.getLong(SEGMENT_SLOTS_OFFSET);
        if (version != StoreFileLayout.VERSION) {
            throw new StoreException(
                    path, "format version " + version + " is not known here, only " + StoreFileLayout.VERSION + " is");
        }
        if (!Suite.isByte(suite)) {
            throw new StoreException(path, "suite " + suite + " is not known here");
        }
        if (!StoreOptions.isSegmentSlots(segmentSlots)) {
            throw new StoreException(path, "segment slots " + segmentSlots + " is out of range");
        }
        return new StoreHeader(
                kind,
                Suite.ofByte(suite),
                new UUID(page.getLong(STORE_ID_OFFSET), page.getLong(STORE_ID_OFFSET + Long.BYTES)),
                page.getLong(NUMBER_OFFSET),
                page.getLong(PARAMETER_OFFSET),
                (int) segmentSlots);
    }

    /** The header of another file of the same store. */
    StoreHeader of(final FileKind otherKind, final long otherNumber, final long otherParameter) {
        return new StoreHeader(otherKind, suite, storeId, otherNumber, otherParameter, segmentSlots);
    }

    /**
     * Checks that a file belongs to this one's store.
     *
     * @throws StoreException where it does not.
     */
    void checkSameStore(final Path path, final StoreHeader other) throws StoreException {
        if (!storeId.equals(other.storeId)) {
            throw new StoreException(path, "belongs to store " + other.storeId + ", not to " + storeId);
        }
        if (!suite.equals(other.suite) || segmentSlots != other.segmentSlots) {
            throw new StoreException(path, "has another suite or segment size than the store");
        }
    }
}
