package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever follows the log hears of every change once, in order, and never of one that may still be lost. */
class StoreLogTest {
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

    /** What a follower makes of what it hears. */
    private static final class Heard implements LogHandler {
        final List<String> changes = new ArrayList<>();
        final Set<Digest> frames = new HashSet<>();
        final Map<Digest, Long> pins = new HashMap<>();
        private long last = -1;

        private Digest hear(final String what, final long sequence, final long key) {
            assertTrue(sequence > last, "sequence=" + sequence + " after " + last);
            last = sequence;
            final Digest address = Digest.read(key);
            changes.add(what + " " + address);
            return address;
        }

        @Override
        public void onPut(final long sequence, final long key, final long receipt) {
            assertEquals(Digest.read(key), Digest.read(receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET));
            assertTrue(frames.add(hear("put", sequence, key)));
        }

        @Override
        public void onPin(final long sequence, final long key) {
            pins.merge(hear("pin", sequence, key), 1L, Long::sum);
        }

        @Override
        public void onUnpin(final long sequence, final long key) {
            pins.computeIfPresent(hear("unpin", sequence, key), (_, count) -> count == 1 ? null : count - 1);
        }

        @Override
        public void onFree(final long sequence, final long key) {
            assertTrue(frames.remove(hear("free", sequence, key)));
        }

        @Override
        public void onQuarantine(final long sequence, final long key) {
            assertTrue(frames.remove(hear("quarantine", sequence, key)));
        }
    }

