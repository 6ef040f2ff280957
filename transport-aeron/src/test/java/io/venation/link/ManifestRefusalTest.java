package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.codec.AbortEncoder;
import io.venation.codec.DirectoryBeginEncoder;
import io.venation.codec.FileBeginEncoder;
import io.venation.codec.MessageHeaderEncoder;
import io.venation.codec.WelcomeEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that means harm writes nothing outside the target, leaves nothing behind and is told why. */
final class ManifestRefusalTest {
    @TempDir
    private Path folder;

    private Path target;
    private Path outside;
    private TestLink link;

    @BeforeEach
    void open() throws Exception {
        target = Files.createDirectory(folder.resolve("target"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "untouched");
        link = new TestLink(TestLink.Channel.IPC, target);
    }

    @AfterEach
    void close() throws Exception {
        try (Stream<Path> left = Files.list(outside)) {
            assertArrayEquals(new Path[] {outside.resolve("victim")}, left.toArray());
        }
        assertEquals("untouched", Files.readString(outside.resolve("victim")));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count(), "only target and outside");
        }
        TreeRoundTripTest.assertNoTemporary(target);
        // and the receiver serves the next one
        final Path source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("next"), "next");
        assertEquals(null, link.send(source).failure());
        assertEquals("next", Files.readString(target.resolve("next")));
        link.close();
    }

    static Stream<String> badPaths() {
        return Stream.of(
                "",
                "/",
                "/absolute",
                "..",
                "../outside/victim",
                "a/../../outside/victim",
                "a/..",
                ".",
                "./a",
                "a/.",
                "a/./b",
                "a//b",
                "a/",
                "//",
                "a\0b",
                "\0",
                "x".repeat(300),
                "x".repeat(4_097),
                "missing/parent");
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void shouldRefuseAPathOfAFile(final String path) throws Exception {
        Files.createDirectory(target.resolve("a"));
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes(path), 5);
            assertRefused(forger, "path", "File name too long", "control field");
        }
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void shouldRefuseAPathOfADirectory(final String path) throws Exception {
        Files.createDirectory(target.resolve("a"));
        try (Forger forger = new Forger(link)) {
            forger.hello().directory(path);
            assertRefused(forger, "path", "File name too long", "control field");
        }
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void shouldRefuseAPathOfALink(final String path) throws Exception {
        Files.createDirectory(target.resolve("a"));
        try (Forger forger = new Forger(link)) {
            forger.hello().symbolicLink(path, "text").transferEnd(message -> {});
            assertRefused(forger, "path", "File name too long", "control field");
        }
    }

    @ParameterizedTest
    @MethodSource("badPaths")
    void shouldRefuseAPathOfADirectoryEnd(final String path) throws Exception {
        if (path.isEmpty()) {
            return; // that is the root
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().directoryEnd(path, message -> {}).transferEnd(message -> {});
            assertRefused(forger, "path", "File name too long", "control field", "is not a directory");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"door/victim", "door/sub/new", "door"})
    void shouldNotGoThroughALinkThatIsThere(final String path) throws Exception {
        Files.createSymbolicLink(target.resolve("door"), outside);
        try (Forger forger = new Forger(link)) {
            forger.hello().directory(path);
            assertRefused(forger, "symbolic link", "is not a directory");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().directoryEnd(path, message -> {}).transferEnd(message -> {});
            assertRefused(forger, "symbolic link", "is not a directory");
        }
        if (path.contains("/")) {
            try (Forger forger = new Forger(link)) {
                forger.hello().fileBegin(Forger.bytes(path), 5);
                assertRefused(forger, "symbolic link");
            }
            try (Forger forger = new Forger(link)) {
                forger.hello().symbolicLink(path, "text");
                assertRefused(forger, "symbolic link");
            }
        }
    }

    @Test
    void shouldReplaceALinkAndNotWriteThroughIt() throws Exception {
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("victim"));
        Files.createSymbolicLink(target.resolve("link"), outside.resolve("victim"));
        try (Forger forger = new Forger(link)) {
            forger.hello().file("file", (byte) 'z', 20_000).symbolicLink("link", "elsewhere");
            assertEquals("complete", forger.transferEnd(message -> {}).answer());
        }
        assertTrue(Files.isRegularFile(target.resolve("file"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(20_000, Files.size(target.resolve("file")));
        assertEquals(Path.of("elsewhere"), Files.readSymbolicLink(target.resolve("link")));
    }

    @Test
    void shouldNotGoThroughALinkOfTheSameTransfer() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello().symbolicLink("door", outside.toString()).fileBegin(Forger.bytes("door/victim"), 5);
            assertRefused(forger, "its folder");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().directory("door").symbolicLink("door", outside.toString());
            assertRefused(forger, "is a directory");
        }
        // made twice, once as a link: whatever comes last must not open the way
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .symbolicLink("late", outside.toString())
                    .directory("late")
                    .file("late/victim", (byte) 'x', 5)
                    .transferEnd(message -> {});
            assertRefused(forger, "is a directory");
        }
        // a link to a link, and metadata through it
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .symbolicLink("meta", outside.toString())
                    .directoryEnd("meta", message -> message.mode(0))
                    .transferEnd(message -> {});
            assertRefused(forger, "is not a directory");
        }
        assertTrue(Files.isReadable(outside) && Files.isDirectory(outside));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b"})
    void shouldRefuseTextThatNoLinkHas(final String text) throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello().symbolicLink("link", text);
            assertRefused(forger, "text of a symbolic link");
        }
    }

    @Test
    void shouldRefuseMessagesOutOfOrder() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello().fileEnd(0, message -> {});
            assertRefused(forger, "out of order");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("one"), 0).fileBegin(Forger.bytes("two"), 0);
            assertRefused(forger, "out of order");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("one"), 0).directory("two");
            assertRefused(forger, "out of order");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("one"), 0).transferEnd(message -> {});
            assertRefused(forger, "out of order");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().hello();
            assertRefused(forger, "unknown kind 10");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello();
            forger.control.begin(new WelcomeEncoder()).transferId(1);
            forger.end();
            assertRefused(forger, "unknown kind 20");
        }
    }

    @Test
    void shouldRefuseASenderThatDoesNotSayHello() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.directory("a");
            Turns.until(() -> !link.received.isEmpty(), link.receiver);
            assertTrue(
                    link.lastReceived().failure().contains("no Hello"),
                    link.lastReceived().failure());
        }
        assertFalse(Files.exists(target.resolve("a")));
    }

    @Test
    void shouldRefuseCountsAndHeadsThatAreWrong() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello().file("file", (byte) 'a', 13_000).transferEnd(message -> message.frameCount(1));
            assertRefused(forger, "2 frames");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().file("file", (byte) 'a', 13_000).transferEnd(message -> message.fileCount(2));
            assertRefused(forger, "1 files");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().file("file", (byte) 'a', 13_000).transferEnd(message -> message.byteCount(12_999));
            assertRefused(forger, "13000 bytes");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .file("file", (byte) 'a', 13_000)
                    .transferEnd(message -> message.putChainHead(new byte[32], 0, 32));
            assertRefused(forger, "chain");
        }
    }

    @Test
    void shouldRefuseAWrongFileHash() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .fileBegin(Forger.bytes("file"), 13_000)
                    .frames((byte) 'a', 13_000)
                    .fileEnd(13_000, message -> message.putHash(new byte[32], 0, 32));
            assertRefused(forger, "does not hash");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .fileBegin(Forger.bytes("file"), 13_000)
                    .frames((byte) 'a', 13_000)
                    .fileEnd(12_999, message -> {});
            assertRefused(forger, "does not hash");
        }
        assertFalse(Files.exists(target.resolve("file")));
    }

    @Test
    void shouldRefuseLengthsThatLie() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file"), -1);
            assertRefused(forger, "length=-1");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file"), 5, 7);
            assertRefused(forger, "sequence=7");
        }
        // the frame carries less, or more, than the file has
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file"), 20_000).frame((byte) 'a', 5_000, 0);
            assertRefused(forger, "payload length");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file"), 5).frame((byte) 'a', 6, 0);
            assertRefused(forger, "payload length");
        }
        // a frame out of sequence
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file"), 20_000).frame((byte) 'a', 12_288, 1);
            assertRefused(forger, "sequence");
            assertEquals(1, link.lastReceived().rejected());
        }
    }

    @Test
    void shouldRefuseTimesThatNoClockHas() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .fileBegin(Forger.bytes("file"), 5)
                    .frames((byte) 'a', 5)
                    .fileEnd(5, message -> message.modifiedSeconds(Long.MAX_VALUE));
            assertRefused(forger, "modification time");
        }
        assertFalse(Files.exists(target.resolve("file")));
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .fileBegin(Forger.bytes("file"), 5)
                    .frames((byte) 'a', 5)
                    .fileEnd(5, message -> message.modifiedNanos(1_000_000_000));
            assertRefused(forger, "modification time");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello()
                    .directoryEnd("", message -> message.modifiedSeconds(Long.MIN_VALUE))
                    .transferEnd(message -> {});
            assertRefused(forger, "modification time");
        }
    }

    @Test
    void shouldRefuseFieldsThatReachBeyondTheirMessage() throws Exception {
        for (final int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5_000, 100}) {
            try (Forger forger = new Forger(link)) {
                forger.hello();
                final FileBeginEncoder message =
                        forger.control.begin(new FileBeginEncoder()).length(0).firstSequence(0);
                message.putPath(new byte[] {'f'}, 0, 1);
                message.buffer().putInt(message.offset() + FileBeginEncoder.BLOCK_LENGTH, length);
                forger.end();
                assertRefused(forger, "control field", "malformed");
            }
        }
        try (Forger forger = new Forger(link)) {
            forger.hello();
            final DirectoryBeginEncoder message = forger.control.begin(new DirectoryBeginEncoder());
            message.putPath(new byte[] {'f'}, 0, 1);
            message.buffer().putShort(message.offset() - MessageHeaderEncoder.ENCODED_LENGTH, (short) -1);
            forger.end();
            assertRefused(forger, "malformed");
        }
    }

    @Test
    void shouldRefuseWhatIsNoControlMessage() throws Exception {
        for (final int length : new int[] {1, 8, 39, 40, 200, 9_000}) {
            try (Forger forger = new Forger(link)) {
                forger.hello().raw(new byte[length]);
                assertRefused(forger, "control message 1");
            }
        }
    }

    @Test
    void shouldNameAnotherVersionOrSuite() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello(hello -> hello.protocolVersion(1));
            assertRefused(forger, "version mismatch: the sender speaks link protocol 1, this receiver 2");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello(hello -> hello.suite((short) 0x10));
            assertRefused(forger, "suite mismatch");
            assertTrue(forger.answer().contains(TestLink.SUITE.label()), forger.answer());
        }
        for (final int suite : new int[] {3, 0x20, 0xff}) {
            try (Forger forger = new Forger(link)) {
                forger.hello(hello -> hello.suite((short) suite));
                assertRefused(forger, "suite mismatch");
            }
        }
        try (Forger forger = new Forger(link)) {
            forger.hello();
            final DirectoryBeginEncoder message = forger.control.begin(new DirectoryBeginEncoder());
            message.putPath(new byte[] {'f'}, 0, 1);
            final UnsafeBuffer buffer = (UnsafeBuffer) message.buffer();
            buffer.putShort(message.offset() - 2, (short) 9);
            forger.end();
            assertRefused(forger, "version mismatch: the peer speaks control schema version 9");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello();
            final DirectoryBeginEncoder message = forger.control.begin(new DirectoryBeginEncoder());
            message.putPath(new byte[] {'f'}, 0, 1);
            ((UnsafeBuffer) message.buffer()).putShort(message.offset() - 4, (short) 9);
            forger.end();
            assertRefused(forger, "control schema 9");
        }
    }

    @Test
    void shouldRefuseAReplyPortThatDoesNotFit() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello(hello -> hello.replyPort(4_711));
            Turns.until(() -> !link.received.isEmpty(), link.receiver);
            assertTrue(
                    link.lastReceived().failure().contains("replyPort=4711"),
                    link.lastReceived().failure());
        }
    }

    @Test
    void shouldPrintAReasonAsOneLineOfText() throws Exception {
        try (Forger forger = new Forger(link)) {
            forger.hello();
            final byte[] reason = "two\nlines \u001b[31mred\u0007".getBytes(StandardCharsets.UTF_8);
            forger.control.begin(new AbortEncoder()).putReason(reason, 0, reason.length);
            forger.end();
            Turns.until(() -> !link.received.isEmpty(), link.receiver);
            assertEquals(
                    "the sender gave up: two\\nlines ?[31mred?",
                    link.lastReceived().failure());
        }
    }

    @Test
    void shouldRefuseKindsThatConflict() throws Exception {
        Files.createDirectory(target.resolve("directory"));
        Files.writeString(target.resolve("file"), "here");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", target.resolve("fifo").toString())
                        .start()
                        .waitFor());
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("directory"), 1);
            assertRefused(forger, "directory is a directory, in the source it is not");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().directory("file");
            assertRefused(forger, "file is not a directory, in the source it is");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("file/below"), 1);
            assertRefused(forger, "file is not a directory");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().fileBegin(Forger.bytes("fifo"), 1);
            assertRefused(forger, "fifo is a FIFO, socket or device");
        }
        try (Forger forger = new Forger(link)) {
            forger.hello().symbolicLink("directory", "x");
            assertRefused(forger, "directory is a directory, in the source it is not");
        }
        assertEquals("here", Files.readString(target.resolve("file")));
    }

    private void assertRefused(final Forger forger, final String... reasons) throws Exception {
        final String answer = forger.answer();
        assertTrue(Arrays.stream(reasons).anyMatch(answer::contains), answer);
        assertEquals(answer, link.lastReceived().failure());
        assertEquals(1, answer.lines().count());
        TreeRoundTripTest.assertNoTemporary(target);
    }
}
