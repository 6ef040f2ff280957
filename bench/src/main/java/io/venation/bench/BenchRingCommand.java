package io.venation.bench;

import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code venation bench ring}. */
@Command(
        name = "ring",
        description = "Frames through a ring between two threads: copied and read, or copied, sealed and verified.",
        footer = {
            "",
            "The peers, Agrona's ring with its own poll and the LMAX Disruptor, only copy and read, as raw does."
        })
public final class BenchRingCommand extends ThroughputCommand {
    /** For the command line. */
    public BenchRingCommand() {}

    @Override
    void measure() throws InterruptedException, ExecutionException {
        measure(
                "ring",
                "up to 1 MiB",
                new Throughput()
                        .add(RAW, () -> new RingWay(false))
                        .add(SEALED, () -> new RingWay(true))
                        .add(PEER + "one-to-one", OneToOneRingWay::new)
                        .add(PEER + "disruptor", DisruptorWay::new));
    }
}
