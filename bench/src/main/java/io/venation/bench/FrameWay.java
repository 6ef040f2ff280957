package io.venation.bench;

/** A way for frames from one thread to another. The sending methods belong to one thread, the receiving ones to another. */
interface FrameWay extends AutoCloseable {
    /**
     * Sends what can be sent at once.
     *
     * @return frames sent; 0 where the other end has to read first.
     */
    int send();

    /**
     * Takes what is there, and reads every cache line of it.
     *
     * @return frames received; 0 where none is there.
     */
    int receive();

    @Override
    void close();
}
