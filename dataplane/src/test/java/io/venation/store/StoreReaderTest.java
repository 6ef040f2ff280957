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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside a writer: they see what is put, and nothing is taken from under them. */
class StoreReaderTest {
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
        assertEquals(0, child(100));
        assertEquals(3, child(103));
    }

    private int child(final int count) throws Exception {
        return KilledProcessTest.java(StoreReaderChild.class, folder.toString(), Integer.toString(count))
                .start()
                .waitFor();
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
    void shouldForgetReadersWhoseProcessIsGone() throws IOException {
        put(1);
        store.sweep(FrameReferences.NONE);
        enterDeadReader();
        put(2);
        assertEquals(0, store.statistics().freeSlots());
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
    void shouldNotFindWhatIsDamaged() throws IOException {
        put(1);
        try (FileChannel channel = FileChannel.open(folder.resolve("segment-00000000"), StandardOpenOption.WRITE)) {
            StoreFiles.writeZeroes(channel, SegmentLayout.framesOffset(64) + 4_096, 1);
        }
        try (StoreReader reader = reader()) {
            assertFalse(reader.copy(key, frame));
            assertEquals(FrameSource.NOT_FOUND, reader.get(key));
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
