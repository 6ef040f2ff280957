package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import picocli.CommandLine.TypeConversionException;

/** The word of {@code --kernel}. */
final class KernelName {
    private KernelName() {}

    static FrameKernels select(final String kernel) {
        try {
            return Kernels.select(kernel);
        } catch (final IllegalStateException e) {
            throw new CommandFailure(e.getMessage(), e);
        } catch (final IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
