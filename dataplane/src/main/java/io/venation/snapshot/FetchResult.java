package io.venation.snapshot;

import io.venation.frame.LatticeFrame;

/**
 * What a fetch has done. A frame counts once for each reference to it.
 *
 * @param fetched   frames that came from a source and were stored.
 * @param shared    frames that the target had.
 * @param rejected  times that a source has given bytes of another address.
 * @param missing   frames that no source has given.
 * @param malformed frames that are not what refers to them says.
 */
public record FetchResult(long fetched, long shared, long rejected, long missing, long malformed) {
    /**
     * Whether the target has all that the root stands on.
     *
     * @return false where something is missing or malformed.
     */
    public boolean isComplete() {
        return missing == 0 && malformed == 0;
    }

    /**
     * Bytes that sources have given and that were stored.
     *
     * @return 12,288 for each frame.
     */
    public long fetchedBytes() {
        return fetched * LatticeFrame.LENGTH;
    }

    /**
     * Bytes that did not have to cross.
     *
     * @return 12,288 for each frame.
     */
    public long sharedBytes() {
        return shared * LatticeFrame.LENGTH;
    }

    /**
     * Adds up what two fetches have done.
     *
     * @param other the other.
     * @return the sums.
     */
    public FetchResult plus(final FetchResult other) {
        return new FetchResult(
                fetched + other.fetched,
                shared + other.shared,
                rejected + other.rejected,
                missing + other.missing,
                malformed + other.malformed);
    }
}
