package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One random bit in every region of every file of a store, closed and killed: it opens, all that was acknowledged is there but
 * the frame that the bit was in, roots and all; readers serve nothing else. {@code -Dvenation.store.flips=100} flips more often
 * than the few times of a build.
 */
class StoreBitFlipTest {
    private static final int FLIP_COUNT = Integer.getInteger("venation.store.flips", 4);
    private static final long SEED = Long.getLong("venation.store.seed", 96);
    private static final int SLOTS = 64;
    private static final int SEGMENT_COUNT = 4;
    /** Values: kept and pinned, swept, put into slots of those, forced before the kill, not forced. */
    private static final int PINNED = 150;

    private static final int SWEPT = 200;
    private static final int CLOSED = 230;
    private static final int FORCED = 240;
    private static final int KILLED = 245;

    @TempDir
    private static Path folder;

    private static final FrameKernels KERNELS = Kernels.select();
    private static final Arena ARENA = Arena.ofShared();
    private static final long FRAME = ARENA.allocate(LatticeFrame.LENGTH, 64).address();
    private static final long KEY = ARENA.allocate(32, 8).address();
    private static Map<Digest, Long> roots;

    private final Path directory = folder.resolve("store");

    private enum Region {
        JOURNAL_HEADER("journal-00000000", 0, StoreFileLayout.PAGE_LENGTH),
        JOURNAL_SECOND_HEADER(
                "journal-00000000",
                JournalLayout.SECOND_HEADER_OFFSET,
                JournalLayout.SECOND_HEADER_OFFSET + StoreFileLayout.PAGE_LENGTH),
        JOURNAL_ZEROES(
                "journal-00000000",
                JournalLayout.SECOND_HEADER_OFFSET + StoreFileLayout.PAGE_LENGTH,
                JournalLayout.RECORDS_OFFSET),
        JOURNAL_RECORDS("journal-00000000", JournalLayout.RECORDS_OFFSET, record(500)),
        JOURNAL_LAST_RECORDS("journal-00000000", record(500), record(600)),
        JOURNAL_ROOM("journal-00000000", record(700), JournalLayout.RUN_LENGTH),
        SEGMENT_HEADER("segment", 0, StoreFileLayout.PAGE_LENGTH),
        SEGMENT_KEYS("segment", SegmentLayout.keysOffset(SLOTS), SegmentLayout.receiptsOffset(SLOTS)),
        SEGMENT_RECEIPTS("segment", SegmentLayout.receiptsOffset(SLOTS), receiptsEnd()),
        SEGMENT_PADDING("segment", receiptsEnd(), SegmentLayout.framesOffset(SLOTS)),
        SEGMENT_FRAMES("segment", SegmentLayout.framesOffset(SLOTS), SegmentLayout.length(SLOTS)),
        INDEX_HEADER("index-00000000", 0, StoreFileLayout.PAGE_LENGTH),
        INDEX_PLACES("index-00000000", StoreFileLayout.PAGE_LENGTH, Long.MAX_VALUE),
        CHECKPOINT_HEADER("checkpoint", 0, StoreFileLayout.PAGE_LENGTH),
        CHECKPOINT_STATE("checkpoint", CheckpointLayout.STATE_OFFSET, rootsOffset()),
        CHECKPOINT_ROOTS("checkpoint", rootsOffset(), rootsOffset() + PINNED * CheckpointLayout.ROOT_LENGTH),
        CHECKPOINT_SLOTS_AND_CHECKSUM(
                "checkpoint", rootsOffset() + PINNED * CheckpointLayout.ROOT_LENGTH, Long.MAX_VALUE),
        CONTROL_HEADER("control", 0, StoreFileLayout.PAGE_LENGTH),
        CONTROL_STATE("control", ControlLayout.STATE_OFFSET, ControlLayout.STATE_OFFSET + 64),
        CONTROL_ZEROES("control", ControlLayout.STATE_OFFSET + 64, ControlLayout.READERS_OFFSET),
        CONTROL_READERS("control", ControlLayout.READERS_OFFSET, ControlLayout.LENGTH),
        LOCK("lock", 0, Long.MAX_VALUE);

        private final String file;
        private final long from;
        private final long to;

        Region(final String file, final long from, final long to) {
            this.file = file;
            this.from = from;
            this.to = to;
        }

