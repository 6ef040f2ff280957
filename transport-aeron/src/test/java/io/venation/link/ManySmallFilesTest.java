package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty thousand files, more than a window of anything. */
final class ManySmallFilesTest {
    private static final int COUNT = 20_000;

    @TempDir
    private Path folder;

    @Test
    void shouldCarryTwentyThousandFiles() throws Exception {
        carry(TestLink.Channel.IPC);
    }

    @Test
    @Tag("large")
    void shouldCarryTwentyThousandFilesOverUdp() throws Exception {
        carry(TestLink.Channel.UDP_62400);
    }

    private void carry(final TestLink.Channel channel) throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        for (int i = 0; i < COUNT; i++) {
            if (i % 200 == 0) {
                Files.createDirectory(source.resolve("directory" + i / 200));
            }
            Files.writeString(source.resolve("directory" + i / 200 + "/file" + i), "content of " + i);
        }
        try (TestLink link = new TestLink(channel, folder.resolve("target"), true)) {
            final TransferSummary sent = link.send(source);
            assertNull(sent.failure());
            assertEquals(COUNT, sent.files());
            assertEquals(COUNT, sent.frames());
            TreeComparison.assertSame(source, link.target, channel.toString());
        }
    }
}
