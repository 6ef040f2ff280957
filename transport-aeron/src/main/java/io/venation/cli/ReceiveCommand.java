package io.venation.cli;

import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.aeron.VerifyPool;
import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import io.venation.link.LinkEndpoint;
import io.venation.link.LinkException;
import io.venation.link.ReceiveAgent;
import io.venation.link.ReceiveOptions;
import io.venation.link.SourcePaths;
import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code venation receive}: serves until interrupted. */
@Command(
        name = "receive",
        description =
                "Receive what `venation send` sends, verify every frame, and keep it under a folder or in a store.",
        footer = {"", "Serves any number of senders until interrupted; prints one summary per transfer."})
public final class ReceiveCommand implements VenationCommand {
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:40912",
            converter = HostPort.Converter.class,
            description = "UDP address to listen at (default ${DEFAULT-VALUE}).")
    private HostPort listen;

    @ArgGroup(multiplicity = "1")
    private Place place;

    @Option(
            names = "--suite",
            paramLabel = "blake3|sha3",
            converter = SuiteName.class,
            description = "Take only this content address hash (default: any).")
    private AddressHash addressHash;

    @Option(
            names = "--r96",
            paramLabel = "mod96|mix17|algebraic",
            converter = RuleName.class,
            description = "Take only this R96 rule (default: any).")
    private R96Rule rule;

    @Option(
            names = "--kernel",
            paramLabel = "auto|native|vector|scalar",
            defaultValue = "auto",
            description = "Kernels that hash (default ${DEFAULT-VALUE}).")
    private String kernel;

    @Option(names = "--json", description = "Print one JSON object per transfer.")
    private boolean json;

    /** Where it goes: one of the two. */
    private static final class Place {
        @Option(names = "--into", required = true, paramLabel = "DIR", description = "Folder for what arrives.")
        private Path into;

        @Option(
                names = "--store",
                required = true,
                paramLabel = "DIR",
                description =
                        "Store for what arrives, made where it is not there: each transfer becomes an object, its root"
                                + " is pinned, and frames that are there are not sent again.")
        private Path store;
    }

    /** For the command line. */
    public ReceiveCommand() {}

    @Override
    public Integer call() throws IOException {
        final Console console = Console.of(spec);
        listen.warnUnauthenticated(console);
        try (Interruption interruption = new Interruption()) {
            return place.store == null
                    ? receive(
                            console,
                            interruption,
                            new ReceiveOptions.Folder(SourcePaths.target(place.into), null, false))
                    : store(console, interruption);
        }
    }

    private int store(final Console console, final Interruption interruption) throws IOException {
        final Suite suite = suiteAt(place.store);
        try (MappedFrameStore store = new StoreAccess(console, KernelName.select(kernel)).open(place.store, suite)) {
            return receive(console, interruption, new ReceiveOptions.Store(store, suite));
        }
    }

    private Suite suiteAt(final Path directory) throws IOException {
        final Suite wanted = new Suite(
                rule == null ? Suite.DEFAULT.rule() : rule,
                addressHash == null ? Suite.DEFAULT.addressHash() : addressHash);
        final Suite there = MappedFrameStore.suite(directory).orElse(wanted);
        if (addressHash != null && there.addressHash() != addressHash) {
            throw new CommandFailure(directory + ": the store's suite is " + there.label());
        }
        return there;
    }

    private int receive(final Console console, final Interruption interruption, final ReceiveOptions.Target target)
            throws IOException {
        final ReceiveOptions options = new ReceiveOptions(
                target,
                this::accepts,
                (addressHash == null ? "any hash" : addressHash.name()) + " with "
                        + (rule == null ? "any rule" : rule.label()),
                null,
                summary -> TransferReport.print(console, summary, json));
        try (EmbeddedDriver driver = EmbeddedDriver.launch();
                AgentRunner runner = new AgentRunner(
                        Sending.idle(),
                        EmbeddedDriver::logError,
                        null,
                        new ReceiveAgent(
                                driver.aeron(),
                                LinkEndpoint.at(listen.host(), listen.port()),
                                options,
                                KernelName.select(kernel),
                                new VerifyPool(1),
                                SystemNanoClock.INSTANCE))) {
            AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
            console.error("receiving at " + listen.host() + ":" + listen.port() + " until interrupted");
            while (interruption.pause(PAUSE_NS)) {
                // the agent does the work
            }
            return VenationMain.EXIT_OK;
        } catch (final LinkException | AeronException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private boolean accepts(final Suite suite) {
        return (addressHash == null || addressHash == suite.addressHash()) && (rule == null || rule == suite.rule());
    }
}
