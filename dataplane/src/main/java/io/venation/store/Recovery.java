package io.venation.store;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Opens what lies in a directory, whatever has happened to it.
 *
 * <pre>
 *   checkpoint whole, at the journal's end, index whole ──────────────────────────────► open as it is
 *   else, journal whole up to what is known to be durable ──► fold the journal, verify frames put since, cut the tail
 *   else (journal missing, cut or damaged before that)    ──► verify every slot of every segment, write a new journal
 * </pre>
 */
final class Recovery {
    private final Path directory;
    private final StoreOptions options;
    private final StoreFiles files;
    private final StoreListener listener;
    private final FrameChecker checker;
    private final TreeSet<Integer> suspects = new TreeSet<>();
    private final List<Integer> repaired = new ArrayList<>();
    private final BitSet live = new BitSet();
    private final BitSet quarantined = new BitSet();
    private final List<Long> damagedSlots = new ArrayList<>();

    private StoreHeader header;
    private Journal journal;
    private Segments segments;
    private AddressIndex index;
    private StoreState state;
    private long durable;
    private long verifiedFrom;
    private boolean isClean;
    private final SlotStack putSequences = new SlotStack();
    private final SlotStack putSlots = new SlotStack();

    Recovery(
            final Path directory,
            final StoreOptions options,
            final FrameKernels kernels,
            final StoreFiles files,
            final StoreListener listener) {
        this.directory = directory;
        this.options = options;
        this.files = files;
        this.listener = listener;
        checker = new FrameChecker(kernels, options.suite().addressHash());
    }

