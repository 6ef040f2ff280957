package io.venation.cli;

import io.venation.hashing.AddressHash;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word of {@code --suite}. */
final class SuiteName implements ITypeConverter<AddressHash> {
    @Override
    public AddressHash convert(final String word) {
        return switch (word) {
            case "blake3" -> AddressHash.BLAKE3;
            case "sha3" -> AddressHash.SHA3_256;
            default -> throw new TypeConversionException("must be blake3 or sha3, not '" + word + "'");
        };
    }
}