    @Test
    void shouldTellEverythingOnceHoweverOftenItIsOpenedAgain() throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED);
        final StoreOptions options = KilledProcessTest.options(0);
        store.close();
        store = MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
        final Heard heard = new Heard();
        LogPosition position = null;
        try (StoreWorkload workload = new StoreWorkload(SEED, kernels)) {
            for (int round = 0; round < 60; round++) {
                final String context = "seed=" + SEED + " round=" + round;
                for (int step = random.nextInt(20); step > 0; step--) {
                    workload.step(store);
                }
                switch (random.nextInt(20)) {
                    case 0 -> {
                        store.close();
                        store = MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
                    }
                    case 1 -> {
                        store.abandon();
                        store = MappedFrameStore.open(folder, kernels, options, StoreListener.NONE);
                    }
                    default -> {
                        // it goes on
                    }
                }
                try (StoreReader reader = new StoreReader(folder, kernels, VerifyPolicy.NEVER);
                        StoreLog log = reader.log(
                                position == null ? reader.logPosition(0) : LogPosition.parse(position.toString()),
                                LogLimit.PUBLISHED)) {
                    for (int polls = random.nextInt(6); polls >= 0; polls--) {
                        assertTrue(log.poll(heard, 1 + random.nextInt(300)) >= 0, context);
                        workload.step(store);
                    }
                    if (round % 5 == 4) {
                        while (log.poll(heard, 1_000) > 0) {
                            // to the end
                        }
                        assertEquals(log.end(), log.position().sequence(), context);
                        assertEquals(store.position(), log.end(), context);
                        assertEquals(store.roots(), log.roots(), context);
                        assertEquals(store.roots(), heard.pins, context);
                        final Set<Digest> frames = new HashSet<>();
                        store.forEach((shownKey, receipt, shown) -> frames.add(Digest.read(shownKey)));
                        assertEquals(frames, heard.frames, context);
                    }
                    position = log.position();
                }
            }
        }
    }

    @Test
    void shouldTellOnlyWhatIsOnDiskUnlessAskedForMore() throws IOException {
        try (StoreReader reader = reader();
                StoreLog durable = reader.log(reader.logPosition(0), LogLimit.DURABLE);
                StoreLog published = reader.log(reader.logPosition(0), LogLimit.PUBLISHED)) {
            final Heard onDisk = new Heard();
            final Heard all = new Heard();
            final String first = put(1);
            assertTrue(store.pin(key));
            assertEquals(0, durable.poll(onDisk, 10));
            assertFalse(durable.isRoot(Digest.read(key)));
            assertEquals(2, published.poll(all, 10));
            assertEquals(List.of("put " + first, "pin " + first), all.changes);
            assertTrue(published.isRoot(Digest.read(key)));
            store.force();
            assertTrue(durable.isRoot(Digest.read(key)), "before it was told");
            final String second = put(2);
            assertEquals(1, durable.poll(onDisk, 1));
            assertEquals(1, durable.poll(onDisk, 10));
            assertEquals(List.of("put " + first, "pin " + first), onDisk.changes);
            assertEquals(0, durable.poll(onDisk, 10));
            store.close();
            assertEquals(1, durable.poll(onDisk, 10), "a close forces");
            assertEquals("put " + second, onDisk.changes.getLast());
            open();
            put(3);
            store.force();
            assertEquals(1, durable.poll(onDisk, 10), "of the next writer");
        }
    }

    @Test
    void shouldTellAgainWhatAHandlerHasNotTaken() throws IOException {
        final String first = put(1);
        final String second = put(2);
        try (StoreReader reader = reader();
                StoreLog log = reader.log(reader.logPosition(0), LogLimit.PUBLISHED)) {
            final Heard heard = new Heard();
            assertThrows(
                    IllegalStateException.class,
                    () -> log.poll(
                            new LogHandler() {
                                @Override
                                public void onPut(final long sequence, final long putKey, final long receipt) {
                                    if (sequence == 1) {
                                        throw new IllegalStateException("the disk is full");
                                    }
                                    heard.onPut(sequence, putKey, receipt);
                                }
                            },
                            10));
            assertEquals(1, log.position().sequence());
            assertEquals(1, log.poll(heard, 10));
            assertEquals(List.of("put " + first, "put " + second), heard.changes);
        }
    }

    @Test
    void shouldBeginAtTheEnd() throws IOException {
        put(1);
        store.pin(key);
        final Digest root = Digest.read(key);
        try (StoreReader reader = reader();
                StoreLog log = reader.log(LogLimit.PUBLISHED)) {
            assertEquals(Map.of(root, 1L), log.roots());
            assertEquals(store.position(), log.position().sequence());
            assertEquals(0, log.poll(new Heard(), 10));
            final String second = put(2);
            final Heard heard = new Heard();
            assertEquals(1, log.poll(heard, 10));
            assertEquals(List.of("put " + second), heard.changes);
        }
    }

    @Test
    void shouldSayWhereItDoesNotGoOn() throws IOException {
        put(1);
        put(2);
        store.force();
        final LogPosition position;
        try (StoreReader reader = reader();
                StoreLog log = reader.log(reader.logPosition(0), LogLimit.DURABLE)) {
            assertEquals(2, log.poll(new Heard(), 10));
            position = log.position();
            assertReplaced(reader, new LogPosition(position.store(), 0, 2, position.checksum() ^ 1), "another record");
            assertReplaced(reader, new LogPosition(new UUID(1, 2), 0, 2, position.checksum()), "store");
            assertReplaced(reader, reader.logPosition(3), "behind the end");
            store.abandon();
            damage(0);
            open();
            assertEquals(StoreLog.REPLACED, log.poll(new Heard(), 10), "beside the writer that has written it anew");
            assertEquals(StoreLog.REPLACED, log.poll(new Heard(), 10));
            assertEquals(position, log.position());
        }
        try (StoreReader reader = reader()) {
            assertReplaced(reader, position, "remembered");
            assertReplaced(reader, reader.logPosition(position.sequence()), "a snapshot's");
            final Heard heard = new Heard();
            try (StoreLog log = reader.log(LogLimit.DURABLE)) {
                put(3);
                store.force();
                assertEquals(1, log.poll(heard, 10));
            }
        }
    }

    private static void assertReplaced(final StoreReader reader, final LogPosition position, final String what)
            throws IOException {
        try (StoreLog log = reader.log(position, LogLimit.PUBLISHED)) {
            assertEquals(StoreLog.REPLACED, log.poll(new Heard(), 10), what);
            assertEquals(position, log.position());
        }
    }

    @Test
    void shouldSeeThatWhatItHasToldWasCut() throws IOException {
        put(1);
        try (StoreReader reader = reader();
                StoreLog log = reader.log(reader.logPosition(0), LogLimit.PUBLISHED);
                StoreLog other = reader.log(reader.logPosition(0), LogLimit.PUBLISHED)) {
            assertEquals(1, log.poll(new Heard(), 10));
            assertEquals(1, other.poll(new Heard(), 10));
            store.abandon();
            damage(0);
            open();
            assertEquals(StoreLog.REPLACED, log.poll(new Heard(), 10), "shorter");
            put(2);
            put(3);
            assertEquals(StoreLog.REPLACED, other.poll(new Heard(), 10), "longer again");
            assertEquals(StoreLog.REPLACED, log.poll(new Heard(), 10));
        }
    }

    @Test
    void shouldNameADamagedRecordAndUseCopies() throws IOException {
        put(1);
        store.pin(key);
        final String second = put(2);
        store.pin(key);
        final String third = put(3);
        damage(1);
        damage(5);
        damage(6);
        try (StoreReader reader = reader();
                StoreLog log = reader.log(reader.logPosition(1), LogLimit.PUBLISHED)) {
            final Heard heard = new Heard();
            assertEquals(3, log.poll(heard, 10), "the first pin from its copy, the second put, the second pin");
            assertEquals("put " + second, heard.changes.get(1));
            assertEquals("pin " + second, heard.changes.get(2));
            assertEquals(6, log.position().sequence());
            assertEquals(StoreLog.DAMAGED, log.poll(heard, 10));
            damage(4);
        }
        try (StoreReader reader = reader();
                StoreLog log = reader.log(reader.logPosition(3), LogLimit.PUBLISHED)) {
            final Heard heard = new Heard();
            assertEquals(1, log.poll(heard, 10));
            assertEquals(StoreLog.DAMAGED, log.poll(heard, 10));
            assertEquals(StoreLog.DAMAGED, log.poll(heard, 10));
            assertEquals(4, log.position().sequence());
            assertFalse(heard.changes.contains("put " + third));
        }
    }

    private void damage(final long sequence) throws IOException {
        try (FileChannel channel = FileChannel.open(
                folder.resolve("journal-00000000"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final long offset = JournalLayout.RECORDS_OFFSET
                    + sequence * JournalLayout.RECORD_LENGTH
                    + JournalLayout.CHECKSUM_OFFSET;
            final ByteBuffer checksum = ByteBuffer.allocate(Integer.BYTES);
            channel.read(checksum, offset);
            channel.write(checksum.putInt(0, ~checksum.getInt(0)).flip(), offset);
        }
    }

    private StoreReader reader() throws IOException {
        return new StoreReader(folder, kernels, VerifyPolicy.ALWAYS);
    }

    private String put(final long value) {
        StoreWorkload.fill(frame, value);
        store.put(frame, LatticeFrame.LENGTH, 1, key);
        return Digest.read(key).toString();
    }
}
