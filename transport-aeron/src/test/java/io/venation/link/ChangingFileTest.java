package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file that changes while it is read never arrives as if it had not. */
final class ChangingFileTest {
    private static final int LENGTH = 2_000_000;

    @TempDir
    private Path folder;

    /** What happens to the file between two turns of the sender. */
    private enum Change {
        SHRINKS_BEFORE_WHAT_IS_READ(30_000),
        SHRINKS_BEHIND_WHAT_IS_READ(1_500_000),
        SHRINKS_BY_ONE(LENGTH - 1),
        VANISHES(0),
        GROWS(LENGTH + 1),
        REWRITTEN_BEFORE_WHAT_IS_READ(10),
        REWRITTEN_BEHIND_WHAT_IS_READ(LENGTH - 10),
        REWRITTEN_WITH_ITS_OLD_TIME(LENGTH - 10),
        REPLACED(LENGTH),
        REMOVED(0),
        BECOMES_A_DIRECTORY(0);

        private final long position;

        Change(final long position) {
            this.position = position;
        }

        void apply(final Path file) throws IOException {
            switch (this) {
                case SHRINKS_BEFORE_WHAT_IS_READ, SHRINKS_BEHIND_WHAT_IS_READ, SHRINKS_BY_ONE, VANISHES, GROWS -> {
                    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                        access.setLength(position);
                    }
                }
                case REWRITTEN_BEFORE_WHAT_IS_READ, REWRITTEN_BEHIND_WHAT_IS_READ -> overwrite(file);
                case REWRITTEN_WITH_ITS_OLD_TIME -> {
                    final FileTime modified = Files.getLastModifiedTime(file);
                    overwrite(file);
                    Files.setLastModifiedTime(file, modified);
                }
                case REPLACED -> {
                    final Path other = file.resolveSibling("../other");
                    new TestTree(9).fill(other, position);
                    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
                    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
                }
                case REMOVED -> Files.delete(file);
                case BECOMES_A_DIRECTORY -> {
                    Files.delete(file);
                    Files.createDirectory(file);
                }
            }
        }

        private void overwrite(final Path file) throws IOException {
            try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                access.seek(position);
                access.write(access.read() ^ 0xff);
                access.seek(position);
                access.write('!');
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAFileThatChanges(final Change change) throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        final Path file = source.resolve("file");
        new TestTree(8).fill(file, LENGTH);
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            try (SendAgent sender = link.sender(source)) {
                Turns.until(() -> sender.sentBytes() > 0, sender, link.receiver);
                assertTrue(sender.sentBytes() < 1_000_000, "the window holds the sender back");
                change.apply(file);
                Turns.until(() -> sender.summary() != null, sender, link.receiver);
                final String failure = sender.summary().failure();
                assertNotNull(failure, "must not be reported as right");
                assertEquals(1, failure.lines().count(), failure);
                assertTrue(failure.contains(file.toString()), failure);
                Turns.until(() -> !link.received.isEmpty(), link.receiver);
            }
            assertTrue(
                    link.lastReceived().failure().contains("the sender gave up: "),
                    link.lastReceived().failure());
            assertFalse(Files.exists(link.target.resolve("file")));
            TreeRoundTripTest.assertNoTemporary(link.target);
        }
    }

    @Test
    void shouldWaitUntilAChangeWouldShow() throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        final Path file = source.resolve("file");
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"));
                SendAgent sender = link.sender(source)) {
            new TestTree(8).fill(file, LENGTH);
            final long writtenMs = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
            Turns.until(() -> sender.sentBytes() > 0, sender, link.receiver);
            assertTrue(System.currentTimeMillis() >= writtenMs + 20, "read within the tick that it was written in");
            Turns.until(() -> sender.summary() != null, sender, link.receiver);
            assertNull(sender.summary().failure());
        }
    }

    @Test
    void shouldSendAFileWhoseTimesLieInTheFuture() throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("file"), "early");
        Files.setLastModifiedTime(source.resolve("file"), FileTime.fromMillis(System.currentTimeMillis() + 1_000_000));
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "future");
        }
    }
}
