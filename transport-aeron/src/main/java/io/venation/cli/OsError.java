package io.venation.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** What went wrong with a file, in the operating system's words. */
final class OsError {
    private static final Map<String, Integer> NUMBERS = Map.of(
            "Operation not permitted", 1,
            "No such file or directory", 2,
            "Input/output error", 5,
            "No such device or address", 6,
            "Permission denied", 13,
            "Not a directory", 20,
            "Is a directory", 21,
            "Too many open files", 24,
            "File name too long", 36,
            "Too many levels of symbolic links", 40);

    private OsError() {}

    static String of(final String name, final IOException e) {
        return name + ": " + of(e);
    }

    /** With the error's number, as b3sum prints it. */
    static String numbered(final IOException e) {
        final String words = of(e);
        final Integer number = NUMBERS.get(words);
        return number == null ? words : words + " (os error " + number + ")";
    }

    static String of(final IOException e) {
        return switch (e) {
            case NoSuchFileException ignored -> "No such file or directory";
            case AccessDeniedException ignored -> "Permission denied";
            case FileSystemException failure
            when failure.getReason() != null ->
                failure.getReason().replace(" or unable to access attributes of symbolic link", "");
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
