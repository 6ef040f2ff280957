package io.venation.hashing;

import static io.venation.hashing.Blake3ScalarKernel.BLOCK_LENGTH;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_END;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_LENGTH;
import static io.venation.hashing.Blake3ScalarKernel.CHUNK_START;
import static io.venation.hashing.Blake3ScalarKernel.PARENT;
import static io.venation.hashing.Blake3ScalarKernel.ROOT;
import static io.venation.hashing.Blake3ScalarKernel.VALUE_LENGTH;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * BLAKE3 of any length: hash, keyed hash, key derivation and extended output.
 *
 * <pre>
 *   update ──► stage, 64 chunks ──► subtree: chunks, then parents level by level, on lanes ──┐
 *         └──► off-heap input longer than the stage, up to 512 chunks at once ───────────────┴──► stack ──► root
 * </pre>
 *
 * <p>The stack holds one chaining value per set bit of the number of chunks absorbed. The last 1..65,536 bytes stay in
 * the stage until {@code digest}, which changes nothing: more may follow.
 *
 * <p>Constant time: no branch and no address depends on a byte of the key or of the input, only on the length of the
 * input and of its pieces. The caller compares outputs: {@link java.security.MessageDigest#isEqual}, not
 * {@link java.util.Arrays#equals(byte[], byte[])}, where they authenticate. How far this is tested: {@link FrameKernels}.
 *
 * <p>One thread. Allocates nothing after construction, but for {@code updateParallel} and one
 * short-lived view per {@link #update(ByteBuffer)} of a direct buffer.
 *
 * @see <a href="https://github.com/BLAKE3-team/BLAKE3-specs/blob/master/blake3.pdf">BLAKE3 paper</a>
 */
public final class Blake3 {
    /** Bytes of a key. */
    public static final int KEY_LENGTH = 32;

    /** Bytes of the hash; {@code digest} gives more where asked. */
    public static final int HASH_LENGTH = 32;

    private static final int STAGE_CHUNKS = 64;
    private static final int STAGE_LENGTH = STAGE_CHUNKS * CHUNK_LENGTH;
    private static final int SUBTREE_CHUNKS = 512;
    private static final int SUBTREE_LENGTH = SUBTREE_CHUNKS * CHUNK_LENGTH;

    /** A message has at most 2^64 bytes, that is 2^54 chunks. */
    private static final int STACK_DEPTH_MAX = 54;

    private static final long VALUES_LENGTH = (long) SUBTREE_CHUNKS * VALUE_LENGTH;

    private final FrameKernels kernels;
    private final int flags;
    private final MemorySegment stage = Memory.allocate(STAGE_LENGTH);
    private final MemorySegment scratch = Memory.allocate(
            VALUES_LENGTH + (long) STACK_DEPTH_MAX * VALUE_LENGTH + 2L * VALUE_LENGTH + 2L * BLOCK_LENGTH);
    private final long stageAddress = stage.address();
    private final long values = scratch.address();
    private final long stack = values + VALUES_LENGTH;
    private final long keyWords = stack + (long) STACK_DEPTH_MAX * VALUE_LENGTH;
    private final long rootValue = keyWords + VALUE_LENGTH;
    private final long rootBlock = rootValue + VALUE_LENGTH;
    private final long outputBlock = rootBlock + BLOCK_LENGTH;

    private int staged;
    private int stackDepth;
    private long chunksDone;
    private boolean rootReady;
    private int rootBlockLength;
    private int rootFlags;

    private Blake3(final FrameKernels kernels, final byte[] key, final int flags) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.flags = flags;
        if (key == null) {
            Blake3ScalarKernel.putIv(keyWords);
        } else {
            MemorySegment.copy(key, 0, Memory.ALL, ValueLayout.JAVA_BYTE, keyWords, KEY_LENGTH);
        }
    }

    /**
     * The plain hash, on the kernels that {@link Kernels#select()} chooses.
     *
     * @return a hasher.
     */
    public static Blake3 hasher() {
        return hasher(Kernels.select());
    }

    /**
     * The plain hash.
     *
     * @param kernels kernels that this hasher alone uses.
     * @return a hasher.
     */
    public static Blake3 hasher(final FrameKernels kernels) {
        return new Blake3(kernels, null, 0);
    }

    /**
     * The keyed hash, on the kernels that {@link Kernels#select()} chooses.
     *
     * @param key 32 bytes.
     * @return a hasher.
     */
    public static Blake3 keyed(final byte[] key) {
        return keyed(Kernels.select(), key);
    }

    /**
     * The keyed hash.
     *
     * @param kernels kernels that this hasher alone uses.
     * @param key     32 bytes.
     * @return a hasher.
     */
    public static Blake3 keyed(final FrameKernels kernels, final byte[] key) {
        Objects.requireNonNull(key, "key");
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("key.length=" + key.length + ": must be " + KEY_LENGTH);
        }
        return new Blake3(kernels, key, Blake3ScalarKernel.KEYED_HASH);
    }

    /**
     * Key derivation, on the kernels that {@link Kernels#select()} chooses.
     *
     * @param context globally unique, hard-coded context string.
     * @return a hasher that takes key material.
     */
    public static Blake3 deriveKey(final String context) {
        return deriveKey(Kernels.select(), context);
    }

    /**
     * Key derivation.
     *
     * @param kernels kernels that this hasher alone uses.
     * @param context globally unique, hard-coded context string; hashed as UTF-8.
     * @return a hasher that takes key material.
     */
    public static Blake3 deriveKey(final FrameKernels kernels, final String context) {
        Objects.requireNonNull(context, "context");
        final byte[] bytes = context.getBytes(StandardCharsets.UTF_8);
        final Blake3 contextHasher = new Blake3(kernels, null, Blake3ScalarKernel.DERIVE_KEY_CONTEXT);
        contextHasher.update(bytes, 0, bytes.length);
        return new Blake3(kernels, contextHasher.digest(), Blake3ScalarKernel.DERIVE_KEY_MATERIAL);
    }

    /** Forgets the input; key and mode stay. */
    public void reset() {
        staged = 0;
        stackDepth = 0;
        chunksDone = 0;
        rootReady = false;
    }

    /**
     * Appends bytes.
     *
     * @param source array.
     * @param offset index of the first byte.
     * @param length bytes, ≥ 0.
     */
    public void update(final byte[] source, final int offset, final int length) {
        checkRange(offset, length, source, "source");
        for (int done = 0; done < length; ) {
            final int step = makeRoom(length - done);
            MemorySegment.copy(source, offset + done, stage, ValueLayout.JAVA_BYTE, staged, step);
            staged += step;
            done += step;
        }
    }

    /**
     * Appends the remaining bytes of a buffer and moves its position to its limit. A direct buffer is read in place.
     *
     * @param source buffer, any byte order.
     */
    public void update(final ByteBuffer source) {
        Objects.requireNonNull(source, "source");
        if (source.hasArray()) {
            update(source.array(), source.arrayOffset() + source.position(), source.remaining());
        } else {
            update(MemorySegment.ofBuffer(source));
        }
        source.position(source.limit());
    }

    /**
     * Appends the bytes of a segment. Off-heap memory is read in place: whoever may close it, or truncate the file
     * behind it, waits until this returns.
     *
     * @param source segment, on or off the heap, of any length.
     */
    public void update(final MemorySegment source) {
        Objects.requireNonNull(source, "source");
        final long length = source.byteSize();
        if (source.isNative()) {
            update(FrameHasher.checkedAddress(source, "source"), length);
            Reference.reachabilityFence(source);
            return;
        }
        for (long done = 0; done < length; ) {
            final int step = makeRoom(length - done);
            MemorySegment.copy(source, done, stage, staged, step);
            staged += step;
            done += step;
        }
    }

    /** Bytes that several threads read piece by piece, as those of a file. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads bytes. Any thread.
         *
         * @param position index of the first byte.
         * @param target   off-heap segment to fill to its end.
         * @throws IOException where it cannot be filled.
         */
        void read(long position, MemorySegment target) throws IOException;
    }

    /** Where a thread finds a subtree of {@link #SUBTREE_LENGTH} bytes; it may put it into its own room of that size. */
    @FunctionalInterface
    private interface Subtrees {
        long address(long index, MemorySegment room) throws IOException;
    }

    /**
     * Appends the bytes of a segment, hashed by several threads: each takes subtrees of 512 KiB as they come.
     *
     * @param source  segment; one on the heap is hashed by the caller alone.
     * @param threads threads, ≥ 1, of which the caller is one.
     */
    public void updateParallel(final MemorySegment source, final int threads) {
        Objects.requireNonNull(source, "source");
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": must be at least 1");
        }
        final long length = source.byteSize();
        final long head = bytesToSubtree();
        final long subtreeCount = (length - head - 1) / SUBTREE_LENGTH;
        if (!source.isNative() || threads == 1 || subtreeCount < 2) {
            update(source);
            return;
        }
        final long address = FrameHasher.checkedAddress(source, "source");
        update(address, head);
        try {
            absorbSubtrees((i, room) -> address + head + i * SUBTREE_LENGTH, 0, subtreeCount, threads);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final long done = head + subtreeCount * SUBTREE_LENGTH;
        update(address + done, length - done);
        Reference.reachabilityFence(source);
    }

    /**
     * Appends bytes that several threads read and hash: each takes subtrees of 512 KiB as they come and reads them into
     * its own memory, so that they are hashed while they are in its cache. After an exception the state is undefined.
     *
     * @param source  where to read.
     * @param length  bytes, ≥ 0.
     * @param threads threads, ≥ 1, of which the caller is one.
     * @throws IOException where the source throws it.
     */
    public void updateParallel(final Source source, final long length, final int threads) throws IOException {
        Objects.requireNonNull(source, "source");
        FrameHasher.checkNotNegative(length, "length");
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": must be at least 1");
        }
        final MemorySegment ends = Memory.allocate(Math.min(length, SUBTREE_LENGTH));
        final long head = Math.min(length, bytesToSubtree());
        final long subtreeCount = Math.max(0, (length - head - 1) / SUBTREE_LENGTH);
        updateEnd(source, 0, ends.asSlice(0, head));
        if (subtreeCount > 0) {
            absorbSubtrees(
                    (i, room) -> {
                        source.read(head + i * SUBTREE_LENGTH, room);
                        return room.address();
                    },
                    SUBTREE_LENGTH,
                    subtreeCount,
                    threads);
        }
        final long done = head + subtreeCount * SUBTREE_LENGTH;
        updateEnd(source, done, ends.asSlice(0, length - done));
    }

    private void updateEnd(final Source source, final long position, final MemorySegment end) throws IOException {
        if (end.byteSize() > 0) {
            source.read(position, end);
            update(end);
        }
    }

    private long bytesToSubtree() {
        return Math.floorMod(-(chunksDone * CHUNK_LENGTH + staged), (long) SUBTREE_LENGTH);
    }

    private void absorbSubtrees(
            final Subtrees subtrees, final long roomLength, final long subtreeCount, final int threads)
            throws IOException {
        if (staged == STAGE_LENGTH) {
            absorbStage();
        }
        final MemorySegment subtreeValues = Memory.allocate(subtreeCount * VALUE_LENGTH);
        hashSubtrees(
                subtrees, roomLength, subtreeCount, subtreeValues.address(), (int) Math.min(threads, subtreeCount));
        for (long i = 0; i < subtreeCount; i++) {
            push(subtreeValues.address() + i * VALUE_LENGTH, SUBTREE_CHUNKS);
        }
        Reference.reachabilityFence(subtreeValues);
    }

    private void hashSubtrees(
            final Subtrees subtrees,
            final long roomLength,
            final long subtreeCount,
            final long targets,
            final int threads)
            throws IOException {
        final AtomicLong next = new AtomicLong();
        final long firstCounter = chunksDone;
        final Throwable[] failures = new Throwable[threads];
        final Thread[] workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            final int worker = i + 1;
            final FrameKernels workerKernels =
                    Kernels.select(kernels.mechanism().label());
            workers[i] = Thread.ofPlatform().name("blake3-" + worker).daemon().start(() -> {
                final MemorySegment workerValues = Memory.allocate(VALUES_LENGTH);
                failures[worker] = hashSubtrees(
                        workerKernels,
                        workerValues.address(),
                        next,
                        subtrees,
                        roomLength,
                        subtreeCount,
                        firstCounter,
                        targets);
                Reference.reachabilityFence(workerValues);
            });
        }
        failures[0] = hashSubtrees(kernels, values, next, subtrees, roomLength, subtreeCount, firstCounter, targets);
        joinAll(workers);
        for (final Throwable failure : failures) {
            if (failure instanceof final IOException e) {
                throw e;
            }
            if (failure != null) {
                throw new IllegalStateException("hashing failed in a thread", failure);
            }
        }
    }

    private Throwable hashSubtrees(
            final FrameKernels threadKernels,
            final long threadValues,
            final AtomicLong next,
            final Subtrees subtrees,
            final long roomLength,
            final long subtreeCount,
            final long firstCounter,
            final long targets) {
        try {
            final MemorySegment room = Memory.allocate(roomLength);
            for (long i = next.getAndIncrement(); i < subtreeCount; i = next.getAndIncrement()) {
                final long counter = firstCounter + i * SUBTREE_CHUNKS;
                subtree(threadKernels, subtrees.address(i, room), SUBTREE_CHUNKS, counter, threadValues);
                Memory.copy(threadValues, targets + i * VALUE_LENGTH, VALUE_LENGTH);
            }
            Reference.reachabilityFence(room);
            return null;
        } catch (final Throwable failure) {
            next.set(subtreeCount);
            return failure;
        }
    }

    /** The input belongs to the caller, so no worker may outlive the call: an interrupt is kept for later. */
    private static void joinAll(final Thread[] workers) {
        boolean interrupted = false;
        for (final Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Writes the first bytes of the output. The state does not change.
     *
     * @param out    array.
     * @param offset index of the first byte to write.
     * @param length bytes, ≥ 0: {@link #HASH_LENGTH} for the hash, more for extended output.
     */
    public void digest(final byte[] out, final int offset, final int length) {
        digest(0, out, offset, length);
    }

    /**
     * Writes bytes of the extended output from a position on. The state does not change.
     *
     * @param position index in the output of the first byte wanted, ≥ 0; that of the last is below 2^63.
     * @param out      array.
     * @param offset   index of the first byte to write.
     * @param length   bytes, ≥ 0.
     */
    public void digest(final long position, final byte[] out, final int offset, final int length) {
        checkRange(offset, length, out, "out");
        FrameHasher.checkNotNegative(position, "position");
        if (position > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("position=" + position + ": no " + length + " bytes follow it");
        }
        prepareRoot();
        for (int done = 0; done < length; ) {
            final long block = (position + done) / BLOCK_LENGTH;
            final int blockOffset = (int) ((position + done) % BLOCK_LENGTH);
            final int step = Math.min(length - done, BLOCK_LENGTH - blockOffset);
            Blake3ScalarKernel.compress(rootValue, rootBlock, rootBlockLength, block, rootFlags, outputBlock, true);
            MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, outputBlock + blockOffset, out, offset + done, step);
            done += step;
        }
        Reference.reachabilityFence(this);
    }

    /**
     * The hash. The state does not change.
     *
     * @return 32 new bytes.
     */
    public byte[] digest() {
        final byte[] hash = new byte[HASH_LENGTH];
        digest(hash, 0, HASH_LENGTH);
        return hash;
    }

    /**
     * Checks a range of an array.
     *
     * @param offset index of the first byte.
     * @param length bytes.
     * @param array  array.
     * @param name   its name in the message.
     */
    static void checkRange(final int offset, final int length, final byte[] array, final String name) {
        Objects.requireNonNull(array, name);
        if (offset < 0 || length < 0 || offset > array.length - length) {
            throw new IndexOutOfBoundsException(
                    "offset=" + offset + " length=" + length + ": not within " + name + ".length=" + array.length);
        }
    }

    private void update(final long address, final long length) {
        for (long done = 0; done < length; ) {
            final long left = length - done;
            final int step = makeRoom(left);
            if (staged == 0 && left > STAGE_LENGTH) {
                final long chunkCount = subtreeChunks(left);
                subtree(kernels, address + done, chunkCount, chunksDone, values);
                push(values, chunkCount);
                done += chunkCount * CHUNK_LENGTH;
            } else {
                Memory.copy(address + done, stageAddress + staged, step);
                staged += step;
                done += step;
            }
        }
        Reference.reachabilityFence(this);
    }

    /** More input is coming: absorbs a full stage, and says how much of the input the stage can take. */
    private int makeRoom(final long length) {
        rootReady = false;
        if (staged == STAGE_LENGTH) {
            absorbStage();
        }
        return (int) Math.min(length, STAGE_LENGTH - staged);
    }

    private void absorbStage() {
        subtree(kernels, stageAddress, STAGE_CHUNKS, chunksDone, values);
        push(values, STAGE_CHUNKS);
        staged = 0;
        Reference.reachabilityFence(this);
    }

    /** The largest subtree that starts here, ends before the input does and fits the scratch memory. */
    private long subtreeChunks(final long length) {
        final long fitting = Long.highestOneBit((length - 1) / CHUNK_LENGTH);
        final long aligned = chunksDone == 0 ? SUBTREE_CHUNKS : Long.lowestOneBit(chunksDone);
        return Math.min(SUBTREE_CHUNKS, Math.min(fitting, aligned));
    }

    /** The chaining value of a whole subtree, to the first place of {@code levelValues}. */
    private void subtree(
            final FrameKernels threadKernels,
            final long address,
            final long chunkCount,
            final long counter,
            final long levelValues) {
        threadKernels.blake3Chunks(address, chunkCount, counter, keyWords, flags, levelValues);
        for (long parentCount = chunkCount / 2; parentCount > 0; parentCount /= 2) {
            threadKernels.blake3Parents(levelValues, parentCount, keyWords, flags, levelValues);
        }
    }

    /** Puts a subtree's value on the stack and joins what has become whole. None of it is the root: input follows. */
    private void push(final long value, final long chunkCount) {
        Memory.copy(value, stack + (long) stackDepth * VALUE_LENGTH, VALUE_LENGTH);
        stackDepth++;
        chunksDone += chunkCount;
        for (long total = chunksDone / chunkCount; (total & 1) == 0; total >>= 1) {
            stackDepth--;
            final long left = stack + (stackDepth - 1L) * VALUE_LENGTH;
            Blake3ScalarKernel.parents(left, 1, keyWords, flags, left);
        }
    }

    /** The root node from stack and stage, without changing either. */
    private void prepareRoot() {
        if (rootReady) {
            return;
        }
        final int chunkCount = Math.max(1, (staged + CHUNK_LENGTH - 1) / CHUNK_LENGTH);
        final int lastOffset = (chunkCount - 1) * CHUNK_LENGTH;
        prepareChunk(stageAddress + lastOffset, staged - lastOffset, chunksDone + chunkCount - 1);
        if (chunkCount > 1 || stackDepth > 0) {
            final long lastValue = values + (chunkCount - 1L) * VALUE_LENGTH;
            kernels.blake3Chunks(stageAddress, chunkCount - 1L, chunksDone, keyWords, flags, values);
            Blake3ScalarKernel.compress(
                    rootValue, rootBlock, rootBlockLength, chunksDone + chunkCount - 1, rootFlags, lastValue, false);
            prepareParent(chunkCount);
        }
        rootFlags |= ROOT;
        rootReady = true;
    }

    /** Compresses all blocks of a chunk but the last, which becomes the root block. */
    private void prepareChunk(final long address, final int length, final long counter) {
        Memory.copy(keyWords, rootValue, VALUE_LENGTH);
        int blockFlags = flags | CHUNK_START;
        int offset = 0;
        for (; length - offset > BLOCK_LENGTH; offset += BLOCK_LENGTH) {
            Blake3ScalarKernel.compress(
                    rootValue, address + offset, BLOCK_LENGTH, counter, blockFlags, rootValue, false);
            blockFlags = flags;
        }
        rootBlockLength = length - offset;
        rootFlags = blockFlags | CHUNK_END;
        Memory.copy(address + offset, rootBlock, rootBlockLength);
        Memory.fill(rootBlock + rootBlockLength, BLOCK_LENGTH - (long) rootBlockLength, (byte) 0);
    }

    /** Joins the stage's chunk values, then those on the stack; the last pair becomes the root block. */
    private void prepareParent(final int chunkCount) {
        int count = chunkCount;
        while (count > 2 || (count == 2 && stackDepth > 0)) {
            final int parentCount = count / 2;
            kernels.blake3Parents(values, parentCount, keyWords, flags, values);
            if ((count & 1) != 0) {
                Memory.copy(
                        values + (count - 1L) * VALUE_LENGTH, values + (long) parentCount * VALUE_LENGTH, VALUE_LENGTH);
            }
            count -= parentCount;
        }
        if (stackDepth == 0) {
            Memory.copy(values, rootBlock, BLOCK_LENGTH);
        } else {
            for (int depth = stackDepth - 1; depth >= 0; depth--) {
                Memory.copy(stack + (long) depth * VALUE_LENGTH, rootBlock, VALUE_LENGTH);
                Memory.copy(values, rootBlock + VALUE_LENGTH, VALUE_LENGTH);
                if (depth > 0) {
                    Blake3ScalarKernel.parents(rootBlock, 1, keyWords, flags, values);
                }
            }
        }
        Memory.copy(keyWords, rootValue, VALUE_LENGTH);
        rootBlockLength = BLOCK_LENGTH;
        rootFlags = flags | PARENT;
    }
}
