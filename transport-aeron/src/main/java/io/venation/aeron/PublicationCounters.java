package io.venation.aeron;

import io.aeron.Aeron;

/**
 * What one publication has done, as AeronStat shows it. Type ids are {@link #TYPE_ID} and up. Written by the sending
 * agent, read by any thread.
 */
public final class PublicationCounters implements AutoCloseable {
    /** Type id of the first counter in Aeron's counters file; the others follow. */
    public static final int TYPE_ID = 12_288;

    private static final String[] NAMES = {
        "venation frames sealed",
        "venation payload bytes sealed",
        "venation frames aborted",
        "venation claims back-pressured",
        "venation seals of 1 frame",
        "venation seals of 2-3 frames",
        "venation seals of 4-7 frames",
        "venation seals of 8-15 frames",
        "venation seals of 16 frames"
    };
    private static final int SEALED = 0;
    private static final int BYTES = 1;
    private static final int ABORTED = 2;
    private static final int BACK_PRESSURED = 3;
    private static final int BATCHES = 4;

    private final StreamCounters counters;

    PublicationCounters() {
        counters = new StreamCounters(NAMES.length);
    }

    PublicationCounters(final Aeron aeron, final String stream) {
        counters = new StreamCounters(aeron, TYPE_ID, NAMES, stream);
    }

    void sealed(final int frameCount, final int[] payloadLengths) {
        long bytes = 0;
        for (int i = 0; i < frameCount; i++) {
            bytes += payloadLengths[i];
        }
        counters.add(SEALED, frameCount);
        counters.add(BYTES, bytes);
        counters.add(BATCHES + StreamCounters.bucket(frameCount), 1);
    }

    void aborted(final int frameCount) {
        if (frameCount > 0) {
            counters.add(ABORTED, frameCount);
        }
    }

    void backPressure() {
        counters.add(BACK_PRESSURED, 1);
    }

    /**
     * Frames that were sealed.
     *
     * @return frames.
     */
    public long framesSealed() {
        return counters.get(SEALED);
    }

    /**
     * Payload in them.
     *
     * @return bytes.
     */
    public long payloadBytes() {
        return counters.get(BYTES);
    }

    /**
     * Frames that were given up: by the caller, by the claim deadline or by a close.
     *
     * @return frames.
     */
    public long framesAborted() {
        return counters.get(ABORTED);
    }

    /**
     * How often a claim or a send found no room.
     *
     * @return attempts.
     */
    public long backPressured() {
        return counters.get(BACK_PRESSURED);
    }

    /**
     * Kernel calls that sealed so many frames as this bucket says.
     *
     * @param bucket 0..4: 1, 2–3, 4–7, 8–15, 16 frames.
     * @return calls.
     */
    public long seals(final int bucket) {
        return counters.get(BATCHES + bucket);
    }

    @Override
    public void close() {
        counters.close();
    }
}
