package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.venation.nativehash.NativeHash;
import io.venation.nativehash.NativeLibrary;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An instruction set of the native kernels. One is selected for the whole JVM: tests that select one are isolated and
 * restore the selection.
 *
 * @param number one of the {@code NativeHash.ISA_*} constants.
 */
record NativeIsa(int number) {
    private static final int AT_START = NativeLibrary.isAvailable() ? NativeHash.isa() : NativeHash.ISA_PORTABLE;

    /** All that this machine can run; where the library is not available the one that it would always have. */
    static List<NativeIsa> all() {
        final int supported = NativeLibrary.isAvailable() ? NativeHash.supportedIsas() : 1 << NativeHash.ISA_PORTABLE;
        return IntStream.range(0, Integer.SIZE)
                .filter(number -> (supported & 1 << number) != 0)
                .mapToObj(NativeIsa::new)
                .toList();
    }

    /** Skips where the library could not be built, unless the build was told that it must be: then it fails. */
    FrameKernels select() {
        if (!"required".equals(System.getProperty("venation.native.mode"))) {
            assumeTrue(NativeLibrary.isAvailable(), () -> "native kernels: " + NativeLibrary.unavailabilityCause());
        }
        NativeLibrary.ensureAvailable();
        assertEquals(NativeHash.OK, NativeHash.selectIsa(number), toString());
        final FrameKernels kernels = new NativeFrameKernels();
        assertEquals(toString(), kernels.isa());
        return kernels;
    }

    static void restore() {
        if (NativeLibrary.isAvailable()) {
            NativeHash.selectIsa(AT_START);
        }
    }

    @Override
    public String toString() {
        return NativeLibrary.isaName(number);
    }
}
