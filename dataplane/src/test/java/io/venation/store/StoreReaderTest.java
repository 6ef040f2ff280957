package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside a writer: they see what is put, and nothing is taken from under them. */
class StoreReaderTest {
    private static final long SEED = Long.getLong("venation.store.seed", 96);

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 8).address();
    private MappedFrameStore store;

    @BeforeEach
    void open() throws IOException {
        store = MappedFrameStore.open(folder, kernels, StoreOptions.DEFAULT.withSegmentSlots(64), StoreListener.NONE);
    }

    @AfterEach
    void close() {
        store.close();
        arena.close();
    }

    @Test
    void shouldSeeWhatIsPutThroughNewSegmentsAndIndices() throws IOException {
        try (StoreReader reader = reader()) {
            for (long value = 0; value < 3_000; value++) {
                put(value);
                assertTrue(reader.copy(key, frame), "value=" + value);
                assertEquals(value, OffHeap.getU64(reader.get(key)));
            }
            assertEquals(3_000, reader.frameCount());
            assertEquals(store.position(), reader.position());
            store.force();
            assertEquals(store.position(), reader.durablePosition());
        }
    }

    @Test
    void shouldShowAnotherProcessWhatIsThere() throws Exception {
        for (long value = 0; value < 100; value++) {
            put(value);
        }
        store.pin(key);
        store.pin(key);
        final Digest root = Digest.read(key);
        assertEquals(List.of(root + " 2", "100"), child(100, 0));
        put(100);
        store.pin(key);
        assertEquals(List.of(root + " 2", Digest.read(key) + " 1", "101"), child(103, 2));
    }

    private List<String> child(final int count, final int missing) throws Exception {
        final Process process = KilledProcessTest.java(
                        StoreReaderChild.class, folder.toString(), Integer.toString(count))
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (BufferedReader said = process.inputReader()) {
            final List<String> lines = said.lines().toList();
            assertEquals(missing, process.waitFor());
            return lines;
        }
    }

    @Test
    void shouldTellRootsFramesAndCountsOfWhatIsPublished() throws IOException {
        store.close();
        final StoreOptions options = KilledProcessTest.options(0);
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            store = MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
            try (StoreReader reader = new StoreReader(folder, kernels, VerifyPolicy.NEVER)) {
                for (int round = 0; round < 40; round++) {
                    for (int step = 0; step < 15; step++) {
                        workload.step(store);
                    }
                    if (round % 10 == 9) {
                        if (round % 20 == 9) {
                            store.close();
                        } else {
                            store.abandon();
                        }
                        store = MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
                    }
                    assertSame(workload, reader, "seed=" + SEED + " round=" + round + " the same reader");
                    try (StoreReader other = reader()) {
                        assertSame(workload, other, "seed=" + SEED + " round=" + round + " a new reader");
                    }
                }
            }
        }
    }

    private void assertSame(final StoreWorkload workload, final StoreReader reader, final String context) {
        assertEquals(workload.pins, workload.pinned(reader), context);
        assertEquals(
                List.copyOf(store.roots().keySet()), List.copyOf(reader.roots().keySet()), context);
        final Set<Long> found = new HashSet<>();
        reader.forEach((shownKey, receipt, shown) -> {
            assertTrue(isWhole(shownKey, receipt, shown), context);
            assertTrue(found.add(OffHeap.getU64(shown)), context);
        });
        assertEquals(workload.kept, found, context);
        final StoreStatistics counts = reader.statistics();
        final StoreStatistics expected = store.statistics();
        assertEquals(expected.frames(), counts.frames(), context);
        assertEquals(expected.payloadBytes(), counts.payloadBytes(), context);
        assertEquals(expected.freeSlots(), counts.freeSlots(), context);
        assertEquals(expected.roots(), counts.roots(), context);
        assertEquals(expected.indexBytes(), counts.indexBytes(), context);
        assertTrue(counts.bytesPut() <= expected.bytesPut(), context);
    }

    private boolean isWhole(final long shownKey, final long receipt, final long shown) {
        return isWhole(kernels, key, shownKey, receipt, shown);
    }

    private static boolean isWhole(
            final FrameKernels kernels,
            final long computedKey,
            final long shownKey,
            final long receipt,
            final long shown) {
        kernels.blake3(shown, LatticeFrame.LENGTH, 1, computedKey, 32);
        return Keys.same(computedKey, shownKey)
                && OffHeap.getU16(receipt + ReceiptLayout.MAGIC_OFFSET) == ReceiptLayout.MAGIC
                && Keys.same(computedKey, receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET);
    }

    @Test
    void shouldShowNothingTornWhileAnotherThreadPutsAndSweeps() throws Exception {
        final AtomicBoolean isDone = new AtomicBoolean();
        final AtomicLong shown = new AtomicLong();
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                StoreReader reader = new StoreReader(folder, kernels, VerifyPolicy.NEVER)) {
            final Future<?> reading = executor.submit(() -> {
                final FrameKernels own = Kernels.select();
                while (!isDone.get()) {
                    reader.forEach((shownKey, receipt, frameShown) -> {
                        assertTrue(
                                isWhole(own, key, shownKey, receipt, frameShown),
                                () -> Digest.read(shownKey) + " is torn");
                        shown.incrementAndGet();
                    });
                    assertTrue(reader.roots().size() <= 1);
                    reader.refresh();
                }
            });
            try (Arena own = Arena.ofConfined()) {
                final long frames = own.allocate(64L * LatticeFrame.LENGTH, 64).address();
                final long keys = own.allocate(64 * 32, 8).address();
                for (int round = 0; round < 60 || shown.get() < 10_000 && !reading.isDone(); round++) {
                    for (int i = 0; i < 64; i++) {
                        StoreWorkload.fill(frames + i * (long) LatticeFrame.LENGTH, round * 64L + i);
                    }
                    store.put(frames, LatticeFrame.LENGTH, 64, keys);
                    store.pin(keys);
                    if (round % 4 == 3) {
                        store.unpin(keys);
                        store.sweep(FrameReferences.NONE);
                    } else {
                        store.unpin(keys);
                    }
                }
            } finally {
                isDone.set(true);
            }
            reading.get();
        }
        assertTrue(shown.get() > 0);
    }

    @Test
    void shouldNotShowAFrameThatHasLeftTheIndexAndIsStillToBeCleared() throws IOException {
        for (long value = 0; value < 40; value++) {
            put(value);
        }
        final StoreHeader header;
        final long generation;
        try (Control control = Control.open(folder, false)) {
            header = control.header();
            generation = control.indexGeneration();
        }
        final List<Long> found = new ArrayList<>();
        try (StoreReader reader = new StoreReader(folder, kernels, VerifyPolicy.NEVER);
                Segments segments = new Segments(folder, header, false);
                AddressIndex index = AddressIndex.open(folder, header, generation, segments, true)) {
            reader.forEach((shownKey, receipt, shown) -> {
                if (found.isEmpty()) {
                    index.remove(key, index.find(key)); // the last one put, as a sweep does before it clears it
                }
                found.add(OffHeap.getU64(shown));
            });
        }
        assertEquals(LongStream.range(0, 39).boxed().toList(), found);
    }

    @Test
    void shouldFollowItsWriterToAnotherJournal() throws IOException {
        put(1);
        store.pin(key);
        final Digest root = Digest.read(key);
        try (StoreReader reader = reader()) {
            assertEquals(Map.of(root, 1L), reader.roots());
            final long before = reader.position();
            store.force();
            store.abandon();
            damage("journal-00000000", JournalLayout.RECORDS_OFFSET + JournalLayout.SLOT_OFFSET);
            open();
            assertEquals(Map.of(root, 1L), reader.roots());
            put(2);
            store.pin(key);
            assertEquals(Map.of(root, 1L, Digest.read(key), 1L), reader.roots());
            assertTrue(Files.exists(folder.resolve("journal-00000001")));
            assertTrue(reader.position() > before);

            final long position = reader.position();
            store.close();
            Files.delete(folder.resolve("journal-00000001"));
            open();
            assertTrue(reader.areRootsUnknown());
            assertEquals(Map.of(), reader.roots());
            assertTrue(store.position() > position, "no sequence is given twice");
            assertTrue(Files.exists(folder.resolve("journal-00000002")), "nor a generation");
        }
    }

    @Test
    void shouldSeeThatItsJournalWasCut() throws IOException {
        put(1);
        store.pin(key);
        try (StoreReader reader = reader()) {
            assertEquals(1, reader.roots().size());
            store.abandon();
            damage("journal-00000000", JournalLayout.RECORDS_OFFSET + JournalLayout.SLOT_OFFSET);
            open();
            assertEquals(Map.of(), reader.roots(), "nothing was forced");
            put(2);
            store.pin(key);
            assertEquals(Map.of(Digest.read(key), 1L), reader.roots());
            store.abandon();
            damage("journal-00000000", JournalLayout.RECORDS_OFFSET + JournalLayout.SLOT_OFFSET);
            open();
            put(3);
            put(4);
            store.pin(key);
            assertEquals(Map.of(Digest.read(key), 1L), reader.roots(), "cut and longer than before");
        }
    }

    @Test
    void shouldSayWhereRootsMayBeLost() throws IOException {
        put(1);
        store.pin(key);
        final long first = JournalLayout.RECORDS_OFFSET + JournalLayout.RECORD_LENGTH;
        damage("journal-00000000", first);
        try (StoreReader reader = reader()) {
            assertEquals(Map.of(Digest.read(key), 1L), reader.roots(), "the copy is used");
        }
        damage("journal-00000000", first + JournalLayout.RECORD_LENGTH);
        try (StoreReader reader = reader()) {
            final UncheckedIOException refused = assertThrows(UncheckedIOException.class, reader::roots);
            assertTrue(refused.getMessage().contains("records 1 and 2 are damaged"), refused.getMessage());
            assertEquals(
                    refused.getMessage(),
                    assertThrows(UncheckedIOException.class, reader::statistics).getMessage(),
                    "again");
            assertTrue(reader.copy(key, frame));
        }
    }

    @Test
    void shouldLeaveNothingMappedWhereItCannotBeOpened() throws IOException {
        store.abandon();
        Files.delete(folder.resolve("lock"));
        assertThrows(NoSuchFileException.class, this::reader);
        final String control = folder.toRealPath().resolve("control").toString();
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            assertEquals(
                    List.of(),
                    mappings.filter(mapping -> mapping.contains(control)).toList());
        }
    }

    private void damage(final String name, final long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0x55}), offset);
        }
    }

    @Test
    void shouldKeepSweptFramesForReadersOfOlderEpochs() throws IOException {
        try (StoreReader reader = reader()) {
            put(1);
            final long view = reader.get(key);
            assertEquals(new SweepResult(0, 1, 0), store.sweep(FrameReferences.NONE));
            put(2);
            assertEquals(1, OffHeap.getU64(view), "the slot is not used again");
            assertEquals(1, store.statistics().freeSlots());
            reader.refresh();
            put(3);
            assertEquals(0, store.statistics().freeSlots());
            assertEquals(3, OffHeap.getU64(view), "now it is");
        }
    }

    @Test
    void shouldKeepNothingForAReaderThatHasLeftItsEpoch() throws IOException {
        try (StoreReader reader = reader()) {
            put(1);
            reader.leave();
            assertEquals(new SweepResult(0, 1, 0), store.sweep(FrameReferences.NONE));
            put(2);
            assertEquals(0, store.statistics().freeSlots(), "its slot is used again");
            reader.refresh();
            final long view = reader.get(key);
            assertEquals(new SweepResult(0, 1, 0), store.sweep(FrameReferences.NONE));
            put(3);
            assertEquals(2, OffHeap.getU64(view), "it stands in an epoch again");
        }
    }

    @Test
    void shouldForgetReadersWhoseProcessIsGone() throws IOException {
        put(1);
        store.sweep(FrameReferences.NONE);
        enterDeadReader();
        put(2);
        assertEquals(0, store.statistics().freeSlots());
    }

    /** The time since boot, which is not that of the clock: a reader that began before it was set back would be taken for another. */
    @Test
    void shouldKnowReadersByWhatNoClockChanges() throws IOException {
        try (StoreReader _ = reader();
                FileChannel channel = FileChannel.open(folder.resolve("control"), StandardOpenOption.READ)) {
            final ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            StoreFiles.read(channel, start, ControlLayout.READERS_OFFSET + ControlLayout.START_OFFSET);
            final String upTime = Files.readString(Path.of("/proc/uptime"));
            final double upMillis = 1e3 * Double.parseDouble(upTime.substring(0, upTime.indexOf(' ')));
            assertTrue(
                    start.getLong(0) > 0 && start.getLong(0) <= upMillis, () -> start.getLong(0) + " of " + upMillis);
        }
    }

    private void enterDeadReader() throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("control"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena mapping = Arena.ofConfined()) {
            final MemorySegment entry = channel.map(
                    FileChannel.MapMode.READ_WRITE, ControlLayout.READERS_OFFSET, ControlLayout.READER_LENGTH, mapping);
            entry.set(
                    ValueLayout.JAVA_LONG,
                    ControlLayout.PID_OFFSET,
                    ProcessHandle.current().pid());
            entry.set(ValueLayout.JAVA_LONG, ControlLayout.START_OFFSET, 1); // another process that had our pid
            entry.set(ValueLayout.JAVA_LONG, ControlLayout.READER_EPOCH_OFFSET, 1);
        }
    }

    @Test
    void shouldReadAClosedStore() throws IOException {
        put(1);
        store.close();
        try (StoreReader reader = reader()) {
            assertNotEquals(FrameSource.NOT_FOUND, reader.get(key));
            assertEquals(1, reader.frameCount());
        }
        open();
    }

    @Test
    void shouldRefuseAStoreThatMustBeRecoveredFirst() throws IOException {
        put(1);
        store.abandon();
        final StoreException refused = assertThrows(StoreException.class, this::reader);
        assertTrue(refused.getMessage().contains("open it for writing once"), refused.getMessage());
        open();
        assertTrue(store.contains(key));
    }

    @Test
    void shouldReadOnWithItsIndexWhileARecoveryMakesAnother() throws IOException {
        put(1);
        try (StoreReader reader = reader()) {
            store.abandon();
            open();
            store.abandon();
            Files.move(folder.resolve("index-00000001"), folder.resolve("index-00000002")); // as a recovery that died
            reader.refresh();
            assertTrue(reader.copy(key, frame));
            try (StoreLock _ = StoreLock.take(folder)) {
                final StoreException refused = assertThrows(StoreException.class, this::reader);
                assertTrue(refused.getMessage().contains("try again"), refused.getMessage());
            }
            open();
            put(2);
            assertTrue(reader.copy(key, frame));
            assertFalse(Files.exists(folder.resolve("index-00000002")));
        }
    }

    @Test
    void shouldNotFindWhatIsDamaged() throws IOException {
        put(1);
        damage("segment-00000000", SegmentLayout.framesOffset(64) + 4_096);
        try (StoreReader reader = reader()) {
            assertFalse(reader.copy(key, frame));
            assertEquals(FrameSource.NOT_FOUND, reader.get(key));
            put(2);
            final List<Long> found = new ArrayList<>();
            reader.forEach((shownKey, receipt, shown) -> found.add(OffHeap.getU64(shown)));
            assertEquals(List.of(2L), found);
        }
    }

    private StoreReader reader() throws IOException {
        return new StoreReader(folder, kernels, VerifyPolicy.ALWAYS);
    }

    private void put(final long value) {
        StoreWorkload.fill(frame, value);
        store.put(frame, LatticeFrame.LENGTH, 1, key);
    }
}
