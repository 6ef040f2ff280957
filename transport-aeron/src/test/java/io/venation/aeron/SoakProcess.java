package io.venation.aeron;

import io.venation.flow.RejectReason;
import io.venation.frame.LatticeFrame;
import io.venation.receipt.ReceiptFlyweight;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process in which one thread sends sealed frames to another, and which says ten times on the way what memory it has.
 * A slow reader takes up to 16 frames and rests, and only once the sender has been pushed back since the last time: it is
 * behind by construction.
 */
final class SoakProcess {
    static final int SAMPLE_COUNT = 10;
    static final int SLOW_LIMIT = 16;

    private static final int LIMIT = 64;
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private SoakProcess() {}

    /** What was there when so many frames had come. */
    record Sample(
            long frames, long heapBytes, long directBytes, long mappedBytes, long residentBytes, long pushedBack) {
        static Sample parse(final String line) {
            final String[] words = line.split(" ");
            return new Sample(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }

        String line() {
            return frames + " " + heapBytes + " " + directBytes + " " + mappedBytes + " " + residentBytes + " "
                    + pushedBack;
        }

        private static Sample take(final long frames, final long pushedBack) throws IOException {
            System.gc();
            return new Sample(
                    frames,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    pool("direct"),
                    pool("mapped"),
                    residentNow(),
                    pushedBack);
        }

        private static long pool(final String name) {
            return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals(name))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
        }

        /** Everything the process has in memory: heap, kernels' scratch, terms, compiled code. */
        private static long residentNow() throws IOException {
            for (final String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
                if (line.startsWith("Rss:")) {
                    return 1_024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IOException("the system does not tell");
        }
    }

    /** Takes frames that bear the numbers from 0. */
    private static final class Reader implements FrameHandler {
        private long count;

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            final long number = frame.buffer().getLong(0);
            if (number != count) {
                throw new IllegalStateException("number=" + number + " where " + count + " is due");
            }
            count++;
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            throw new IllegalStateException("at " + position + ": " + reason.sentence());
        }
    }

    /** Arguments: frames, whether the reader is slow. */
    public static void main(final String[] arguments) throws Exception {
        final long frameCount = Long.parseLong(arguments[0]);
        final boolean isSlow = Boolean.parseBoolean(arguments[1]);
        try (LatticePlane plane = LatticePlane.launch(new LatticePlane.Context().requiresContinuity(true))) {
            final FrameSubscription subscription = plane.addSubscription("aeron:ipc", 1);
            final FramePublication publication = plane.addPublication("aeron:ipc", 1);
            final Thread sender = new Thread(() -> send(publication, frameCount), "sender");
            sender.start();
            final Reader reader = new Reader();
            long taken = 0;
            long pushedBack = 0;
            while (reader.count < frameCount) {
                if (isSlow && sender.isAlive()) {
                    if (publication.counters().backPressured() == pushedBack) {
                        Thread.onSpinWait();
                        continue;
                    }
                    pushedBack = publication.counters().backPressured();
                    LockSupport.parkNanos(REST_NS);
                }
                if (subscription.poll(reader, isSlow ? SLOW_LIMIT : LIMIT) == 0) {
                    Thread.yield();
                }
                if (reader.count >= (taken + 1) * frameCount / SAMPLE_COUNT) {
                    taken++;
                    final Sample sample =
                            Sample.take(reader.count, publication.counters().backPressured());
                    System.out.println(sample.line());
                }
            }
            sender.join();
        }
    }

    private static void send(final FramePublication publication, final long frameCount) {
        final FrameBatch batch = new FrameBatch();
        final UnsafeBuffer source = new UnsafeBuffer(new byte[LatticeFrame.LENGTH]);
        source.setMemory(0, LatticeFrame.LENGTH, (byte) 0x5A);
        for (long sent = 0; sent < frameCount; ) {
            if (publication.tryClaim(batch, (int) Math.min(FrameBatch.LIMIT, frameCount - sent)) < 0) {
                Thread.yield();
                continue;
            }
            for (int i = 0; i < batch.count(); i++) {
                source.putLong(0, sent++);
                batch.frame(i).buffer().putBytes(0, source, 0, LatticeFrame.LENGTH);
            }
            batch.commit();
        }
    }
}
