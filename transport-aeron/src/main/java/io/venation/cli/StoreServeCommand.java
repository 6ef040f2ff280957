package io.venation.cli;

import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.link.LinkEndpoint;
import io.venation.link.PeerSummary;
import io.venation.link.ServeAgent;
import io.venation.link.ServeOptions;
import io.venation.receipt.Suite;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code venation store serve}: serves until interrupted. */
@Command(
        name = "serve",
        description =
                "Give the frames of a store by address, its roots and its log to `venation snapshot sync` elsewhere,"
                        + " read-only and beside whoever writes to it.",
        footer = {"", "Serves any number of peers until interrupted; prints one summary per peer."})
final class StoreServeCommand extends StoreSubcommand {
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:40913",
            converter = HostPort.Converter.class,
            description = "UDP address to listen at (default ${DEFAULT-VALUE}).")
    private HostPort listen;

    @Option(
            names = "--peers",
            paramLabel = "COUNT",
            defaultValue = "16",
            description =
                    "Most peers at the same time (default ${DEFAULT-VALUE}); each takes up to 48 MiB of shared memory.")
    private int peerLimit;

    @Mixin
    private MtuOption mtu;

    @Override
    int run() throws IOException {
        if (peerLimit < 1) {
            throw new ParameterException(spec().commandLine(), "--peers=" + peerLimit + " must be at least 1");
        }
        final Suite suite = suite();
        new StoreReader(directory(), kernels(), VerifyPolicy.NEVER).close(); // says now what a peer would hear
        listen.warnUnauthenticated(console(), "read all of it");
        final ServeOptions options = new ServeOptions(
                directory(),
                suite,
                mtu.bytes(),
                peerLimit,
                address -> console().error("frame " + address + ": damaged in " + directory()),
                this::report);
        try (Interruption interruption = new Interruption();
                EmbeddedDriver driver = EmbeddedDriver.launch();
                AgentRunner runner = new AgentRunner(
                        Sending.idle(),
                        EmbeddedDriver::logError,
                        null,
                        new ServeAgent(
                                driver.aeron(),
                                LinkEndpoint.at(listen.host(), listen.port()),
                                options,
                                kernels(),
                                SystemNanoClock.INSTANCE))) {
            AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
            console()
                    .error("serving " + directory() + " at " + listen.host() + ":" + listen.port()
                            + " until interrupted");
            while (interruption.pause(PAUSE_NS)) {
                // the agent does the work
            }
            return VenationMain.EXIT_OK;
        } catch (final AeronException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private void report(final PeerSummary summary) {
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("peer", summary.peer());
            fields.put("questions", summary.questions());
            fields.put("frames", summary.frameCount());
            fields.put("seconds", summary.durationNs() / 1e9);
            fields.put("ok", summary.failure() == null);
            fields.put("error", summary.failure());
            console().line(Json.of(fields));
        } else {
            console()
                    .line(String.format(
                            Locale.ROOT,
                            "%s: %,d questions, %,d frames, %.3f s%s",
                            summary.peer(),
                            summary.questions(),
                            summary.frameCount(),
                            summary.durationNs() / 1e9,
                            summary.failure() == null ? "" : "; failed: " + summary.failure()));
        }
    }
}
