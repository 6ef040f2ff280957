package io.venation.receipt;

import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import java.util.Objects;

/**
 * The hashes of a receipt: one byte, low nibble R96 rule, high nibble address hash.
 *
 * @param rule        the R96 class map.
 * @param addressHash the hash of the content address.
 */
public record Suite(R96Rule rule, AddressHash addressHash) {
    /** mod96 and BLAKE3: byte 0. */
    public static final Suite DEFAULT = new Suite(R96Rule.MOD96, AddressHash.BLAKE3);

    private static final R96Rule[] RULES = R96Rule.values();
    private static final AddressHash[] ADDRESS_HASHES = AddressHash.values();

    /** Checks that both are there. */
    public Suite {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(addressHash, "addressHash");
    }

    /**
     * Whether a byte names a suite.
     *
     * @param suite 0..255.
     * @return true for 0..2 and 16..18.
     */
    public static boolean isByte(final int suite) {
        return suite >= 0 && (suite & 15) < RULES.length && suite >> 4 < ADDRESS_HASHES.length;
    }

    /**
     * The suite of a byte on the wire.
     *
     * @param suite 0..255.
     * @return the suite.
     * @throws IllegalArgumentException where no suite has that byte.
     */
    public static Suite ofByte(final int suite) {
        if (!isByte(suite)) {
            throw new IllegalArgumentException("suite=" + suite + " not in 0..2 (BLAKE3), 16..18 (SHA3-256)");
        }
        return new Suite(RULES[suite & 15], ADDRESS_HASHES[suite >> 4]);
    }

    /**
     * The byte on the wire.
     *
     * @return 0..2 or 16..18.
     */
    public int toByte() {
        return addressHash.id() << 4 | rule.id();
    }

    /**
     * The words that commands use.
     *
     * @return such as {@code mod96+blake3} or {@code mix17+sha3}.
     */
    public String label() {
        return rule.label() + "+" + (addressHash == AddressHash.BLAKE3 ? "blake3" : "sha3");
    }
}
