package io.venation.bench;

import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.DirectBufferProxy;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * LMDB, which syncs nothing by itself here: a transaction a batch, written by the system's calls or into the mapping.
 * Addresses are given. A frame takes four pages of 4,096 bytes, as each value begins with a header.
 */
final class LmdbKeeper implements FrameKeeper {
    private static final long PAGES_LENGTH = 4 * 4_096;
    private static final long ROOM_LENGTH = 64L << 20;

    private final StoreFrames frames;
    private final StoreCheck check;
    private final Env<DirectBuffer> environment;
    private final Dbi<DirectBuffer> database;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
    private Txn<DirectBuffer> reading;

    LmdbKeeper(final Path folder, final StoreFrames frames, final StoreCheck check, final EnvFlags... flags) {
        this.frames = frames;
        this.check = check;
        try {
            Files.createDirectories(folder);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        environment = Env.create(DirectBufferProxy.PROXY_DB)
                .setMapSize(2 * frames.count() * PAGES_LENGTH + ROOM_LENGTH)
                .open(folder.toFile(), flags);
        database = environment.openDbi((byte[]) null, DbiFlags.MDB_CREATE);
    }

    @Override
    public void put(final int first, final int count) {
        StoreCheck.that(putAgain(first, count) == 0, "LMDB has a new frame");
    }

    @Override
    public int putAgain(final int first, final int count) {
        endReading();
        int present = 0;
        try (Txn<DirectBuffer> writing = environment.txnWrite()) {
            for (int i = first; i < first + count; i++) {
                key.wrap(frames.key(i), StoreFrames.KEY_LENGTH);
                value.wrap(frames.frame(i), LatticeFrame.LENGTH);
                if (!database.put(writing, key, value, PutFlags.MDB_NOOVERWRITE)) {
                    present++;
                }
            }
            writing.commit();
        }
        return present;
    }

    /** All gets until the next put see one snapshot. */
    @Override
    public long get(final int index, final int place) {
        if (reading == null) {
            reading = environment.txnRead();
        }
        key.wrap(frames.key(index), StoreFrames.KEY_LENGTH);
        final DirectBuffer found = database.get(reading, key);
        StoreCheck.that(found != null && found.capacity() == LatticeFrame.LENGTH, "LMDB lacks a frame");
        return found.addressOffset();
    }

    private void endReading() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    @Override
    public boolean getVerified(final int first, final int count) {
        return check.getVerified(this, first, count);
    }

    @Override
    public void force() {
        environment.sync(true);
    }

    @Override
    public void close() {
        endReading();
        environment.close();
    }
}
