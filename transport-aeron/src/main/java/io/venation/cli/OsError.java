package io.venation.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in the operating system's words. */
final class OsError {
    private OsError() {}

    static String of(final String name, final IOException e) {
        return name + ": " + of(e);
    }

    static String of(final IOException e) {
        return switch (e) {
            case NoSuchFileException ignored -> "No such file or directory";
            case AccessDeniedException ignored -> "Permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
