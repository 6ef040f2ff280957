package io.venation.cli;

import io.aeron.Aeron;
import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.hashing.FrameKernels;
import io.venation.link.LinkEndpoint;
import io.venation.link.LinkException;
import io.venation.link.SendAgent;
import io.venation.link.SourcePaths;
import io.venation.link.TreeScan;
import io.venation.object.ObjectDamageException;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code venation send}. */
@Command(
        name = "send",
        description = "Send a file or tree to a `venation receive`; done when it is verified and on disk there.",
        footer = {
            "",
            "A receiver with a store gets the frames that it lacks; after an interruption the same command goes on.",
            "With --store SOURCE is ROOT[/PATH]: an object of a store, with all that it stands on."
        })
public final class SendCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A file or directory, or an object of a store.")
    private String source;

    @Option(names = "--store", paramLabel = "DIR", description = "The store that has SOURCE, a root or what is in it.")
    private Path store;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Where `venation receive` listens.")
    private HostPort to;

    @Mixin
    private MtuOption mtu;

    @Mixin
    private TransferOptions options;

    /** For the command line. */
    public SendCommand() {}

    @Override
    public Integer call() throws IOException {
        final Console console = Console.of(spec);
        to.warnUnauthenticated(console);
        try (Interruption interruption = new Interruption()) {
            return store == null ? sendFiles(console, interruption) : sendObject(console, interruption);
        } catch (final LinkException | AeronException | ObjectDamageException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private int sendFiles(final Console console, final Interruption interruption) throws IOException {
        final Path from = SourcePaths.existing(RawText.path(source));
        final LinkEndpoint receiver = receiver();
        return send(
                console,
                interruption,
                TreeScan.of(from).bytes(),
                aeron -> new SendAgent(
                        aeron, receiver, from, options.suite(), options.kernels(), SystemNanoClock.INSTANCE));
    }

    private int sendObject(final Console console, final Interruption interruption) throws IOException {
        final StoredPath path = storedPath();
        final LinkEndpoint receiver = receiver();
        final FrameKernels kernels = options.kernels();
        return new StoreAccess(console, kernels).read(store, (frames, there) -> {
            final Suite suite = options.suite(store, there);
            final Digest root = switch (path.resolve(frames, kernels, there)) {
                case final StoredPath.StoredFile file -> file.root();
                case final StoredPath.StoredDirectory directory -> directory.root();
                case final StoredPath.StoredTree tree -> tree.root();
                case StoredPath.StoredLink _ ->
                    throw new CommandFailure(path.text() + ": is a symbolic link; send its directory");
            };
            return send(
                    console,
                    interruption,
                    -1,
                    aeron -> new SendAgent(
                            aeron, receiver, frames, root, suite, options.kernels(), SystemNanoClock.INSTANCE));
        });
    }

    private StoredPath storedPath() {
        try {
            return new StoredPath.Converter().convert(source);
        } catch (final TypeConversionException e) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for SOURCE with --store: " + e.getMessage(), e);
        }
    }

    private LinkEndpoint receiver() throws IOException {
        return LinkEndpoint.to(to.host(), to.port(), mtu.bytes());
    }

    private int send(
            final Console console,
            final Interruption interruption,
            final long totalBytes,
            final Function<Aeron, SendAgent> agent)
            throws IOException {
        try (EmbeddedDriver driver = EmbeddedDriver.launch();
                Progress progress = Progress.of("sent", totalBytes, options.json())) {
            return TransferReport.print(
                    console, Sending.run(agent.apply(driver.aeron()), progress, interruption), options.json());
        }
    }
}
