package io.venation.snapshot;

import io.venation.receipt.Digest;

/** Hears how a fetch goes, on its thread. */
public interface FetchListener {
    /** Hears nothing. */
    FetchListener NONE = new FetchListener() {};

    /**
     * A source has given bytes of another address. They were not stored; the next source is asked.
     *
     * @param address that was asked for.
     * @param source  index of the source, ≥ 0.
     */
    default void onRejected(final Digest address, final int source) {}

    /**
     * A source gives no more frames at all. It is asked no more, the others are.
     *
     * @param source index of the source, ≥ 0.
     * @param reason one line that names it.
     */
    default void onSourceFailed(final int source, final String reason) {}

    /**
     * No source has given a frame.
     *
     * @param address that was asked for.
     */
    default void onMissing(final Digest address) {}

    /**
     * A frame is what its address says and not what refers to it says: whoever made the root made it so, and no source
     * can do better. What is below it is not followed.
     *
     * @param address of the frame.
     * @param what    a few words without a full stop.
     */
    default void onMalformed(final Digest address, final String what) {}

    /**
     * Some frames more.
     *
     * @param frames fetched and shared so far.
     */
    default void onProgress(final long frames) {}
}
