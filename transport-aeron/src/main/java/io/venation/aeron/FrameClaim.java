package io.venation.aeron;

/**
 * One claimed frame: fill it, then {@link #commit()} or {@link #abort()}. Several frames at a time are faster by far:
 * see {@link FrameBatch}.
 *
 * <p>Reusable. Its methods belong to the publication's thread. Allocates nothing once it has been in each term.
 */
public final class FrameClaim {
    final FrameBatch batch = new FrameBatch(1);

    /** A claim of nothing yet. */
    public FrameClaim() {}

    /**
     * The frame, to be filled in place. What it holds before is undefined.
     *
     * @return the frame, valid until commit or abort.
     * @throws IndexOutOfBoundsException where nothing is claimed.
     */
    public FrameView frame() {
        return batch.frame(0);
    }

    /**
     * Says how many bytes carry data; 12,288 unless it is said. What follows is zeroed by the seal.
     *
     * @param payloadLength bytes, 0..12,288.
     * @return this.
     * @throws IllegalArgumentException  where the length is out of range.
     * @throws IndexOutOfBoundsException where nothing is claimed.
     */
    public FrameClaim payloadLength(final int payloadLength) {
        batch.payloadLength(0, payloadLength);
        return this;
    }

    /**
     * Seals the frame and hands it to the subscribers.
     *
     * @return as of {@link FrameBatch#commit()}.
     * @throws IllegalStateException where nothing is claimed.
     */
    public long commit() {
        return batch.commit();
    }

    /** Gives the frame up: it becomes padding. Does nothing where nothing is claimed. */
    public void abort() {
        batch.abort();
    }
}
