package io.venation.bench;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code venation bench ipc}. */
@Command(
        name = "ipc",
        description = "Frames through shared memory: by Aeron alone, and sealed and verified.",
        footer = {"", "Both copy the payload in; the consumer of the raw ones reads every cache line."})
public final class BenchIpcCommand extends AeronThroughputCommand {
    /** For the command line. */
    public BenchIpcCommand() {}

    @Override
    void measure() throws IOException, InterruptedException, ExecutionException {
        measure("ipc", "aeron:ipc");
    }
}
