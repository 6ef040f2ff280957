package io.venation.bench;

import io.venation.frame.LatticeFrame;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames through a Chronicle Queue with its own settings, in files: copied into the mapping and read there. They
 * outlive the process, but nothing forces them to the disk, and nothing is verified.
 *
 * <p>A queue keeps what it is given, so its days are made to end after {@value #FRAMES_PER_FILE} frames: the appender is
 * at most one file ahead, and the tailer deletes those behind it.
 */
final class ChronicleQueueWay implements FrameWay {
    static final int FRAMES_PER_FILE = 20_000;
    private static final int BATCH = 16;

    private final Path directory;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final ExcerptTailer tailer;
    private final UnsafeBuffer written = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer read = new UnsafeBuffer(0, 0);
    private final FrameSource source = new FrameSource();
    private final FrameSource sink = new FrameSource();
    private final AtomicLong receivedCount = new AtomicLong();
    private long sentCount;
    private int tailedCycle;
    private File tailedFile;
    /** The queue's clock, which the appender puts forward. */
    private volatile long day = TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis());

    ChronicleQueueWay(final Path parent) {
        try {
            directory = Files.createTempDirectory(parent, "venation-bench-");
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        queue = ChronicleQueue.singleBuilder(directory)
                .timeProvider(() -> TimeUnit.DAYS.toMillis(day))
                .build();
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true); // made here, closed here, used by the sending thread alone
        tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
    }

    @Override
    public int send() {
        if (sentCount - receivedCount.getAcquire() >= FRAMES_PER_FILE) {
            return 0;
        }
        try (DocumentContext document = appender.writingDocument()) {
            final Bytes<?> bytes = document.wire().bytes();
            written.wrap(bytes.addressForWrite(bytes.writePosition()), LatticeFrame.LENGTH);
            source.fill(written, 0);
            bytes.writeSkip(LatticeFrame.LENGTH);
        }
        sentCount++;
        if (sentCount % FRAMES_PER_FILE == 0) {
            day++;
        }
        return 1;
    }

    @Override
    public int receive() {
        int count = 0;
        while (count < BATCH && receiveOne()) {
            count++;
        }
        receivedCount.setRelease(receivedCount.getPlain() + count);
        return count;
    }

    private boolean receiveOne() {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return false;
            }
            final Bytes<?> bytes = document.wire().bytes();
            read.wrap(bytes.addressForRead(bytes.readPosition(), LatticeFrame.LENGTH), LatticeFrame.LENGTH);
            sink.readNext(read, 0);
        }
        if (tailer.cycle() != tailedCycle) {
            tailedCycle = tailer.cycle();
            if (tailedFile != null) {
                IoUtil.deleteIfExists(tailedFile);
            }
            tailedFile = tailer.currentFile();
        }
        return true;
    }

    @Override
    public void close() {
        queue.close();
        IoUtil.delete(directory.toFile(), true);
    }
}
