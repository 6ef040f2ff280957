package io.venation.link;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a transfer lands. Nothing is written outside the root or through a symbolic link; symbolic links and directory
 * metadata are kept in a spool file and applied when all files are in place. One thread: the receiving agent.
 */
final class TargetTree implements AutoCloseable {
    private static final byte LINK = 1;
    private static final byte DIRECTORY = 2;
    /** A directory gets the source's permissions last; until then nobody else looks in. */
    private static final FileAttribute<?> UNTIL_FINISHED =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final byte[] rootFileName;
    private final boolean keepsRootAttributes;
    private final String temporaryPrefix;
    private final Path spoolPath;
    private final DataOutputStream spool;
    private long temporaryCount;
    private byte[] checkedParent;

    /**
     * Opens a root, which is created where it does not exist.
     *
     * @param root         absolute folder.
     * @param rootFileName name of the file below root that a single-file source becomes, or null for the source's own.
     * @param keepsRootAttributes whether root itself takes the source's mode and time.
     * @param transferId   makes temporary names unique.
     * @throws IOException where the root cannot be made.
     */
    TargetTree(final Path root, final byte[] rootFileName, final boolean keepsRootAttributes, final long transferId)
            throws IOException {
        this.root = root;
        this.rootFileName = rootFileName;
        this.keepsRootAttributes = keepsRootAttributes;
        Files.createDirectories(root);
        temporaryPrefix = ".venation-" + HexFormat.of().toHexDigits(transferId) + "-";
        spoolPath = Files.createTempFile("venation-spool-", ".tmp");
        spool = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spoolPath)));
    }

    void makeDirectory(final byte[] relative) throws IOException {
        final Path path = checked(relative);
        final BasicFileAttributes there = attributes(path);
        if (there == null) {
            Files.createDirectory(path, UNTIL_FINISHED);
        } else if (!there.isDirectory()) {
            throw conflict(path, "is not a directory, in the source it is");
        }
    }

    FileSink beginFile(final byte[] relative, final long length, final boolean isRoot) throws IOException {
        final Path path = checked(isRoot && rootFileName != null ? rootFileName : relative);
        requireReplaceable(path);
        final Path temporary = path.resolveSibling(temporaryPrefix + temporaryCount++ + ".part");
        return new FileSink(path, temporary, length);
    }

    void deferLink(final byte[] relative, final byte[] text, final FileTime modified) throws IOException {
        requireReplaceable(checked(relative));
        spool.writeByte(LINK);
        writeBytes(relative);
        writeBytes(text);
        writeTime(modified);
    }

    void deferDirectory(final byte[] relative, final int mode, final FileTime modified) throws IOException {
        if (relative.length > 0) {
            checked(relative);
        } else if (!keepsRootAttributes) {
            return;
        }
        spool.writeByte(DIRECTORY);
        writeBytes(relative);
        spool.writeInt(mode);
        writeTime(modified);
    }

    /**
     * Makes the links, then sets and forces the directories, children before parents.
     *
     * @throws IOException where one cannot be made.
     */
    void finish() throws IOException {
        spool.flush();
        replay(LINK);
        replay(DIRECTORY);
        force(root);
    }

    private void replay(final byte wanted) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(spoolPath)))) {
            while (true) {
                final byte kind;
                try {
                    kind = in.readByte();
                } catch (final EOFException e) {
                    return;
                }
                final byte[] relative = readBytes(in);
                if (kind == LINK) {
                    final byte[] text = readBytes(in);
                    final FileTime modified = readTime(in);
                    if (wanted == LINK) {
                        makeLink(checked(relative), text, modified);
                    }
                } else {
                    final int mode = in.readInt();
                    final FileTime modified = readTime(in);
                    if (wanted == DIRECTORY) {
                        endDirectory(relative.length == 0 ? root : checked(relative), mode, modified);
                    }
                }
            }
        }
    }

    private void makeLink(final Path path, final byte[] text, final FileTime modified) throws IOException {
        requireReplaceable(path);
        final Path temporary = path.resolveSibling(temporaryPrefix + temporaryCount++ + ".part");
        SymbolicLink.create(temporary, text);
        try {
            Files.getFileAttributeView(temporary, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(modified, null, null);
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            checkedParent = null;
        } catch (final IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private void endDirectory(final Path path, final int mode, final FileTime modified) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw conflict(path, "is not a directory any more");
        }
        force(path);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(modified, null, null);
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static void force(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A path that is inside the root and whose folders are real directories. */
    private Path checked(final byte[] relative) throws IOException {
        final String defect = RawPath.defect(relative);
        if (defect != null) {
            throw new LinkException("path " + RawPath.printable(relative) + " in the manifest " + defect + ": refused");
        }
        int slash = relative.length - 1;
        while (slash >= 0 && relative[slash] != '/') {
            slash--;
        }
        final byte[] parent = Arrays.copyOf(relative, Math.max(slash, 0));
        if (!Arrays.equals(parent, checkedParent)) {
            for (int i = 1; i <= parent.length; i++) {
                if (i == parent.length || parent[i] == '/') {
                    requireDirectory(RawPath.resolve(root, Arrays.copyOf(parent, i)), relative);
                }
            }
            checkedParent = parent;
        }
        return RawPath.resolve(root, relative);
    }

    private static void requireDirectory(final Path folder, final byte[] relative) throws IOException {
        final BasicFileAttributes there = attributes(folder);
        if (there == null || !there.isDirectory()) {
            final String what = there == null
                    ? "does not exist"
                    : there.isSymbolicLink() ? "is a symbolic link" : "is not a directory";
            throw new LinkException("path " + RawPath.printable(relative) + ": its folder " + RawPath.printable(folder)
                    + " " + what + "; nothing is written through it");
        }
    }

    private static void requireReplaceable(final Path path) throws IOException {
        final BasicFileAttributes there = attributes(path);
        if (there != null && there.isDirectory()) {
            throw conflict(path, "is a directory, in the source it is not");
        }
        if (there != null && there.isOther()) {
            throw conflict(path, "is a FIFO, socket or device");
        }
    }

    private static LinkException conflict(final Path path, final String what) {
        return new LinkException(RawPath.printable(path) + " " + what + ": move it away first");
    }

    private static BasicFileAttributes attributes(final Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (final NoSuchFileException e) {
            return null;
        }
    }

    private void writeTime(final FileTime modified) throws IOException {
        spool.writeLong(modified.toInstant().getEpochSecond());
        spool.writeInt(modified.toInstant().getNano());
    }

    private static FileTime readTime(final DataInputStream in) throws IOException {
        return FileTime.from(Instant.ofEpochSecond(in.readLong(), in.readInt()));
    }

    private void writeBytes(final byte[] bytes) throws IOException {
        spool.writeInt(bytes.length);
        spool.write(bytes);
    }

    private static byte[] readBytes(final DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    @Override
    public void close() throws IOException {
        spool.close();
        Files.deleteIfExists(spoolPath);
    }
}
