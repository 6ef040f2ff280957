package io.venation.nativehash;

/** Main class of forked tests: prints the instruction set in use, or why there is none. */
final class LoadProbe {
    private LoadProbe() {}

    public static void main(final String[] args) {
        final Throwable cause = NativeLibrary.unavailabilityCause();
        System.out.println(cause == null ? NativeLibrary.isaName(NativeHash.isa()) : cause.getMessage());
    }
}
