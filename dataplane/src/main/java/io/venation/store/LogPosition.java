package io.venation.store;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the log of a store, to be remembered by who follows it.
 *
 * @param store      whose log it is.
 * @param generation of the journal.
 * @param sequence   of the next record, ≥ 0.
 * @param checksum   of the record before, u32, by which a journal is known again; {@link #NO_CHECKSUM} where it is not known.
 */
public record LogPosition(UUID store, long generation, long sequence, long checksum) {
    /** Any record may stand before. */
    public static final long NO_CHECKSUM = JournalCursor.NO_CHECKSUM;

    private static final Pattern TEXT = Pattern.compile("([0-9a-f-]{36}) ([0-9]{1,18}) ([0-9]{1,18}) (-1|[0-9]{1,10})");

    /**
     * Reads what {@link #toString} has written.
     *
     * @param text four words.
     * @return the position.
     * @throws IllegalArgumentException where it is something else.
     */
    public static LogPosition parse(final String text) {
        final Matcher words = TEXT.matcher(text);
        if (!words.matches()) {
            throw new IllegalArgumentException("text=" + text + ": no position in a log");
        }
        return new LogPosition(
                UUID.fromString(words.group(1)),
                Long.parseLong(words.group(2)),
                Long.parseLong(words.group(3)),
                Long.parseLong(words.group(4)));
    }

    /** Store, generation, sequence, checksum, with a space between. */
    @Override
    public String toString() {
        return store + " " + generation + " " + sequence + " " + checksum;
    }
}
