package io.venation.aeron;

import io.aeron.Aeron;
import io.venation.flow.RejectReason;
import java.util.Arrays;

/**
 * What one subscription has seen, over all its images, as AeronStat shows it. Type ids are {@link #TYPE_ID} and up.
 * Written by the polling agent, read by any thread.
 */
public final class SubscriptionCounters implements AutoCloseable {
    /** Type id of the first counter in Aeron's counters file; the others follow. */
    public static final int TYPE_ID = PublicationCounters.TYPE_ID + 32;

    private static final String[] FIXED_NAMES = {
        "venation frames verified",
        "venation payload bytes verified",
        "venation frames handed out to be verified later",
        "venation frames handed out UNVERIFIED",
        "venation verifications of 1 frame",
        "venation verifications of 2-3 frames",
        "venation verifications of 4-7 frames",
        "venation verifications of 8-15 frames",
        "venation verifications of 16-31 frames",
        "venation verifications of 32-64 frames"
    };
    private static final int VERIFIED = 0;
    private static final int BYTES = 1;
    private static final int DEFERRED = 2;
    private static final int UNVERIFIED = 3;
    private static final int BATCHES = 4;
    /** The counter of reason code c ≥ 1 is the one at REJECTED + c − 1. */
    private static final int REJECTED = FIXED_NAMES.length;

    private static final String[] NAMES = names();

    private final StreamCounters counters;

    SubscriptionCounters() {
        counters = new StreamCounters(NAMES.length);
    }

    SubscriptionCounters(final Aeron aeron, final String stream) {
        counters = new StreamCounters(aeron, TYPE_ID, NAMES, stream);
    }

    private static String[] names() {
        final RejectReason[] reasons = RejectReason.values();
        final String[] names = Arrays.copyOf(FIXED_NAMES, REJECTED + reasons.length - 1);
        for (int code = 1; code < reasons.length; code++) {
            names[REJECTED + code - 1] =
                    "venation rejected, " + RejectReason.ofCode(code).sentence();
        }
        return names;
    }

    void verified(final int frameCount, final int goodCount, final long bytes) {
        counters.add(BATCHES + StreamCounters.bucket(frameCount), 1);
        counters.add(VERIFIED, goodCount);
        counters.add(BYTES, bytes);
    }

    void unverified(final VerifyMode mode, final int frameCount) {
        counters.add(mode == VerifyMode.DEFERRED ? DEFERRED : UNVERIFIED, frameCount);
    }

    void rejected(final RejectReason reason) {
        counters.add(REJECTED + reason.code() - 1, 1);
    }

    /**
     * Frames that verified.
     *
     * @return frames.
     */
    public long framesVerified() {
        return counters.get(VERIFIED);
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
     * Frames that were handed out without verifying.
     *
     * @return frames of {@link VerifyMode#DEFERRED} and of {@link VerifyMode#OFF_UNVERIFIED}.
     */
    public long framesUnverified() {
        return counters.get(DEFERRED) + counters.get(UNVERIFIED);
    }

    /**
     * Messages rejected for one reason.
     *
     * @param reason not {@link RejectReason#NONE}.
     * @return messages.
     */
    public long rejections(final RejectReason reason) {
        return counters.get(REJECTED + reason.code() - 1);
    }

    /**
     * Messages rejected for any reason.
     *
     * @return messages.
     */
    public long rejections() {
        long count = 0;
        for (int i = REJECTED; i < NAMES.length; i++) {
            count += counters.get(i);
        }
        return count;
    }

    /**
     * Kernel calls that verified so many frames as this bucket says.
     *
     * @param bucket 0..5: 1, 2–3, 4–7, 8–15, 16–31, 32–64 frames.
     * @return calls.
     */
    public long verifications(final int bucket) {
        return counters.get(BATCHES + bucket);
    }

    @Override
    public void close() {
        counters.close();
    }
}
