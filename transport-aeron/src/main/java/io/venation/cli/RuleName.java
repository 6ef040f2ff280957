package io.venation.cli;

import io.venation.hashing.R96Rule;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word of {@code --r96}. */
final class RuleName implements ITypeConverter<R96Rule> {
    @Override
    public R96Rule convert(final String word) {
        for (final R96Rule rule : R96Rule.values()) {
            if (rule.label().equals(word.toLowerCase(Locale.ROOT))) {
                return rule;
            }
        }
        throw new TypeConversionException("must be mod96, mix17 or algebraic, not '" + word + "'");
    }
}
