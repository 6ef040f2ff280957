package io.venation.cli;

import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.aeron.VerifyPool;
import io.venation.link.LinkEndpoint;
import io.venation.link.LinkException;
import io.venation.link.ReceiveAgent;
import io.venation.link.ReceiveOptions;
import io.venation.link.SendAgent;
import io.venation.link.SourcePaths;
import io.venation.link.TransferSummary;
import io.venation.link.TreeScan;
import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code venation replicate}: sender, driver and receiver in one process. */
@Command(
        name = "replicate",
        description = "Copy a file or tree through sealed frames and verify every one of them on the way.",
        footer = {
            "",
            "The contents of SOURCE become the contents of TARGET; existing files are replaced, others left.",
            "With --store they become an object of a store: its root is pinned and stands on the last line.",
            "Nothing stands under its final name before it is verified and on disk."
        })
public final class ReplicateCommand implements VenationCommand {
    private static final String LOOPBACK = "127.0.0.1";

    /** What carries the frames. */
    enum Transport {
        ipc,
        udp
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A file or directory.")
    private Path source;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TARGET", description = "What becomes its copy.")
    private Path target;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Instead of TARGET: a store, made where it is not there, that gets the frames it lacks.")
    private Path store;

    @Option(
            names = "--transport",
            paramLabel = "ipc|udp",
            defaultValue = "ipc",
            description = "Shared memory, or UDP over loopback (default ${DEFAULT-VALUE}).")
    private Transport transport;

    @Mixin
    private MtuOption mtu;

    @Option(names = "--receipts", paramLabel = "FILE", description = "Write the 128-byte receipts there, in order.")
    private Path receipts;

    @Mixin
    private TransferOptions options;

    /** For the command line. */
    public ReplicateCommand() {}

    @Override
    public Integer call() throws IOException {
        final Console console = Console.of(spec);
        if ((target == null) == (store == null)) {
            throw new ParameterException(spec.commandLine(), "Either TARGET or --store DIR, one of the two");
        }
        try (Interruption interruption = new Interruption()) {
            final Path from = SourcePaths.existing(source);
            requireOutside(from);
            final long totalBytes = TreeScan.of(from).bytes();
            final TransferSummary summary = store == null
                    ? copy(from, totalBytes, interruption)
                    : store(console, from, totalBytes, interruption);
            return TransferReport.print(console, summary, options.json());
        } catch (final LinkException | AeronException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private TransferSummary copy(final Path from, final long totalBytes, final Interruption interruption)
            throws IOException {
        final boolean isFile = Files.isRegularFile(from);
        final Path to = isFile ? SourcePaths.fileTarget(target) : SourcePaths.target(target);
        SourcePaths.requireApart(from, to);
        return replicate(
                from,
                totalBytes,
                new ReceiveOptions.Folder(isFile ? to.getParent() : to, isFile ? SourcePaths.name(to) : null, true),
                options.suite(),
                interruption);
    }

    private TransferSummary store(
            final Console console, final Path from, final long totalBytes, final Interruption interruption)
            throws IOException {
        final Path to = SourcePaths.target(store);
        if (Files.isDirectory(from) && (to.startsWith(from) || from.startsWith(to))) {
            throw new CommandFailure("--store " + store + " and SOURCE " + source + ": one is inside the other");
        }
        final Suite there = options.suiteAt(store);
        final Suite suite = options.suite(store, there);
        try (MappedFrameStore frames = new StoreAccess(console, options.kernels()).open(store, there)) {
            return replicate(from, totalBytes, new ReceiveOptions.Store(frames, there), suite, interruption);
        }
    }

    /** Receipts that grow among the files being read would be one that changes. */
    private void requireOutside(final Path from) throws IOException {
        if (receipts != null
                && Files.isDirectory(from)
                && SourcePaths.target(receipts).startsWith(from)) {
            throw new CommandFailure("--receipts " + receipts + " is inside SOURCE: choose another place");
        }
    }

    private TransferSummary replicate(
            final Path from,
            final long totalBytes,
            final ReceiveOptions.Target to,
            final Suite suite,
            final Interruption interruption)
            throws IOException {
        final ReceiveOptions receiveOptions =
                new ReceiveOptions(to, suite::equals, suite.label(), receipts, summary -> {});
        try (EmbeddedDriver driver = EmbeddedDriver.launch()) {
            final LinkEndpoint receiver;
            final LinkEndpoint sender;
            if (transport == Transport.ipc) {
                receiver = LinkEndpoint.ipc();
                sender = receiver;
            } else {
                final int port = freePort();
                receiver = LinkEndpoint.at(LOOPBACK, port);
                sender = LinkEndpoint.to(LOOPBACK, port, mtu.bytes());
            }
            final ReceiveAgent receiveAgent = new ReceiveAgent(
                    driver.aeron(),
                    receiver,
                    receiveOptions,
                    options.kernels(),
                    new VerifyPool(1),
                    SystemNanoClock.INSTANCE);
            try (AgentRunner runner = new AgentRunner(Sending.idle(), EmbeddedDriver::logError, null, receiveAgent);
                    Progress progress = Progress.of("sent", totalBytes, options.json())) {
                AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
                return Sending.run(
                        new SendAgent(driver.aeron(), sender, from, suite, options.kernels(), SystemNanoClock.INSTANCE),
                        progress,
                        interruption);
            }
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            return socket.getLocalPort();
        }
    }
}
