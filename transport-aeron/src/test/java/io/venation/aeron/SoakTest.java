package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.cli.Forked;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import org.agrona.SystemUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * However much a stream carries, its memory is that of its terms and batches. {@code venation.soak.bytes} and {@code
 * venation.soak.slow.bytes} say how much; all the heap is touched at the start, so the rest of the process shows.
 */
@EnabledOnOs(OS.LINUX)
final class SoakTest {
    private static final long BYTES = SystemUtil.getSizeAsLong("venation.soak.bytes", 2L << 30);
    private static final long SLOW_BYTES = SystemUtil.getSizeAsLong("venation.soak.slow.bytes", 256L << 20);

    private static final int TERM_FRAMES = new LatticePlane.Context().termLength() / SealedFrameLayout.STRIDE;
    private static final long HEAP_SLACK_BYTES = 1L << 20;
    /** Compiled code, and what the compilers and malloc keep. */
    private static final long RESIDENT_SLACK_BYTES = 32L << 20;

    @Test
    void shouldNeedNoMoreMemoryForMoreFrames() throws Exception {
        requireFlat(run(BYTES, false));
    }

    @Test
    void shouldLoseNothingAndKeepNothingWhereTheReaderIsSlower() throws Exception {
        final List<SoakProcess.Sample> samples = run(SLOW_BYTES, true);
        requireFlat(samples);
        final SoakProcess.Sample last = samples.getLast();
        assertTrue(
                last.pushedBack() >= (last.frames() - TERM_FRAMES) / SoakProcess.SLOW_LIMIT,
                "the sender was pushed back before each poll: " + last);
    }

    private static List<SoakProcess.Sample> run(final long bytes, final boolean isSlow) throws Exception {
        final long frameCount = bytes / LatticeFrame.LENGTH;
        final Process process = new ProcessBuilder(Forked.java(
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+AlwaysPreTouch",
                        SoakProcess.class.getName(),
                        Long.toString(frameCount),
                        Boolean.toString(isSlow)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final List<SoakProcess.Sample> samples = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                samples.add(SoakProcess.Sample.parse(line));
                System.out.println(samples.getLast());
            }
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        assertEquals(SoakProcess.SAMPLE_COUNT, samples.size());
        assertEquals(frameCount, samples.getLast().frames());
        return samples;
    }

    /** The first tenth is warm-up. */
    private static void requireFlat(final List<SoakProcess.Sample> samples) {
        final SoakProcess.Sample first = samples.getFirst();
        for (final SoakProcess.Sample sample : samples) {
            assertEquals(first.directBytes(), sample.directBytes(), "direct buffers: " + samples);
            assertEquals(first.mappedBytes(), sample.mappedBytes(), "mapped files: " + samples);
            assertTrue(sample.heapBytes() - first.heapBytes() <= HEAP_SLACK_BYTES, "heap: " + samples);
            assertTrue(sample.residentBytes() - first.residentBytes() <= RESIDENT_SLACK_BYTES, "resident: " + samples);
        }
    }
}
