package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.venation.flow.RejectReason;
import io.venation.frame.SealedFrameLayout;
import io.venation.link.Turns;
import io.venation.receipt.ReceiptFlyweight;
import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A publication on the stream that sends random bytes and mutated frames as fast as they are taken, beside one that sends
 * good frames: each message of the one is rejected and counted, each frame of the other is delivered.
 */
final class GarbagePublisherTest {
    private static final long SEED = 12_288;

    private final Random random = new Random(SEED);
    private final UnsafeBuffer noise = new UnsafeBuffer(new byte[16_384]);
    private final UnsafeBuffer[] frames = new UnsafeBuffer[16];
    private final UnsafeBuffer mutant =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(2 * SealedFrameLayout.LENGTH, 64));
    private int mutantLength;
    private long goodCount;
    private long rejectedCount;

    private final FrameHandler handler = new FrameHandler() {
        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            assertEquals(goodCount, frame.buffer().getLong(0), "seed=" + SEED);
            assertEquals(goodCount, receipt.sequence(), "seed=" + SEED);
            goodCount++;
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            rejectedCount++;
        }
    };

    @ParameterizedTest
    @CsvSource({TestStream.WHOLE + ", 1000000", TestStream.FRAGMENTING + ", 100000"})
    void shouldDeliverNothingInvalidAndLetNothingEscape(final String channel, final int messageCount) throws Exception {
        random.nextBytes(noise.byteArray());
        for (int i = 0; i < frames.length; i++) {
            frames[i] = TestStream.sealed(noise, random.nextInt(4_000), random.nextInt(1_000));
        }
        try (TestStream stream = new TestStream()) {
            final FrameSubscription subscription = stream.subscribe(channel);
            final ExclusivePublication foreign = stream.foreign(channel);
            final FramePublication publication = stream.publish(channel);
            Turns.until(() -> subscription.imageCount() == 2);
            final UnsafeBuffer value = new UnsafeBuffer(new byte[8]);
            long sentCount = 0;
            for (int i = 0; i < messageCount; i++) {
                final UnsafeBuffer message = mutate();
                while (foreign.offer(message, 0, mutantLength) < 0) {
                    subscription.poll(handler, 64);
                }
                if (i % 100 == 0) {
                    value.putLong(0, sentCount);
                    while (publication.offer(value, 0, 8) < 0) {
                        subscription.poll(handler, 64);
                    }
                    sentCount++;
                }
            }
            Turns.until(() -> subscription.poll(handler, 64) == 0 && subscription.poll(handler, 64) == 0);
            assertEquals(sentCount, goodCount, "seed=" + SEED);
            assertEquals(sentCount, subscription.counters().framesVerified(), "seed=" + SEED);
            assertEquals(rejectedCount, subscription.counters().rejections(), "seed=" + SEED);
            // a message of more than one fragment is rejected in as many parts as there are
            assertTrue(rejectedCount >= messageCount, () -> "seed=" + SEED + " rejected=" + rejectedCount);
            for (final RejectReason reason : new RejectReason[] {
                RejectReason.LENGTH,
                RejectReason.ENVELOPE_VERSION,
                RejectReason.TAG,
                RejectReason.SEQUENCE,
                RejectReason.R96_DIGEST,
                RejectReason.CONTENT_ADDRESS
            }) {
                assertTrue(subscription.counters().rejections(reason) > 0, reason + " seed=" + SEED);
            }
        }
    }

    /** Mostly short noise; one in 64 is a sealed frame with something wrong, or noise of its length. */
    private UnsafeBuffer mutate() {
        if (random.nextInt(64) != 0) {
            mutantLength = random.nextInt(200);
            noise.putLong(0, random.nextLong());
            return noise;
        }
        mutantLength = SealedFrameLayout.LENGTH;
        mutant.putBytes(0, frames[random.nextInt(frames.length)], 0, SealedFrameLayout.LENGTH);
        switch (random.nextInt(6)) {
            case 0 -> flip(random.nextInt(SealedFrameLayout.LENGTH));
            case 1 -> flip(random.nextInt(SealedFrameLayout.FRAME_OFFSET));
            case 2 -> { // the receipt of one frame before another
                mutant.putBytes(0, TestStream.sealed(random.nextLong(), 3), 0, SealedFrameLayout.FRAME_OFFSET);
            }
            case 3 -> mutantLength = random.nextInt(SealedFrameLayout.LENGTH);
            case 4 -> mutantLength = SealedFrameLayout.LENGTH + 1 + random.nextInt(1_000);
            default -> mutant.putBytes(0, noise, 1_000, SealedFrameLayout.LENGTH);
        }
        return mutant;
    }

    private void flip(final int offset) {
        mutant.putByte(offset, (byte) (mutant.getByte(offset) ^ 1 << random.nextInt(8)));
    }
}
