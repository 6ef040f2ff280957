package io.venation.hashing;

import java.util.Locale;

/**
 * Maps a byte to one of 96 resonance classes; the id travels in the low nibble of a receipt's suite byte.
 *
 * <p>{@link #MOD96} is the default; the others exist for conformance with texts that use them (lattice model §2).
 */
public enum R96Rule {
    /** {@code b mod 96}, id 0. */
    MOD96,
    /** {@code (b mod 96 + 17·⌊b/96⌋) mod 96}, id 1. */
    MIX17,
    /** {@code 24·(b>>6) + 8·d + ((b>>1)&7)} with {@code d = (b>>4)&3}, 3 → 0; id 2. */
    ALGEBRAIC;

    /**
     * The id on the wire.
     *
     * @return 0..2.
     */
    public int id() {
        return ordinal();
    }

    /**
     * The word that commands use.
     *
     * @return {@code mod96}, {@code mix17} or {@code algebraic}.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The class of a byte.
     *
     * @param value byte value, 0..255.
     * @return class, 0..95.
     */
    public int classOf(final int value) {
        return switch (this) {
            case MOD96 -> value % 96;
            case MIX17 -> (value % 96 + 17 * (value / 96)) % 96;
            case ALGEBRAIC -> {
                final int d = (value >> 4) & 3;
                yield 24 * (value >> 6) + 8 * (d == 3 ? 0 : d) + ((value >> 1) & 7);
            }
        };
    }
}
