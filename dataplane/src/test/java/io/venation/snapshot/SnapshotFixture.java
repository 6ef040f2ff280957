package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectFault;
import io.venation.object.ObjectReader;
import io.venation.object.ObjectWalk;
import io.venation.object.ObjectWriter;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import io.venation.store.MappedFrameStore;
import io.venation.store.MemoryFrameStore;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import io.venation.tree.TreeCursor;
import io.venation.tree.TypedValue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A source in memory with trees by chance, sources over it that fail, and targets on disk. */
final class SnapshotFixture implements AutoCloseable {
    static final Instant TIME = Instant.ofEpochSecond(1_700_000_000, 5);

    final FrameKernels kernels = Kernels.select();
    final MemoryFrameStore source = new MemoryFrameStore(kernels, AddressHash.BLAKE3);
    private final Arena arena = Arena.ofShared();
    final long key = arena.allocate(KeySet.KEY_LENGTH, 64).address();
    final long scratch = arena.allocate(LatticeFrame.LENGTH, 64).address();

    MappedFrameStore open(final Path directory) throws IOException {
        return MappedFrameStore.open(
                directory, kernels, StoreOptions.DEFAULT.withSegmentSlots(256), StoreListener.NONE);
    }

    /** A directory of up to six things, up to three deep; some files are the same, some long. */
    Digest directory(final SplittableRandom random, final int depth) {
        return put(source, entries(random, depth));
    }

    List<DirectoryEntry> entries(final SplittableRandom random, final int depth) {
        final List<DirectoryEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            final ByteName name = ByteName.of("n" + (9 - i));
            switch (random.nextInt(depth > 0 ? 4 : 3)) {
                case 0 -> entries.add(file(name, bytes(random.nextInt(4), random.nextInt(3) * 20_000)));
                case 1 -> entries.add(file(name, bytes(random.nextLong(), random.nextInt(400_000))));
                case 2 -> entries.add(new DirectoryEntry.Link(name, TIME, ByteName.of("to" + random.nextInt())));
                default -> {
                    final List<DirectoryEntry> below = entries(random, depth - 1);
                    entries.add(new DirectoryEntry.Directory(name, 0755, TIME, below.size(), put(source, below)));
                }
            }
        }
        return entries;
    }

    DirectoryEntry.File file(final ByteName name, final byte[] bytes) {
        return new DirectoryEntry.File(name, 0644, TIME, bytes.length, write(source, bytes));
    }

    static byte[] bytes(final long seed, final int length) {
        final byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static Digest write(final FrameStore store, final byte[] bytes) {
        final ObjectWriter writer = new ObjectWriter(store);
        writer.write(bytes, 0, bytes.length);
        return writer.finish();
    }

    static Digest put(final FrameStore store, final List<DirectoryEntry> entries) {
        final DirectoryWriter writer = new DirectoryWriter(store);
        entries.forEach(writer::add);
        return writer.finish();
    }

    /** All frames below a root, each once; none may be bad. */
    Set<Digest> reachable(final FrameSource from, final Digest root) {
        final Set<Digest> found = new HashSet<>();
        new ObjectWalk(from, kernels, AddressHash.BLAKE3).walk(root, new ObjectWalk.Visitor() {
            @Override
            public boolean onNode(final long nodeKey, final ReferenceKind kind, final int level, final long length) {
                return found.add(Digest.read(nodeKey));
            }

            @Override
            public void onChunk(final long chunkKey, final int length) {
                found.add(Digest.read(chunkKey));
            }

            @Override
            public void onDamage(final Digest address, final ObjectFault fault) {
                throw new AssertionError(address + ": " + fault);
            }
        });
        return found;
    }

    byte[] read(final FrameSource from, final Digest file) {
        final ObjectReader reader = ObjectReader.verifying(from, kernels, AddressHash.BLAKE3);
        reader.open(file);
        try (Arena room = Arena.ofConfined()) {
            final int length = (int) reader.length();
            final long target = room.allocate(Math.max(1, length), 64).address();
            final byte[] bytes = new byte[(int) reader.read(0, target, length)];
            OffHeap.get(target, bytes, 0, bytes.length);
            return bytes;
        }
    }

    /** The bytes of a typed value, or of the file that it names. */
    byte[] valueOf(final FrameSource from, final TreeCursor entry) {
        if (TypedValue.kind(entry.value()) == ReferenceKind.FILE) {
            return read(from, TypedValue.root(entry.value()));
        }
        final byte[] bytes = new byte[entry.valueLength() - TypedValue.BYTES_OFFSET];
        OffHeap.get(entry.value() + TypedValue.BYTES_OFFSET, bytes, 0, bytes.length);
        return bytes;
    }

    boolean contains(final MappedFrameStore store, final Digest address) {
        address.write(key);
        return store.contains(key);
    }

    /** Puts a frame of the source into a store. */
    void give(final MappedFrameStore store, final Digest address) {
        address.write(key);
        store.put(source.get(key), LatticeFrame.LENGTH, 1, key);
    }

    /** The source without some frames, and with a bit of some others flipped. */
    FrameSource without(final Set<Digest> lacking, final Set<Digest> lying) {
        return wanted -> {
            final Digest address = Digest.read(wanted);
            final long frame = source.get(wanted);
            if (lacking.contains(address) || frame == FrameSource.NOT_FOUND) {
                return FrameSource.NOT_FOUND;
            }
            OffHeap.copy(frame, scratch, LatticeFrame.LENGTH);
            if (lying.contains(address)) {
                OffHeap.putU8(scratch + 12_287, OffHeap.getU8(scratch + 12_287) ^ 128);
            }
            return scratch;
        };
    }

    /** Whatever a target holds is a frame of the source. */
    void assertNothingBad(final MappedFrameStore target, final String message) {
        target.forEach((frameKey, receipt, frame) -> {
            final long original = source.get(frameKey);
            assertTrue(original != FrameSource.NOT_FOUND, message);
            for (int offset = 0; offset < LatticeFrame.LENGTH; offset += Long.BYTES) {
                assertEquals(OffHeap.getU64(original + offset), OffHeap.getU64(frame + offset), message);
            }
        });
    }

    static <T> Set<T> some(final SplittableRandom random, final Set<T> of, final double share) {
        final Set<T> some = new HashSet<>();
        for (final T each : of) {
            if (random.nextDouble() < share) {
                some.add(each);
            }
        }
        return some;
    }

    @Override
    public void close() {
        source.close();
        arena.close();
    }
}
