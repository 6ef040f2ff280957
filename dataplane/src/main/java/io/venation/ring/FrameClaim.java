package io.venation.ring;

import io.venation.frame.SealedFrameLayout;
import java.util.Objects;

/**
 * Frames claimed together, to be filled, sealed and then committed in order.
 *
 * <p>Reusable. One thread: the ring's producer. Allocates nothing after construction.
 */
public final class FrameClaim {
    private static final int ABORTED = -1;

    private final int[] messageIndexes;
    private FrameRing ring;
    private int count;

    /**
     * A claim of nothing yet.
     *
     * @param maxCount most frames of one claim, ≥ 1; 16 fill every lane.
     * @throws IllegalArgumentException where {@code maxCount} is out of range.
     */
    public FrameClaim(final int maxCount) {
        if (maxCount < 1) {
            throw new IllegalArgumentException("maxCount=" + maxCount + " not ≥ 1");
        }
        messageIndexes = new int[maxCount];
    }

    /**
     * Frames that were claimed.
     *
     * @return ≥ 0; 0 before a claim and after commit or abort.
     */
    public int count() {
        return count;
    }

    /**
     * Where a claimed frame stands.
     *
     * @param index 0 ≤ index &lt; {@link #count()}, a frame that is not aborted.
     * @return absolute address of the sealed frame, 32 bytes past a 64-byte boundary.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     * @throws IllegalStateException     where it is aborted.
     */
    public long address(final int index) {
        final int messageIndex = messageIndexes[Objects.checkIndex(index, count)];
        if (messageIndex == ABORTED) {
            throw new IllegalStateException("index=" + index + " is aborted");
        }
        return ring.sealedFrameAddress(messageIndex);
    }

    /**
     * How many frames from one on stand at the ring's stride and are not aborted: what one kernel call takes.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @return 0 for an aborted frame, else 1..count − index.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     */
    public int runLength(final int index) {
        final int first = messageIndexes[Objects.checkIndex(index, count)];
        if (first == ABORTED) {
            return 0;
        }
        int length = 1;
        while (index + length < count && messageIndexes[index + length] == first + length * SealedFrameLayout.STRIDE) {
            length++;
        }
        return length;
    }

    /**
     * Gives one frame up; the others stand. Does nothing where it is aborted already.
     *
     * @param index 0 ≤ index &lt; {@link #count()}.
     * @throws IndexOutOfBoundsException where no such frame is claimed.
     */
    public void abort(final int index) {
        final int messageIndex = messageIndexes[Objects.checkIndex(index, count)];
        if (messageIndex != ABORTED) {
            ring.abort(messageIndex);
            messageIndexes[index] = ABORTED;
        }
    }

    /** Hands the frames that are not aborted to the consumer, in order; does nothing where nothing is claimed. */
    public void commit() {
        for (int i = 0; i < count; i++) {
            if (messageIndexes[i] != ABORTED) {
                ring.commit(messageIndexes[i]);
            }
        }
        end();
    }

    /** Gives all frames up; does nothing where nothing is claimed. */
    public void abort() {
        for (int i = 0; i < count; i++) {
            abort(i);
        }
        end();
    }

    int maxCount() {
        return messageIndexes.length;
    }

    void begin(final FrameRing ring) {
        this.ring = ring;
    }

    void add(final int messageIndex) {
        messageIndexes[count++] = messageIndex;
    }

    private void end() {
        if (count > 0) {
            count = 0;
            ring.claimEnded();
        }
    }
}
