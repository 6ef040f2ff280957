package io.venation.object;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.FrameStore;
import io.venation.store.MemoryFrameStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A store in memory, and a source over it that loses and damages frames. */
final class ObjectFixture implements AutoCloseable {
    final FrameKernels kernels = Kernels.select();
    final FrameStore store = new MemoryFrameStore(kernels, AddressHash.BLAKE3);
    final Set<Digest> missing = new HashSet<>();
    final Set<Digest> damaged = new HashSet<>();
    private final Arena arena = Arena.ofShared();
    private final long scratch = arena.allocate(2L * LatticeFrame.LENGTH, 64).address();
    private final long key = arena.allocate(32, 64).address();

    /** The store's frames, without the missing ones, a bit flipped in the damaged ones; views last until the next get. */
    final FrameSource source = this::get;

    private long get(final long wanted) {
        final Digest address = Digest.read(wanted);
        final long frame = store.get(wanted);
        if (missing.contains(address) || frame == FrameSource.NOT_FOUND) {
            return FrameSource.NOT_FOUND;
        }
        OffHeap.copy(frame, scratch, LatticeFrame.LENGTH);
        if (damaged.contains(address)) {
            OffHeap.putU8(scratch + 5_000, OffHeap.getU8(scratch + 5_000) ^ 1);
        }
        return scratch;
    }

    ObjectReader reader() {
        return ObjectReader.verifying(source, kernels, AddressHash.BLAKE3);
    }

    DirectoryReader directoryReader() {
        return DirectoryReader.verifying(source, kernels, AddressHash.BLAKE3);
    }

    Digest write(final byte[] bytes) {
        final ObjectWriter writer = new ObjectWriter(store);
        writer.write(bytes, 0, bytes.length);
        return writer.finish();
    }

    byte[] read(final Digest root) {
        final ObjectReader reader = reader();
        reader.open(root);
        return read(reader, 0, (int) reader.length());
    }

    static byte[] read(final ObjectReader reader, final long offset, final int length) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment target = arena.allocate(Math.max(1, length), 64);
            final int count = (int) reader.read(offset, target.address(), length);
            final byte[] bytes = new byte[count];
            OffHeap.get(target.address(), bytes, 0, count);
            return bytes;
        }
    }

    /** Address of a copy that the caller may change, and put again. */
    long copyOf(final Digest address) {
        address.write(key);
        OffHeap.copy(store.get(key), scratch + LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        return scratch + LatticeFrame.LENGTH;
    }

    Digest put(final long frame) {
        store.put(frame, LatticeFrame.LENGTH, 1, key);
        return Digest.read(key);
    }

    /** What a walk finds. */
    final class Found implements ObjectWalk.Visitor {
        final Map<Digest, ReferenceKind> nodes = new LinkedHashMap<>();
        final Map<Digest, Integer> chunks = new HashMap<>();
        final Map<Digest, ObjectFault> faults = new LinkedHashMap<>();
        long chunkCount;
        long chunkBytes;

        @Override
        public boolean onNode(final long nodeKey, final ReferenceKind kind, final int level, final long length) {
            return nodes.put(Digest.read(nodeKey), kind) == null;
        }

        @Override
        public void onChunk(final long chunkKey, final int length) {
            chunks.put(Digest.read(chunkKey), length);
            chunkCount++;
            chunkBytes += length;
        }

        @Override
        public void onDamage(final Digest address, final ObjectFault fault) {
            faults.put(address, fault);
        }
    }

    Found walk(final Digest root) {
        final Found found = new Found();
        new ObjectWalk(source, kernels, AddressHash.BLAKE3).walk(root, found);
        return found;
    }

    Found walkNodes(final Digest root) {
        final Found found = new Found();
        new ObjectWalk(source, kernels, AddressHash.BLAKE3).walkNodes(root, found);
        return found;
    }

    static byte[] random(final SplittableRandom random, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        store.close();
        arena.close();
    }
}
