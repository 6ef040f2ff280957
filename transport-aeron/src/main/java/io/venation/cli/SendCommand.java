package io.venation.cli;

import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.link.LinkEndpoint;
import io.venation.link.LinkException;
import io.venation.link.SendAgent;
import io.venation.link.SourcePaths;
import io.venation.link.TreeScan;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code venation send}. */
@Command(
        name = "send",
        description = "Send a file or tree to a `venation receive`; done when it is verified and on disk there.")
public final class SendCommand implements VenationCommand {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A file or directory.")
    private Path source;

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
        try (Interruption interruption = new Interruption();
                EmbeddedDriver driver = EmbeddedDriver.launch()) {
            final Path from = SourcePaths.existing(source);
            final TreeScan scan = TreeScan.of(from);
            final SendAgent agent = new SendAgent(
                    driver.aeron(),
                    LinkEndpoint.to(to.host(), to.port(), mtu.bytes()),
                    from,
                    options.suite(),
                    options.kernels(),
                    SystemNanoClock.INSTANCE);
            try (Progress progress = Progress.of("sent", scan.bytes(), options.json())) {
                return TransferReport.print(console, Sending.run(agent, progress, interruption), options.json());
            }
        } catch (final LinkException | AeronException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }
}
