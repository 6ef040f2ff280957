package io.venation.aeron;

import java.nio.ByteBuffer;

/** Takes verified frames from {@link FrameImage}. Called on the polling thread. */
public interface FrameHandler {
    /**
     * A run of frames that all verified, in order. The payloads are valid inside the call only.
     *
     * @param payloads buffers over 12,288 bytes each.
     * @param count    frames of the run, ≥ 1; {@code FrameVerifier} holds their receipts, addresses and lengths.
     */
    void onFrames(ByteBuffer[] payloads, int count);

    /**
     * A frame that did not verify, or something on the stream that is no frame. It is never delivered.
     *
     * @param position stream position of it, in bytes.
     * @param reason   why.
     */
    void onRejected(long position, String reason);
}
