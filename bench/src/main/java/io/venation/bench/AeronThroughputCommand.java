package io.venation.bench;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.venation.aeron.LatticePlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import picocli.CommandLine.Option;

/** Raw and sealed frames over one channel, with the settings of {@link LatticePlane} or many others. */
abstract class AeronThroughputCommand extends ThroughputCommand {
    private static final int MIB = 1024 * 1024;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int TERM_LENGTH = 16 * MIB;

    @Option(
            names = "--sweep",
            description = "Vary term length, MTU, the driver's threads and how long they sleep, one at a time.")
    private boolean sweep;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also measure with N seal workers and N verify workers.")
    private int workers;

    /** Each turn has a stream of its own: Aeron lets the last one linger. */
    private int streamId = 12_288;

    /** An MTU of 0 is the profile's. */
    private record Setting(int termLength, int mtuLength, ThreadingMode threadingMode, int sleepMicros) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "term %d MiB mtu %s %s %d us",
                    termLength / MIB,
                    mtuLength == 0 ? "-" : mtuLength,
                    threadingMode,
                    sleepMicros);
        }

        LatticePlane.Context context() {
            return new LatticePlane.Context().termLength(termLength).mtuLength(mtuLength);
        }
    }

    /** Adds what is measured beside Aeron; the sweep is about Aeron alone. */
    abstract void addPeers(Throughput throughput);

    final void measure(final String what, final String channel)
            throws IOException, InterruptedException, ExecutionException {
        if (!sweep) {
            try (LatticePlane plane = LatticePlane.launch()) {
                measure(what, "", plane, channel);
            }
            return;
        }
        for (final Setting setting : settings(channel)) {
            final Path directory = Files.createTempDirectory(
                    Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir")),
                    "venation-bench-");
            try (MediaDriver driver = MediaDriver.launch(driverContext(directory, setting));
                    LatticePlane plane =
                            LatticePlane.connect(setting.context().aeronDirectoryName(driver.aeronDirectoryName()))) {
                measure(what, setting.toString(), plane, channel);
            } finally {
                IoUtil.delete(directory.toFile(), true);
            }
        }
    }

    private void measure(final String what, final String setting, final LatticePlane plane, final String channel)
            throws InterruptedException, ExecutionException {
        final LatticePlane.Context context = plane.context();
        final Throughput throughput = new Throughput()
                .add(
                        RAW,
                        () -> new RawAeronWay(
                                plane.aeron(),
                                context.publicationChannel(channel),
                                context.subscriptionChannel(channel),
                                streamId++))
                .add(SEALED, () -> new SealedAeronWay(plane, channel, streamId++));
        if (!sweep) {
            addPeers(throughput);
        }
        if (workers == 0) {
            measure(what, setting, throughput);
            return;
        }
        try (LatticePlane many = LatticePlane.connect(new LatticePlane.Context()
                .aeronDirectoryName(plane.aeron().context().aeronDirectoryName())
                .termLength(context.termLength())
                .mtuLength(context.mtuLength())
                .sealWorkers(workers)
                .verifyWorkers(workers))) {
            final String variant = SEALED + ", " + workers + "+" + workers + " workers";
            measure(what, setting, throughput.add(variant, () -> new SealedAeronWay(many, channel, streamId++)));
        }
    }

    private static List<Setting> settings(final String channel) {
        final List<Setting> settings = new ArrayList<>();
        for (final int mebibytes : new int[] {1, 4, 16, 64}) {
            settings.add(new Setting(mebibytes * MIB, 0, ThreadingMode.SHARED, 100));
        }
        for (final int mtuLength :
                channel.startsWith("aeron:udp") ? new int[] {1_440, 6_272, 12_480, 24_960} : new int[0]) {
            settings.add(new Setting(TERM_LENGTH, mtuLength, ThreadingMode.SHARED, 100));
        }
        settings.add(new Setting(TERM_LENGTH, 0, ThreadingMode.SHARED, 1_000));
        settings.add(new Setting(TERM_LENGTH, 0, ThreadingMode.SHARED, 10));
        settings.add(new Setting(TERM_LENGTH, 0, ThreadingMode.DEDICATED, 100));
        return settings;
    }

    private static MediaDriver.Context driverContext(final Path directory, final Setting setting) {
        final long sleepNs = TimeUnit.MICROSECONDS.toNanos(setting.sleepMicros);
        return new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve("aeron").toString())
                .dirDeleteOnShutdown(true)
                .threadingMode(setting.threadingMode)
                .sharedIdleStrategy(idle(sleepNs))
                .conductorIdleStrategy(idle(sleepNs))
                .senderIdleStrategy(idle(sleepNs))
                .receiverIdleStrategy(idle(sleepNs))
                .termBufferSparseFile(false);
    }

    private static BackoffIdleStrategy idle(final long sleepNs) {
        return new BackoffIdleStrategy(10, 20, TimeUnit.MICROSECONDS.toNanos(1), sleepNs);
    }
}
