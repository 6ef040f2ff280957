package io.venation.aeron;

/**
 * Takes frames in blocks. Called on the polling thread. What it throws is thrown on by the poll; the block counts as
 * taken, and no other is lost.
 */
public interface FrameBlockHandler extends RejectHandler {
    /**
     * Frames one behind the other that all verified.
     *
     * @param block valid inside the call only.
     */
    void onBlock(FrameBlock block);
}
