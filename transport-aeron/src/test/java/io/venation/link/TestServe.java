package io.venation.link;

import io.aeron.Aeron;
import io.venation.aeron.EmbeddedDriver;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectWriter;
import io.venation.receipt.Digest;
import io.venation.snapshot.FetchListener;
import io.venation.snapshot.ReplicaFetch;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** A driver, a store served on a thread of its own, and peers that ask it. */
final class TestServe implements AutoCloseable {
    final FrameKernels kernels = Kernels.select();
    final EmbeddedDriver driver;
    final LinkEndpoint peerEndpoint;
    final Set<Digest> damaged = ConcurrentHashMap.newKeySet();
    final List<PeerSummary> ended = new CopyOnWriteArrayList<>();
    /** By how much the serving agent's clock is ahead. */
    final AtomicLong aheadNs = new AtomicLong();

    private final Path directory;
    private final LinkEndpoint serveEndpoint;
    private final int mtu;
    private final Arena arena = Arena.ofShared();
    ServeAgent agent;
    private AgentRunner runner;

    TestServe(final TestLink.Channel channel, final Path directory, final int peerLimit) throws IOException {
        this.directory = directory;
        driver = EmbeddedDriver.launch();
        mtu = channel.mtu;
        final boolean isIpc = channel == TestLink.Channel.IPC;
        final int port = isIpc ? 0 : TestLink.freePort();
        peerEndpoint = isIpc ? LinkEndpoint.ipc() : LinkEndpoint.to("127.0.0.1", port, 0);
        serveEndpoint = isIpc ? peerEndpoint : LinkEndpoint.at("127.0.0.1", port);
        serve(peerLimit);
    }

    void serve(final int peerLimit) throws IOException {
        final NanoClock clock = () -> slowNanos() + aheadNs.get();
        agent = new ServeAgent(
                aeron(),
                serveEndpoint,
                new ServeOptions(
                        directory,
                        MappedFrameStore.suite(directory).orElseThrow(),
                        mtu,
                        peerLimit,
                        damaged::add,
                        ended::add),
                Kernels.select(),
                clock);
        runner = new AgentRunner(
                new SleepingMillisIdleStrategy(1),
                error -> {
                    throw new AssertionError(error);
                },
                null,
                agent);
        AgentRunner.startOnThread(runner, Thread.ofPlatform().daemon().factory());
    }

    /** A busy machine is no silent peer. */
    private static long slowNanos() {
        return System.nanoTime() / 10;
    }

    void stop() {
        runner.close();
    }

    Aeron aeron() {
        return driver.aeron();
    }

    PeerSource peer() {
        return new PeerSource(
                aeron(), peerEndpoint, Kernels.select(), new SleepingMillisIdleStrategy(1), TestServe::slowNanos);
    }

    static MappedFrameStore open(final Path directory) throws IOException {
        return MappedFrameStore.open(
                directory, Kernels.select(), StoreOptions.DEFAULT.withSegmentSlots(256), StoreListener.NONE);
    }

    /** Puts a directory of files into a store and pins it. */
    static Digest fill(final Path directory, final long seed, final int... lengths) throws IOException {
        try (MappedFrameStore store = open(directory);
                Arena arena = Arena.ofConfined()) {
            final DirectoryWriter writer = new DirectoryWriter(store);
            for (int i = 0; i < lengths.length; i++) {
                final byte[] bytes = new byte[lengths[i]];
                new SplittableRandom(seed + i).nextBytes(bytes);
                final ObjectWriter file = new ObjectWriter(store);
                file.write(bytes, 0, bytes.length);
                writer.add(new DirectoryEntry.File(
                        ByteName.of("file " + i), 0644, Instant.ofEpochSecond(1), lengths[i], file.finish()));
            }
            final Digest root = writer.finish();
            final long key = arena.allocate(32, 8).address();
            root.write(key);
            store.pin(key);
            return root;
        }
    }

    static ReplicaFetch fetch(
            final MappedFrameStore target, final FetchListener listener, final FrameSource... sources) {
        return new ReplicaFetch(target, Kernels.select(), AddressHash.BLAKE3, List.of(sources), listener);
    }

    /** Addresses of all frames of a store. */
    static Set<Digest> addresses(final MappedFrameStore store) {
        final Set<Digest> addresses = new HashSet<>();
        store.forEach((key, receipt, frame) -> addresses.add(Digest.read(key)));
        return addresses;
    }

    /** Asserts that a source gives the bytes of each address. */
    void assertGives(final FrameSource source, final Set<Digest> addresses) {
        final List<Digest> list = List.copyOf(addresses);
        final int count = list.size();
        final long keys = arena.allocate(count * 32L, 8).address();
        for (int i = 0; i < count; i++) {
            list.get(i).write(keys + 32L * i);
        }
        final Set<Digest> given = new HashSet<>();
        final long computed = arena.allocate(32, 8).address();
        source.fetch(keys, count, (index, frame) -> {
            kernels.contentAddresses(AddressHash.BLAKE3, frame, LatticeFrame.LENGTH, 1, computed, 32);
            if (!OffHeap.isSame(computed, keys + 32L * index, 32) || !given.add(list.get(index))) {
                throw new AssertionError("index=" + index + " is not what was asked for, or comes again");
            }
        });
        if (given.size() != count) {
            throw new AssertionError(given.size() + " of " + count + " frames came");
        }
    }

    @Override
    public void close() {
        stop();
        driver.close();
        arena.close();
    }
}
