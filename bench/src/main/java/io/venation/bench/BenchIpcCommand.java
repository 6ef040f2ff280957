package io.venation.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code venation bench ipc}. */
@Command(
        name = "ipc",
        description =
                "Frames through shared memory: by Aeron alone, and sealed and verified; and through Chronicle Queue.",
        footer = {
            "",
            "All copy the payload in; the consumer of frames that are not verified reads every cache line. Chronicle Queue "
                    + "keeps them in files of the temporary directory, at most three of 246 MB, and verifies nothing."
        })
public final class BenchIpcCommand extends AeronThroughputCommand {
    /** For the command line. */
    public BenchIpcCommand() {}

    @Override
    void measure() throws IOException, InterruptedException, ExecutionException {
        measure("ipc", "aeron:ipc");
    }

    @Override
    void addPeers(final Throughput throughput) {
        throughput.add(
                PEER + "chronicle-queue", () -> new ChronicleQueueWay(Path.of(System.getProperty("java.io.tmpdir"))));
    }
}
