package io.venation.store;

import io.venation.flow.FrameVerifier;
import io.venation.flow.ReceiptRules;
import io.venation.flow.RejectReason;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Frames in files: segments of slots, a journal of what was put, a mapped index. {@code dataplane/STORE.md} has the whole
 * format and what survives what.
 *
 * <pre>
 *   put ─► hash ─► in the index? ──yes──► already present
 *                      │ no
 *                      ▼
 *          write frames to free slots ─► keys and receipts ─► journal ─► index
 * </pre>
 *
 * <p>One thread writes: it made the store and calls everything but {@link #force}, {@link #position},
 * {@link #durablePosition} and {@link #awaitDurable}, which any thread may. Other threads and processes read through a
 * {@link StoreReader} of their own. Warm {@code get} allocates nothing, nor does a {@code put} of frames that lie side by side; of others
 * the JDK's gathering write makes some 48 bytes a frame.
 *
 * <p>A failed force or a failed write of the journal makes the store refuse all further writing: what the disk holds
 * is not known then until the store is opened again. A put that finds the disk full throws and has changed nothing.
 */
public final class MappedFrameStore implements FrameStore, StoreView {
    private static final int KEY_LENGTH = Keys.LENGTH;
    /** Records between marks: what is verified again after a crash, at most, beside what was never forced. */
    private static final int MARK_INTERVAL = 1_024;

    private final Path directory;
    private final StoreOptions options;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final StoreFiles files;
    private final StoreListener listener;
    private final StoreLock lock;
    private final StoreHeader header;
    private final Journal journal;
    private final Segments segments;
    private final Control control;
    private final StoreState state;
    private final SlotStack limbo = new SlotStack();
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();
    private final Arena arena = Arena.ofShared();
    private final FrameIntake intake;
    private final long computedKeys;
    private final long[] slots = new long[MAX_COUNT];
    private final long[] found = new long[MAX_COUNT];
    private final Object durability = new Object();

    private AddressIndex index;
    /** Written so that the reads are not left out. */
    private int touched;

    private long limboEpoch;
    private long lastMark;
    private long checkpointPosition = -1;
    private FrameSource peer = key -> NOT_FOUND;
    private volatile long position;
    private volatile long durablePosition;
    private volatile IOException failure;
    private boolean isClosed;

    /**
     * Opens a store or makes one.
     *
     * @param directory made where it is not there.
     * @param kernels   of the calling thread.
     * @param options   suite must be that of a store that is there; segment slots are taken from it.
     * @param listener  hears of recovery and damage.
     * @return the store, this thread's.
     * @throws StoreException where another process writes to the store, or a file is not what it must be.
     * @throws IOException    where the operating system refuses.
     */
    public static MappedFrameStore open(
            final Path directory, final FrameKernels kernels, final StoreOptions options, final StoreListener listener)
            throws IOException {
        return open(directory, kernels, options, listener, StoreFiles.PLAIN);
    }

    static MappedFrameStore open(
            final Path directory,
            final FrameKernels kernels,
            final StoreOptions options,
            final StoreListener listener,
            final StoreFiles files)
            throws IOException {
        Objects.requireNonNull(listener, "listener");
        Files.createDirectories(directory);
        final StoreLock lock = StoreLock.take(directory);
        try {
            final Recovery recovery = new Recovery(directory, options, kernels, files, listener);
            recovery.open();
            final MappedFrameStore store =
                    new MappedFrameStore(directory, kernels, options, listener, files, lock, recovery);
            store.finish(recovery);
            return store;
        } catch (final IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * The suite of a store that is there, whoever has it open.
     *
     * @param directory of the store.
     * @return the suite by the first header that is whole; empty where there is none.
     * @throws IOException where the operating system refuses.
     */
    public static Optional<Suite> suite(final Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        final List<Path> names;
        try (Stream<Path> files = Files.list(directory)) {
            names = files.sorted().toList();
        }
        for (final Path path : names) {
            for (final FileKind kind : List.of(FileKind.CONTROL, FileKind.JOURNAL, FileKind.SEGMENT)) {
                if (path.equals(kind.path(directory)) || kind.number(path) >= 0) {
                    try (FileChannel channel = FileChannel.open(path)) {
                        return Optional.of(
                                StoreHeader.read(path, channel, 0, kind).suite());
                    } catch (final DamagedHeaderException _) {
                        // another file says the same
                    }
                }
            }
        }
        return Optional.empty();
    }

    private MappedFrameStore(
            final Path directory,
            final FrameKernels kernels,
            final StoreOptions options,
            final StoreListener listener,
            final StoreFiles files,
            final StoreLock lock,
            final Recovery recovery)
            throws IOException {
        this.directory = directory;
        this.kernels = kernels;
        this.options = options;
        this.listener = listener;
        this.files = files;
        this.lock = lock;
        addressHash = options.suite().addressHash();
        header = recovery.header();
        journal = recovery.journal();
        segments = recovery.segments();
        index = recovery.index();
        state = recovery.state();
        intake = new FrameIntake(kernels, options.suite(), arena);
        computedKeys = arena.allocate(MAX_COUNT * (long) KEY_LENGTH, Long.BYTES).address();
        position = journal.end();
        control = Control.create(directory, header);
        state.free.moveTo(limbo);
        limboEpoch = Math.max(control.epoch() + 1, Control.FIRST_EPOCH);
        control.journalGeneration(header.number());
        control.durablePosition(0);
        control.position(position);
        control.indexGeneration(index.generation());
        control.frameCount(state.frameCount);
        control.epoch(limboEpoch);
        control.state(Control.OPEN);
        Control.force(files, directory); // or a loss of power would leave what looks like a store that was closed
        if (recovery.isClean()) {
            durablePosition = position;
            checkpointPosition = position;
            control.durablePosition(position);
        }
        lastMark = durablePosition;
    }

    /** Puts on disk what recovery has changed, and takes out of service what it has found bad. */
    private void finish(final Recovery recovery) throws IOException {
        try {
            if (!recovery.isClean()) {
                force();
            }
            recovery.damagedSlots().forEach(this::repairSlot);
            if (durablePosition < position) {
                force();
            }
            for (final int number : recovery.repairedSegments()) {
                segments.get(number).trust();
            }
        } catch (final IOException | RuntimeException e) {
            abandon();
            throw e;
        }
    }

    // ---- put

    @Override
    public long put(final long frames, final long stride, final int count, final long keys) {
        Puts.check(stride, count);
        Puts.hash(kernels, addressHash, frames, stride, count, keys);
        return store(frames, stride, absent(keys, (1L << count) - 1 | -(count >> 6)), keys, 0, count);
    }

    /**
     * Keeps sealed frames whose verification has just come out well, straight from where they lie: no hash is computed.
     *
     * @param sealedFrames absolute address of the first sealed frame, as it was verified.
     * @param stride       bytes between sealed frame starts.
     * @param count        frames, 0..{@link #MAX_COUNT}.
     * @param mask         frames to keep: what {@link FrameVerifier#verify} has returned, or less.
     * @param verifier     holds the computed addresses and the checked receipts of that call.
     * @return mask of the frames that were stored; a frame of {@code mask} that is not in it was already present.
     */
    public long putVerified(
            final long sealedFrames,
            final long stride,
            final int count,
            final long mask,
            final FrameVerifier verifier) {
        final long stored = putVerified(
                sealedFrames + SealedFrameLayout.FRAME_OFFSET,
                stride,
                count,
                mask,
                verifier.addresses(),
                verifier.receipts());
        java.lang.ref.Reference.reachabilityFence(verifier);
        return stored;
    }

    /**
     * Keeps frames whose addresses the caller has verified itself.
     *
     * @param frames   absolute address of the first frame's 12,288 bytes.
     * @param stride   bytes between frame starts, ≥ 12,288.
     * @param count    frames, 0..{@link #MAX_COUNT}.
     * @param mask     frames to keep.
     * @param keys     absolute address of {@code count} × 32 bytes: their content addresses. They are believed.
     * @param receipts absolute address of {@code count} × 128 bytes: their receipts, kept as they are; 0 where there are
     *                 none and the store makes them.
     * @return mask of the frames that were stored; a frame of {@code mask} that is not in it was already present.
     */
    public long putVerified(
            final long frames,
            final long stride,
            final int count,
            final long mask,
            final long keys,
            final long receipts) {
        Puts.check(stride, count);
        final long kept = mask & ((1L << count) - 1 | -(count >> 6));
        return store(frames, stride, absent(keys, kept), keys, receipts, Long.bitCount(kept));
    }

    /** Those of a mask that are not there, each address once. */
    private long absent(final long keys, final long mask) {
        long absent = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final long key = keys + (long) i * KEY_LENGTH;
            if (index.find(key) == AddressIndex.ABSENT && !isAmong(key, keys, absent)) {
                absent |= 1L << i;
            }
        }
        return absent;
    }

    private static boolean isAmong(final long key, final long keys, final long mask) {
        final long word = OffHeap.getU64(key);
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            final long other = keys + (long) Long.numberOfTrailingZeros(rest) * KEY_LENGTH;
            if (OffHeap.getU64(other) == word && Keys.same(key, other)) {
                return true;
            }
        }
        return false;
    }

    private long store(
            final long frames,
            final long stride,
            final long mask,
            final long keys,
            final long receipts,
            final int putCount) {
        checkWritable();
        final int count = Long.bitCount(mask);
        if (count > 0) {
            try {
                if (receipts == 0) {
                    intake.seal(frames, stride, mask, keys, position);
                } else {
                    intake.take(frames, stride, mask, keys, receipts);
                }
                reserve(count);
                takeSlots(count);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            write(count);
        }
        state.bytesPut += (long) putCount * LatticeFrame.LENGTH;
        if (options.durability() == Durability.SYNC && durablePosition < position) {
            force();
        }
        return mask;
    }

    /** Everything that can fail for want of room, before anything is written. */
    private void reserve(final int count) throws IOException {
        journal.ensureRoom(count + 1);
        if (!index.hasRoom(count)) {
            final long frames = state.frameCount + count;
            replaceIndex(
                    AddressIndex.placesFor(frames + frames / 2)); // the next size for a full table, not the one after
        }
        if (state.free.count() < count && limbo.count() > 0 && control.oldestReader() >= limboEpoch) {
            limbo.moveTo(state.free);
        }
        while (segments.slotCount() < state.slotCount + Math.max(0, count - state.free.count())) {
            segments.create();
        }
    }

    /** Chooses slots and writes the frames there; the slots are taken only when all are written. */
    private void takeSlots(final int count) throws IOException {
        final long[] slots = this.slots;
        final int reused = Math.min(count, state.free.count());
        for (int i = 0; i < reused; i++) {
            slots[i] = state.free.get(state.free.count() - 1 - i);
        }
        for (int i = reused; i < count; i++) {
            slots[i] = state.slotCount + i - reused;
        }
        for (int from = 0, to; from < count; from = to) {
            to = runEnd(slots, from, count);
            if (!options.sparse() || !intake.isZero(from)) {
                segments.of(slots[from]).writeFrames(segments.within(slots[from]), intake, from, to);
            }
        }
        for (int i = 0; i < reused; i++) {
            state.free.pop();
        }
        state.slotCount += count - reused;
    }

    /** End of the run of consecutive slots of one segment; one slot where holes are wanted. */
    private int runEnd(final long[] slots, final int from, final int count) {
        int to = from + 1;
        while (!options.sparse() && to < count && slots[to] == slots[to - 1] + 1 && segments.within(slots[to]) != 0) {
            to++;
        }
        return to;
    }

    /** Makes frames that are written part of the store; nothing here can fail. */
    private void write(final int count) {
        appendMark();
        for (int i = 0; i < count; i++) {
            final long slot = slots[i];
            final long frameReceipt = intake.receipt(i);
            final long key = segments.key(slot);
            Keys.copy(frameReceipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET, key);
            OffHeap.copy(frameReceipt, segments.receipt(slot), ReceiptLayout.LENGTH);
            segments.of(slot).markDirty();
            journal.appendPut(slot, frameReceipt);
            index.add(key, slot);
            state.added(OffHeap.getU64(frameReceipt + ReceiptLayout.PAYLOAD_LENGTH_OFFSET));
        }
        published();
    }

    private void appendMark() {
        final long durable = durablePosition;
        if (durable - lastMark >= MARK_INTERVAL) {
            journal.appendPlain(JournalLayout.MARK, durable, state.bytesPut);
            lastMark = durable;
        }
    }

    private void published() {
        position = journal.end();
        control.position(journal.end());
        control.frameCount(state.frameCount);
    }

    private void replaceIndex(final long places) throws IOException {
        final AddressIndex old = index;
        final AddressIndex next = AddressIndex.create(directory, header, old.generation() + 1, places, segments);
        old.copyTo(next);
        index = next;
        control.indexGeneration(next.generation());
        old.close();
        old.delete();
    }

    // ---- get

    /**
     * {@inheritDoc}
     *
     * <p>The view is valid until the store is closed or the frame swept. Where the policy is {@link VerifyPolicy#ALWAYS} the
     * frame is hashed first, and one that is bad is quarantined, reported and asked of the peer.
     */
    @Override
    public long get(final long key) {
        final long slot = index.find(key);
        if (slot == AddressIndex.ABSENT) {
            return NOT_FOUND;
        }
        final long frame = segments.frame(slot);
        return options.verifyPolicy() == VerifyPolicy.NEVER || isWhole(frame, key) ? frame : repair(key, slot);
    }

    /**
     * Finds frames, and where the policy is {@link VerifyPolicy#ALWAYS} hashes those of consecutive slots in one kernel call:
     * frames that were put together are verified together.
     *
     * @param keys  absolute address of {@code count} × 32 bytes: content addresses.
     * @param count frames, 0..{@link #MAX_COUNT}; 16 fill every lane.
     * @param views absolute address of room for {@code count} × 8 bytes: what {@link #get(long)} would return is written there.
     */
    public void get(final long keys, final int count, final long views) {
        Puts.check(LatticeFrame.LENGTH, count);
        final long[] found = this.found;
        for (int i = 0; i < count; i++) {
            found[i] = index.find(keys + (long) i * KEY_LENGTH);
        }
        for (int from = 0, to; from < count; from = to) {
            to = from + 1;
            if (found[from] == AddressIndex.ABSENT) {
                OffHeap.putU64(views + (long) from * Long.BYTES, NOT_FOUND);
                continue;
            }
            while (to < count && found[to] == found[to - 1] + 1 && segments.within(found[to]) != 0) {
                to++;
            }
            view(keys, from, to, views);
        }
    }

    private void view(final long keys, final int from, final int to, final long views) {
        final long first = segments.frame(found[from]);
        final boolean isVerified = options.verifyPolicy() == VerifyPolicy.ALWAYS;
        if (isVerified) {
            touched = OffHeap.touch(first, (long) (to - from) * LatticeFrame.LENGTH);
            Puts.hash(kernels, addressHash, first, LatticeFrame.LENGTH, to - from, computedKeys);
        }
        long bad = 0;
        for (int i = from; i < to; i++) {
            final long key = keys + (long) i * KEY_LENGTH;
            OffHeap.putU64(views + (long) i * Long.BYTES, first + (long) (i - from) * LatticeFrame.LENGTH);
            if (isVerified && !Keys.same(computedKeys + (long) (i - from) * KEY_LENGTH, key)) {
                bad |= 1L << i;
            }
        }
        for (long rest = bad; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            OffHeap.putU64(views + (long) i * Long.BYTES, get(keys + (long) i * KEY_LENGTH));
        }
    }

    @Override
    public boolean copy(final long key, final long target) {
        final long slot = index.find(key);
        if (slot == AddressIndex.ABSENT) {
            return false;
        }
        OffHeap.copy(segments.frame(slot), target, LatticeFrame.LENGTH);
        if (isKey(target, key)) {
            return true;
        }
        final long repaired = repair(key, slot);
        if (repaired == NOT_FOUND) {
            return false;
        }
        OffHeap.copy(repaired, target, LatticeFrame.LENGTH);
        return isKey(target, key);
    }

    /**
     * Copies frames out and verifies the copies in one kernel call, whatever the policy.
     *
     * @param keys    absolute address of {@code count} × 32 bytes: content addresses.
     * @param count   frames, 0..{@link #MAX_COUNT}; 16 fill every lane.
     * @param targets absolute address of room for {@code count} × 12,288 bytes; where a bit is 0 the contents are undefined.
     * @return mask of the frames that are there and whole.
     */
    public long copy(final long keys, final int count, final long targets) {
        Puts.check(LatticeFrame.LENGTH, count);
        long found = 0;
        for (int i = 0; i < count; i++) {
            final long slot = index.find(keys + (long) i * KEY_LENGTH);
            if (slot != AddressIndex.ABSENT) {
                OffHeap.copy(segments.frame(slot), targets + (long) i * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
                found |= 1L << i;
            }
        }
        Puts.hash(kernels, addressHash, targets, LatticeFrame.LENGTH, count, computedKeys);
        long whole = 0;
        for (long rest = found; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final long key = keys + (long) i * KEY_LENGTH;
            if (Keys.same(computedKeys + (long) i * KEY_LENGTH, key)
                    || copy(key, targets + (long) i * LatticeFrame.LENGTH)) {
                whole |= 1L << i;
            }
        }
        return whole;
    }

    private boolean isWhole(final long frame, final long key) {
        touched = OffHeap.touch(frame, LatticeFrame.LENGTH);
        return isKey(frame, key);
    }

    private boolean isKey(final long frame, final long key) {
        Puts.hash(kernels, addressHash, frame, LatticeFrame.LENGTH, 1, computedKeys);
        return Keys.same(computedKeys, key);
    }

    /** Takes a bad frame out of service and gets it from the peer; the good one's address, or {@link #NOT_FOUND}. */
    private long repair(final long key, final long slot) {
        final Digest address = Digest.read(key);
        quarantine(key, slot);
        final long frame = peer.get(key);
        if (frame != NOT_FOUND && isKey(frame, key)) {
            store(frame, LatticeFrame.LENGTH, 1, key, 0, 0);
            listener.onDamaged(address, slot, true);
            return segments.frame(index.find(key));
        }
        listener.onDamaged(address, slot, false);
        return NOT_FOUND;
    }

    /** The slot is never used again; the bad bytes stay in it. */
    private void quarantine(final long key, final long slot) {
        ensureJournalRoom(2);
        appendMark();
        journal.appendKey(JournalLayout.QUARANTINE, slot, key);
        state.quarantinedCount++;
        index.remove(key, slot);
        clear(slot);
        published();
    }

    /**
     * Where frames that are found bad are asked for.
     *
     * @param source what it gives is verified; the store's thread calls it.
     */
    public void repairFrom(final FrameSource source) {
        peer = Objects.requireNonNull(source, "source");
    }

    /**
     * Finds the receipt of a frame.
     *
     * @param key absolute address of the 32-byte content address.
     * @return absolute address of 128 bytes, not to be written to; {@link #NOT_FOUND} where the frame is not there.
     */
    public long receipt(final long key) {
        final long slot = index.find(key);
        return slot == AddressIndex.ABSENT ? NOT_FOUND : segments.receipt(slot);
    }

    @Override
    public boolean contains(final long key) {
        return index.find(key) != AddressIndex.ABSENT;
    }

    @Override
    public long frameCount() {
        return state.frameCount;
    }

    @Override
    public void forEach(final FrameVisitor visitor) {
        for (long slot = 0; slot < state.slotCount; slot++) {
            if (isLive(slot)) {
                visitor.onFrame(segments.key(slot), segments.receipt(slot), segments.frame(slot));
            }
        }
    }

    private boolean isLive(final long slot) {
        return !OffHeap.isZero(segments.key(slot), KEY_LENGTH);
    }

    private long payloadLength(final long slot) {
        return OffHeap.getU64(segments.receipt(slot) + ReceiptLayout.PAYLOAD_LENGTH_OFFSET);
    }

    @Override
    public StoreStatistics statistics() {
        return state.statistics(segments.bytes(segments.slotCount()), limbo.count(), index.bytes());
    }

    // ---- roots

    /**
     * Makes a frame a root: a sweep keeps it and what it reaches. Pins count.
     *
     * @param key absolute address of the 32-byte content address.
     * @return false where the frame is not there; nothing is pinned then.
     */
    public boolean pin(final long key) {
        if (!contains(key)) {
            return false;
        }
        appendRoot(JournalLayout.PIN, key);
        state.pin(Digest.read(key));
        return true;
    }

    /**
     * Takes one pin back.
     *
     * @param key absolute address of the 32-byte content address.
     * @return false where there is no pin of that address.
     */
    public boolean unpin(final long key) {
        if (!state.unpin(Digest.read(key))) {
            return false;
        }
        appendRoot(JournalLayout.UNPIN, key);
        return true;
    }

    private void appendRoot(final int kind, final long key) {
        ensureJournalRoom(3);
        appendMark();
        journal.appendKey(kind, 0, key);
        published();
        syncIfAsked();
    }

    private void ensureJournalRoom(final int count) {
        checkWritable();
        try {
            journal.ensureRoom(count);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void syncIfAsked() {
        if (options.durability() == Durability.SYNC) {
            force();
        }
    }

    @Override
    public Map<Digest, Long> roots() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(state.roots));
    }

    /**
     * Whether roots may have been lost with a damaged journal. A sweep is refused as long as that is so.
     *
     * @return true until {@link #trustRoots}.
     */
    public boolean areRootsUnknown() {
        return state.areRootsUnknown;
    }

    /** Says that the roots there are now are all that are wanted. */
    public void trustRoots() {
        ensureJournalRoom(3);
        appendMark();
        journal.appendPlain(JournalLayout.ROOTS_KNOWN, 0, 0);
        state.areRootsUnknown = false;
        published();
        syncIfAsked();
    }

    /**
     * Collects what no root reaches. Slots are used again once that is on disk and no reader of an older epoch is left.
     *
     * @param references knows what frames refer to.
     * @return what was kept and freed.
     * @throws IllegalStateException where roots may have been lost: see {@link #areRootsUnknown}.
     */
    public SweepResult sweep(final FrameReferences references) {
        checkWritable();
        if (state.areRootsUnknown) {
            throw new IllegalStateException(
                    "roots may have been lost with a damaged journal: pin what is wanted, then trustRoots()");
        }
        final Reach reach = new Reach(index, segments, references);
        state.roots.keySet().forEach(reach::add);
        reach.run();
        try {
            final long freed = free(reach);
            return new SweepResult(state.frameCount, freed, reach.missingCount());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long free(final Reach reach) throws IOException {
        final SlotStack freed = new SlotStack();
        for (long slot = 0; slot < state.slotCount; slot++) {
            if (isLive(slot) && !reach.isReached(slot)) {
                journal.ensureRoom(2);
                appendMark();
                journal.appendKey(JournalLayout.FREE, slot, segments.key(slot));
                freed.push(slot);
            }
        }
        if (freed.count() == 0) {
            return 0;
        }
        published();
        force();
        for (int i = 0; i < freed.count(); i++) {
            index.remove(segments.key(freed.get(i)), freed.get(i));
            clear(freed.get(i));
        }
        final long count = freed.count();
        if (limbo.count() > 0 && control.oldestReader() >= limboEpoch) {
            limbo.moveTo(state.free);
        }
        limboEpoch = control.epoch() + 1;
        control.epoch(limboEpoch);
        freed.moveTo(limbo);
        published();
        return count;
    }

    private void clear(final long slot) {
        VarHandle.releaseFence(); // readers see it leave the index first
        state.removed(payloadLength(slot));
        OffHeap.zero(segments.key(slot), KEY_LENGTH);
        OffHeap.zero(segments.receipt(slot), ReceiptLayout.LENGTH);
        segments.of(slot).markDirty();
    }

    /**
     * A scrub of all frames from the first slot on.
     *
     * @param bytesPerSecond how fast at most, > 0.
     * @return to be driven by the store's thread.
     */
    public Scrub scrub(final long bytesPerSecond) {
        return new Scrub(this, new FrameChecker(kernels, addressHash), bytesPerSecond);
    }

    /** Checks up to 64 slots of one segment from a slot on; returns the slot to go on from. */
    long scrub(final FrameChecker checker, final long from, final Scrub scrub) throws IOException {
        final int count = (int) Math.min(Math.min(FrameChecker.MAX_COUNT, segments.left(from)), state.slotCount - from);
        final int read = checker.hash(segments.of(from), segments.within(from), count);
        for (int i = 0; i < count; i++) {
            final long slot = from + i;
            if (isLive(slot) || !OffHeap.isZero(segments.receipt(slot), ReceiptLayout.LENGTH)) {
                scrub.checked(i < read ? check(slot, checker.key(i)) : lose(slot));
            }
        }
        return from + count;
    }

    /** Compares what was computed with key and receipt; the odd one of the three is damaged. */
    private Scrub.Finding check(final long slot, final long computed) throws IOException {
        final long key = segments.key(slot);
        final long stored = segments.receipt(slot);
        final boolean isKeyWhole = Keys.same(computed, key);
        final boolean isReceiptWhole = Keys.same(computed, stored + ReceiptLayout.CONTENT_ADDRESS_OFFSET)
                && ReceiptRules.check(receipt.wrap(stored), options.suite().toByte(), ReceiptRules.ANY_SEQUENCE)
                        == RejectReason.NONE;
        if (isKeyWhole && isReceiptWhole) {
            return Scrub.Finding.WHOLE;
        }
        if (!isKeyWhole && !Keys.same(computed, stored + ReceiptLayout.CONTENT_ADDRESS_OFFSET)) {
            return lose(slot);
        }
        Keys.copy(computed, key);
        if (!isReceiptWhole && !journal.readReceipt(slot, computed, stored)) {
            return lose(slot);
        }
        segments.of(slot).markDirty();
        listener.onDamaged(Digest.read(key), slot, true);
        return Scrub.Finding.REPAIRED;
    }

    private Scrub.Finding lose(final long slot) {
        return repairSlot(slot) ? Scrub.Finding.REPAIRED : Scrub.Finding.LOST;
    }

    private boolean repairSlot(final long slot) {
        try (Arena confined = Arena.ofConfined()) {
            final long key = confined.allocate(KEY_LENGTH, Long.BYTES).address();
            Keys.copy(segments.key(slot), key);
            return repair(key, slot) != NOT_FOUND;
        }
    }

    long slotCount() {
        return state.slotCount;
    }

    // ---- durability

    /**
     * What has been put so far.
     *
     * @return number of the next journal record; everything done before is durable where {@link #durablePosition} has
     *         reached it.
     */
    public long position() {
        return position;
    }

    /**
     * What survives a loss of power.
     *
     * @return position before which all is on disk.
     */
    public long durablePosition() {
        return durablePosition;
    }

    /**
     * Forces all that was put before the call. Any thread.
     *
     * @throws UncheckedIOException where the disk fails; the store refuses to write from then on.
     */
    public void force() {
        synchronized (durability) {
            checkWritable();
            final long target = position;
            try {
                segments.force(files);
                journal.force(files);
            } catch (final IOException e) {
                failure = e;
                durability.notifyAll();
                throw new UncheckedIOException(e);
            }
            durablePosition = target;
            control.durablePosition(target);
            durability.notifyAll();
        }
    }

    /**
     * Waits until a position is durable. Any thread but the one that forces.
     *
     * @param target    a {@link #position}.
     * @param timeoutNs how long at most, nanoseconds.
     * @return whether it is durable now.
     * @throws UncheckedIOException where a force has failed.
     * @throws InterruptedException where the thread is interrupted.
     */
    public boolean awaitDurable(final long target, final long timeoutNs) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        synchronized (durability) {
            while (durablePosition < target) {
                checkWritable();
                final long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(durability, leftNs);
            }
            return true;
        }
    }

    // ---- another store's log

    /**
     * How far this store has followed the log of another.
     *
     * @param source id of the other store.
     * @return what was remembered last; empty where nothing was or it is damaged, and who follows begins anew.
     * @throws UncheckedIOException where it cannot be read.
     */
    public Optional<LogPosition> followed(final UUID source) {
        try {
            return FollowedPosition.read(directory, source);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Remembers how far this store has followed the log of another. All that was put before is forced first: what is remembered is
     * never ahead of what it stands for.
     *
     * @param position in the log of the other store.
     * @throws UncheckedIOException where the disk fails.
     */
    public void remember(final LogPosition position) {
        checkWritable();
        if (durablePosition < this.position) {
            force();
        }
        try {
            FollowedPosition.write(files, directory, position);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkWritable() {
        if (isClosed) {
            throw new IllegalStateException("directory=" + directory + ": closed");
        }
        final IOException failed = failure;
        if (failed != null) {
            throw new UncheckedIOException(
                    "directory=" + directory + ": writing has failed before; open the store again", failed);
        }
    }

    // ---- close

    /**
     * Forces everything and writes the checkpoint, so that the next open reads no journal.
     *
     * @throws UncheckedIOException where the disk fails or has failed before: what was put since the last force may be lost. The
     *                              store is closed then, too.
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        try {
            force();
            if (position != checkpointPosition) {
                writeCheckpoint();
            }
            control.state(Control.CLOSED);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            isClosed = true;
            release();
        }
    }

    private void writeCheckpoint() throws IOException {
        journal.ensureRoom(1);
        journal.appendPlain(JournalLayout.MARK, durablePosition, state.bytesPut);
        published();
        force();
        index.force(files);
        limbo.moveTo(state.free);
        new Checkpoint(position, header.number(), index.generation(), index.checksum(), state)
                .write(files, directory, header);
    }

    /** Lets go of everything as a process that dies would, for tests: no force, no checkpoint. */
    void abandon() {
        if (!isClosed) {
            isClosed = true;
            release();
        }
    }

    private void release() {
        control.close();
        index.close();
        segments.close();
        journal.close();
        lock.close();
        arena.close();
    }
}
