package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.cli.CommandFailure;
import io.venation.frame.LatticeFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.openhft.chronicle.core.analytics.AnalyticsFacade;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The peers deliver what was sent, in order, and leave nothing behind; each way looks at the frames it receives. */
final class FrameWayTest {
    @TempDir
    private Path directory;

    static List<Named<Supplier<FrameWay>>> ways() {
        return List.of(
                Named.of("ring raw", () -> new RingWay(false)),
                Named.of("ring sealed", () -> new RingWay(true)),
                Named.of("one-to-one", OneToOneRingWay::new),
                Named.of("disruptor", DisruptorWay::new),
                Named.of("tcp", TcpWay::new));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldReceiveWhatIsSent(final Supplier<FrameWay> way) {
        try (FrameWay frames = way.get()) {
            send(frames, 1_000);
        }
    }

    @Test
    void shouldKeepFewFilesOfAQueueAndNoneAfterwards() throws IOException {
        try (FrameWay frames = new ChronicleQueueWay(directory)) {
            send(frames, 4 * ChronicleQueueWay.FRAMES_PER_FILE);
            try (Stream<Path> files = Files.find(
                    directory, 2, (path, attributes) -> path.toString().endsWith(".cq4"))) {
                final long count = files.count();
                assertTrue(count >= 1 && count <= 3, () -> count + " files");
            }
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void shouldNotReportToTheMakersOfTheQueue() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        assertEquals("true", System.getProperty("chronicle.analytics.disable"));
        assertFalse(AnalyticsFacade.isEnabled());
    }

    @Test
    void shouldNoticeAFrameThatWasNotSent() {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[LatticeFrame.LENGTH]);
        new FrameSource().fill(frame, 0);
        new FrameSource().readNext(frame, 0);
        frame.putByte(64, (byte) ~frame.getByte(64));
        assertThrows(CommandFailure.class, () -> new FrameSource().readNext(frame, 0));
    }

    private static void send(final FrameWay frames, final int atLeast) {
        int sent = 0;
        int received = 0;
        while (received < atLeast) {
            sent += frames.send();
            received += frames.receive();
        }
        assertTrue(received <= sent, () -> "more received than sent");
    }
}
