package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a transfer ends, what stands under a final name is whole and nothing else is left. */
final class EndsOfTransfersTest {
    @TempDir
    private Path folder;

    private Path source;

    private void growSource(final long seed) throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        for (int i = 0; i < 6; i++) {
            new TestTree(seed + i).fill(source.resolve("file" + i), 150_000);
        }
    }

    private void assertOnlyWholeFiles(final Path target, final String message) throws IOException {
        if (Files.exists(target)) {
            TreeRoundTripTest.assertNoTemporary(target);
            try (Stream<Path> files = Files.list(target)) {
                for (final Path file : files.toList()) {
                    assertEquals(-1, Files.mismatch(source.resolve(file.getFileName()), file), message);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldCleanUpWhenTheSenderLeaves(final TestLink.Channel channel) throws Exception {
        final long seed = 91;
        final SplittableRandom random = new SplittableRandom(seed);
        growSource(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 15; i++) {
                final int before = link.received.size();
                final long limit = random.nextLong(1, 800_000);
                try (SendAgent sender = link.sender(source)) {
                    Turns.until(() -> sender.sentBytes() >= limit, sender, link.receiver);
                }
                Turns.until(() -> link.received.size() > before, link.receiver);
                final String message = "seed=" + seed + " i=" + i + " limit=" + limit;
                assertNotNull(link.lastReceived().failure(), message);
                assertOnlyWholeFiles(link.target, message);
            }
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "afterwards");
            // a sender that has left is not taken for a new one
            final int summaries = link.received.size();
            link.nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
            for (int i = 0; i < 1_000; i++) {
                link.receiver.doWork();
            }
            assertEquals(summaries, link.received.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldCleanUpWhenTheReceiverLeaves(final TestLink.Channel channel) throws Exception {
        final long seed = 92;
        final SplittableRandom random = new SplittableRandom(seed);
        growSource(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 8; i++) {
                final long limit = random.nextLong(1, 800_000);
                final String message = "seed=" + seed + " i=" + i + " limit=" + limit;
                try (SendAgent sender = link.sender(source)) {
                    Turns.until(() -> sender.sentBytes() >= limit, sender, link.receiver);
                    link.receiver.close();
                    assertEquals("interrupted", link.lastReceived().failure(), message);
                    assertOnlyWholeFiles(link.target, message);
                    Turns.until(() -> sender.summary() != null, sender);
                    final String failure = sender.summary().failure();
                    assertTrue(failure.equals("interrupted") || failure.contains("is gone"), failure);
                }
                link.openReceiver();
            }
            assertNull(link.send(source).failure());
            TreeComparison.assertSame(source, link.target, "afterwards");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldKeepConcurrentSendersApart(final TestLink.Channel channel) throws Exception {
        final long seed = 93;
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            final List<SendAgent> senders = new ArrayList<>();
            final List<Path> sources = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                final Path tree = Files.createDirectory(folder.resolve("source" + i));
                new TestTree(seed + i).grow(tree.resolve("tree" + i));
                new TestTree(seed + i).fill(tree.resolve("file" + i), 700_000 + i);
                sources.add(tree);
                senders.add(link.sender(tree));
            }
            final Agent[] agents =
                    Stream.concat(senders.stream(), Stream.of(link.receiver)).toArray(Agent[]::new);
            // the second one breaks off in the middle
            Turns.until(() -> senders.get(1).sentBytes() > 100_000, agents);
            senders.get(1).close();
            Turns.until(
                    () -> senders.stream().allMatch(sender -> sender.summary() != null) && link.received.size() == 4,
                    agents);
            for (int i = 0; i < 4; i++) {
                assertEquals(i == 1, senders.get(i).summary().failure() != null, "sender " + i);
                senders.get(i).close();
                if (i != 1) {
                    TreeComparison.assertSame(
                            sources.get(i).resolve("tree" + i), link.target.resolve("tree" + i), "seed=" + seed);
                    assertEquals(
                            -1, Files.mismatch(sources.get(i).resolve("file" + i), link.target.resolve("file" + i)));
                }
            }
            assertFalse(Files.exists(link.target.resolve("file1")));
            TreeRoundTripTest.assertNoTemporary(link.target);
            assertEquals(
                    1, link.received.stream().filter(summary -> !summary.ok()).count());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldGiveUpWhereNobodyListens(final TestLink.Channel channel) throws Exception {
        growSource(94);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            link.receiver.close();
            try (SendAgent sender = link.sender(source)) {
                for (int i = 0; i < 100; i++) {
                    sender.doWork();
                    assertNull(sender.summary(), "its time is not over");
                }
                link.nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
                Turns.until(() -> sender.summary() != null, sender);
                assertTrue(
                        sender.summary().failure().startsWith("no receiver at "),
                        sender.summary().failure());
            }
        }
    }

    @Test
    void shouldGiveUpWhereNobodyAnswers() throws Exception {
        growSource(95);
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"));
                SendAgent sender = link.sender(source)) {
            // the receiver's streams are there but nobody turns its crank
            for (int i = 0; i < 100; i++) {
                sender.doWork();
            }
            assertNull(sender.summary());
            Turns.until(
                    () -> {
                        link.nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
                        return sender.summary() != null;
                    },
                    sender);
            assertNotNull(sender.summary().failure());
        }
        assertFalse(Files.exists(folder.resolve("target").resolve("file0")));
    }

    @Test
    void shouldNameASuiteThatIsNotTaken() throws Exception {
        growSource(96);
        try (TestLink link = new TestLink(TestLink.Channel.UDP_62400, folder.resolve("target"))) {
            final io.venation.receipt.Suite other = new io.venation.receipt.Suite(
                    io.venation.hashing.R96Rule.MIX17, io.venation.hashing.AddressHash.SHA3_256);
            try (SendAgent sender = new SendAgent(
                    link.aeron(), link.sending, source, other, io.venation.hashing.Kernels.select(), link.clock)) {
                Turns.until(() -> sender.summary() != null, sender, link.receiver);
                final String failure = sender.summary().failure();
                assertTrue(failure.startsWith("suite mismatch"), failure);
                assertTrue(failure.contains(other.label()) && failure.contains(TestLink.SUITE.label()), failure);
            }
        }
    }

    @Test
    void shouldKeepFoldersPrivateUntilTheEnd() throws Exception {
        growSource(97);
        Files.createDirectory(source.resolve("a-private"));
        Files.setAttribute(source.resolve("a-private"), "unix:mode", 0711);
        try (TestLink link = new TestLink(TestLink.Channel.IPC, folder.resolve("target"));
                SendAgent sender = link.sender(source)) {
            final Path directory = link.target.resolve("a-private");
            Turns.until(() -> Files.exists(directory), sender, link.receiver);
            assertEquals(0700, (int) Files.getAttribute(directory, "unix:mode") & 07777);
            Turns.until(() -> sender.summary() != null, sender, link.receiver);
            assertNull(sender.summary().failure());
            assertEquals(0711, (int) Files.getAttribute(directory, "unix:mode") & 07777);
        }
    }
}
