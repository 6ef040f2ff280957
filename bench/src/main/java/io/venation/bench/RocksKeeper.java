package io.venation.bench;

import io.venation.cli.CommandFailure;
import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with its write-ahead log, not synced by itself, no compression, a Bloom filter and a cache that holds everything;
 * addresses are given. With blobs, values stand apart from the keys and no compaction copies them.
 */
final class RocksKeeper implements FrameKeeper {
    private static final int BLOOM_BITS = 10;
    private static final int MIN_BLOB_LENGTH = 4_096;

    private final StoreCheck check;
    private final ByteBuffer values;
    private final ByteBuffer keys;
    private final ByteBuffer key = ByteBuffer.allocateDirect(StoreFrames.KEY_LENGTH);
    private final ByteBuffer target = ByteBuffer.allocateDirect(StoreCheck.MAX_COUNT * LatticeFrame.LENGTH);
    private final long targetAddress = MemorySegment.ofBuffer(target).address();
    private final Cache cache;
    private final BloomFilter filter = new BloomFilter(BLOOM_BITS);
    private final Options options;
    private final WriteOptions writing = new WriteOptions().setSync(false);
    private final ReadOptions reading = new ReadOptions();
    private final WriteBatch batch = new WriteBatch();
    private final RocksDB database;

    static {
        RocksDB.loadLibrary();
    }

    RocksKeeper(final Path folder, final StoreFrames frames, final StoreCheck check, final boolean withBlobs) {
        this.check = check;
        values = frames.frameBuffer();
        keys = frames.keyBuffer();
        cache = new LRUCache(2L * frames.count() * LatticeFrame.LENGTH);
        options = new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setIncreaseParallelism(Runtime.getRuntime().availableProcessors())
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter))
                .setEnableBlobFiles(withBlobs)
                .setMinBlobSize(MIN_BLOB_LENGTH);
        try {
            Files.createDirectories(folder);
            database = RocksDB.open(options, folder.toString());
        } catch (final RocksDBException e) {
            throw failure(e);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(final int first, final int count) {
        try {
            batch.clear();
            for (int i = first; i < first + count; i++) {
                batch.put(key(i), values.limit((i + 1) * LatticeFrame.LENGTH).position(i * LatticeFrame.LENGTH));
            }
            database.write(writing, batch);
        } catch (final RocksDBException e) {
            throw failure(e);
        }
    }

    @Override
    public int putAgain(final int first, final int count) {
        int present = 0;
        for (int i = first; i < first + count; i++) {
            if (database.keyExists(reading, key(i))) {
                present++;
            } else {
                put(i, 1);
            }
        }
        return present;
    }

    @Override
    public long get(final int index, final int place) {
        try {
            target.limit((place + 1) * LatticeFrame.LENGTH).position(place * LatticeFrame.LENGTH);
            final int length = database.get(reading, key(index), target);
            StoreCheck.that(length == LatticeFrame.LENGTH, "RocksDB lacks a frame");
            return targetAddress + (long) place * LatticeFrame.LENGTH;
        } catch (final RocksDBException e) {
            throw failure(e);
        }
    }

    /** At position 0: keyExists takes the limit for the length. */
    private ByteBuffer key(final int index) {
        return key.clear().put(0, keys, index * StoreFrames.KEY_LENGTH, StoreFrames.KEY_LENGTH);
    }

    @Override
    public boolean getVerified(final int first, final int count) {
        return check.getVerified(this, first, count);
    }

    @Override
    public void force() {
        try {
            database.syncWal();
        } catch (final RocksDBException e) {
            throw failure(e);
        }
    }

    private static CommandFailure failure(final RocksDBException cause) {
        return new CommandFailure("RocksDB: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(database, batch, reading, writing, options, filter, cache);
    }
}
