package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.FILE_MAGIC;
import static io.venation.object.ObjectLayout.KEY_LENGTH;
import static io.venation.object.ObjectLayout.MAX_BODY_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.receipt.Digest;
import io.venation.store.FrameSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * Puts byte streams of any length into a store.
 *
 * <pre>
 *   write ──► input, 384 KiB ──cut──► batch of 16 frames ──put──► keys ──► open nodes ──put──► root
 * </pre>
 *
 * <p>The root depends on the bytes alone, not on how they were handed over. After an exception of the store the object is
 * lost: {@link #reset()}. One thread, that of the store. Half a megabyte of its own; allocates nothing after construction
 * but the root's value.
 */
public final class ObjectWriter {
    /** Most frames that {@link #writeSome}, or {@link #finish}, puts: chunks at their shortest, and a node for each level. */
    public static final int SOME_COUNT = 96;

    private static final int BATCH_COUNT = 16;
    private static final int INPUT_LENGTH = 32 * LatticeFrame.LENGTH;
    private static final long BATCH_LENGTH = (long) BATCH_COUNT * LatticeFrame.LENGTH;

    private final FrameSink store;
    private final NodeStack nodes;
    private final MemorySegment memory =
            Arena.ofAuto().allocate(INPUT_LENGTH + BATCH_LENGTH + (long) BATCH_COUNT * KEY_LENGTH, 64);
    private final long input = memory.address();
    private final long batch = input + INPUT_LENGTH;
    private final long keys = batch + BATCH_LENGTH;
    private final ByteBuffer inputBuffer = memory.asSlice(0, INPUT_LENGTH).asByteBuffer();
    private final int[] chunkLengths = new int[BATCH_COUNT];
    private int inputLength;
    private int batchCount;
    private long length;
    private boolean isChunked;

    /**
     * A writer without bytes.
     *
     * @param store takes the frames.
     */
    public ObjectWriter(final FrameSink store) {
        this.store = Objects.requireNonNull(store, "store");
        nodes = new NodeStack(store, FILE_MAGIC);
    }

    /**
     * Bytes of the object so far.
     *
     * @return ≥ 0.
     */
    public long length() {
        return length;
    }

    /**
     * Appends bytes.
     *
     * @param source  absolute address of the first one.
     * @param count bytes, ≥ 0.
     */
    public void write(final long source, final long count) {
        for (long done = 0; done < count; ) {
            final int step = (int) Math.min(count - done, INPUT_LENGTH - inputLength);
            OffHeap.copy(source + done, input + inputLength, step);
            done += step;
            advance(step);
        }
    }

    /**
     * Appends bytes.
     *
     * @param source array.
     * @param offset index of the first byte.
     * @param count  bytes, ≥ 0.
     */
    public void write(final byte[] source, final int offset, final int count) {
        Objects.checkFromIndexSize(offset, count, source.length);
        for (int done = 0; done < count; ) {
            final int step = Math.min(count - done, INPUT_LENGTH - inputLength);
            OffHeap.put(input + inputLength, source, offset + done, step);
            done += step;
            advance(step);
        }
    }

    /**
     * Appends what a channel has, to its end. A file is read where chunks are cut.
     *
     * @param source blocking; a stream becomes one by {@link java.nio.channels.Channels#newChannel}.
     * @return bytes appended.
     * @throws IOException from the channel; what came before it stands.
     */
    public long write(final ReadableByteChannel source) throws IOException {
        final long lengthBefore = length;
        while (writeSome(source) >= 0) {
            // to its end
        }
        return length - lengthBefore;
    }

    /**
     * Appends what one read of a channel gives, at most 384 KiB and so at most {@link #SOME_COUNT} frames to put.
     *
     * @param source any; one that does not block may give nothing.
     * @return bytes appended, −1 at the end.
     * @throws IOException from the channel; what came before it stands.
     */
    public int writeSome(final ReadableByteChannel source) throws IOException {
        final int count = source.read(inputBuffer.limit(INPUT_LENGTH).position(inputLength));
        if (count > 0) {
            advance(count);
        }
        return count;
    }

    private void advance(final int count) {
        inputLength += count;
        length += count;
        if (inputLength == INPUT_LENGTH) {
            cut(LatticeFrame.LENGTH);
        }
    }

    /** Cuts the input until fewer bytes than these are left, and moves them to its start. */
    private void cut(final int least) {
        isChunked = true;
        int offset = 0;
        while (inputLength - offset >= least) {
            final int chunkLength = ContentCut.next(input + offset, inputLength - offset);
            final long frame = batch + (long) batchCount * LatticeFrame.LENGTH;
            OffHeap.copy(input + offset, frame, chunkLength);
            OffHeap.zero(frame + chunkLength, LatticeFrame.LENGTH - chunkLength);
            chunkLengths[batchCount++] = chunkLength;
            offset += chunkLength;
            if (batchCount == BATCH_COUNT) {
                putBatch();
            }
        }
        inputLength -= offset;
        OffHeap.copy(input + offset, input, inputLength);
    }

    private void putBatch() {
        store.put(batch, LatticeFrame.LENGTH, batchCount, keys);
        for (int i = 0; i < batchCount; i++) {
            nodes.add(1, keys + (long) i * KEY_LENGTH, chunkLengths[i]);
        }
        batchCount = 0;
    }

    /**
     * Ends the object; the next bytes begin another one.
     *
     * @return its root, a frame of the store now.
     */
    public Digest finish() {
        final Digest root;
        if (!isChunked && inputLength <= MAX_BODY_LENGTH) {
            root = putWhole();
        } else {
            cut(1);
            putBatch();
            root = nodes.finish(1);
        }
        clear();
        Reference.reachabilityFence(this);
        return root;
    }

    private Digest putWhole() {
        ObjectLayout.putHeader(batch, FILE_MAGIC, 0, 0, inputLength);
        OffHeap.copy(input, batch + BODY_OFFSET, inputLength);
        OffHeap.zero(batch + BODY_OFFSET + inputLength, MAX_BODY_LENGTH - inputLength);
        store.put(batch, LatticeFrame.LENGTH, 1, keys);
        return Digest.read(keys);
    }

    /** Forgets an object that was not finished; frames that were put stay in the store. */
    public void reset() {
        nodes.reset();
        clear();
    }

    private void clear() {
        inputLength = 0;
        batchCount = 0;
        length = 0;
        isChunked = false;
    }
}
