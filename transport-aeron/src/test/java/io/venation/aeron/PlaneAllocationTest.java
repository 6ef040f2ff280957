package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.venation.flow.RejectReason;
import io.venation.link.Turns;
import io.venation.receipt.ReceiptFlyweight;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Claims of each kind, filled in each way, and polls of each kind: not a byte is allocated. Rounds before the compilers
 * are done are warm-up; code that allocates on each frame has no round without.
 */
final class PlaneAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUND_LIMIT = 80;
    private static final int FRAMES_PER_ROUND = 1_000;

    private final FrameBatch batch = new FrameBatch();
    private final FrameClaim claim = new FrameClaim();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[100]);
    private final Counting counting = new Counting();
    private FramePublication publication;
    private FrameSubscription subscription;
    private long turn;

    /** Reads a little of each frame in each way. */
    private static final class Counting implements FrameHandler, FrameBlockHandler {
        private long sum;
        private long count;

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            sum += frame.buffer().getLong(0)
                    + frame.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, frame.segmentOffset() + 8);
            count++;
        }

        @Override
        public void onBlock(final FrameBlock block) {
            sum += block.byteBuffers()[0].remaining() + block.payloadLength(0);
            count += block.count();
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            sum++;
        }
    }

    @Timeout(100)
    @ParameterizedTest
    @CsvSource({TestStream.WHOLE + ", 0", TestStream.WHOLE + ", 2", TestStream.FRAGMENTING + ", 0"})
    void shouldAllocateNothingForAFrame(final String channel, final int workerCount) throws Exception {
        try (TestStream stream = new TestStream(
                new LatticePlane.Context().sealWorkers(workerCount).verifyWorkers(workerCount))) {
            subscription = stream.subscribe(channel);
            publication = stream.publish(channel);
            Turns.until(subscription::isConnected);
            final long[] threadIds = threadIds();
            assertEquals(1 + 2 * workerCount, threadIds.length);
            long allocated = -1;
            int round = 0;
            for (; round < ROUND_LIMIT && allocated != 0; round++) {
                final long before = allocatedBytes(threadIds);
                for (final long target = counting.count + FRAMES_PER_ROUND; counting.count < target; ) {
                    turn();
                }
                allocated = allocatedBytes(threadIds) - before;
            }
            assertEquals(0, allocated, "bytes allocated in the last of " + round + " rounds");
        }
    }

    /** This thread and the workers. */
    private static long[] threadIds() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread == Thread.currentThread() || thread.getName().matches("venation-(seal|verify)-[0-9]+"))
                .mapToLong(Thread::threadId)
                .toArray();
    }

    private static long allocatedBytes(final long[] threadIds) {
        long bytes = 0;
        for (final long threadId : threadIds) {
            bytes += THREADS.getThreadAllocatedBytes(threadId);
        }
        return bytes;
    }

    private void turn() {
        turn++;
        if (publication.tryClaim(batch, 3) >= 0) {
            final FrameView frame = batch.frame(0);
            frame.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, frame.segmentOffset(), turn);
            batch.byteBuffers()[0].put((byte) turn);
            batch.abort(batch.count() / 2);
            if (batch.commit() < 0) {
                batch.abort();
            }
        }
        if (publication.tryClaim(claim) >= 0) {
            claim.frame().buffer().putLong(0, turn);
            if (claim.payloadLength(8).commit() < 0) {
                claim.abort();
            }
        }
        publication.offer(bytes, 0, 100);
        if (turn % 2 == 0) {
            subscription.poll(counting, 20);
        } else {
            subscription.blockPoll(counting, 20);
        }
    }
}
