package io.venation.bench;

import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One file that frames are appended to: no addresses, no index; frames are found by their place. */
final class FileKeeper implements FrameKeeper {
    private final StoreCheck check;
    private final ByteBuffer source;
    private final ByteBuffer target = ByteBuffer.allocateDirect(StoreCheck.MAX_COUNT * LatticeFrame.LENGTH);
    private final long targetAddress = MemorySegment.ofBuffer(target).address();
    private final FileChannel channel;

    FileKeeper(final Path folder, final StoreFrames frames, final StoreCheck check) {
        this.check = check;
        source = frames.frameBuffer();
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    folder.resolve("frames"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            channel.position(channel.size());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(final int first, final int count) {
        source.limit((first + count) * LatticeFrame.LENGTH).position(first * LatticeFrame.LENGTH);
        try {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int putAgain(final int first, final int count) {
        throw new UnsupportedOperationException("a file does not know what is in it");
    }

    @Override
    public long get(final int index, final int place) {
        target.limit((place + 1) * LatticeFrame.LENGTH).position(place * LatticeFrame.LENGTH);
        try {
            while (target.hasRemaining()) {
                final long position = (long) (index - place) * LatticeFrame.LENGTH + target.position();
                StoreCheck.that(channel.read(target, position) > 0, "the file ends early");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return targetAddress + (long) place * LatticeFrame.LENGTH;
    }

    @Override
    public boolean getVerified(final int first, final int count) {
        return check.getVerified(this, first, count);
    }

    @Override
    public void force() {
        try {
            channel.force(false);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