        private static long record(final int sequence) {
            return JournalLayout.RECORDS_OFFSET + (long) sequence * JournalLayout.RECORD_LENGTH;
        }

        private static long receiptsEnd() {
            return SegmentLayout.receiptsOffset(SLOTS) + SLOTS * SegmentLayout.RECEIPT_LENGTH;
        }

        private static int rootsOffset() {
            return CheckpointLayout.STATE_OFFSET + CheckpointLayout.STATE_LENGTH;
        }

        String file(final SplittableRandom random) {
            return file.equals("segment") ? "segment-0000000" + random.nextInt(SEGMENT_COUNT) : file;
        }
    }

    @BeforeAll
    static void make() throws IOException {
        final Path closed = folder.resolve("closed");
        try (MappedFrameStore store = open(closed)) {
            put(store, 0, SWEPT);
            for (int value = 0; value < PINNED; value++) {
                key(value);
                assertTrue(store.pin(KEY));
            }
            assertEquals(SWEPT - PINNED, store.sweep(FrameReferences.NONE).freed());
            put(store, SWEPT, CLOSED);
            roots = store.roots();
        }
        final Path killed = folder.resolve("killed");
        copy(closed, killed);
        final MappedFrameStore store = open(killed);
        put(store, CLOSED, FORCED);
        store.force();
        put(store, FORCED, KILLED);
        store.abandon();
    }

    @AfterAll
    static void free() {
        ARENA.close();
    }

    static Stream<Arguments> regions() {
        return Stream.of(Region.values())
                .flatMap(region -> Stream.of(false, true).map(isKilled -> Arguments.of(region, isKilled)));
    }

