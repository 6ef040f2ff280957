package io.venation.hashing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * SHA3-256 (FIPS 202) of one message that arrives in pieces. For many messages of one length, {@link FrameKernels#sha3}
 * is several times as fast.
 *
 * <p>One thread. Allocates nothing after construction, but for one short-lived view per {@link #update(ByteBuffer)} of a
 * direct buffer.
 */
public final class Sha3 {
    private static final int RATE = Sha3ScalarKernel.RATE;
    private static final int STAGE_LENGTH = 64 * RATE;

    private final MemorySegment stage = Memory.allocate(STAGE_LENGTH + FrameKernels.DIGEST_LENGTH);
    private final long stageAddress = stage.address();
    private final long digestAddress = stageAddress + STAGE_LENGTH;
    private final long[] state = new long[Sha3ScalarKernel.LANES];
    private final long[] finalState = new long[Sha3ScalarKernel.LANES];
    private int staged;

    /** Begins an empty message. */
    public Sha3() {}

    /** Forgets the input. */
    public void reset() {
        Arrays.fill(state, 0);
        staged = 0;
    }

    /**
     * Appends bytes.
     *
     * @param source array.
     * @param offset index of the first byte.
     * @param length bytes, ≥ 0.
     */
    public void update(final byte[] source, final int offset, final int length) {
        Blake3.checkRange(offset, length, source, "source");
        for (int done = 0; done < length; ) {
            final int step = Math.min(length - done, STAGE_LENGTH - staged);
            MemorySegment.copy(source, offset + done, stage, ValueLayout.JAVA_BYTE, staged, step);
            done += step;
            advance(step);
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
     * Appends the bytes of a segment. Off-heap memory is read in place: whoever may close it waits until this returns.
     *
     * @param source segment, on or off the heap, of any length.
     */
    public void update(final MemorySegment source) {
        Objects.requireNonNull(source, "source");
        final long length = source.byteSize();
        final boolean inPlace = source.isNative();
        final long address = inPlace ? FrameHasher.checkedAddress(source, "source") : 0;
        for (long done = 0; done < length; ) {
            if (inPlace && staged == 0 && length - done >= RATE) {
                done += Sha3ScalarKernel.absorb(address + done, length - done, state);
            } else {
                final int room = inPlace ? RATE - staged % RATE : STAGE_LENGTH - staged;
                final int step = (int) Math.min(length - done, room);
                MemorySegment.copy(source, done, stage, staged, step);
                done += step;
                advance(step);
            }
        }
        Reference.reachabilityFence(source);
    }

    /** Bytes have been staged: whole blocks that end with the stage are absorbed. */
    private void advance(final int length) {
        staged += length;
        if (staged % RATE == 0) {
            Sha3ScalarKernel.absorb(stageAddress, staged, state);
            staged = 0;
        }
        Reference.reachabilityFence(this);
    }

    /**
     * Writes the hash. The state does not change.
     *
     * @param out    array.
     * @param offset index of the first of 32 bytes.
     */
    public void digest(final byte[] out, final int offset) {
        Blake3.checkRange(offset, FrameKernels.DIGEST_LENGTH, out, "out");
        System.arraycopy(state, 0, finalState, 0, state.length);
        final long absorbed = Sha3ScalarKernel.absorb(stageAddress, staged, finalState);
        Sha3ScalarKernel.finish(stageAddress + absorbed, (int) (staged - absorbed), finalState, digestAddress);
        MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, digestAddress, out, offset, FrameKernels.DIGEST_LENGTH);
        Reference.reachabilityFence(this);
    }
}
