package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes in comes out, whatever it is and whatever carries it. */
final class TreeRoundTripTest {
    private static final int FRAME = 12_288;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldCarryGeneratedTrees(final TestLink.Channel channel) throws Exception {
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (long seed = 1; seed <= 4; seed++) {
                final Path source = folder.resolve("source" + seed);
                new TestTree(seed).grow(source);
                link.target = folder.resolve("target" + seed);
                link.receiver.close();
                link.openReceiver();
                final TransferSummary sent = link.send(source);
                assertNull(sent.failure(), "seed=" + seed);
                TreeComparison.assertSame(source, link.target, "seed=" + seed + " channel=" + channel);
                assertNoTemporary(link.target);
                final TransferSummary received = link.lastReceived();
                assertEquals(sent.bytes(), received.bytes());
                assertEquals(sent.files(), received.files());
                assertEquals(sent.frames(), received.frames());
                assertEquals(0, received.rejected());
                assertEquals(TreeScan.of(source), new TreeScan(sent.bytes(), sent.files()), "seed=" + seed);
                assertEquals(true, Arrays.equals(sent.chainHead(), received.chainHead()), "seed=" + seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryEverySizeAroundFramesAndBatches(final TestLink.Channel channel) throws Exception {
        final long seed = 77;
        final TestTree tree = new TestTree(seed);
        final Path source = Files.createDirectory(folder.resolve("source"));
        for (final long length : new long[] {
            0, 1, FRAME - 1, FRAME, FRAME + 1, 16 * FRAME - 1, 16 * FRAME, 16 * FRAME + 1, 17 * FRAME, 100 * FRAME + 5
        }) {
            tree.fill(source.resolve("file" + length), length);
        }
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "seed=" + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldCarryFilesOfMegabytesInFullTerms(final TestLink.Channel channel) throws Exception {
        final long seed = 78;
        final Path source = Files.createDirectory(folder.resolve("source"));
        new TestTree(seed).fill(source.resolve("big"), 40_000_001);
        try (TestLink link = new TestLink(channel, folder.resolve("target"), true)) {
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "seed=" + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_1440"})
    void shouldCarryADeepTree(final TestLink.Channel channel) throws Exception {
        final Path source = folder.resolve("source");
        Path deepest = source;
        for (int i = 0; i < 150; i++) {
            deepest = deepest.resolve("level" + i);
        }
        Files.createDirectories(deepest);
        Files.writeString(deepest.resolve("file"), "down here");
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, channel.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldReplaceWhatIsThereAndLeaveTheRest(final TestLink.Channel channel) throws Exception {
        final Path source = folder.resolve("source");
        new TestTree(5).grow(source);
        final Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("other"), "stays");
        try (TestLink link = new TestLink(channel, target)) {
            assertNull(link.send(source).failure());
            try (Stream<Path> all = Files.walk(target)) {
                for (final Path path : all.filter(Files::isRegularFile).toList()) {
                    if (!path.endsWith("other")) {
                        Files.setAttribute(path, "unix:mode", 0644);
                        Files.writeString(path, "old content of " + path.toUri());
                    }
                }
            }
            assertNull(link.send(source).failure());
            assertEquals("stays", Files.readString(target.resolve("other")));
            Files.delete(target.resolve("other"));
            Files.setLastModifiedTime(target, Files.getLastModifiedTime(source));
            TreeComparison.assertSame(source, target, channel.toString());
        }
    }

    static void assertNoTemporary(final Path target) throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            assertEquals(
                    0,
                    all.filter(path -> path.getFileName().toUri().getRawPath().contains(".venation-"))
                            .count(),
                    "temporary files under " + target);
        }
    }
}
