package io.venation.link;

import io.venation.receipt.Digest;

/** Adds what an object stands on to an {@link OfferWindow}, some frames at a time. One thread: the sending agent. */
interface ObjectSource extends AutoCloseable {
    /** Most frames that one step adds. */
    int STEP_COUNT = 512;

    /**
     * Goes on.
     *
     * @return false once all is added and {@link #root} known.
     * @throws LinkException where the source cannot be read, or is not whole.
     */
    boolean step();

    /** Content address of the object. */
    Digest root();

    /** Bytes of all files so far. */
    long byteCount();

    /** Files so far. */
    long fileCount();

    @Override
    void close();
}
