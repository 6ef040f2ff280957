package io.venation.aeron;

import io.aeron.logbuffer.BufferClaim;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Up to 16 frames claimed together: fill them, {@link #commit()} them with one kernel call, or give some or all up.
 *
 * <p>Reusable. Its methods belong to the publication's thread. Allocates nothing once it has been in each term.
 */
public final class FrameBatch {
    /** Most frames of one batch: 192 BLAKE3 chunks, which leave no lane idle. */
    public static final int LIMIT = 16;

    private static final int ABORTED = -1;

    private final BufferClaim[] claims;
    private final FrameView[] frames;
    private final ByteBuffer[] byteBuffers;
    private final int[] payloadLengths;
    private final int[] runLengths;
    private FramePublication publication;
    private int count;

    /** A batch of nothing yet. */
    public FrameBatch() {
        this(LIMIT);
    }

    FrameBatch(final int capacity) {
        claims = new BufferClaim[capacity];
        frames = new FrameView[capacity];
        byteBuffers = new ByteBuffer[capacity];
        payloadLengths = new int[capacity];
        runLengths = new int[capacity];
        Arrays.setAll(claims, i -> new BufferClaim());
        Arrays.setAll(frames, i -> new FrameView());
    }

    /**
     * Frames that are claimed, the aborted ones among them.
     *
     * @return 1..16 from a claim to its commit or abort, otherwise 0.
     */
    public int count() {
        return count;
    }

    /**
     * A claimed frame, to be filled in place. What it holds before is undefined.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @return the frame, valid until commit or abort.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     */
    public FrameView frame(final int index) {
        return frames[Objects.checkIndex(index, count)];
    }

    /**
     * All claimed frames as byte buffers, for one scattering read of a file.
     *
     * @return 12,288 bytes each between position and limit, {@link #count()} of them; later elements are stale.
     */
    public ByteBuffer[] byteBuffers() {
        for (int i = 0; i < count; i++) {
            byteBuffers[i] = frames[i].byteBuffer();
        }
        return byteBuffers;
    }

    /**
     * Says how many bytes of a frame carry data; 12,288 unless it is said. What follows is zeroed by the seal.
     *
     * @param index         0 ≤ index &lt; {@link #count()}, a frame that is not aborted.
     * @param payloadLength bytes, 0..12,288.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     * @throws IllegalArgumentException  where the length is out of range.
     * @throws IllegalStateException     where the frame is aborted, or the batch sealed.
     */
    public void payloadLength(final int index, final int payloadLength) {
        if (payloadLength < 0 || payloadLength > LatticeFrame.LENGTH) {
            throw new IllegalArgumentException(
                    "payloadLength=" + payloadLength + ": must be 0.." + LatticeFrame.LENGTH);
        }
        if (isAborted(Objects.checkIndex(index, count))) {
            throw new IllegalStateException("index=" + index + " is aborted");
        }
        publication.requireUnsealed(this);
        payloadLengths[index] = payloadLength;
    }

    /**
     * Gives one frame up: it becomes padding, the others stand. Does nothing where it is aborted already.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     * @throws IllegalStateException     where the batch is sealed: sequences have been given out.
     */
    public void abort(final int index) {
        Objects.checkIndex(index, count);
        publication.requireUnsealed(this);
        payloadLengths[index] = ABORTED;
    }

    /**
     * Seals the frames where they lie; {@link #commit()} does it unless it is done. Whoever wants the receipts (they
     * follow each envelope, {@link FrameView#sealedAddress()}) reads them between the two. Does nothing the second time.
     * Never a worker's: waits for those and publishes what they have sealed, then seals here.
     *
     * @throws IllegalStateException where nothing is claimed.
     */
    public void seal() {
        requireOpen().seal(this);
    }

    /**
     * Seals what is not sealed yet and hands the frames to the subscribers, in order. Where there are seal workers, one
     * of them gets the frames, this batch is free at once, and the publication publishes the frames once they are sealed:
     * at the next {@code tryClaim}, {@code commit}, {@link FramePublication#flush()} or {@code close}.
     *
     * @return stream position past the batch; or, on a fragmenting channel only, {@code BACK_PRESSURED} or {@code
     *     ADMIN_ACTION} (idle, then call it again: it goes on where it stopped), {@code NOT_CONNECTED} (call it again
     *     later, or abort what is left); or {@code CLOSED}, {@code MAX_POSITION_EXCEEDED} (the batch is gone, a new
     *     publication is needed).
     * @throws IllegalStateException where nothing is claimed: it was committed or aborted, by the caller, by the claim
     *     deadline or by the publication's close.
     */
    public long commit() {
        return requireOpen().commit(this);
    }

    /** Gives all frames up: they become padding. Does nothing where nothing is claimed. */
    public void abort() {
        if (count > 0) {
            publication.abort(this);
        }
    }

    private FramePublication requireOpen() {
        if (count == 0) {
            throw new IllegalStateException(
                    "nothing is claimed: it was committed or aborted, by the caller, its deadline or a close");
        }
        return publication;
    }

    void begin(final FramePublication publication) {
        this.publication = publication;
    }

    int capacity() {
        return frames.length;
    }

    BufferClaim nextClaim() {
        return claims[count];
    }

    /** Takes the claim handed out last as claimed. */
    void add() {
        add((UnsafeBuffer) claims[count].buffer(), 0);
    }

    /** Takes a frame of the staging buffer as claimed. */
    void add(final UnsafeBuffer log, final int headerOffset) {
        frames[count].wrap(log, headerOffset);
        payloadLengths[count] = LatticeFrame.LENGTH;
        count++;
    }

    boolean isAborted(final int index) {
        return payloadLengths[index] == ABORTED;
    }

    int abortedCount() {
        int abortedCount = 0;
        for (int i = 0; i < count; i++) {
            abortedCount += isAborted(i) ? 1 : 0;
        }
        return abortedCount;
    }

    /** Seals the frames that are not aborted, in runs. Caller: whoever has the batch. */
    void seal(final FrameSealer sealer, final long firstSequence) {
        long sequence = firstSequence;
        for (int index = 0; index < count; index++) {
            final int length = run(index);
            if (length > 0) {
                sealer.seal(frame(index).sealedAddress(), SealedFrameLayout.STRIDE, length, sequence, runLengths);
                sequence += length;
                index += length;
            }
        }
    }

    /** Counts what {@link #seal} has sealed. */
    void countSealed(final PublicationCounters counters) {
        for (int index = 0; index < count; index++) {
            final int length = run(index);
            if (length > 0) {
                counters.sealed(length, runLengths);
                index += length;
            }
        }
    }

    /** Copies the payload lengths of the frames from one on that are not aborted; they stand at the stride. */
    private int run(final int first) {
        int length = 0;
        while (first + length < count && !isAborted(first + length)) {
            runLengths[length] = payloadLengths[first + length];
            length++;
        }
        return length;
    }

    /** Claims what another batch of a term has claimed. */
    void takeFrom(final FrameBatch other) {
        for (int i = 0; i < other.count; i++) {
            final UnsafeBuffer claimed = (UnsafeBuffer) other.claims[i].buffer();
            claims[i].wrap(claimed, 0, claimed.capacity());
            add();
            payloadLengths[i] = other.payloadLengths[i];
        }
    }

    /** Makes the claims messages or padding, in order. */
    void publish(final boolean commits) {
        for (int i = 0; i < count; i++) {
            if (commits && !isAborted(i)) {
                claims[i].commit();
            } else {
                claims[i].abort();
            }
        }
    }

    void end() {
        count = 0;
    }

    static int headerOffset(final int index) {
        return index * SealedFrameLayout.STRIDE;
    }
}
