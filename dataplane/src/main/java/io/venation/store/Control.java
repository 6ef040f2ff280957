package io.venation.store;

import static io.venation.store.ControlLayout.DURABLE_POSITION_OFFSET;
import static io.venation.store.ControlLayout.EPOCH_OFFSET;
import static io.venation.store.ControlLayout.FRAME_COUNT_OFFSET;
import static io.venation.store.ControlLayout.INDEX_GENERATION_OFFSET;
import static io.venation.store.ControlLayout.JOURNAL_GENERATION_OFFSET;
import static io.venation.store.ControlLayout.LENGTH;
import static io.venation.store.ControlLayout.PID_OFFSET;
import static io.venation.store.ControlLayout.POSITION_OFFSET;
import static io.venation.store.ControlLayout.READERS_OFFSET;
import static io.venation.store.ControlLayout.READER_COUNT;
import static io.venation.store.ControlLayout.READER_EPOCH_OFFSET;
import static io.venation.store.ControlLayout.READER_LENGTH;
import static io.venation.store.ControlLayout.START_OFFSET;
import static io.venation.store.ControlLayout.STATE_OFFSET;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The mapped control file; {@link ControlLayout} has its picture. Each value has one writer: the store's, or the reader
 * whose entry it is. Setters release, getters acquire.
 */
final class Control implements AutoCloseable {
    static final long CLOSED = 0;
    static final long OPEN = 1;
    /** Epochs count from here, so that 0 says that a reader is not there yet. */
    static final long FIRST_EPOCH = 1;

    /** Of the fields behind the name, which is the second. */
    private static final int STAT_START = 22 - 3;

    private static final int MILLIS_PER_TICK = 10;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final StoreHeader header;

    private Control(final FileChannel channel, final StoreHeader header, final boolean isWritable) throws IOException {
        this.header = header;
        memory = channel.map(
                isWritable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY, 0, LENGTH, arena);
    }

    /** Makes the file, or keeps the one that readers may have mapped. */
    static Control create(final Path directory, final StoreHeader store) throws IOException {
        final Path path = FileKind.CONTROL.path(directory);
        final StoreHeader header = store.of(FileKind.CONTROL, 0, 0);
        try (FileChannel channel =
                StoreFiles.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            checkOwner(path, channel, header);
            if (channel.size() < LENGTH) {
                StoreFiles.writeZeroes(channel, channel.size(), LENGTH - channel.size());
            }
            StoreFiles.write(channel, header.page(), 0);
            return new Control(channel, header, true);
        }
    }

    private static void checkOwner(final Path path, final FileChannel channel, final StoreHeader header)
            throws IOException {
        try {
            header.checkSameStore(path, StoreHeader.read(path, channel, 0, FileKind.CONTROL));
        } catch (final DamagedHeaderException _) {
            // not there yet, or damaged: nothing but the readers' entries is needed, and they are not touched
        }
    }

    /** Maps the file for a reader; writable where the directory lets it, so that it can register. */
    static Control open(final Path directory, final boolean isWritable) throws IOException {
        final Path path = FileKind.CONTROL.path(directory);
        try (FileChannel channel = isWritable
                ? StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : StoreFiles.open(path, StandardOpenOption.READ)) {
            final StoreHeader header = StoreHeader.read(path, channel, 0, FileKind.CONTROL);
            if (channel.size() < LENGTH) {
                throw new StoreException(path, "was cut to " + channel.size() + " bytes");
            }
            return new Control(channel, header, isWritable);
        }
    }

    /** Forces what the writer has set. */
    static void force(final StoreFiles files, final Path directory) throws IOException {
        final Path path = FileKind.CONTROL.path(directory);
        try (FileChannel channel = StoreFiles.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            files.force(path, channel);
        }
    }

    /** Names the store. */
    StoreHeader header() {
        return header;
    }

    private long get(final long offset) {
        return (long) LONG.getAcquire(memory, offset);
    }

    private void set(final long offset, final long value) {
        LONG.setRelease(memory, offset, value);
    }

    long state() {
        return get(STATE_OFFSET);
    }

    void state(final long value) {
        set(STATE_OFFSET, value);
    }

