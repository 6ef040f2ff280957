package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.venation.link.Turns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedding guide's examples compile, run, and are the ones that the README shows. */
final class ReadmeExamplesTest {
    private static final Path MODULE = Path.of(System.getProperty("venation.root"), "transport-aeron");

    @TempDir
    private Path folder;

    @Test
    void shouldShowTheExamplesThatCompile() throws Exception {
        final String source = Files.readString(MODULE.resolve("src/test/java/io/venation/aeron/PlaneExamples.java"));
        final List<String> compiled = blocks(source, "// begin [a-z]+\n(.*?) *// end ");
        final List<String> shown = blocks(Files.readString(MODULE.resolve("README.md")), "```java\n(.*?)```");
        assertEquals(6, compiled.size());
        assertEquals(compiled, shown);
    }

    private static List<String> blocks(final String text, final String pattern) {
        final List<String> blocks = new ArrayList<>();
        final Matcher block = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        while (block.find()) {
            blocks.add(block.group(1).stripTrailing().stripIndent().strip());
        }
        return blocks;
    }

    @Test
    void shouldAddUpWhatTheProducerSends() throws Exception {
        final long sum = PlaneExamples.producerAndConsumer(1_000);
        assertTrue(sum >= 999 * 1_000 / 2, () -> "sum=" + sum);
    }

    @Test
    void shouldAddUpWhatWorkersSealAndVerify() throws Exception {
        assertEquals(999 * 1_000 / 2, PlaneExamples.manyWorkers(1_000));
    }

    @Test
    void shouldCopyAFileThroughTheTerms() throws Exception {
        final byte[] content = new byte[5_000_001];
        new Random(5).nextBytes(content);
        final Path source = Files.write(folder.resolve("source"), content);
        assertEquals(-1, Files.mismatch(source, PlaneExamples.copied(source, folder.resolve("target"))));
    }

    @Test
    void shouldConnectToAnExternalDriver() throws Exception {
        final String directory = folder.resolve("driver").toString();
        final Recorder recorder = new Recorder();
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnShutdown(true))) {
            final FrameSubscription subscription =
                    PlaneExamples.externalDriver(driver.aeronDirectoryName(), (publication, images) -> {
                        assertTrue(publication.channel().contains("mtu=62400"), publication::channel);
                        Turns.until(() -> publication.isConnected() && images.isConnected());
                        final FrameClaim claim = new FrameClaim();
                        assertTrue(publication.tryClaim(claim) >= 0);
                        claim.frame().buffer().putLong(0, 4);
                        assertTrue(claim.commit() > 0);
                        Turns.until(() -> images.poll(recorder.each, 1) == 1);
                    });
            assertEquals(List.of("frame 4"), recorder.take());
            assertEquals(1, subscription.counters().framesVerified());
        }
    }
}
