package io.venation.nativehash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What tests that need the kernels call first. */
final class Kernels {
    private Kernels() {}

    /**
     * Skips the test where the kernels were not built and did not have to be ({@code -Dnative=off}, no compiler); fails
     * it where they should be there and are not.
     */
    static void required() {
        final String mode = System.getProperty("native", "auto");
        if (mode.equals("required") || NativeLibrary.class.getResource(NativeLibrary.resource()) != null) {
            NativeLibrary.ensureAvailable();
        }
        assumeTrue(
                NativeLibrary.isAvailable(),
                () -> "skipped, -Dnative=" + mode + ": "
                        + NativeLibrary.unavailabilityCause().getMessage());
    }
}
