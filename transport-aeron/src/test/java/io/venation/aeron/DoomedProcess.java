package io.venation.aeron;

import io.venation.link.Turns;
import java.io.File;
import java.util.concurrent.locks.LockSupport;
import org.agrona.IoUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process at one end of a stream that says when it has come to a point and then stands there, or goes on until it is
 * killed. What it has committed, or taken, stands in a file that outlives it.
 */
final class DoomedProcess {
    /** Frames that are committed before the point. */
    static final int COMMITTED_BEFORE = 2;

    private DoomedProcess() {}

    /** Where it dies. */
    enum Point {
        CLAIMED,
        FILLED,
        SEALED,
        COMMITTED,
        /** A publisher, at any of these: it sends for ever. */
        SENDING,
        /** A subscriber that has joined and polled nothing. */
        JOINED,
        /** In the handler, with a verified frame in hand and others of its run behind it. */
        HANDLING,
        /** A subscriber between two polls. */
        POLLED,
        /** A subscriber, at any of these: it polls for ever. */
        POLLING;

        boolean isOfPublisher() {
            return ordinal() <= SENDING.ordinal();
        }
    }

    /** Arguments: the driver's directory, channel, stream, point, frames at a time, workers, file of the progress. */
    public static void main(final String[] arguments) throws Exception {
        final Point point = Point.valueOf(arguments[3]);
        final int limit = Integer.parseInt(arguments[4]);
        final int workerCount = Integer.parseInt(arguments[5]);
        final AtomicBuffer progress = new UnsafeBuffer(IoUtil.mapExistingFile(new File(arguments[6]), "progress"));
        final LatticePlane plane = LatticePlane.connect(new LatticePlane.Context()
                .aeronDirectoryName(arguments[0])
                .termLength(TestStream.TERM_LENGTH)
                .requiresContinuity(true)
                .sealWorkers(workerCount)
                .verifyWorkers(workerCount));
        final int streamId = Integer.parseInt(arguments[2]);
        if (point.isOfPublisher()) {
            final FramePublication publication = plane.addPublication(arguments[1], streamId);
            Turns.until(publication::isConnected);
            publish(publication, point, limit, progress);
        } else {
            final FrameSubscription subscription = plane.addSubscription(arguments[1], streamId);
            Turns.until(subscription::isConnected);
            subscribe(subscription, point, limit, progress);
        }
    }

    private static void publish(
            final FramePublication publication, final Point point, final int limit, final AtomicBuffer progress)
            throws Exception {
        final NumberedSender sender = new NumberedSender(publication);
        Turns.until(() -> sender.claim(COMMITTED_BEFORE));
        sender.fill();
        sender.batch.commit();
        if (point == Point.SENDING) {
            say(point);
            for (int count = 1; ; count = count % limit + 1) {
                final int wanted = count;
                Turns.until(() -> sender.claim(wanted));
                sender.fill();
                sender.batch.commit();
                // with workers a frame is counted once it is published, without before the commit
                progress.putLongRelease(0, publication.counters().framesSealed());
            }
        }
        Turns.until(() -> sender.claim(limit));
        if (point != Point.CLAIMED) {
            sender.fill();
        }
        if (point == Point.SEALED) {
            sender.batch.seal();
        }
        if (point == Point.COMMITTED) {
            sender.batch.commit();
        }
        stop(point);
    }

    private static void subscribe(
            final FrameSubscription subscription, final Point point, final int limit, final AtomicBuffer progress)
            throws Exception {
        if (point == Point.JOINED) {
            stop(point);
        }
        final NumberedReader reader = new NumberedReader();
        reader.afterwards = point == Point.HANDLING ? () -> stop(point) : () -> {};
        Turns.until(() -> subscription.poll(reader, limit) > 0);
        if (point == Point.POLLED) {
            stop(point);
        }
        say(point);
        while (true) {
            subscription.poll(reader, limit);
            progress.putLongRelease(0, reader.count);
        }
    }

    private static void say(final Point point) {
        System.out.println(point);
        System.out.flush();
    }

    private static void stop(final Point point) {
        say(point);
        while (true) {
            LockSupport.park();
        }
    }
}
