package io.venation.hashing;

/** The hash that makes a content address; the id travels in the high nibble of a receipt's suite byte. */
public enum AddressHash {
    /** BLAKE3 with 32 bytes of output, id 0. */
    BLAKE3,
    /** SHA3-256 (FIPS 202), id 1. */
    SHA3_256;

    /**
     * The id on the wire.
     *
     * @return 0 or 1.
     */
    public int id() {
        return ordinal();
    }
}