    long indexGeneration() {
        return get(INDEX_GENERATION_OFFSET);
    }

    void indexGeneration(final long value) {
        set(INDEX_GENERATION_OFFSET, value);
    }

    long epoch() {
        return get(EPOCH_OFFSET);
    }

    void epoch(final long value) {
        set(EPOCH_OFFSET, value);
    }

    long position() {
        return get(POSITION_OFFSET);
    }

    void position(final long value) {
        set(POSITION_OFFSET, value);
    }

    long durablePosition() {
        return get(DURABLE_POSITION_OFFSET);
    }

    void durablePosition(final long value) {
        set(DURABLE_POSITION_OFFSET, value);
    }

    long journalGeneration() {
        return get(JOURNAL_GENERATION_OFFSET);
    }

    void journalGeneration(final long value) {
        set(JOURNAL_GENERATION_OFFSET, value);
    }

    long frameCount() {
        return get(FRAME_COUNT_OFFSET);
    }

    void frameCount(final long value) {
        set(FRAME_COUNT_OFFSET, value);
    }

    /**
     * Takes an entry and enters the present epoch.
     *
     * @return number of the entry.
     * @throws IllegalStateException where all {@value ControlLayout#READER_COUNT} are taken.
     */
    int register() {
        final long pid = ProcessHandle.current().pid();
        for (int reader = 0; reader < READER_COUNT; reader++) {
            if ((boolean) LONG.compareAndSet(memory, entry(reader) + PID_OFFSET, 0L, pid)) {
                set(entry(reader) + START_OFFSET, startMillis(ProcessHandle.current()));
                enter(reader);
                return reader;
            }
        }
        throw new IllegalStateException("readers=" + READER_COUNT + ": no entry is left");
    }

    /**
     * Moves a reader on to the present epoch: what was freed before it may be used again.
     *
     * @return the epoch.
     */
    long enter(final int reader) {
        long epoch;
        do {
            epoch = epoch();
            LONG.setVolatile(memory, entry(reader) + READER_EPOCH_OFFSET, epoch);
        } while (epoch != (long) LONG.getVolatile(memory, (long) EPOCH_OFFSET));
        return epoch;
    }

    /** Moves a reader out of all epochs until it enters one: nothing is kept for it. */
    void leave(final int reader) {
        set(entry(reader) + READER_EPOCH_OFFSET, Long.MAX_VALUE);
    }

    void unregister(final int reader) {
        set(entry(reader) + READER_EPOCH_OFFSET, 0);
        set(entry(reader) + START_OFFSET, 0);
        set(entry(reader) + PID_OFFSET, 0);
    }

    /**
     * The writer asks which epoch no reader is behind; entries of processes that are gone are cleared.
     *
     * @return the oldest epoch of a registered reader, or {@link Long#MAX_VALUE} where there is none.
     */
    long oldestReader() {
        VarHandle.fullFence();
        long oldest = Long.MAX_VALUE;
        for (int reader = 0; reader < READER_COUNT; reader++) {
            final long pid = get(entry(reader) + PID_OFFSET);
            if (pid == 0) {
                continue;
            }
            if (isGone(pid, get(entry(reader) + START_OFFSET))) {
                unregister(reader);
            } else {
                oldest = Math.min(oldest, get(entry(reader) + READER_EPOCH_OFFSET));
            }
        }
        return oldest;
    }

    private static boolean isGone(final long pid, final long startMillis) {
        return ProcessHandle.of(pid)
                .map(process -> {
                    final long actualMillis = startMillis(process);
                    return startMillis != 0 && actualMillis != 0 && actualMillis != startMillis;
                })
                .orElse(true);
    }

    /**
     * When a process began: since boot where the system tells (proc(5), stat, field 22), because what the JDK tells moves in
     * another process when somebody sets the clock; 0 where nobody knows.
     */
    private static long startMillis(final ProcessHandle process) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[STAT_START]) * MILLIS_PER_TICK;
        } catch (final IOException e) {
            return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }
    }

    private static long entry(final int reader) {
        return READERS_OFFSET + (long) reader * READER_LENGTH;
    }

    @Override
    public void close() {
        arena.close();
    }
}
