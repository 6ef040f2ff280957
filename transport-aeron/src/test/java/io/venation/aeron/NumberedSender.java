package io.venation.aeron;

/** Sends frames that bear consecutive numbers. */
final class NumberedSender {
    final FramePublication publication;
    final FrameBatch batch = new FrameBatch();
    long next;

    NumberedSender(final FramePublication publication) {
        this.publication = publication;
    }

    /** Whether frames are claimed now; at most as many as wanted. */
    boolean claim(final int count) {
        return publication.tryClaim(batch, count) >= 0;
    }

    void fill() {
        for (int i = 0; i < batch.count(); i++) {
            batch.frame(i).buffer().putLong(0, next++);
        }
    }

    /** Sends what there is room for. */
    void send(final int count) {
        if (claim(count)) {
            fill();
            batch.commit();
        }
    }
}
