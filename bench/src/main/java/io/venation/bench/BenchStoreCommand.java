package io.venation.bench;

import com.sun.management.ThreadMXBean;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.store.FrameStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.lmdbjava.EnvFlags;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench store}: our store beside RocksDB, LMDB and a plain file, in turns. */
@Command(
        name = "store",
        description = "Keep frames and find them again: our store, RocksDB, LMDB and a plain file, in turns.",
        footer = {
            "",
            "Frames are random bytes in memory. A put returns when they outlive the process; only `put group` forces them",
            "to disk, every --interval-ms and at its end. `store` computes address and receipt of each frame, all others",
            "are given the address, `store-verified` the receipt too; `put hashed` has peers compute the address, by our",
            "kernels. The file knows frames by their place alone. Get returns a view of store and LMDB, a copy from RocksDB",
            "and the file, and reads its first word; `get verified` hashes every byte, for the peers by our kernels.",
            "`sparse` has made-up addresses and reads no frame."
        })
public final class BenchStoreCommand implements VenationCommand {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String STORE = "store";
    private static final String VERIFIED = "store-verified";
    private static final String DAMAGED = "a frame is not that of its address";
    private static final String PEER = "peer:";
    private static final String FILE = PEER + "file";
    private static final int LOOKUPS = 1_000_000;
    private static final long MEBIBYTE = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go (default: the temporary folder).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--mib",
            paramLabel = "N",
            defaultValue = "128",
            description = "Frames of each turn (default ${DEFAULT-VALUE} MiB, at most 2,047).")
    private int mebibytes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Frames of a put, and of a get in put order (default ${DEFAULT-VALUE}, at most 64).")
    private int batch;

    @Option(
            names = "--interval-ms",
            paramLabel = "N",
            defaultValue = "50",
            description = "Time between forces of `put group` (default ${DEFAULT-VALUE} ms).")
    private int intervalMs;

    @Option(
            names = "--index-entries",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Frames of the sparse store (default ${DEFAULT-VALUE}; some 360 bytes of disk each).")
    private int indexEntries;

    @Option(
            names = "--file-mib",
            paramLabel = "N",
            defaultValue = "64",
            description = "Size of the file that is put twice (default ${DEFAULT-VALUE} MiB).")
    private int fileMebibytes;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    private final MemorySegment computedKeys =
            Arena.ofAuto().allocate((long) FrameStore.MAX_COUNT * StoreFrames.KEY_LENGTH, Long.BYTES);
    private final Map<String, StoreFigure> figures = new LinkedHashMap<>();
    private final Map<String, FrameKeeper.Opener> keepers = new LinkedHashMap<>();

    /** For the command line. */
    public BenchStoreCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final int frameCount = (int) (mebibytes * MEBIBYTE / LatticeFrame.LENGTH);
        if (mebibytes < 1
                || frameCount > StoreFrames.MAX_COUNT
                || batch < 1
                || batch > FrameStore.MAX_COUNT
                || intervalMs < 1
                || indexEntries < 1
                || fileMebibytes < 1
                || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "numbers must be at least 1, --mib at most 2047, --batch at most 64");
        }
        final FrameKernels kernels = Kernels.select();
        final Path folder = Files.createTempDirectory(directory, "venation-bench-");
        try (StoreFrames frames = new StoreFrames(frameCount, kernels);
                SparseIndex sparse = new SparseIndex(folder.resolve("sparse"), kernels, indexEntries);
                FileInsertion insertion = new FileInsertion(fileMebibytes * MEBIBYTE, kernels)) {
            addKeepers(frames, kernels);
            sparse.open();
            sparse.fill();
            sparse.closeStore();
            for (int round = -1; round < rounds; round++) {
                hash(round, frames, kernels);
                for (final String variant : keepers.keySet()) {
                    keep(round, variant, folder.resolve("kept"), frames);
                    if (variant.startsWith(PEER)) {
                        keepHashed(round, variant, folder.resolve("kept"), frames, kernels);
                    }
                }
                for (final String variant : keepers.keySet()) {
                    group(round, variant, folder.resolve("kept"), frames);
                }
                find(round, sparse);
                insert(round, folder.resolve("objects"), insertion);
            }
        } finally {
            IoUtil.delete(folder.toFile(), true);
        }
        report(Console.of(spec));
        return 0;
    }

    private void addKeepers(final StoreFrames frames, final FrameKernels kernels) {
        final StoreCheck check = new StoreCheck(frames, kernels);
        keepers.put(STORE, folder -> new MappedKeeper(folder, frames, kernels, true));
        keepers.put(VERIFIED, folder -> new MappedKeeper(folder, frames, kernels, false));
        keepers.put("peer:rocksdb", folder -> new RocksKeeper(folder, frames, check, false));
        keepers.put("peer:rocksdb-blobs", folder -> new RocksKeeper(folder, frames, check, true));
        keepers.put("peer:lmdb", folder -> new LmdbKeeper(folder, frames, check, EnvFlags.MDB_NOSYNC));
        keepers.put(
                "peer:lmdb-writemap",
                folder -> new LmdbKeeper(folder, frames, check, EnvFlags.MDB_NOSYNC, EnvFlags.MDB_WRITEMAP));
        keepers.put(FILE, folder -> new FileKeeper(folder, frames, check));
    }

    /** What our put does to each frame first, alone. */
    private void hash(final int round, final StoreFrames frames, final FrameKernels kernels) {
        time(round, "hash", "blake3", frames.count(), LatticeFrame.LENGTH, () -> {
            for (int first = 0; first < frames.count(); first += batch) {
                hash(frames, kernels, first, Math.min(batch, frames.count() - first));
            }
        });
    }

    private void hash(final StoreFrames frames, final FrameKernels kernels, final int first, final int count) {
        final long keys = computedKeys.address();
        kernels.contentAddresses(
                AddressHash.BLAKE3, frames.frame(first), LatticeFrame.LENGTH, count, keys, StoreFrames.KEY_LENGTH);
        StoreCheck.that(
                StoreCheck.isEqual(keys, frames.key(first), (long) count * StoreFrames.KEY_LENGTH),
                "an address is wrong");
    }

    /** Has a peer do what our put does but for the receipt: addresses are computed, by our kernels, then the frames put. */
    private void keepHashed(
            final int round,
            final String variant,
            final Path folder,
            final StoreFrames frames,
            final FrameKernels kernels)
            throws IOException, InterruptedException {
        Machine.settle();
        try (FrameKeeper keeper = keepers.get(variant).open(folder)) {
            time(round, "put hashed", variant, frames.count(), LatticeFrame.LENGTH, () -> {
                for (int first = 0; first < frames.count(); first += batch) {
                    final int count = Math.min(batch, frames.count() - first);
                    hash(frames, kernels, first, count);
                    keeper.put(first, count);
                }
            });
        }
        IoUtil.delete(folder.toFile(), false);
    }

    /** Puts all frames, finds them there, opens what was closed. */
    private void keep(final int round, final String variant, final Path folder, final StoreFrames frames)
            throws IOException, InterruptedException {
        final int count = frames.count();
        Machine.settle();
        try (FrameKeeper keeper = keepers.get(variant).open(folder)) {
            time(round, "put", variant, count, LatticeFrame.LENGTH, () -> putAll(keeper, count));
            if (!variant.equals(FILE)) {
                final int hashedLength = variant.equals(STORE) ? LatticeFrame.LENGTH : 0;
                time(round, "put present", variant, count, hashedLength, () -> putAllAgain(keeper, count));
            }
            if (!variant.equals(VERIFIED)) {
                time(round, "get", variant, count, 0, () -> {
                    for (int i = 0; i < count; i++) {
                        StoreCheck.sameStart(keeper.get(frames.at(i), 0), frames.frame(frames.at(i)));
                    }
                });
                time(round, "get verified", variant, count, LatticeFrame.LENGTH, () -> {
                    for (int i = 0; i < count; i++) {
                        StoreCheck.that(keeper.getVerified(frames.at(i), 1), DAMAGED);
                    }
                });
                time(round, "get verified batch", variant, count, LatticeFrame.LENGTH, () -> {
                    for (int first = 0; first < count; first += batch) {
                        StoreCheck.that(keeper.getVerified(first, Math.min(batch, count - first)), DAMAGED);
                    }
                });
            }
        }
        if (!variant.equals(VERIFIED) && !variant.equals(FILE)) {
            open(round, variant, folder, frames);
        }
        IoUtil.delete(folder.toFile(), false);
    }

    private void open(final int round, final String variant, final Path folder, final StoreFrames frames) {
        final FrameKeeper[] opened = new FrameKeeper[1];
        time(
                round,
                "open",
                variant,
                1,
                0,
                () -> opened[0] = keepers.get(variant).open(folder));
        try (FrameKeeper keeper = opened[0]) {
            StoreCheck.sameStart(keeper.get(frames.at(0), 0), frames.frame(frames.at(0)));
        }
    }

    private void putAll(final FrameKeeper keeper, final int frameCount) {
        for (int first = 0; first < frameCount; first += batch) {
            keeper.put(first, Math.min(batch, frameCount - first));
        }
    }

    private void putAllAgain(final FrameKeeper keeper, final int frameCount) {
        int present = 0;
        for (int first = 0; first < frameCount; first += batch) {
            present += keeper.putAgain(first, Math.min(batch, frameCount - first));
        }
        StoreCheck.that(present == frameCount, "a frame was not present");
    }

    /** Puts all frames while another thread forces them at intervals, until the last is on disk. */
    private void group(final int round, final String variant, final Path folder, final StoreFrames frames)
            throws IOException, InterruptedException {
        Machine.settle();
        final CountDownLatch isAllPut = new CountDownLatch(1);
        try (FrameKeeper keeper = keepers.get(variant).open(folder)) {
            final Thread commit = Thread.ofPlatform().name("commit").start(() -> forceUntil(isAllPut, keeper));
            try {
                time(round, "put group", variant, frames.count(), LatticeFrame.LENGTH, () -> {
                    putAll(keeper, frames.count());
                    keeper.force();
                });
            } finally {
                isAllPut.countDown();
                commit.join();
            }
        }
        IoUtil.delete(folder.toFile(), false);
    }

    private void forceUntil(final CountDownLatch isAllPut, final FrameKeeper keeper) {
        try {
            while (!isAllPut.await(intervalMs, TimeUnit.MILLISECONDS)) {
                keeper.force();
            }
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e); // nobody interrupts
        }
    }

    /** Opens the sparse store and looks things up. */
    private void find(final int round, final SparseIndex sparse) {
        time(round, "open after crash", "sparse", 1, 0, sparse::openAfterCrash);
        sparse.closeStore();
        time(round, "open", "sparse", 1, 0, sparse::open);
        time(round, "get", "sparse", LOOKUPS, 0, () -> sparse.find(LOOKUPS));
        time(round, "get absent", "sparse", LOOKUPS, 0, () -> sparse.miss(LOOKUPS));
        if (round >= 0) {
            figures.get(StoreFigure.name("open after crash", "sparse")).add("index_entries", indexEntries);
            figures.get(StoreFigure.name("open", "sparse"))
                    .add("index_entries", indexEntries)
                    .add("index_bytes_per_frame", (double) sparse.indexBytes() / indexEntries);
        }
        sparse.closeStore();
    }

    private void insert(final int round, final Path folder, final FileInsertion insertion) {
        insertion.open(folder);
        time(round, "object", "put", 1, insertion.length(), insertion::put);
        time(round, "object", "1 KiB inserted", 1, insertion.length(), insertion::putInserted);
        insertion.check();
        if (round >= 0) {
            figures.get(StoreFigure.name("object", "1 KiB inserted"))
                    .add("frames_shared_percent", insertion.sharedPercent());
        }
        insertion.closeStore();
        IoUtil.delete(folder.toFile(), false);
    }

    /** Times one kind of work; round −1 warms up. */
    private void time(
            final int round,
            final String what,
            final String variant,
            final int count,
            final long bytesEach,
            final Runnable work) {
        final long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        work.run();
        final long elapsedNs = System.nanoTime() - startNs;
        if (round >= 0) {
            figures.computeIfAbsent(
                            StoreFigure.name(what, variant),
                            name -> new StoreFigure(what, variant, count, bytesEach, rounds))
                    .set(round, elapsedNs, THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore);
        }
    }

    private void report(final Console console) {
        if (json) {
            final List<Map<String, Object>> rows = new ArrayList<>();
            figures.values().forEach(figure -> rows.add(figure.toMap()));
            console.line(Json.of(rows));
            return;
        }
        console.line(Machine.describe());
        console.line(String.format(
                Locale.ROOT,
                "%,d MiB of frames of 12,288 bytes, %d a put, %d rounds, forced every %d ms in groups",
                mebibytes,
                batch,
                rounds,
                intervalMs));
        console.line(StoreFigure.HEADING);
        figures.values().stream()
                .sorted((one, other) -> one.what().compareTo(other.what()))
                .forEach(figure -> console.line(figure.line()));
    }
}
