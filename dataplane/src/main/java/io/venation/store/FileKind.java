package io.venation.store;

import java.nio.file.Path;

/** The files of a store and their names. */
enum FileKind {
    SEGMENT(1, "segment-"),
    JOURNAL(2, "journal-"),
    INDEX(3, "index-"),
    CONTROL(4, "control"),
    CHECKPOINT(5, "checkpoint");

    private final int code;
    private final String prefix;

    FileKind(final int code, final String prefix) {
        this.code = code;
        this.prefix = prefix;
    }

    int code() {
        return code;
    }

    /** The file of a kind that there is one of. */
    Path path(final Path directory) {
        return directory.resolve(prefix);
    }

    /** The file of a kind that is numbered: eight hexadecimal digits. */
    Path path(final Path directory, final long number) {
        return directory.resolve("%s%08x".formatted(prefix, number));
    }

    /** The number in the name of a file of this kind, or −1 where the name is another's. */
    long number(final Path file) {
        final String name = file.getFileName().toString();
        if (!name.startsWith(prefix) || name.length() != prefix.length() + 8) {
            return -1;
        }
        try {
            return Long.parseLong(name, prefix.length(), name.length(), 16);
        } catch (final NumberFormatException _) {
            return -1;
        }
    }
}
