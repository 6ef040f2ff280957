package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word of {@code --kernel}. */
final class KernelName implements ITypeConverter<String> {
    private static final List<String> WORDS = List.of("auto", "native", "vector", "scalar");

    @Override
    public String convert(final String word) {
        if (!WORDS.contains(word)) {
            throw new TypeConversionException("must be one of " + String.join(", ", WORDS) + ", not '" + word + "'");
        }
        return word;
    }

    static FrameKernels select(final String kernel) {
        try {
            return Kernels.select(kernel);
        } catch (final IllegalStateException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }
}
