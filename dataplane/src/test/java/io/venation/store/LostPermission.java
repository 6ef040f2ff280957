package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/**
 * A store whose owner takes permissions away while it is closed or open: what is refused names the file, what was put
 * stays, and once permission is back all goes on. Run by {@link StorePermissionTest}, in a process that root's privilege
 * does not help.
 */
final class LostPermission implements AutoCloseable {
    private static final int COUNT = 200; // three segments and 8 slots of a fourth
    private static final int SLOTS = 64;
    private static final int INDEX_FULL = (int) AddressIndex.MIN_PLACES / 4 * 3;
    private static final String NOTHING = "---------";
    private static final String READ = "r--------";
    private static final String READ_AND_ENTER = "r-x------";
    private static final String WRITE_AND_ENTER = "-wx------";
    private static final String ENTER = "--x------";

    /** Where the permission is lost. */
    enum Place {
        FILE_BEFORE_OPEN,
        DIRECTORY_BEFORE_OPEN,
        DIRECTORY_BEFORE_RECOVERY,
        NEXT_SEGMENT,
        NAME_OF_A_SEGMENT,
        SEGMENT_WHILE_OPEN,
        SWEPT_SEGMENT,
        JOURNAL_BEFORE_THE_FIRST_PUT,
        NEXT_INDEX,
        CHECKPOINT,
        INDEX_AT_CLOSE,
        READER
    }

