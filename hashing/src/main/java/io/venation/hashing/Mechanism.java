package io.venation.hashing;

/** How a kernel is made; in order of preference. */
public enum Mechanism {
    /** C through JNI. */
    NATIVE,
    /** The Java Vector API. */
    VECTOR,
    /** Plain Java. */
    SCALAR;

    /**
     * The word that commands and reports use.
     *
     * @return {@code native}, {@code vector} or {@code scalar}.
     */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
