package io.venation.store;

import io.venation.receipt.Suite;
import java.util.Objects;

/**
 * How a store is made and opened.
 *
 * @param suite        hashes of addresses and receipts; fixed when the store is made.
 * @param durability   when what was put is forced to disk.
 * @param verifyPolicy whether {@code get} verifies.
 * @param segmentSlots frames of each of the first 16 segment files, a power of two in 64..65,536; later ones have 16 times as
 *                     many; fixed when the store is made.
 * @param sparse       whether a frame of zeroes is left as a hole in the file: for measuring indices larger than the
 *                     disk, with made-up addresses, and nothing else.
 */
public record StoreOptions(
        Suite suite, Durability durability, VerifyPolicy verifyPolicy, int segmentSlots, boolean sparse) {
    /** BLAKE3 and mod96, forced at close, views unverified, segments of 48 MiB, from the 17th on of 768 MiB. */
    public static final StoreOptions DEFAULT =
            new StoreOptions(Suite.DEFAULT, Durability.ASYNC, VerifyPolicy.NEVER, 4_096, false);

    private static final int MIN_SEGMENT_SLOTS = 64;
    private static final int MAX_SEGMENT_SLOTS = 1 << 16;

    /** Checks what is given. */
    public StoreOptions {
        Objects.requireNonNull(suite, "suite");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(verifyPolicy, "verifyPolicy");
        if (!isSegmentSlots(segmentSlots)) {
            throw new IllegalArgumentException("segmentSlots=" + segmentSlots + " not a power of two in "
                    + MIN_SEGMENT_SLOTS + ".." + MAX_SEGMENT_SLOTS);
        }
    }

    static boolean isSegmentSlots(final long slots) {
        return slots >= MIN_SEGMENT_SLOTS && slots <= MAX_SEGMENT_SLOTS && Long.bitCount(slots) == 1;
    }

    /**
     * The same with other hashes.
     *
     * @param value the suite.
     * @return options.
     */
    public StoreOptions withSuite(final Suite value) {
        return new StoreOptions(value, durability, verifyPolicy, segmentSlots, sparse);
    }

    /**
     * The same with another durability.
     *
     * @param value the durability.
     * @return options.
     */
    public StoreOptions withDurability(final Durability value) {
        return new StoreOptions(suite, value, verifyPolicy, segmentSlots, sparse);
    }

    /**
     * The same with another policy.
     *
     * @param value the policy.
     * @return options.
     */
    public StoreOptions withVerifyPolicy(final VerifyPolicy value) {
        return new StoreOptions(suite, durability, value, segmentSlots, sparse);
    }

    /**
     * The same with segments of another size.
     *
     * @param value frames of a segment.
     * @return options.
     */
    public StoreOptions withSegmentSlots(final int value) {
        return new StoreOptions(suite, durability, verifyPolicy, value, sparse);
    }

    /**
     * The same, sparse or not.
     *
     * @param value whether frames of zeroes become holes.
     * @return options.
     */
    public StoreOptions withSparse(final boolean value) {
        return new StoreOptions(suite, durability, verifyPolicy, segmentSlots, value);
    }
}
