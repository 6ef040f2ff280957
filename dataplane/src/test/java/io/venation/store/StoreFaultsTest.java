package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with files, one at a time: each has one outcome, and it says so. */
class StoreFaultsTest {
    private static final int COUNT = 200;
    private static final int SLOTS = 64;
    private static final long BAD_VALUE = 70; // slot 6 of segment 1

    @TempDir
    Path folder;

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 8).address();
    private final List<String> said = new ArrayList<>();
    private Path directory;

    private final StoreListener listener = new StoreListener() {
        @Override
        public void onRecovered(final String what) {
            said.add(what);
        }

        @Override
        public void onDamaged(final Digest address, final long slot, final boolean isRepaired) {
            said.add("slot " + slot + (isRepaired ? " repaired" : " lost"));
        }
    };

    @BeforeEach
    void fill() throws IOException {
        directory = folder.resolve("store");
        try (MappedFrameStore store = open()) {
            for (long value = 0; value < COUNT; value++) {
                put(store, value);
            }
            key(3);
            assertTrue(store.pin(key));
        }
        said.clear();
    }

    @AfterEach
    void free() {
        arena.close();
    }

    // ---- owners

    @Test
    void shouldRefuseASecondWriterInTheSameProcess() throws IOException {
        try (MappedFrameStore store = open()) {
            assertMessage(assertThrows(StoreException.class, this::open), "lock", "in this process");
            assertEquals(COUNT, store.frameCount());
        }
        open().close();
    }

    @Test
    void shouldNameTheProcessThatWrites() throws Exception {
        final Path steps = Files.createFile(folder.resolve("steps"));
        final Path other = folder.resolve("other");
        final Process child = KilledProcessTest.start(other, 2, 0, steps);
        try {
            KilledProcessTest.await(child, steps, "owner");
            final StoreException refused = assertThrows(
                    StoreException.class,
                    () -> MappedFrameStore.open(other, kernels, KilledProcessTest.options(2), listener));
            assertMessage(refused, "lock", "pid " + child.pid(), "started");
        } finally {
            child.destroyForcibly().waitFor();
        }
        MappedFrameStore.open(other, kernels, KilledProcessTest.options(2), listener)
                .close();
    }

    @Test
    void shouldRefuseAnotherSuite() {
        final StoreOptions sha3 = options().withSuite(new Suite(R96Rule.MOD96, AddressHash.SHA3_256));
        assertMessage(
                assertThrows(StoreException.class, () -> MappedFrameStore.open(directory, kernels, sha3, listener)),
                "mod96+blake3",
                "mod96+sha3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal-00000000", "segment-00000001", "index-00000000", "control", "checkpoint"})
    void shouldRefuseAnUnknownVersion(final String name) throws IOException {
        final ByteBuffer page = page(name);
        page.putShort(StoreFileLayout.VERSION_OFFSET, (short) (StoreFileLayout.VERSION + 1));
        write(name, sealed(page));
        assertMessage(assertThrows(StoreException.class, this::open), name, "version " + (StoreFileLayout.VERSION + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-00000001", "index-00000000", "control", "checkpoint"})
    void shouldRefuseAFileOfAnotherStore(final String name) throws IOException {
        final Path mine = directory;
        directory = folder.resolve("another");
        try (MappedFrameStore store = open()) {
            for (long value = 0; value < COUNT; value++) {
                put(store, value);
            }
        }
        Files.copy(directory.resolve(name), mine.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        directory = mine;
        assertMessage(assertThrows(StoreException.class, this::open), name, "belongs to store");
    }

    // ---- one bit

    @Test
    void shouldVerifyASegmentWhoseHeaderIsDamaged() throws IOException {
        flip("segment-00000001", 20);
        assertAllThere("every frame of segment 1 is verified");
        flip("segment-00000001", 3_000);
        assertAllThere("every frame of segment 1 is verified");
    }

    @Test
    void shouldQuarantineABadFrameOfASegmentWhoseHeaderIsDamaged() throws IOException {
        flip("segment-00000001", 20);
        flipFrame();
        try (MappedFrameStore store = open()) {
            assertSaid("every frame of segment 1 is verified");
            assertSaid("slot 70 lost");
            assertMissing(store, 1);
        }
        try (MappedFrameStore store = open()) {
            assertMissing(store, 1);
        }
    }

    @Test
    void shouldFindAndRepairADamagedKey() throws IOException {
        flip("segment-00000001", SegmentLayout.keysOffset(SLOTS) + 6 * 32 + 17);
        try (MappedFrameStore store = open()) {
            key(BAD_VALUE);
            assertFalse(store.contains(key), "what is not found is not served");
            assertScrub(store, COUNT - 1, 1, 0);
            assertTrue(store.contains(key));
            assertSaid("slot 70 repaired");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 24, 70, 100})
    void shouldFindAndRepairADamagedReceiptFromTheJournal(final int offset) throws IOException {
        flip("segment-00000001", SegmentLayout.receiptsOffset(SLOTS) + 6 * 128 + offset);
        try (MappedFrameStore store = open()) {
            assertScrub(store, COUNT - 1, 1, 0);
            assertScrub(store, COUNT, 0, 0);
            assertAllThere(store);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void shouldNeverServeABadFrameThatIsVerified(final boolean isThereAPeer, final boolean isBatch) throws IOException {
        flipFrame();
        try (MappedFrameStore store = open();
                MemoryFrameStore peer = new MemoryFrameStore(kernels, AddressHash.BLAKE3)) {
            put(peer, BAD_VALUE);
            if (isThereAPeer) {
                store.repairFrom(peer);
            }
            key(BAD_VALUE);
            assertEquals(isThereAPeer, isBatch ? isInBatch(store) : store.get(key) != FrameSource.NOT_FOUND);
            assertEquals(isThereAPeer, store.copy(key, frame));
            assertEquals(isThereAPeer ? 1 : 0, store.copy(key, 1, frame));
            assertSaid(isThereAPeer ? "slot 70 repaired" : "slot 70 lost");
            assertEquals(1, store.statistics().quarantined());
            assertEquals(isThereAPeer ? COUNT : COUNT - 1, store.frameCount());
        }
        try (MappedFrameStore store = open()) {
            assertEquals(isThereAPeer ? COUNT : COUNT - 1, store.frameCount());
            assertScrub(store, store.frameCount(), 0, 0);
        }
    }

    @Test
    void shouldFindABadFrameByScrub() throws IOException {
        flipFrame();
        try (MappedFrameStore store = open()) {
            assertScrub(store, COUNT - 1, 0, 1);
            assertMissing(store, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 2_000, 4_096 + 33, 4_096 + 4_000})
    void shouldUseTheOtherHeaderOfTheJournal(final int offset) throws IOException {
        flip("journal-00000000", offset);
        assertAllThere("");
        assertAllThere("");
    }

    @Test
    void shouldWriteTheJournalAnewWhereBothHeadersAreDamaged() throws IOException {
        flip("journal-00000000", 10);
        flip("journal-00000000", 4_096 + 10);
        assertAllThere("headers are damaged");
        assertRootsMustBeTrusted();
    }

    @Test
    void shouldWriteTheJournalAnewWhereItIsMissing() throws IOException {
        Files.delete(directory.resolve("journal-00000000"));
        assertAllThere("the journal is missing");
        assertRootsMustBeTrusted();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 13, 17, 50, 159})
    void shouldWriteTheJournalAnewWhereARecordIsDamaged(final int offset) throws IOException {
        flip("journal-00000000", JournalLayout.RECORDS_OFFSET + 77 * 160 + offset);
        assertAllThere(""); // the checkpoint says it all
        crash();
        assertAllThere("record 77 of the journal");
        try (MappedFrameStore store = open()) {
            assertEquals(1, store.roots().size(), "the checkpoint knew them");
        }
        assertTrue(Files.exists(directory.resolve("damaged-journal-00000000")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldUseTheOtherCopyOfAPin(final int copy) throws IOException {
        final long pin = COUNT + copy;
        Files.delete(directory.resolve("checkpoint"));
        crash();
        flip("journal-00000000", JournalLayout.RECORDS_OFFSET + pin * 160 + 100);
        try (MappedFrameStore store = open()) {
            assertSaid("its copy is used");
            assertEquals(1, store.roots().size());
            assertAllThere(store);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 1_000, 4_096 + 801, 8_000})
    void shouldRebuildADamagedIndex(final int offset) throws IOException {
        flip("index-00000000", offset);
        assertAllThere("the index is rebuilt");
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 4_000, 4_096, 4_096 + 20, 4_096 + 100})
    void shouldReadTheJournalWhereTheCheckpointIsDamaged(final int offset) throws IOException {
        flip("checkpoint", offset);
        assertAllThere("was not closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 3_000, 4_096, 4_104, 4_112, 4_120, 4_128, 4_136, 8_192, 9_000})
    void shouldNotDependOnTheControlFile(final int offset) throws IOException {
        flip("control", offset);
        assertAllThere("");
    }

    // ---- cut and missing files

    @Test
    void shouldWriteTheJournalAnewWhereItIsCut() throws IOException {
        cut("journal-00000000", JournalLayout.RECORDS_OFFSET + 150 * 160 + 7);
        assertAllThere("record 150 of the journal");
        try (MappedFrameStore store = open()) {
            assertEquals(1, store.roots().size());
        }
    }

    @Test
    void shouldQuarantineWhatIsCutOffASegment() throws IOException {
        cut("segment-00000001", SegmentLayout.framesOffset(SLOTS) + 60 * LatticeFrame.LENGTH + 100);
        try (MappedFrameStore store = open()) {
            assertSaid("every frame of segment 1 is verified");
            assertMissing(store, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldVerifyARepairedSegmentToTheEndHoweverOftenItIsKilled(final boolean isCut) throws IOException {
        if (isCut) {
            cut("segment-00000001", SegmentLayout.framesOffset(SLOTS) + 60 * LatticeFrame.LENGTH + 100);
        } else {
            flip("segment-00000001", 20);
            flipFrame();
        }
        for (int attempt = 0; !isOpenedWithForces(attempt); attempt++) {
            assertTrue(attempt < 100, "never");
        }
        final int lost = isCut ? 4 : 1;
        said.clear();
        try (MappedFrameStore store = open()) {
            assertMissing(store, lost);
            assertScrub(store, COUNT - lost, 0, 0);
            assertEquals(List.of(), said, "once");
        }
    }

    /** Whether a store that dies at a force comes to an end before. */
    private boolean isOpenedWithForces(final int forceCount) throws IOException {
        final int[] left = {forceCount};
        final StoreFiles files = new StoreFiles() {
            @Override
            void force(final Path path, final FileChannel channel) throws IOException {
                if (left[0]-- == 0) {
                    throw new IOException("killed");
                }
                super.force(path, channel);
            }
        };
        try {
            MappedFrameStore.open(directory, kernels, options().withVerifyPolicy(VerifyPolicy.NEVER), listener, files)
                    .close();
            return true;
        } catch (final IOException | UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void shouldQuarantineTheFramesOfAMissingSegment() throws IOException {
        Files.delete(directory.resolve("segment-00000001"));
        try (MappedFrameStore store = open()) {
            assertMissing(store, SLOTS);
        }
    }

    @Test
    void shouldReportAFileCutWhileItIsMapped() throws IOException {
        final long views = arena.allocate(Long.BYTES, 8).address();
        try (MappedFrameStore store = open();
                StoreReader reader = new StoreReader(directory, kernels, VerifyPolicy.ALWAYS)) {
            key(BAD_VALUE);
            for (int i = 0; i < 20_000; i++) { // compiled code finds out later than interpreted code
                assertTrue(store.get(key) != FrameSource.NOT_FOUND && reader.get(key) != FrameSource.NOT_FOUND);
                store.get(key, 1, views);
            }
            cut("segment-00000001", SegmentLayout.framesOffset(SLOTS) + 4_096);
            assertThrows(InternalError.class, () -> store.copy(key, frame));
            assertThrows(InternalError.class, () -> store.get(key));
            assertThrows(InternalError.class, () -> store.get(key, 1, views));
            assertThrows(InternalError.class, () -> reader.get(key));
            assertThrows(InternalError.class, () -> reader.copy(key, frame));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"index-00000000", "checkpoint", "control"})
    void shouldDoWithoutWhatIsCutOrMissing(final String name) throws IOException {
        cut(name, 4_100);
        assertAllThere("");
        cut(name, 100);
        assertAllThere("");
        try (var paths = Files.list(directory)) {
            for (final Path path : paths.filter(
                            path -> path.getFileName().toString().startsWith(name.substring(0, 5)))
                    .toList()) {
                Files.delete(path);
            }
        }
        assertAllThere("");
    }

    // ---- the disk

    @Test
    void shouldRefuseToWriteAfterAFailedForce() throws Exception {
        final boolean[] isBroken = {false};
        final StoreFiles files = new StoreFiles() {
            @Override
            void force(final Path path, final FileChannel channel) throws IOException {
                if (isBroken[0]) {
                    throw new IOException("Input/output error");
                }
                super.force(path, channel);
            }
        };
        final MappedFrameStore store =
                MappedFrameStore.open(directory, kernels, options().withDurability(Durability.SYNC), listener, files);
        put(store, 1_000);
        final long durable = store.durablePosition();
        isBroken[0] = true;
        assertMessage(assertThrows(UncheckedIOException.class, () -> put(store, 1_001)), "Input/output error");
        isBroken[0] = false;
        assertMessage(assertThrows(UncheckedIOException.class, () -> put(store, 1_002)), "failed before");
        assertThrows(UncheckedIOException.class, () -> store.awaitDurable(store.position(), 1));
        assertTrue(store.awaitDurable(durable, 1));
        key(1_000);
        assertTrue(store.contains(key), "reading goes on");
        assertMessage(assertThrows(UncheckedIOException.class, store::close), "failed before");
        store.close(); // is closed
        try (MappedFrameStore again = open()) {
            assertTrue(again.contains(key));
        }
    }

    @Test
    void shouldChangeNothingWhereTheDiskIsFull() throws Exception {
        final Path disk = Files.createDirectory(folder.resolve("disk"));
        if (!mount(disk, "size=24m")) {
            return; // only root may
        }
        try {
            directory = disk.resolve("store");
            final Path filler = disk.resolve("filler");
            Files.write(filler, new byte[1 << 20]);
            long value = 0;
            try (MappedFrameStore store = open()) {
                try {
                    for (; ; value++) {
                        put(store, value);
                    }
                } catch (final UncheckedIOException e) {
                    assertMessage(e, "No space left on device");
                }
                assertEquals(value, store.frameCount());
                key(value);
                assertFalse(store.contains(key));
                Files.delete(filler);
                put(store, value);
                assertTrue(store.copy(key, frame));
            }
            try (MappedFrameStore store = open()) {
                assertEquals(value + 1, store.frameCount());
                assertScrub(store, value + 1, 0, 0);
            }
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    @Test
    void shouldBeReadableWhereNothingCanBeWritten() throws Exception {
        final Path disk = Files.createDirectory(folder.resolve("disk"));
        if (!mount(disk, "size=24m")) {
            return; // only root may
        }
        try {
            directory = disk.resolve("store");
            try (MappedFrameStore store = open()) {
                put(store, 5);
            }
            assertTrue(mount(disk, "remount,ro"));
            final IOException refused = assertThrows(IOException.class, this::open);
            assertMessage(refused, "lock", "Read-only file system");
            try (StoreReader reader = new StoreReader(directory, kernels, VerifyPolicy.ALWAYS)) {
                key(5);
                assertTrue(reader.copy(key, frame));
                assertEquals(1, reader.frameCount());
            }
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    private static boolean mount(final Path disk, final String options) throws Exception {
        return new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString())
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void shouldForceThoughTheClockWasSetBack() throws IOException {
        final long[] nowNs = {1_000_000_000_000L};
        try (MappedFrameStore store = open()) {
            final GroupCommit commit = new GroupCommit(store, () -> nowNs[0], 1_000_000);
            put(store, 1_000);
            assertEquals(1, commit.doWork());
            put(store, 1_001);
            assertEquals(0, commit.doWork());
            nowNs[0] -= 3_600_000_000_000L;
            assertEquals(1, commit.doWork());
            assertEquals(store.position(), store.durablePosition());
        }
    }

    // ---- helpers

    private StoreOptions options() {
        return StoreOptions.DEFAULT.withSegmentSlots(SLOTS).withVerifyPolicy(VerifyPolicy.ALWAYS);
    }

    private MappedFrameStore open() throws IOException {
        return MappedFrameStore.open(directory, kernels, options(), listener);
    }

    /** Opens, changes nothing that matters, and ends as a process does that is killed. */
    private void crash() throws IOException {
        final MappedFrameStore store = open();
        key(3);
        store.pin(key);
        store.unpin(key);
        store.force();
        store.abandon();
        said.clear();
    }

    private void put(final FrameStore store, final long value) {
        StoreWorkload.fill(frame, value);
        store.put(frame, LatticeFrame.LENGTH, 1, key);
    }

    private void key(final long value) {
        StoreWorkload.fill(frame, value);
        kernels.blake3(frame, LatticeFrame.LENGTH, 1, key, 32);
    }

    private void assertAllThere(final String said) throws IOException {
        try (MappedFrameStore store = open()) {
            assertAllThere(store);
            if (!said.isEmpty()) {
                assertSaid(said);
            }
        }
    }

    private void assertAllThere(final MappedFrameStore store) {
        assertEquals(COUNT, store.frameCount());
        for (long value = 0; value < COUNT; value++) {
            key(value);
            assertTrue(store.copy(key, frame), "value=" + value);
            assertEquals(value, OffHeap.getU64(frame));
        }
    }

    /** Asks for the bad frame among its neighbours. */
    private boolean isInBatch(final MappedFrameStore store) {
        final long keys = arena.allocate(10 * 32, 8).address();
        final long views = arena.allocate(10 * 8, 8).address();
        for (int i = 0; i < 10; i++) {
            key(BAD_VALUE - 9 + i);
            Keys.copy(key, keys + i * 32L);
        }
        store.get(keys, 10, views);
        for (int i = 0; i < 9; i++) {
            assertEquals(BAD_VALUE - 9 + i, OffHeap.getU64(OffHeap.getU64(views + i * 8L)));
        }
        return OffHeap.getU64(views + 9 * 8) != FrameSource.NOT_FOUND;
    }

    private void assertMissing(final MappedFrameStore store, final int count) {
        assertEquals(COUNT - count, store.frameCount());
        assertEquals(count, store.statistics().quarantined());
        key(BAD_VALUE);
        int missing = 0;
        for (long value = 0; value < COUNT; value++) {
            key(value);
            if (!store.copy(key, frame)) {
                missing++;
            }
        }
        assertEquals(count, missing);
    }

    private static void assertScrub(
            final MappedFrameStore store, final long whole, final long repaired, final long lost) {
        final Scrub scrub = store.scrub(1 << 30);
        for (long nowNs = 0; !scrub.isDone(); nowNs += 1_000_000) {
            scrub.doWork(nowNs);
        }
        assertEquals(
                List.of(whole, repaired, lost), List.of(scrub.wholeCount(), scrub.repairedCount(), scrub.lostCount()));
    }

    private void assertRootsMustBeTrusted() throws IOException {
        try (MappedFrameStore store = open()) {
            assertTrue(store.areRootsUnknown());
            assertThrows(IllegalStateException.class, () -> store.sweep(FrameReferences.NONE));
            key(9);
            store.pin(key);
            store.trustRoots();
            store.sweep(FrameReferences.NONE);
        }
        try (MappedFrameStore store = open()) {
            assertFalse(store.areRootsUnknown());
            assertTrue(store.contains(key));
        }
    }

    private void assertSaid(final String what) {
        assertTrue(said.stream().anyMatch(line -> line.contains(what)), () -> what + " is not in " + said);
    }

    private static void assertMessage(final Throwable thrown, final String... parts) {
        for (final String part : parts) {
            assertTrue(thrown.toString().contains(part), () -> part + " is not in " + thrown);
        }
    }

    private void flipFrame() throws IOException {
        flip("segment-00000001", SegmentLayout.framesOffset(SLOTS) + 6 * LatticeFrame.LENGTH + 5_000);
    }

    private void flip(final String name, final long offset) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.seek(offset);
            final int value = file.read();
            file.seek(offset);
            file.write(value ^ 0x10);
        }
    }

    private void cut(final String name, final long length) throws IOException {
        final Path path = directory.resolve(name);
        if (Files.exists(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
        }
    }

    private ByteBuffer page(final String name) throws IOException {
        final ByteBuffer page = ByteBuffer.allocate(StoreFileLayout.PAGE_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            StoreFiles.read(channel, page, 0);
        }
        return page.flip();
    }

    private static ByteBuffer sealed(final ByteBuffer page) {
        return page.putInt(StoreFileLayout.CHECKSUM_OFFSET, Checksums.of(page, StoreFileLayout.CHECKSUM_OFFSET));
    }

    private void write(final String name, final ByteBuffer page) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
            StoreFiles.write(channel, page.duplicate(), 0);
            if (name.startsWith("journal")) {
                StoreFiles.write(channel, page.duplicate(), JournalLayout.SECOND_HEADER_OFFSET);
            }
        }
    }
}
