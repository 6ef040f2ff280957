package io.venation.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * A file or directory at a moment. One that is the same before and after it was read has not changed meanwhile, if
 * {@link #mayChangeUnseen} was false before.
 *
 * @param size     bytes.
 * @param mode     permission bits.
 * @param modified when its content was changed.
 * @param changed  when anything of it was changed.
 * @param inode    which file it is.
 */
record FileState(long size, int mode, Instant modified, FileTime changed, long inode) {
    private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ctime,ino,mode";
    /** How long a file system may give the same time to two writes. */
    private static final long CLOCK_TICK_MS = 20;

    static FileState of(final Path path, final LinkOption... options) throws IOException {
        final Map<String, Object> attributes = Files.readAttributes(path, ATTRIBUTES, options);
        return new FileState(
                (long) attributes.get("size"),
                (int) attributes.get("mode") & 0777,
                ((FileTime) attributes.get("lastModifiedTime")).toInstant(),
                (FileTime) attributes.get("ctime"),
                (long) attributes.get("ino"));
    }

    /** A file written just now: the next write could leave its times as they are, so reading waits a moment. */
    boolean mayChangeUnseen() {
        final long ageMs = System.currentTimeMillis() - changed.toMillis();
        return ageMs >= 0 && ageMs < CLOCK_TICK_MS;
    }
}
