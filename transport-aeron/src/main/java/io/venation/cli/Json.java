package io.venation.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What {@code --json} prints: one value on one line. */
public final class Json {
    private Json() {}

    /**
     * A value as JSON.
     *
     * @param value maps, collections, strings ({@link RawText} becomes well-formed), numbers, booleans and null.
     * @return one line without its end.
     */
    public static String of(final Object value) {
        try {
            return RawText.wellFormed(JSON.std.asString(value));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
