package io.venation.ring;

/** Takes runs of frames that stand at a fixed stride. Called by the polling thread. */
@FunctionalInterface
public interface FrameRunHandler {
    /**
     * Takes a run; the frames are valid until this returns.
     *
     * @param address absolute address of the first sealed frame.
     * @param stride  bytes between sealed frame starts.
     * @param count   frames, ≥ 1.
     */
    void onFrames(long address, long stride, int count);
}
