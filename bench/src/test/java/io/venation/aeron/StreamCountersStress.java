package io.venation.aeron;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** What other threads read from a stream's counters; StressTest runs it. */
public final class StreamCountersStress {
    private StreamCountersStress() {}

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Nothing is counted yet.")
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "The frames are counted, their bytes not yet.")
    @Outcome(id = "24576, 2", expect = ACCEPTABLE, desc = "Both are counted.")
    @Outcome(expect = FORBIDDEN, desc = "Bytes of frames that are not counted, or half a number.")
    @State
    public static class BytesAreSeenWithTheirFrames {
        private final PublicationCounters counters = new PublicationCounters();
        private final int[] payloadLengths = {12_288, 12_288};

        @Actor
        public void stream() {
            counters.sealed(2, payloadLengths);
        }

        @Actor
        public void reader(final JJ_Result seen) {
            seen.r1 = counters.payloadBytes();
            seen.r2 = counters.framesSealed();
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Nothing is counted yet.")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It is counted between the two looks.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It is counted.")
    @Outcome(expect = FORBIDDEN, desc = "A counter goes back.")
    @State
    public static class ACounterNeverGoesBack {
        private final StreamCounters counters = new StreamCounters(1);

        @Actor
        public void stream() {
            counters.add(0, 1);
        }

        @Actor
        public void reader(final JJ_Result seen) {
            seen.r1 = counters.get(0);
            seen.r2 = counters.get(0);
        }
    }
}
