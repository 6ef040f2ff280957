package io.venation.hashing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.venation.nativehash.NativeLibrary;

final class NativeFrameKernelsTest extends FrameKernelsTest {
    @Override
    FrameKernels create() {
        return createOrSkip();
    }

    /** Skips where the library could not be built, unless the build was told that it must be: then it fails. */
    static FrameKernels createOrSkip() {
        if (!"required".equals(System.getProperty("venation.native.mode"))) {
            assumeTrue(NativeLibrary.isAvailable(), () -> "native kernels: " + NativeLibrary.unavailabilityCause());
        }
        return new NativeFrameKernels();
    }
}
