package io.venation.store;

import io.venation.receipt.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A checkpoint as a value; {@link CheckpointLayout} has its picture. */
record Checkpoint(long sequence, long journalGeneration, long indexGeneration, int indexChecksum, StoreState state) {
    /** Writes it under a temporary name, forces it, and gives it its own. */
    void write(final StoreFiles files, final Path directory, final StoreHeader store) throws IOException {
        final int length = CheckpointLayout.STATE_OFFSET
                + CheckpointLayout.STATE_LENGTH
                + CheckpointLayout.ROOT_LENGTH * state.roots.size()
                + Long.BYTES * state.free.count()
                + Integer.BYTES;
        final ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(store.of(FileKind.CHECKPOINT, 0, 0).page())
                .putLong(sequence)
                .putLong(journalGeneration)
                .putLong(indexGeneration)
                .putLong(Integer.toUnsignedLong(indexChecksum))
                .putLong(state.slotCount)
                .putLong(state.frameCount)
                .putLong(state.payloadBytes)
                .putLong(state.bytesPut)
                .putLong(state.quarantinedCount)
                .putLong(state.areRootsUnknown ? 1 : 0)
                .putLong(state.roots.size())
                .putLong(state.free.count());
        state.roots.forEach((root, pins) -> bytes.putLong(root.word0())
                .putLong(root.word1())
                .putLong(root.word2())
                .putLong(root.word3())
                .putLong(pins));
        for (int i = 0; i < state.free.count(); i++) {
            bytes.putLong(state.free.get(i));
        }
        bytes.putInt(crc(bytes));
        final Path path = FileKind.CHECKPOINT.path(directory);
        final Path temporary = directory.resolve(path.getFileName() + ".new");
        try (FileChannel channel = StoreFiles.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            StoreFiles.write(channel, bytes.flip(), 0);
            files.force(temporary, channel);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        files.forceDirectory(directory);
    }

    private static int crc(final ByteBuffer bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, bytes.position());
        return (int) crc.getValue();
    }

    /**
     * Reads the checkpoint.
     *
     * @return empty where there is none or it is damaged: then the journal says it all.
     * @throws StoreException where it is whole but another store's or version's.
     */
    static Optional<Checkpoint> read(final Path directory, final StoreHeader store) throws IOException {
        final Path path = FileKind.CHECKPOINT.path(directory);
        try (FileChannel channel = StoreFiles.open(path, StandardOpenOption.READ)) {
            store.checkSameStore(path, StoreHeader.read(path, channel, 0, FileKind.CHECKPOINT));
            final ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(channel.size())).order(ByteOrder.LITTLE_ENDIAN);
            StoreFiles.read(channel, bytes, 0);
            return isWhole(bytes.flip()) ? Optional.of(parse(bytes)) : Optional.empty();
        } catch (final NoSuchFileException | DamagedHeaderException _) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(final ByteBuffer bytes) {
        final int end = bytes.limit() - Integer.BYTES;
        return end >= CheckpointLayout.STATE_OFFSET + CheckpointLayout.STATE_LENGTH
                && bytes.getInt(end) == crc(bytes.position(end));
    }

    private static Checkpoint parse(final ByteBuffer bytes) {
        bytes.position(CheckpointLayout.STATE_OFFSET);
        final StoreState state = new StoreState();
        final long sequence = bytes.getLong();
        final long journalGeneration = bytes.getLong();
        final long indexGeneration = bytes.getLong();
        final int indexChecksum = (int) bytes.getLong();
        state.slotCount = bytes.getLong();
        state.frameCount = bytes.getLong();
        state.payloadBytes = bytes.getLong();
        state.bytesPut = bytes.getLong();
        state.quarantinedCount = bytes.getLong();
        state.areRootsUnknown = bytes.getLong() != 0;
        final long rootCount = bytes.getLong();
        final long freeCount = bytes.getLong();
        for (long i = 0; i < rootCount; i++) {
            state.roots.put(
                    new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()), bytes.getLong());
        }
        for (long i = 0; i < freeCount; i++) {
            state.free.push(bytes.getLong());
        }
        return new Checkpoint(sequence, journalGeneration, indexGeneration, indexChecksum, state);
    }
}
