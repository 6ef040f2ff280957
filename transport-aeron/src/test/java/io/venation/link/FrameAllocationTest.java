package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From the file through sealing, the term, verifying and back into a file: not a byte is allocated, however long the
 * file is. Rounds before the compilers are done are warm-up; code that allocates on each frame has no round without.
 */
final class FrameAllocationTest {
    private static final int FRAMES_PER_ROUND = 512;
    private static final int ROUND_LIMIT = 80;
    /** What the JDK's gathering write itself makes for each frame that it takes from memory that is no buffer's own. */
    private static final long GATHERED_BYTES = 48;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldAllocateNothingForAFrame(final TestLink.Channel channel) throws Exception {
        final Path source = Files.createDirectory(folder.resolve("source"));
        final long length = (ROUND_LIMIT + 2L) * FRAMES_PER_ROUND * 12_288;
        try (java.io.RandomAccessFile file =
                new java.io.RandomAccessFile(source.resolve("file").toFile(), "rw")) {
            file.setLength(length);
            for (long position = 0; position < length; position += 12_288 * 3) {
                file.seek(position);
                file.write(1); // some frames have data, some holes, most are all holes
            }
        }
        try (TestLink link = new TestLink(channel, folder.resolve("target"));
                SendAgent sender = link.sender(source)) {
            assertAllocates(0, link, sender, length);
        }
    }

    /** Chunks that are all different: cut, offered, asked for, sent, stored. */
    @Test
    void shouldAllocateForAFrameOfAnObjectWhatTheJdkDoesAlone() throws Exception {
        final Path source = folder.resolve("source");
        final long length = (ROUND_LIMIT + 2L) * FRAMES_PER_ROUND * 12_288;
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(length);
            for (long position = 0; position < length; position += 6_144) {
                file.seek(position);
                file.writeLong(position);
            }
        }
        try (MappedFrameStore store = StoreFolder.open(folder.resolve("store"), StoreOptions.DEFAULT);
                TestLink link = new TestLink(TestLink.Channel.IPC, null)) {
            link.keepIn(store);
            try (SendAgent sender = link.sender(source)) {
                assertAllocates(GATHERED_BYTES * FRAMES_PER_ROUND, link, sender, length);
            }
        }
    }

    private static void assertAllocates(
            final long receivedLimit, final TestLink link, final SendAgent sender, final long length) throws Exception {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sent = -1;
        long received = -1;
        int round = 0;
        Turns.until(() -> sender.sentBytes() > 0, sender, link.receiver);
        for (; round < ROUND_LIMIT && (sent != 0 || received > receivedLimit); round++) {
            final long limit = sender.sentBytes() + FRAMES_PER_ROUND * 12_288L;

            sent = 0;
            received = 0;
            while (sender.sentBytes() < limit) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                sender.doWork();
                final long between = threads.getCurrentThreadAllocatedBytes();
                link.receiver.doWork();
                received += threads.getCurrentThreadAllocatedBytes() - between;
                sent += between - before;
                assertNull(sender.summary());
            }
        }
        assertTrue(sender.sentBytes() < length, "still in the middle of the file");
        final String message = sent + " and " + received + " bytes sending and receiving after " + round + " rounds";
        assertTrue(sent == 0 && received <= receivedLimit, message);
    }
}
