package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.REFERENCE_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Reads any range of a file's bytes.
 *
 * <p>Nodes are copied and checked before they are used; a verifying reader holds each frame on the way against its address,
 * chunks 16 at a time. One thread, that of the source. Allocates nothing after construction, but for the buffer of the
 * first {@link #transferTo}.
 */
public final class ObjectReader {
    private static final long STAGE_LENGTH = (long) FrameLoader.MAX_COUNT * LatticeFrame.LENGTH;

    private final FrameLoader loader;
    private final NodeCursor cursor;
    private final MemorySegment frames = Arena.ofAuto().allocate(STAGE_LENGTH, 64);
    /** What goes to a channel; not there before it is needed. */
    private ByteBuffer transferBuffer;

    private ObjectReader(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        loader = new FrameLoader(Objects.requireNonNull(source, "source"), kernels, addressHash);
        cursor = new NodeCursor(loader, ObjectLayout.FILE_MAGIC);
    }

    /**
     * A reader that believes no frame: for sources of others, and for disks.
     *
     * @param source      of the frames.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     * @return the reader.
     */
    public static ObjectReader verifying(
            final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        return new ObjectReader(
                source, Objects.requireNonNull(kernels, "kernels"), Objects.requireNonNull(addressHash, "addressHash"));
    }

    /**
     * A reader of a source that hashes what it hands out, or of memory that this process has filled.
     *
     * @param source of the frames.
     * @return the reader.
     */
    public static ObjectReader trusting(final FrameSource source) {
        return new ObjectReader(source, null, null);
    }

    /**
     * Takes a file.
     *
     * @param root its root.
     * @throws ObjectDamageException where the root is missing or not a file's.
     */
    public void open(final Digest root) {
        cursor.open(root);
    }

    /**
     * Bytes of the file.
     *
     * @return ≥ 0; what the root says, and reading holds it to that.
     */
    public long length() {
        return cursor.length();
    }

    /**
     * Reads a range.
     *
     * @param offset of the first byte, 0 ≤ offset.
     * @param target absolute address of room for the bytes.
     * @param length bytes, ≥ 0.
     * @return bytes read: fewer than asked for only where the file ends, 0 at its end and behind it.
     * @throws ObjectDamageException where a frame is missing or not what it must be; the target is undefined then.
     */
    public long read(final long offset, final long target, final long length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + length + ": not ≥ 0");
        }
        final long wanted = Math.min(length, Math.max(0, length() - offset));
        if (cursor.rootLevel() == 0) {
            OffHeap.copy(cursor.node(0) + BODY_OFFSET + offset, target, wanted);
        } else {
            for (long done = 0; done < wanted; ) {
                done += readRun(offset + done, target + done, wanted - done);
            }
        }
        Reference.reachabilityFence(this);
        return wanted;
    }

    /**
     * Reads a range into the remaining bytes of a buffer and moves its position behind them.
     *
     * @param offset of the first byte, 0 ≤ offset.
     * @param target direct.
     * @return bytes read, as {@link #read(long, long, long)} says.
     */
    public int read(final long offset, final ByteBuffer target) {
        final MemorySegment segment = MemorySegment.ofBuffer(target);
        if (!segment.isNative() || segment.isReadOnly()) {
            throw new IllegalArgumentException("target=" + target + ": must be direct and writable");
        }
        final int count = (int) read(offset, segment.address(), segment.byteSize());
        target.position(target.position() + count);
        return count;
    }

    /**
     * Writes a range to a channel.
     *
     * @param offset of the first byte, 0 ≤ offset.
     * @param length bytes, ≥ 0.
     * @param target blocking.
     * @return bytes written: fewer than asked for only where the file ends.
     * @throws IOException from the channel.
     */
    public long transferTo(final long offset, final long length, final WritableByteChannel target) throws IOException {
        if (transferBuffer == null) {
            transferBuffer = ByteBuffer.allocateDirect((int) STAGE_LENGTH);
        }
        long done = 0;
        while (done < length) {
            transferBuffer.clear().limit((int) Math.min(length - done, STAGE_LENGTH));
            if (read(offset + done, transferBuffer) == 0) {
                break;
            }
            transferBuffer.flip();
            done += transferBuffer.remaining();
            while (transferBuffer.hasRemaining()) {
                target.write(transferBuffer);
            }
        }
        return done;
    }

    /** Reads from chunks that lie side by side below one node, as many as one kernel call takes. */
    private long readRun(final long offset, final long target, final long length) {
        cursor.seek(1, offset);
        final long node = cursor.node(1);
        final long nodeStart = cursor.start(1);
        final int first = NodeCursor.indexOf(node, offset - nodeStart);
        final long end = offset + length - nodeStart;
        int count = 1;
        while (count < FrameLoader.MAX_COUNT
                && first + count < ObjectLayout.count(node)
                && ObjectLayout.referenceStart(node, first + count) < end) {
            count++;
        }
        if (loader.isVerifying()) {
            loader.load(ObjectLayout.referenceKey(node, first), REFERENCE_LENGTH, count, frames.address());
        }
        long done = 0;
        for (int i = 0; i < count; i++) {
            final long key = ObjectLayout.referenceKey(node, first + i);
            final long chunk =
                    loader.isVerifying() ? frames.address() + (long) i * LatticeFrame.LENGTH : loader.view(key);
            final long chunkStart = nodeStart + ObjectLayout.referenceStart(node, first + i);
            final int chunkLength = (int) (nodeStart + ObjectLayout.referenceEnd(node, first + i) - chunkStart);
            if (!OffHeap.isZero(chunk + chunkLength, LatticeFrame.LENGTH - chunkLength)) {
                throw new ObjectDamageException(ObjectFault.NOT_ZERO, Digest.read(key));
            }
            final int from = (int) (offset + done - chunkStart);
            final long step = Math.min(length - done, chunkLength - from);
            OffHeap.copy(chunk + from, target + done, step);
            done += step;
        }
        return done;
    }
}