    @ParameterizedTest
    @MethodSource("regions")
    void shouldLoseNothingButTheFrameThatTheBitIsIn(final Region region, final boolean isKilled) throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED + region.ordinal());
        for (int flip = 0; flip < FLIP_COUNT; flip++) {
            copy(folder.resolve(isKilled ? "killed" : "closed"), directory);
            final Path file = directory.resolve(region.file(random));
            final long offset = random.nextLong(region.from, Math.min(region.to, Files.size(file)));
            final int bit = random.nextInt(Byte.SIZE);
            final String context = region + " seed=" + SEED + " flip=" + flip + " " + file.getFileName() + " offset="
                    + offset + " bit=" + bit;
            final TreeSet<Integer> may = mayBeLost(region, isKilled, file, offset);
            flip(file, offset, bit);
            read(region, isKilled, context);
            recover(region, isKilled, may, context);
        }
    }

    /** The frame of the bit, and what a killed process had not forced where its journal or frames end early. */
    private TreeSet<Integer> mayBeLost(final Region region, final boolean isKilled, final Path file, final long offset)
            throws IOException {
        final TreeSet<Integer> may = new TreeSet<>();
        if (region == Region.SEGMENT_FRAMES) {
            final long slot = (offset - SegmentLayout.framesOffset(SLOTS)) / LatticeFrame.LENGTH;
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
                bytes.seek(SegmentLayout.keysOffset(SLOTS) + slot * SegmentLayout.KEY_LENGTH);
                if (bytes.readLong() != 0) {
                    bytes.seek(SegmentLayout.framesOffset(SLOTS) + slot * LatticeFrame.LENGTH);
                    may.add((int) Long.reverseBytes(bytes.readLong()));
                }
            }
        }
        final boolean isTail = region == Region.JOURNAL_LAST_RECORDS || !may.isEmpty() && may.first() >= FORCED;
        if (isKilled && isTail) {
            for (int value = may.isEmpty() ? FORCED : may.first(); value < KILLED; value++) {
                may.add(value);
            }
        }
        return may;
    }

    /** Readers that come before the store is opened: they are refused, or what they get is right. */
    private void read(final Region region, final boolean isKilled, final String context) throws IOException {
        try (StoreReader reader = new StoreReader(directory, KERNELS, VerifyPolicy.ALWAYS)) {
            assertTrue(!isKilled || region == Region.CONTROL_STATE, context);
            int missing = 0;
            for (int value = 0; value < KILLED; value++) {
                key(value);
                final boolean isThere = reader.copy(KEY, FRAME);
                final long view = reader.get(KEY);
                assertFalse(isThere && !isThere(value, isKilled), context);
                assertEquals(isThere, view != FrameSource.NOT_FOUND, context);
                if (isThere) {
                    assertEquals(value, OffHeap.getU64(FRAME), context);
                    assertEquals(value, OffHeap.getU64(view), context);
                } else if (isThere(value, isKilled)) {
                    missing++;
                }
            }
            assertTrue(
                    missing
                            <= switch (region) {
                                case SEGMENT_KEYS, SEGMENT_FRAMES, INDEX_PLACES -> 1;
                                case CONTROL_STATE -> isKilled ? KILLED : 0;
                                default -> 0;
                            },
                    context);
        } catch (final IOException | UncheckedIOException e) {
            final boolean isDamaged = isKilled
                    || region == Region.SEGMENT_HEADER
                    || region == Region.INDEX_HEADER
                    || region == Region.INDEX_PLACES
                    || region == Region.CONTROL_HEADER
                    || region == Region.CONTROL_STATE;
            assertTrue(isDamaged, () -> context + ": " + e);
        }
    }

    private void recover(final Region region, final boolean isKilled, final TreeSet<Integer> may, final String context)
            throws IOException {
        final TreeSet<Integer> lost = new TreeSet<>();
        final TreeSet<Integer> returned = new TreeSet<>();
        try (MappedFrameStore store = open(directory)) {
            assertEquals(roots, store.roots(), context);
            assertFalse(store.areRootsUnknown(), context);
            final Scrub scrub = store.scrub(1 << 30);
            if (region == Region.SEGMENT_KEYS || region == Region.SEGMENT_RECEIPTS) {
                for (long nowNs = 0; !scrub.isDone(); nowNs += 1_000_000) {
                    scrub.doWork(nowNs);
                }
                assertEquals(0, scrub.lostCount(), context);
            }
            for (int value = 0; value < KILLED; value++) {
                if (isWhole(store, value, context) != isThere(value, isKilled)) {
                    (isThere(value, isKilled) ? lost : returned).add(value);
                }
            }
            assertTrue(may.containsAll(lost), () -> context + ": lost " + lost);
            assertTrue(returned.isEmpty(), () -> context + ": swept before " + returned);
            put(store, 0, KILLED);
        }
        final ArrayList<String> said = new ArrayList<>();
        final StoreListener listener = new StoreListener() {
            @Override
            public void onRecovered(final String what) {
                said.add(what);
            }
        };
        try (MappedFrameStore store = MappedFrameStore.open(directory, KERNELS, options(), listener)) {
            assertTrue(said.isEmpty(), () -> context + ": " + said);
            assertEquals(KILLED, store.frameCount(), context);
            for (int value = 0; value < KILLED; value++) {
                assertTrue(isWhole(store, value, context), context);
            }
        }
    }

    private static boolean isWhole(final MappedFrameStore store, final int value, final String context) {
        key(value);
        final boolean isThere = store.copy(KEY, FRAME);
        if (isThere) {
            assertEquals(value, OffHeap.getU64(FRAME), context);
        }
        return isThere;
    }

    private static boolean isThere(final int value, final boolean isKilled) {
        return value < PINNED || value >= SWEPT && value < (isKilled ? KILLED : CLOSED);
    }

    private static void flip(final Path file, final long offset, final int bit) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            final int value = bytes.read();
            bytes.seek(offset);
            bytes.write(value ^ 1 << bit);
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        IoUtil.delete(to.toFile(), true);
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (final Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static StoreOptions options() {
        return StoreOptions.DEFAULT.withSegmentSlots(SLOTS).withVerifyPolicy(VerifyPolicy.ALWAYS);
    }

    private static MappedFrameStore open(final Path path) throws IOException {
        return MappedFrameStore.open(path, KERNELS, options(), StoreListener.NONE);
    }

    private static void put(final MappedFrameStore store, final int from, final int to) {
        for (int value = from; value < to; value++) {
            key(value);
            store.put(FRAME, LatticeFrame.LENGTH, 1, KEY);
        }
    }

    private static void key(final long value) {
        StoreWorkload.fill(FRAME, value);
        KERNELS.blake3(FRAME, LatticeFrame.LENGTH, 1, KEY, 32);
    }
}
