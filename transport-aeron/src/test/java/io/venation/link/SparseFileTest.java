package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of zeros become holes, so that a file takes no more room at its target than at its source. */
final class SparseFileTest {
    private static final int PAGE = 4_096;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldKeepHolesWhereverTheyAre(final TestLink.Channel channel) throws Exception {
        final long seed = 13;
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = Files.createDirectory(folder.resolve("source"));
        for (int i = 0; i < 60; i++) {
            try (RandomAccessFile file =
                    new RandomAccessFile(source.resolve("file" + i).toFile(), "rw")) {
                final int pages = random.nextInt(1, 60);
                file.setLength((pages - 1L) * PAGE + random.nextInt(1, PAGE + 1));
                for (int page = 0; page < pages; page++) {
                    if (random.nextInt(3) == 0) {
                        file.seek((long) page * PAGE + (page == pages - 1 ? 0 : random.nextInt(PAGE)));
                        file.write(1 + random.nextInt(255));
                    }
                }
            }
        }
        try (RandomAccessFile file =
                new RandomAccessFile(source.resolve("all-hole").toFile(), "rw")) {
            file.setLength(1_000_000);
        }
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "seed=" + seed);
            for (int i = 0; i < 60; i++) {
                assertEquals(
                        blocks(source.resolve("file" + i)),
                        blocks(link.target.resolve("file" + i)),
                        "seed=" + seed + " i=" + i);
            }
            assertEquals(0, blocks(link.target.resolve("all-hole")));
        }
    }

    @Test
    void shouldMakeHolesOfZerosThatWereWritten() throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        Files.write(source.resolve("zeros"), new byte[500_000]);
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            assertEquals(0, blocks(link.target.resolve("zeros")));
            assertEquals(-1, Files.mismatch(source.resolve("zeros"), link.target.resolve("zeros")));
        }
    }

    @Tag("large")
    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldCarrySixGibibytesOfMostlyNothing(final TestLink.Channel channel) throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        final long length = 6L << 30;
        final long[] marks = {0, 12_287, (1L << 31) - 1, 1L << 31, (1L << 32) - 1, 1L << 32, 5_000_000_000L, length - 1
        };
        try (RandomAccessFile file = new RandomAccessFile(source.resolve("file").toFile(), "rw")) {
            file.setLength(length);
            for (final long mark : marks) {
                file.seek(mark);
                file.write(0x5a);
            }
        }
        try (TestLink link = new TestLink(channel, folder.resolve("target"), true);
                SendAgent sender = link.sender(source)) {
            final long startNs = System.nanoTime();
            while (sender.summary() == null) {
                final int work = sender.doWork() + link.receiver.doWork();
                if (work == 0) {
                    Thread.onSpinWait();
                }
                assertTrue(System.nanoTime() - startNs < 600_000_000_000L, "ten minutes");
            }
            assertNull(sender.summary().failure());
            final Path copy = link.target.resolve("file");
            assertEquals(length, Files.size(copy));
            assertTrue(blocks(copy) <= blocks(source.resolve("file")), blocks(copy) + " blocks");
            try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
                for (final long mark : marks) {
                    file.seek(mark);
                    assertEquals(0x5a, file.read(), "at " + mark);
                }
            }
        }
    }

    /** As the file system counts them; it need not have written them yet, so the file is forced first. */
    private static long blocks(final Path file) throws Exception {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
            access.getFD().sync();
        }
        final Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        final String text = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertEquals(0, stat.waitFor());
        return Long.parseLong(text);
    }
}