    private final FrameKernels kernels = Kernels.select();
    private final Arena arena = Arena.ofConfined();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 8).address();
    private final List<String> said = new ArrayList<>();
    private final Path folder;
    private final Path directory;
    private final int slots;
    private int count;

    private final StoreListener listener = new StoreListener() {
        @Override
        public void onRecovered(final String what) {
            said.add(what);
        }

        @Override
        public void onDamaged(final Digest address, final long slot, final boolean isRepaired) {
            said.add("slot " + slot);
        }
    };

    /** Arguments: place, folder. */
    public static void main(final String[] arguments) throws Exception {
        final Place place = Place.valueOf(arguments[0]);
        try (LostPermission lost = new LostPermission(place, Path.of(arguments[1]))) {
            lost.run(place);
        }
    }

    LostPermission(final Place place, final Path folder) throws IOException {
        this.folder = folder;
        directory = folder.resolve("store");
        slots = place == Place.NEXT_INDEX ? 1_024 : SLOTS;
        try (MappedFrameStore store = open()) {
            put(store, place == Place.NEXT_INDEX ? INDEX_FULL : COUNT);
            key(3);
            assertTrue(store.pin(key));
        }
    }

    void run(final Place place) throws IOException {
        switch (place) {
            case FILE_BEFORE_OPEN -> loseAFileBeforeOpen();
            case DIRECTORY_BEFORE_OPEN -> loseTheDirectoryBeforeOpen();
            case DIRECTORY_BEFORE_RECOVERY -> loseTheDirectoryBeforeRecovery();
            case NEXT_SEGMENT -> losePlaceForAFile("segment-00000004", 4 * SLOTS - COUNT);
            case NAME_OF_A_SEGMENT -> loseTheNameOfASegment();
            case SEGMENT_WHILE_OPEN -> loseAFileWhileOpen("segment-00000003");
            case SWEPT_SEGMENT -> loseASweptSegment();
            case JOURNAL_BEFORE_THE_FIRST_PUT -> loseAFileWhileOpen("journal-00000000");
            case NEXT_INDEX -> losePlaceForAFile("index-00000001", 0);
            case CHECKPOINT -> loseAtClose(directory, READ_AND_ENTER, "checkpoint.new");
            case INDEX_AT_CLOSE -> loseAtClose(directory.resolve("index-00000000"), READ, "index-00000000");
            case READER -> loseAReadersFiles();
        }
    }

    // ---- before

    private void loseAFileBeforeOpen() throws IOException {
        for (final String name : List.of("lock", "journal-00000000", "segment-00000001", "index-00000000", "control")) {
            without(READ, directory.resolve(name), () -> assertDenied(name, this::open));
        }
        without(NOTHING, directory.resolve("checkpoint"), () -> assertDenied("checkpoint", this::open));
        assertAllThere("");
    }

    private void loseTheDirectoryBeforeOpen() throws IOException {
        without(NOTHING, directory, () -> assertDenied("lock", this::open));
        without(ENTER, directory, () -> assertDenied("store", this::open));
        without(READ_AND_ENTER, directory, () -> assertAllThere("")); // nothing has to be made
        without(READ_AND_ENTER, folder, () -> {
            final Path other = folder.resolve("other");
            assertDenied("other", () -> MappedFrameStore.open(other, kernels, options(), listener));
        });
        assertAllThere("");
    }

    private void loseTheDirectoryBeforeRecovery() throws IOException {
        final MappedFrameStore store = open();
        put(store, 1);
        store.abandon();
        without(READ_AND_ENTER, directory, () -> assertDenied("index-00000001", this::open));
        assertAllThere("was not closed");
    }

    // ---- while it is open

    /** Puts go on until a file has to be made; that one put fails and changes nothing. */
    private void losePlaceForAFile(final String name, final int fitting) throws IOException {
        try (MappedFrameStore store = open()) {
            without(READ_AND_ENTER, directory, () -> {
                put(store, fitting);
                assertPutDenied(store, name);
                assertPutDenied(store, name);
            });
            put(store, 1);
            assertAllThere(store);
        }
        assertAllThere("");
    }

    private void loseAFileWhileOpen(final String name) throws IOException {
        try (MappedFrameStore store = open()) {
            without(READ, directory.resolve(name), () -> assertPutDenied(store, name));
            put(store, 1);
            assertAllThere(store);
        }
        assertAllThere("");
    }

    /** The name of a new segment cannot be forced: nothing is durable that was not before, and the store stops. */
    private void loseTheNameOfASegment() throws IOException {
        final MappedFrameStore store = open();
        final long durable = store.durablePosition();
        without(WRITE_AND_ENTER, directory, () -> {
            put(store, SLOTS);
            assertDenied("store", store::force);
        });
        assertEquals(durable, store.durablePosition());
        assertStopped(store);
        assertThrows(UncheckedIOException.class, store::close);
        assertAllThere("was not closed");
    }

    /** Slots of a segment that cannot be written are freed in the journal; the segment follows when it can. */
    private void loseASweptSegment() throws IOException {
        final MappedFrameStore store = open();
        without(READ, directory.resolve("segment-00000001"), () -> {
            assertEquals(COUNT - 1, store.sweep(FrameReferences.NONE).freed());
            assertDenied("segment-00000001", store::force);
        });
        assertStopped(store);
        assertThrows(UncheckedIOException.class, store::close);
        try (MappedFrameStore again = open()) {
            assertEquals(1, again.frameCount());
            key(3);
            assertTrue(again.copy(key, frame));
        }
    }

    /** Everything is forced before: the checkpoint only saves the next open from reading the journal. */
    private void loseAtClose(final Path path, final String permissions, final String name) throws IOException {
        final MappedFrameStore store = open();
        put(store, 1);
        without(permissions, path, () -> assertDenied(name, store::close));
        store.close();
        assertAllThere("was not closed");
        assertAllThere("");
    }

    // ---- readers

    private void loseAReadersFiles() throws IOException {
        without(READ, directory.resolve("control"), () -> {
            try (StoreReader reader = reader()) {
                key(3);
                assertTrue(reader.copy(key, frame));
            }
        });
        without(NOTHING, directory.resolve("control"), () -> assertDenied("control", this::reader));
        without(NOTHING, directory.resolve("index-00000000"), () -> assertDenied("index-00000000", this::reader));
        without(NOTHING, directory.resolve("segment-00000000"), () -> {
            try (StoreReader reader = reader()) {
                key(3);
                assertDenied("segment-00000000", () -> reader.copy(key, frame));
            }
        });
        try (StoreReader reader = reader()) {
            key(3);
            assertTrue(reader.copy(key, frame));
        }
    }

    // ---- helpers

    private static void without(final String permissions, final Path path, final Executable work) throws IOException {
        final var before = Files.getPosixFilePermissions(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        try {
            work.execute();
        } catch (final IOException | RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError(e);
        } finally {
            Files.setPosixFilePermissions(path, before);
        }
    }

    /** The operating system's refusal, and the file that it was about. */
    private static void assertDenied(final String name, final Executable work) {
        final Exception thrown = assertThrows(Exception.class, work);
        final Throwable refusal = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        final String message = refusal.getMessage();
        assertTrue(
                refusal instanceof AccessDeniedException
                        ? message.endsWith("/" + name)
                        : message.endsWith("/" + name + " (Permission denied)"), // java.io's way to say it
                () -> name + " is not what is refused: " + refusal);
    }

    private void assertPutDenied(final MappedFrameStore store, final String name) {
        final long position = store.position();
        key(count);
        assertDenied(name, () -> store.put(frame, LatticeFrame.LENGTH, 1, key));
        assertFalse(store.contains(key));
        assertEquals(count, store.frameCount());
        assertEquals(position, store.position());
        assertAllThere(store);
    }

    private void assertStopped(final MappedFrameStore store) {
        key(1_000_000);
        final UncheckedIOException stopped =
                assertThrows(UncheckedIOException.class, () -> store.put(frame, LatticeFrame.LENGTH, 1, key));
        assertTrue(stopped.getMessage().contains("open the store again"), stopped.getMessage());
    }

    private void assertAllThere(final String what) throws IOException {
        said.clear();
        try (MappedFrameStore store = open()) {
            assertAllThere(store);
            assertTrue(
                    what.isEmpty() ? said.isEmpty() : said.stream().anyMatch(line -> line.contains(what)),
                    () -> "'" + what + "' is not in " + said);
        }
    }

    private void assertAllThere(final MappedFrameStore store) {
        assertEquals(count, store.frameCount());
        assertEquals(1, store.roots().size());
        for (long value = 0; value < count; value++) {
            key(value);
            assertTrue(store.copy(key, frame), "value=" + value);
        }
    }

    private StoreOptions options() {
        return StoreOptions.DEFAULT.withSegmentSlots(slots);
    }

    private MappedFrameStore open() throws IOException {
        return MappedFrameStore.open(directory, kernels, options(), listener);
    }

    private StoreReader reader() throws IOException {
        return new StoreReader(directory, kernels, VerifyPolicy.ALWAYS);
    }

    private void put(final MappedFrameStore store, final int frames) {
        for (int i = 0; i < frames; i++) {
            key(count);
            store.put(frame, LatticeFrame.LENGTH, 1, key);
            count++;
        }
    }

    private void key(final long value) {
        StoreWorkload.fill(frame, value);
        kernels.blake3(frame, LatticeFrame.LENGTH, 1, key, 32);
    }

    @Override
    public void close() {
        arena.close();
    }
}
