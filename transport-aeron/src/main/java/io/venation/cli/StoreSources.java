package io.venation.cli;

import io.aeron.exceptions.AeronException;
import io.venation.aeron.EmbeddedDriver;
import io.venation.link.LinkEndpoint;
import io.venation.link.PeerSource;
import io.venation.link.SourcePaths;
import io.venation.receipt.Suite;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreException;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Stores that frames come from, as the command line names them: a directory, or {@code HOST:PORT} where somebody serves
 * one. What is a directory here is one, whatever its name looks like.
 *
 * <p>The first peer starts a driver; from then on an interrupted process ends the call that waits and cleans up. One
 * thread.
 */
final class StoreSources implements AutoCloseable {
    /** For the help of options and parameters that name one. */
    static final String NAMES = "a store's directory, or HOST:PORT where `venation store serve` serves one"
            + " (what is a directory here is taken for one)";

    private final StoresSubcommand command;
    private final List<Source> sources = new ArrayList<>();
    private Interruption interruption;
    private EmbeddedDriver driver;

    /**
     * One of them.
     *
     * @param name       as it was typed.
     * @param frames     by address; a {@link PeerSource} or, of a directory, a {@code StoreView}.
     * @param suite      the store's.
     * @param frameCount frames that it keeps.
     */
    record Source(String name, FrameSource frames, Suite suite, long frameCount) {}

    StoreSources(final StoresSubcommand command) {
        this.command = command;
    }

    /** Opens one to read frames, beside whoever writes to it; where a writer has died the store is recovered. */
    Source open(final String name) throws IOException {
        if (isPeer(name)) {
            return opened(peer(name, HostPort.orNull(name)));
        }
        final Path directory = RawText.path(name);
        final Suite suite = StoresSubcommand.suite(directory);
        try {
            final StoreReader reader = new StoreReader(directory, command.kernels(), VerifyPolicy.NEVER);
            return opened(new Source(name, reader, suite, reader.frameCount()));
        } catch (final StoreException e) { // opening it for writing says what is wrong, or puts it right
            final MappedFrameStore store = command.open(directory, suite);
            return opened(new Source(name, store, suite, store.frameCount()));
        }
    }

    private Source opened(final Source source) {
        sources.add(source);
        return source;
    }

    private Source peer(final String name, final HostPort peer) throws IOException {
        if (driver == null) {
            interruption = new Interruption();
            driver = EmbeddedDriver.launch();
        }
        try {
            final PeerSource frames = new PeerSource(
                    driver.aeron(),
                    LinkEndpoint.to(peer.host(), peer.port(), 0),
                    command.kernels(),
                    new Waiting(interruption),
                    SystemNanoClock.INSTANCE);
            boolean isOpen = false;
            try {
                final Source source = new Source(
                        name, frames, frames.suite(), frames.position().frameCount());
                isOpen = true;
                return source;
            } finally {
                if (!isOpen) {
                    frames.close();
                }
            }
        } catch (final AeronException e) {
            throw new CommandFailure(name + ": " + e.getMessage(), e);
        }
    }

    /** Whether a name is that of a peer. */
    static boolean isPeer(final String name) {
        return !Files.isDirectory(RawText.path(name)) && HostPort.orNull(name) != null;
    }

    /** Refuses a target that lies in a source or has other addresses. */
    void requireFit(final Path target, final Suite suite) throws IOException {
        for (final Source source : sources) {
            if (!(source.frames() instanceof PeerSource)) {
                SourcePaths.requireApart(SourcePaths.existing(RawText.path(source.name())), SourcePaths.target(target));
            }
            requireSame(target, suite, source.name(), source.suite());
        }
    }

    /** Refuses a target whose addresses are other hashes than the source's. */
    static void requireSame(final Path target, final Suite suite, final String source, final Suite sourceSuite) {
        if (sourceSuite.addressHash() != suite.addressHash()) {
            throw new CommandFailure(target + ": the store's suite is " + suite.label() + ", that of " + source + " is "
                    + sourceSuite.label());
        }
    }

    /** Frames of all, in the order in which they were opened. */
    List<FrameSource> frames() {
        return sources.stream().map(Source::frames).toList();
    }

    /** The name of one, by its place in {@link #frames}. */
    String name(final int index) {
        return sources.get(index).name();
    }

    /** Whether the process is to end; a source that waits finds out itself. */
    void requireUninterrupted() {
        if (interruption != null) {
            interruption.require();
        }
    }

    /** What the peers among them have cost: nothing where there is none. */
    void report(final Map<String, Object> fields) {
        final List<PeerSource> peers = sources.stream()
                .map(Source::frames)
                .filter(PeerSource.class::isInstance)
                .map(PeerSource.class::cast)
                .toList();
        if (!peers.isEmpty()) {
            fields.put(
                    "round_trips",
                    peers.stream().mapToLong(PeerSource::roundTrips).sum());
            fields.put(
                    "wire_bytes",
                    peers.stream().mapToLong(PeerSource::wireBytes).sum());
        }
    }

    @Override
    public void close() {
        for (final Source source : sources) {
            CloseHelper.quietClose((AutoCloseable) source.frames());
        }
        CloseHelper.quietCloseAll(driver, interruption);
    }

    /** Waits as the agents do, until the process is to end. */
    private record Waiting(IdleStrategy strategy, Interruption interruption) implements IdleStrategy {
        Waiting(final Interruption interruption) {
            this(Sending.idle(), interruption);
        }

        @Override
        public void idle(final int workCount) {
            interruption.require();
            strategy.idle(workCount);
        }

        @Override
        public void idle() {
            idle(0);
        }

        @Override
        public void reset() {
            strategy.reset();
        }
    }
}
