package io.venation.nativehash;

/** Loads the shared library of the kernels and says why where it cannot. Any thread. */
public final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Whether the kernels are loaded and have given one known answer.
     *
     * @return true where {@link NativeHash} can be called.
     */
    public static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /**
     * Why {@link #isAvailable()} is false.
     *
     * @return the cause, or null where the kernels are available.
     */
    public static Throwable unavailabilityCause() {
        return new UnsatisfiedLinkError("not built");
    }

    /** Throws {@link UnsatisfiedLinkError} with the cause where the kernels are not available. */
    public static void ensureAvailable() {
        final Throwable cause = unavailabilityCause();
        if (cause != null) {
            final UnsatisfiedLinkError error = new UnsatisfiedLinkError("native kernels are not available");
            error.initCause(cause);
            throw error;
        }
    }
}
