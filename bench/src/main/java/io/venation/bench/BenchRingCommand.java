package io.venation.bench;

import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code venation bench ring}. */
@Command(
        name = "ring",
        description = "Frames through a ring between two threads: copied and read, or copied, sealed and verified.")
public final class BenchRingCommand extends ThroughputCommand {
    /** For the command line. */
    public BenchRingCommand() {}

    @Override
    void measure() throws InterruptedException, ExecutionException {
        measure(
                "ring",
                "1 MiB",
                new Throughput().add(RAW, () -> new RingWay(false)).add(SEALED, () -> new RingWay(true)));
    }
}