    /** Opens or makes the store; on failure everything is closed again. */
    void open() throws IOException {
        try {
            removeTemporaries();
            if (openJournal()) {
                final Optional<Checkpoint> checkpoint = Checkpoint.read(directory, header);
                if (!openClean(checkpoint)) {
                    recover(checkpoint);
                }
            }
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void close() {
        if (index != null) {
            index.close();
        }
        if (segments != null) {
            segments.close();
        }
        if (journal != null) {
            journal.close();
        }
    }

    private void removeTemporaries() throws IOException {
        for (final Path path : list()) {
            if (path.getFileName().toString().endsWith(".new")) {
                Files.delete(path);
            }
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList();
        }
    }

    /** Highest number among the files of a kind, or −1. */
    private long last(final FileKind kind) throws IOException {
        return list().stream().mapToLong(kind::number).max().orElse(-1);
    }

    /** Opens the journal; false where all is done already: a new store, or one that had to be rebuilt. */
    private boolean openJournal() throws IOException {
        final long generation = last(FileKind.JOURNAL);
        if (generation < 0 && last(FileKind.SEGMENT) < 0) {
            create();
            return false;
        }
        try {
            if (generation >= 0) {
                journal = Journal.open(FileKind.JOURNAL.path(directory, generation), true);
                header = journal.header();
                checkSuite();
                segments = new Segments(directory, header, true);
                return true;
            }
        } catch (final DamagedHeaderException e) {
            header = headerOfSegments().orElseThrow(() -> new StoreException(directory, e.getMessage()));
            rebuild("the journal's headers are damaged", Math.max(0, generation), 0, Optional.empty());
            return false;
        }
        header = headerOfSegments()
                .orElseThrow(() -> new StoreException(directory, "the journal is missing and so are whole segments"));
        rebuild("the journal is missing", 0, 0, Optional.empty());
        return false;
    }

    private void checkSuite() throws StoreException {
        if (!header.suite().equals(options.suite())) {
            throw new StoreException(
                    directory,
                    "the store's suite is " + header.suite().label() + ", not "
                            + options.suite().label());
        }
    }

    private Optional<StoreHeader> headerOfSegments() throws IOException {
        for (int number = 0; number <= last(FileKind.SEGMENT); number++) {
            final Path path = FileKind.SEGMENT.path(directory, number);
            try (var channel = StoreFiles.open(path, StandardOpenOption.READ)) {
                final StoreHeader found = StoreHeader.read(path, channel, 0, FileKind.SEGMENT);
                return Optional.of(found.of(FileKind.JOURNAL, 0, 0));
            } catch (final DamagedHeaderException | java.nio.file.NoSuchFileException _) {
                // the next one
            }
        }
        return Optional.empty();
    }

    private void create() throws IOException {
        header = new StoreHeader(FileKind.JOURNAL, options.suite(), UUID.randomUUID(), 0, 0, options.segmentSlots());
        journal = Journal.create(directory, header).publish(files, directory);
        segments = new Segments(directory, header, true);
        state = new StoreState();
        newIndex();
    }

    // ---- clean

    private boolean openClean(final Optional<Checkpoint> found) throws IOException {
        if (found.isEmpty()) {
            return false;
        }
        final Checkpoint checkpoint = found.get();
        final long end = checkpoint.sequence();
        if (checkpoint.journalGeneration() != header.number()
                || end > journal.base() && journal.read(end - 1) == 0
                || journal.read(end) != 0) {
            return false;
        }
        openSegments();
        if (!suspects.isEmpty() || segments.slotCount() < checkpoint.state().slotCount || !openIndex(checkpoint)) {
            return false;
        }
        journal.knownEnd(end);
        state = checkpoint.state();
        for (int i = 0; i < state.free.count(); i++) {
            clear(state.free.get(i));
        }
        for (long slot = state.slotCount; slot < segments.slotCount(); slot++) {
            clear(slot);
        }
        durable = end;
        isClean = true;
        return true;
    }

    private boolean openIndex(final Checkpoint checkpoint) throws IOException {
        try {
            index = AddressIndex.open(directory, header, checkpoint.indexGeneration(), segments, true);
        } catch (final DamagedHeaderException | java.nio.file.NoSuchFileException e) {
            listener.onRecovered("the index is rebuilt: " + e.getMessage());
            return false;
        }
        if (index.checksum() == checkpoint.indexChecksum()) {
            index.countUsed();
            return true;
        }
        listener.onRecovered("the index is rebuilt: it fails its checksum");
        index.close();
        index = null;
        return false;
    }

    /** Maps all segments there are; those with a bad header or length are repaired and suspected. */
    private void openSegments() throws IOException {
        final long last = last(FileKind.SEGMENT);
        while (segments.count() <= last) {
            openSegment();
        }
    }

    private void openSegment() throws IOException {
        final int number = segments.count();
        try {
            segments.open();
        } catch (final DamagedHeaderException | java.nio.file.NoSuchFileException e) {
            listener.onRecovered("every frame of segment " + number + " is verified: " + e.getMessage());
            suspects.add(number);
            repaired.add(number);
            segments.repair(files);
        }
    }

    // ---- after a crash

    private void recover(final Optional<Checkpoint> checkpoint) throws IOException {
        final long known = knownDurable(checkpoint);
        openSegments();
        long end = fold(journal.limit(), known, false);
        if (end >= 0) {
            fold(end, known, true);
            durable = Math.max(durable, known);
            final long bad = firstBadPut();
            if (bad >= 0) {
                end = fold(bad, known, true);
                durable = Math.max(durable, known);
            }
        }
        if (end < 0) {
            rebuild("record " + ~end + " of the journal is lost or damaged", header.number(), known, checkpoint);
            return;
        }
        verifySuspects();
        clearUnused();
        journal.endAt(files, end);
        markPutsDirty();
        newIndex();
        listener.onRecovered("the store was not closed: " + state.frameCount + " frames, journal of "
                + (end - journal.base()) + " records, of which " + (end - durable) + " were verified");
    }

    /** What is known to be durable from outside the journal: the checkpoint, and what the last writer has shown. */
    private long knownDurable(final Optional<Checkpoint> checkpoint) throws IOException {
        long known = journal.base();
        if (checkpoint.isPresent() && checkpoint.get().journalGeneration() == header.number()) {
            known = Math.max(known, checkpoint.get().sequence());
        }
        try (Control control = Control.open(directory, false)) {
            header.checkSameStore(FileKind.CONTROL.path(directory), control.header());
            if (control.journalGeneration() == header.number() && control.durablePosition() <= control.position()) {
                known = Math.max(known, control.durablePosition());
            }
        } catch (final DamagedHeaderException | java.nio.file.NoSuchFileException _) {
            // nothing is known from there
        }
        return known;
    }

    /**
     * Goes through records up to a limit, as far as they are whole. They are looked at before they are applied: on the way slots
     * get keys and receipts that they had once, and where the journal breaks off theirs are all that tells what is in them.
     *
     * @return where they end, or ~ the sequence of a record that is lost though it was durable.
     */
    private long fold(final long limit, final long known, final boolean isApplied) throws IOException {
        state = new StoreState();
        live.clear();
        quarantined.clear();
        putSequences.clear();
        putSlots.clear();
        verifiedFrom = known;
        durable = journal.base();
        boolean isCopyNext = false;
        long sequence = journal.base();
        for (; sequence < limit; sequence++) {
            long record = journal.read(sequence);
            if (record == 0) {
                final long next = journal.read(sequence + 1);
                final boolean isOriginalLost = next != 0 && JournalLayout.isCopy(next);
                if (!isOriginalLost && !(isCopyNext && next != 0)) {
                    break;
                }
                record = isOriginalLost ? next : 0;
                isCopyNext = isOriginalLost;
                if (isApplied) {
                    listener.onRecovered("record " + sequence + " of the journal is damaged; its copy is used");
                    if (isOriginalLost) {
                        apply(sequence, record);
                    }
                }
                continue;
            }
            isCopyNext = !JournalLayout.isCopy(record)
                    && JournalLayout.isTwice(OffHeap.getU8(record + JournalLayout.KIND_OFFSET));
            if (isApplied && !JournalLayout.isCopy(record)) {
                apply(sequence, record);
            }
        }
        return sequence < limit && sequence < Math.max(known, laterMark(sequence)) || sequence < known
                ? ~sequence
                : sequence;
    }

    private long laterMark(final long sequence) throws IOException {
        long mark = 0;
        final long limit = journal.limit();
        for (long later = sequence + 1; later < limit; later++) {
            final long record = journal.read(later);
            if (record != 0 && OffHeap.getU8(record + JournalLayout.KIND_OFFSET) == JournalLayout.MARK) {
                mark = Math.max(mark, OffHeap.getU64(record + JournalLayout.SLOT_OFFSET));
            }
        }
        return mark;
    }

    private void apply(final long sequence, final long record) throws IOException {
        final long slot = OffHeap.getU64(record + JournalLayout.SLOT_OFFSET);
        switch (OffHeap.getU8(record + JournalLayout.KIND_OFFSET)) {
            case JournalLayout.PUT -> applyPut(sequence, slot, record + JournalLayout.RECEIPT_OFFSET);
            case JournalLayout.FREE -> remove(slot);
            case JournalLayout.QUARANTINE -> {
                remove(slot);
                quarantined.set(Math.toIntExact(slot));
                state.quarantinedCount++;
            }
            case JournalLayout.MARK -> {
                durable = slot;
                verifiedFrom = Math.max(verifiedFrom, durable);
                state.bytesPut = Math.max(state.bytesPut, OffHeap.getU64(record + JournalLayout.VALUE_OFFSET));
            }
            default -> {
                if (!state.applyRoot(record)) {
                    throw new StoreException(
                            journal.path(),
                            "record " + sequence + " is of kind " + OffHeap.getU8(record + JournalLayout.KIND_OFFSET)
                                    + ", not known here");
                }
            }
        }
    }

    private void applyPut(final long sequence, final long slot, final long receipt) throws IOException {
        while (segments.slotCount() <= slot) {
            openSegment();
        }
        remove(slot);
        writeMeta(slot, receipt);
        live.set(Math.toIntExact(slot));
        state.slotCount = Math.max(state.slotCount, slot + 1);
        state.bytesPut += LatticeFrame.LENGTH;
        state.added(OffHeap.getU64(receipt + ReceiptLayout.PAYLOAD_LENGTH_OFFSET));
        if (sequence >= verifiedFrom) {
            putSequences.push(sequence);
            putSlots.push(slot);
        }
    }

    private void remove(final long slot) {
        if (live.get(Math.toIntExact(slot))) {
            live.clear(Math.toIntExact(slot));
            state.removed(OffHeap.getU64(segments.receipt(slot) + ReceiptLayout.PAYLOAD_LENGTH_OFFSET));
        }
    }

    /** Key and receipt as the journal has them; written only where they differ. */
    private void writeMeta(final long slot, final long receipt) {
        final long key = receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET;
        if (!Keys.same(key, segments.key(slot))
                || !OffHeap.isSame(receipt, segments.receipt(slot), SegmentLayout.RECEIPT_LENGTH)) {
            Keys.copy(key, segments.key(slot));
            OffHeap.copy(receipt, segments.receipt(slot), SegmentLayout.RECEIPT_LENGTH);
            segments.of(slot).markDirty();
        }
    }

    /** Verifies the frames put since what is known to be durable, in order; the sequence of the first that is not whole, or −1. */
    private long firstBadPut() throws IOException {
        final Map<Long, Long> lastPuts = new HashMap<>();
        for (int i = 0; i < putSlots.count(); i++) {
            lastPuts.put(putSlots.get(i), putSequences.get(i));
        }
        for (int from = 0, to; from < putSlots.count(); from = to) {
            to = from + 1;
            if (!isToVerify(from, lastPuts)) {
                continue;
            }
            final long first = putSlots.get(from);
            while (to < putSlots.count()
                    && to - from < FrameChecker.MAX_COUNT
                    && putSlots.get(to) == first + to - from
                    && segments.within(putSlots.get(to)) != 0
                    && isToVerify(to, lastPuts)) {
                to++;
            }
            final int read = checker.hash(segments.of(first), segments.within(first), to - from);
            for (int i = 0; i < to - from; i++) {
                if (i >= read || !Keys.same(checker.key(i), segments.key(first + i))) {
                    return putSequences.get(from + i);
                }
            }
        }
        return -1;
    }

    /** Has what was put since all was durable forced: a writer that was killed may have left it in the system's memory alone. */
    private void markPutsDirty() {
        for (int i = 0; i < putSlots.count(); i++) {
            segments.of(putSlots.get(i)).markDirty();
        }
        segments.markDirectoryDirty();
    }

    /** Whether nothing later concerns the slot of a put. */
    private boolean isToVerify(final int put, final Map<Long, Long> lastPuts) {
        final long sequence = putSequences.get(put);
        final long slot = putSlots.get(put);
        return sequence >= verifiedFrom && live.get((int) slot) && lastPuts.get(slot) == sequence;
    }

    private boolean isWhole(final long slot) throws IOException {
        return checker.hash(segments.of(slot), segments.within(slot), 1) == 1
                && Keys.same(checker.key(0), segments.key(slot));
    }

    private void verifySuspects() throws IOException {
        for (final int number : suspects) {
            for (long slot = segments.first(number); slot < segments.first(number + 1); slot++) {
                if (live.get((int) slot) && !isWhole(slot)) {
                    damagedSlots.add(slot);
                }
            }
        }
    }

    /** Slots that nothing is in show nothing, and those below the last one are free. */
    private void clearUnused() {
        for (long slot = 0; slot < segments.slotCount(); slot++) {
            if (!live.get((int) slot)) {
                clear(slot);
                if (slot < state.slotCount && !quarantined.get((int) slot)) {
                    state.free.push(slot);
                }
            }
        }
    }

    /** A put that the journal does not know may have left key and receipt in a slot. */
    private void clear(final long slot) {
        if (!OffHeap.isZero(segments.key(slot), Keys.LENGTH)
                || !OffHeap.isZero(segments.receipt(slot), SegmentLayout.RECEIPT_LENGTH)) {
            OffHeap.zero(segments.key(slot), Keys.LENGTH);
            OffHeap.zero(segments.receipt(slot), SegmentLayout.RECEIPT_LENGTH);
            segments.of(slot).markDirty();
        }
    }

    private void newIndex() throws IOException {
        newIndexOf(state.frameCount);
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            index.add(segments.key(slot), slot);
        }
    }

    /** An empty one; made before others are deleted, so that no generation is used again that a reader may have. */
    private void newIndexOf(final long frames) throws IOException {
        final long last = last(FileKind.INDEX);
        index = AddressIndex.create(directory, header, last + 1, AddressIndex.placesFor(frames), segments);
        for (final Path path : list()) {
            final long generation = FileKind.INDEX.number(path);
            if (generation >= 0 && generation <= last) {
                Files.delete(path);
            }
        }
    }

    // ---- without a journal

    private void rebuild(
            final String why, final long generation, final long known, final Optional<Checkpoint> checkpoint)
            throws IOException {
        checkSuite();
        listener.onRecovered("the journal is written anew and every frame verified: " + why);
        final StoreState roots = readRoots(known, checkpoint);
        final Traces traces = traces();
        long base = Math.max(known, traces.position);
        if (journal != null) {
            base = Math.max(base, journal.limit());
            journal.close();
            journal = null;
        }
        if (segments == null) {
            segments = new Segments(directory, header, true);
        }
        openSegments();
        state = new StoreState();
        live.clear();
        quarantined.clear();
        suspects.clear();
        state.roots.putAll(roots.roots);
        state.areRootsUnknown = roots.areRootsUnknown;
        newIndexOf(segments.slotCount());
        journal = Journal.create(
                directory, header.of(FileKind.JOURNAL, Math.max(generation, traces.generation) + 1, base));
        header = journal.header();
        adoptAll();
        writeRoots();
        segments.markDirty();
        segments.force(files);
        durable = journal.end();
        journal.ensureRoom(2);
        journal.appendPlain(JournalLayout.MARK, durable, state.bytesPut);
        journal = journal.publish(files, directory);
        clearUnused();
        setAside(generation);
    }

    /** Of journals that were there before, whole or not. */
    private record Traces(long generation, long position) {}

    /**
     * What checkpoint and control file tell of journals: a new one is of a later generation and begins behind, so that who
     * follows the log of a lost one sees that it is another.
     */
    private Traces traces() throws IOException {
        final Optional<Checkpoint> checkpoint = Checkpoint.read(directory, header);
        long generation = checkpoint.map(Checkpoint::journalGeneration).orElse(0L);
        long position = checkpoint.map(Checkpoint::sequence).orElse(0L);
        try (Control control = Control.open(directory, false)) {
            header.checkSameStore(FileKind.CONTROL.path(directory), control.header());
            generation = Math.max(generation, control.journalGeneration());
            position = Math.max(position, control.position());
        } catch (final DamagedHeaderException | java.nio.file.NoSuchFileException _) {
            // it tells nothing
        }
        return new Traces(generation, position);
    }

    /**
     * Roots of a journal that has lost records, from the checkpoint on where there is one. Root records are written twice in
     * succession, so one is lost only where two neighbours are.
     */
    private StoreState readRoots(final long known, final Optional<Checkpoint> checkpoint) throws IOException {
        final StoreState roots = new StoreState();
        if (journal == null) {
            roots.areRootsUnknown = true;
            return roots;
        }
        long sequence = journal.base();
        if (checkpoint.isPresent() && checkpoint.get().journalGeneration() == header.number()) {
            roots.roots.putAll(checkpoint.get().state().roots);
            roots.areRootsUnknown = checkpoint.get().state().areRootsUnknown;
            sequence = checkpoint.get().sequence();
        }
        boolean isLastLost = false;
        for (; sequence < known || journal.read(sequence) != 0; sequence++) {
            final long record = journal.read(sequence);
            if (record == 0) {
                roots.areRootsUnknown |= isLastLost;
                isLastLost = true;
                continue;
            }
            if (!JournalLayout.isCopy(record) || isLastLost) {
                roots.applyRoot(record); // frames speak for themselves
            }
            isLastLost = false;
        }
        return roots;
    }

    private void adoptAll() throws IOException {
        for (long slot = 0; slot < segments.slotCount(); slot++) {
            final long receipt = segments.receipt(slot);
            if (OffHeap.getU16(receipt + ReceiptLayout.MAGIC_OFFSET) != ReceiptLayout.MAGIC) {
                continue;
            }
            final long key = receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET;
            final boolean isWhole =
                    checker.hash(segments.of(slot), segments.within(slot), 1) == 1 && Keys.same(checker.key(0), key);
            if (!isWhole) {
                listener.onDamaged(Digest.read(key), slot, false);
            } else if (index.find(key) == AddressIndex.ABSENT) {
                writeMeta(slot, receipt);
                journal.ensureRoom(1);
                journal.appendPut(slot, receipt);
                index.add(key, slot);
                live.set(Math.toIntExact(slot));
                state.slotCount = slot + 1;
                state.bytesPut += LatticeFrame.LENGTH;
                state.added(OffHeap.getU64(receipt + ReceiptLayout.PAYLOAD_LENGTH_OFFSET));
            }
        }
    }

    private void writeRoots() throws IOException {
        try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
            final long key = arena.allocate(Keys.LENGTH, Long.BYTES).address();
            for (final var root : state.roots.entrySet()) {
                root.getKey().write(key);
                for (long pin = 0; pin < root.getValue(); pin++) {
                    journal.ensureRoom(2);
                    journal.appendKey(JournalLayout.PIN, 0, key);
                }
            }
        }
        if (state.areRootsUnknown) {
            journal.ensureRoom(2);
            journal.appendPlain(JournalLayout.ROOTS_UNKNOWN, 0, 0);
        }
    }

    /** Older journals are kept under another name, for a person to look at. */
    private void setAside(final long generation) throws IOException {
        for (final Path path : list()) {
            final long number = FileKind.JOURNAL.number(path);
            if (number >= 0 && number <= generation) {
                Files.move(path, directory.resolve("damaged-" + path.getFileName()));
            }
        }
        files.forceDirectory(directory);
    }

    // ---- results

    StoreHeader header() {
        return header;
    }

    Journal journal() {
        return journal;
    }

    Segments segments() {
        return segments;
    }

    AddressIndex index() {
        return index;
    }

    StoreState state() {
        return state;
    }

    /** Whether nothing has to be forced: all is as the last close has left it. */
    boolean isClean() {
        return isClean;
    }

    /** Live slots whose frame is bad, to be quarantined. */
    List<Long> damagedSlots() {
        return damagedSlots;
    }

    /** Segments that were repaired, to be trusted when it is on disk what is bad in them. */
    List<Integer> repairedSegments() {
        return repaired;
    }
}
