package io.venation.bench;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code venation bench udp}. */
@Command(
        name = "udp",
        description =
                "Frames over UDP on the loopback interface: by Aeron alone, and sealed and verified; and over TCP.",
        footer = {
            "",
            "All copy the payload in; the consumer of the raw ones reads every cache line. Over TCP each frame is followed by "
                    + "its BLAKE3 hash, which both ends compute with commons-codec."
        })
public final class BenchUdpCommand extends AeronThroughputCommand {
    /** For the command line. */
    public BenchUdpCommand() {}

    @Override
    void measure() throws IOException, InterruptedException, ExecutionException {
        measure("udp", "aeron:udp?endpoint=localhost:24768");
    }

    @Override
    void addPeers(final Throughput throughput) {
        throughput.add(PEER + "tcp-commons-codec", TcpWay::new);
    }
}
