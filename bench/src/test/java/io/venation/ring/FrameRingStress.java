package io.venation.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.venation.flow.FlowResult;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a {@link FrameRing}'s consumer may see while its producer is at work; StressTest runs it. */
public final class FrameRingStress {
    private static final int LAST_WORD_OFFSET = SealedFrameLayout.LENGTH - Long.BYTES;
    private static final int ALL = 16;
    private static final int SOMETHING_ELSE = 9;

    private FrameRingStress() {}

    /** A ring, its producer's claim, and numbers for its frames that no frame has borne. */
    public abstract static class NumberedFrames {
        private static final AtomicLong NUMBERS = new AtomicLong(1);

        final FrameRing ring;
        final FrameClaim claim = new FrameClaim(ALL);
        final long firstNumber = NUMBERS.getAndAdd(ALL);

        NumberedFrames(final FrameRing ring) {
            this.ring = ring;
        }

        final void claim(final int count) {
            ring.tryClaim(claim, count);
            for (int i = 0; i < claim.count(); i++) {
                OffHeap.putU64(claim.address(i), firstNumber + i);
                OffHeap.putU64(claim.address(i) + LAST_WORD_OFFSET, firstNumber + i);
            }
        }

        /** 1 for the first frame of the claim, 2 for the second. */
        final int ordinal(final long number) {
            final long ordinal = number - firstNumber + 1;
            return ordinal > 0 && ordinal < SOMETHING_ELSE ? (int) ordinal : SOMETHING_ELSE;
        }

        /** Polls twice; returns a digit for each frame. */
        final int pollOrdinals() {
            final int[] digits = new int[1];
            final FrameRunHandler handler = (address, stride, count) -> {
                for (int i = 0; i < count; i++) {
                    digits[0] = 10 * digits[0] + ordinal(OffHeap.getU64(address + (long) i * stride));
                }
            };
            ring.poll(handler, ALL);
            ring.poll(handler, ALL);
            return digits[0];
        }
    }

    /** Rings are used again, so frames stand in every place, those that wrap among them. */
    public abstract static class UsedRing extends NumberedFrames {
        private static final Queue<FrameRing> RINGS = new ConcurrentLinkedQueue<>();

        UsedRing() {
            final FrameRing used = RINGS.poll();
            super(used == null ? new FrameRing(FrameRing.MIN_CAPACITY) : used);
        }

        @Arbiter
        public final void drain() {
            while (ring.poll((address, stride, count) -> {}, ALL) > 0) {
                // the next one begins with an empty ring
            }
            RINGS.add(ring);
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The poll comes before the commit and sees nothing.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The poll comes after the commit and sees the whole frame.")
    @Outcome(expect = FORBIDDEN, desc = "The poll sees a part of a frame.")
    @State
    public static class ACommittedFrameIsSeenWhole extends UsedRing {
        @Actor
        public void producer() {
            claim(1);
            claim.commit();
        }

        @Actor
        public void consumer(final II_Result seen) {
            ring.poll(
                    (address, stride, count) -> {
                        seen.r2 = ordinal(OffHeap.getU64(address + LAST_WORD_OFFSET));
                        seen.r1 = ordinal(OffHeap.getU64(address));
                    },
                    1);
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Both polls come before the commit.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "The first frame is committed.")
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "The first two frames are committed.")
    @Outcome(id = "123", expect = ACCEPTABLE, desc = "All frames are committed.")
    @Outcome(expect = FORBIDDEN, desc = "Frames are lost, repeated or out of order.")
    @State
    public static class FramesComeInTheirOrder extends UsedRing {
        @Actor
        public void producer() {
            claim(3);
            claim.commit();
        }

        @Actor
        public void consumer(final I_Result seen) {
            seen.r1 = pollOrdinals();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Both polls come before the commit.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "The first frame is committed.")
    @Outcome(id = "13", expect = ACCEPTABLE, desc = "All frames are committed but the one that was given up.")
    @Outcome(expect = FORBIDDEN, desc = "A frame that was given up is delivered, or takes another with it.")
    @State
    public static class AnAbortedFrameIsNeverSeen extends UsedRing {
        @Actor
        public void producer() {
            claim(3);
            claim.abort(1);
            claim.commit();
        }

        @Actor
        public void consumer(final I_Result seen) {
            seen.r1 = pollOrdinals();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The ring is still full: no room for a claim.")
    @Outcome(
            id = "1, 1",
            expect = ACCEPTABLE,
            desc = "The claim gets the room of frames that the consumer is done with.")
    @Outcome(expect = FORBIDDEN, desc = "The producer writes to frames that the consumer reads.")
    @State
    public static class AClaimGetsNoFrameThatIsBeingRead extends UsedRing {
        private static final int TRIES = 200;

        public AClaimGetsNoFrameThatIsBeingRead() {
            do {
                claim(ALL);
                claim.commit();
            } while (ring.tryClaim(claim, 1) > 0 && abort());
        }

        private boolean abort() {
            claim.abort();
            return true;
        }

        @Actor
        public void producer(final II_Result seen) {
            for (int i = 0; i < TRIES && seen.r2 == 0; i++) {
                if (ring.tryClaim(claim, 1) > 0) {
                    OffHeap.putU64(claim.address(0), -1);
                    OffHeap.putU64(claim.address(0) + LAST_WORD_OFFSET, -1);
                    claim.commit();
                    seen.r2 = 1;
                }
            }
        }

        @Actor
        public void consumer(final II_Result seen) {
            seen.r1 = 1;
            final FrameRunHandler handler = (address, stride, count) -> {
                for (long word = address; word < address + (long) count * stride - Long.BYTES; word += Long.BYTES) {
                    if (OffHeap.getU64(word) == -1) {
                        seen.r1 = SOMETHING_ELSE;
                    }
                }
            };
            ring.poll(handler, 2);
            ring.poll(handler, 2);
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Both polls come before the commit.")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The frame is committed, the ring not known to be closed yet.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The frame is delivered, then the ring says that it is closed.")
    @Outcome(expect = FORBIDDEN, desc = "The ring says that it is closed while a committed frame is left in it.")
    @State
    public static class AClosedRingIsDrainedFirst extends NumberedFrames {
        public AClosedRingIsDrainedFirst() {
            super(new FrameRing(FrameRing.MIN_CAPACITY));
        }

        @Actor
        public void producer() {
            claim(1);
            claim.commit();
            claim(2);
            ring.close();
        }

        @Actor
        public void consumer(final II_Result seen) {
            for (int i = 0; i < 3; i++) {
                final long polled = ring.poll((address, stride, count) -> seen.r1 += count, ALL);
                if (polled == FlowResult.CLOSED) {
                    seen.r2 = 1;
                    return;
                }
            }
        }
    }
}
