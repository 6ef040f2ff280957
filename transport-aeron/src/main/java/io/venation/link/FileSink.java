package io.venation.link;

import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * One file on its way in: frames go to a temporary name in the same folder, straight from where they were verified;
 * pages of zeros become holes. {@link #commit} forces it to disk and gives it its name.
 *
 * <p>{@link #write} belongs to the receiving agent, {@link #commit} and {@link #discard} to one thread after it. Nothing
 * is allocated per frame.
 */
final class FileSink {
    private static final int PAGE_LENGTH = 4_096;
    private static final int PAGE_COUNT = LatticeFrame.LENGTH / PAGE_LENGTH;
    private static final int ALL_PAGES = (1 << PAGE_COUNT) - 1;
    private static final long FORCE_INTERVAL = 64L * 1024 * 1024;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PAGE_LENGTH).asReadOnlyBuffer();

    private final Path path;
    private final Path temporary;
    private final long length;
    private final FileChannel channel;
    private final ByteBuffer zeros = ZEROS.duplicate();
    private final ByteBuffer[] run = new ByteBuffer[64];
    private int runCount;
    private long runPosition;
    private long channelPosition;
    private long receivedLength;
    private long forcedLength;
    private IOException forceFailure;

    /**
     * Creates the temporary file.
     *
     * @param path      final name.
     * @param temporary name in the same folder that nobody has.
     * @param length    bytes to come.
     * @throws IOException where it cannot be created.
     */
    FileSink(final Path path, final Path temporary, final long length) throws IOException {
        this.path = path;
        this.temporary = temporary;
        this.length = length;
        this.channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    /**
     * Frames still to come.
     *
     * @return 0 when the file is whole.
     */
    long remainingFrames() {
        return (remainingBytes() + LatticeFrame.LENGTH - 1) / LatticeFrame.LENGTH;
    }

    long remainingBytes() {
        return length - receivedLength;
    }

    /**
     * Appends the payloads of frames.
     *
     * @param payloads buffers over 12,288 bytes each; positions and limits are used up.
     * @param count    at most {@link #remainingFrames()} and 64.
     * @throws IOException where the disk takes no more.
     */
    void write(final ByteBuffer[] payloads, final int count) throws IOException {
        for (int i = 0; i < count; i++) {
            final ByteBuffer payload = payloads[i];
            final int payloadLength = (int) Math.min(LatticeFrame.LENGTH, remainingBytes());
            final int start = payload.position();
            final int pages = nonZeroPages(payload, start, payloadLength);
            if (pages == ALL_PAGES) {
                if (runCount == 0) {
                    runPosition = receivedLength;
                }
                payload.limit(start + payloadLength).position(start);
                run[runCount++] = payload;
            } else {
                flushRun();
                writePages(payload, start, payloadLength, pages);
            }
            receivedLength += payloadLength;
        }
        flushRun();
    }

    /** Bit p for page p that holds anything; pages past the payload count as full so that a whole run stays one. */
    private int nonZeroPages(final ByteBuffer payload, final int start, final int payloadLength) {
        int pages = 0;
        for (int page = 0; page < PAGE_COUNT; page++) {
            final int from = page * PAGE_LENGTH;
            final int pageLength = Math.min(PAGE_LENGTH, payloadLength - from);
            if (pageLength <= 0) {
                pages |= pages != 0 ? 1 << page : 0;
            } else {
                payload.limit(start + from + pageLength).position(start + from);
                zeros.limit(pageLength).position(0);
                pages |= payload.mismatch(zeros) >= 0 ? 1 << page : 0;
            }
        }
        return pages;
    }

    private void writePages(final ByteBuffer payload, final int start, final int payloadLength, final int pages)
            throws IOException {
        for (int page = 0; page < PAGE_COUNT; page++) {
            final int from = page * PAGE_LENGTH;
            final int pageLength = Math.min(PAGE_LENGTH, payloadLength - from);
            if ((pages & 1 << page) != 0 && pageLength > 0) {
                payload.limit(start + from + pageLength).position(start + from);
                run[0] = payload;
                runCount = 1;
                runPosition = receivedLength + from;
                flushRun();
            }
        }
    }

    private void flushRun() throws IOException {
        if (runCount == 0) {
            return;
        }
        if (channelPosition != runPosition) {
            channel.position(runPosition);
            channelPosition = runPosition;
        }
        final ByteBuffer last = run[runCount - 1];
        while (last.hasRemaining()) {
            channelPosition += channel.write(run, 0, runCount);
        }
        runCount = 0;
    }

    /**
     * Whether so much was written since the last time that the disk should start on it. Asked once per interval.
     *
     * @return true when {@link #force} is due.
     */
    boolean isForceDue() {
        if (receivedLength - forcedLength < FORCE_INTERVAL) {
            return false;
        }
        forcedLength = receivedLength;
        return true;
    }

    /**
     * Forces what is written so far, on any thread, while more is being written.
     *
     * @throws IOException where the disk refuses; the file is then lost.
     */
    synchronized void force() throws IOException {
        try {
            channel.force(false);
        } catch (final ClosedChannelException e) {
            // committed or discarded meanwhile
        } catch (final IOException e) {
            forceFailure = e; // the kernel says it once
            throw e;
        }
    }

    /**
     * Forces the file to disk under its final name. What stood there before is replaced in one step.
     *
     * @param mode     permission bits.
     * @param modified modification time.
     * @throws IOException where the disk refuses; nothing then stands under the final name that did not before.
     */
    synchronized void commit(final int mode, final FileTime modified) throws IOException {
        try {
            if (forceFailure != null) {
                throw forceFailure;
            }
            if (channelPosition < length) {
                // a hole at the end: a byte past it makes the size, cutting it off again leaves no block behind
                final long past = (length + PAGE_LENGTH) / PAGE_LENGTH * PAGE_LENGTH;
                zeros.limit(1).position(0);
                channel.write(zeros, past);
                channel.truncate(length);
            }
            Files.setAttribute(temporary, "unix:mode", mode);
            Files.getFileAttributeView(temporary, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(modified, null, null);
            channel.force(true);
            channel.close();
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(path.toString(), null, "is a directory");
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException | RuntimeException e) {
            discard();
            throw e;
        }
    }

    /** Removes the temporary file. */
    void discard() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (final IOException e) {
            // the disk that failed may fail again; the temporary name says what it is
        }
    }
}
