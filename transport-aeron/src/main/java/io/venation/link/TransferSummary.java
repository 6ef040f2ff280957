package io.venation.link;

import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;

/**
 * How a transfer ended.
 *
 * @param peer      who was at the other end.
 * @param bytes     payload bytes of whole files; of an object as the sender counts them.
 * @param files     whole files; of an object as the sender counts them.
 * @param frames    frames sent, or verified at the receiver.
 * @param shared    frames of an object that did not have to be sent, because the receiver's store has them.
 * @param nanos     from the first message to the last, in nanoseconds.
 * @param rejected  frames that did not verify.
 * @param kernel    mechanism and instruction set that hashed.
 * @param chainHead 32 bytes over all receipts.
 * @param root      what a whole object is called; null where files were sent.
 * @param failure   null where everything is verified and on disk, else one line.
 */
public record TransferSummary(
        String peer,
        long bytes,
        long files,
        long frames,
        long shared,
        long nanos,
        long rejected,
        String kernel,
        byte[] chainHead,
        Digest root,
        String failure) {

    static String label(final FrameKernels kernels) {
        return kernels.isa().equals("-")
                ? kernels.mechanism().label()
                : kernels.mechanism().label() + "/" + kernels.isa();
    }

    /**
     * Whether it is all there.
     *
     * @return true where nothing failed.
     */
    public boolean ok() {
        return failure == null;
    }

    /**
     * Duration.
     *
     * @return seconds.
     */
    public double seconds() {
        return nanos / 1e9;
    }

    /**
     * Payload rate.
     *
     * @return 10⁹ bytes a second.
     */
    public double gigabytesPerSecond() {
        return nanos == 0 ? 0 : (double) bytes / nanos;
    }

    /**
     * Frame rate.
     *
     * @return frames a second.
     */
    public double framesPerSecond() {
        return nanos == 0 ? 0 : frames * 1e9 / nanos;
    }
}
