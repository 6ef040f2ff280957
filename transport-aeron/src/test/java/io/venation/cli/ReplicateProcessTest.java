package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.link.TestTree;
import io.venation.link.TreeComparison;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code venation replicate} as a process: what people and scripts see. */
final class ReplicateProcessTest {
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
    /** Root without the capabilities that let it pass permission bits; others have none to lose. */
    private static final List<String> WITHOUT_PRIVILEGE =
            IS_ROOT ? List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search") : List.of();

    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void name() {
        source = folder.resolve("source");
        target = folder.resolve("target");
    }

    @ParameterizedTest
    @CsvSource({"ipc,C", "udp,C", "ipc,C.UTF-8", "udp,POSIX"})
    void shouldCarryNamesInEveryLocale(final String transport, final String locale) throws Exception {
        final long seed = 31;
        new TestTree(seed).grow(source);
        final Forked.Outcome outcome = Forked.run(
                List.of(),
                Map.of("LC_ALL", locale),
                "replicate",
                source.toString(),
                target.toString(),
                "--transport",
                transport);
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.error());
        TreeComparison.assertSame(source, target, "seed=" + seed + " locale=" + locale);
    }

    @Test
    void shouldCarryATreeWithoutPrivilege() throws Exception {
        final long seed = 32;
        new TestTree(seed).grow(source);
        final Forked.Outcome outcome =
                Forked.run(WITHOUT_PRIVILEGE, Map.of(), "replicate", source.toString(), target.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        TreeComparison.assertSame(source, target, "seed=" + seed);
    }

    @Test
    void shouldPrintExactlyTheFieldsOfJson() throws Exception {
        final long seed = 33;
        Files.createDirectory(source);
        new TestTree(seed).fill(source.resolve("one"), 30_000);
        new TestTree(seed).fill(source.resolve("two"), 0);
        final Path receipts = folder.resolve("receipts");
        final Forked.Outcome outcome = Forked.run(
                "replicate", source.toString(), target.toString(), "--json", "--receipts", receipts.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.out().lines().count());
        final Map<String, Object> fields = JSON.std.mapFrom(outcome.out());
        assertEquals(
                Set.of(
                        "bytes",
                        "files",
                        "frames",
                        "seconds",
                        "gb_per_s",
                        "frames_per_s",
                        "rejected",
                        "kernel",
                        "chain_head",
                        "ok"),
                fields.keySet());
        assertEquals(30_000, fields.get("bytes"));
        assertEquals(2, fields.get("files"));
        assertEquals(3, fields.get("frames"));
        assertEquals(0, fields.get("rejected"));
        assertEquals(true, fields.get("ok"));
        final double seconds = ((Number) fields.get("seconds")).doubleValue();
        assertEquals(30_000 / 1e9 / seconds, ((Number) fields.get("gb_per_s")).doubleValue(), 1e-9);
        assertEquals(3 / seconds, ((Number) fields.get("frames_per_s")).doubleValue(), 1e-6);
        assertEquals(chainHead(Files.readAllBytes(receipts)), fields.get("chain_head"));
        assertEquals(3 * 128, Files.size(receipts));
    }

    /** Lattice model §6, by the JDK's SHA-3. */
    private static String chainHead(final byte[] receipts) throws Exception {
        byte[] head = new byte[32];
        for (int k = 1; k <= receipts.length / 128; k++) {
            final MessageDigest id = MessageDigest.getInstance("SHA3-256");
            id.update("HOLO-RECEIPT-1".getBytes(StandardCharsets.US_ASCII));
            id.update(receipts, (k - 1) * 128, 128);
            final MessageDigest step = MessageDigest.getInstance("SHA3-256");
            step.update("HOLO-CHAIN-1".getBytes(StandardCharsets.US_ASCII));
            step.update(head);
            step.update(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(k)
                    .array());
            head = step.digest(id.digest());
        }
        return HexFormat.of().formatHex(head);
    }

    @Test
    void shouldCopyOneFileUnderItsNewName() throws Exception {
        new TestTree(34).fill(source, 50_000);
        Files.setAttribute(source, "unix:mode", 0640);
        final Forked.Outcome outcome = Forked.run("replicate", source.toString(), target.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(-1, Files.mismatch(source, target));
        assertEquals(0640, (int) Files.getAttribute(target, "unix:mode") & 0777);
        assertEquals(Files.getLastModifiedTime(source), Files.getLastModifiedTime(target));
        assertTrue(outcome.out().contains("50,000 bytes in 1 files, 5 frames verified"), outcome::toString);
    }

    @Test
    void shouldReplaceALinkInsteadOfTheFileBehindIt() throws Exception {
        Files.writeString(source, "new");
        final Path behind = Files.writeString(folder.resolve("behind"), "old");
        Files.createSymbolicLink(target, behind);
        assertEquals(
                0, Forked.run("replicate", source.toString(), target.toString()).exitCode());
        assertEquals("old", Files.readString(behind));
        assertFalse(Files.isSymbolicLink(target));
        assertEquals("new", Files.readString(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"source", "source/inside", "source/inside/new", ".", "linkToSource/inside", "source/../source"})
    void shouldRefuseATargetThatMeetsTheSource(final String name) throws Exception {
        Files.createDirectories(source.resolve("inside"));
        Files.writeString(source.resolve("inside/file"), "x");
        Files.createSymbolicLink(folder.resolve("linkToSource"), source);
        assertFailure(
                Forked.run("replicate", source.toString(), folder.resolve(name).toString()), "TARGET", "SOURCE");
        try (Stream<Path> all = Files.walk(source)) {
            assertEquals(3, all.count());
        }
    }

    @Test
    void shouldRefuseReceiptsInsideTheSource() throws Exception {
        Files.createDirectory(source);
        assertFailure(
                Forked.run(
                        "replicate",
                        source.toString(),
                        target.toString(),
                        "--receipts",
                        source.resolve("receipts").toString()),
                "--receipts",
                "inside SOURCE");
    }

    @Test
    void shouldRefuseFifosAndSocketsBeforeAnythingIsSent() throws Exception {
        Files.createDirectory(source);
        Files.writeString(source.resolve("a"), "x");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", source.resolve("fifo").toString())
                        .start()
                        .waitFor());
        assertFailure(Forked.run("replicate", source.toString(), target.toString()), "fifo", "FIFO, socket or device");
        assertFalse(Files.exists(target));
        Files.delete(source.resolve("fifo"));
        try (var socket = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            socket.bind(java.net.UnixDomainSocketAddress.of(source.resolve("socket")));
            assertFailure(
                    Forked.run("replicate", source.toString(), target.toString()), "socket", "FIFO, socket or device");
        }
        assertFailure(Forked.run("replicate", "/dev/null", target.toString()), "/dev/null");
    }

    @Test
    void shouldNameWhatCannotBeRead() throws Exception {
        Files.createDirectory(source);
        Files.writeString(source.resolve("readable"), "x");
        Files.writeString(source.resolve("secret"), "x");
        Files.setAttribute(source.resolve("secret"), "unix:mode", 0);
        assertFailure(
                Forked.run(WITHOUT_PRIVILEGE, Map.of(), "replicate", source.toString(), target.toString()),
                "secret: Permission denied");
        assertFalse(Files.exists(target.resolve("secret")));
        Files.delete(source.resolve("secret"));
        Files.createDirectory(source.resolve("closed"));
        Files.setAttribute(source.resolve("closed"), "unix:mode", 0);
        assertFailure(
                Forked.run(WITHOUT_PRIVILEGE, Map.of(), "replicate", source.toString(), target.toString()),
                "closed: Permission denied");
        Files.setAttribute(source.resolve("closed"), "unix:mode", 0700);
    }

    @Test
    void shouldNameATargetThatCannotBeWritten() throws Exception {
        Files.createDirectory(source);
        Files.writeString(source.resolve("file"), "x");
        Files.createDirectory(target);
        Files.setAttribute(target, "unix:mode", 0555);
        assertFailure(
                Forked.run(WITHOUT_PRIVILEGE, Map.of(), "replicate", source.toString(), target.toString()),
                target.toString());
        assertLeft(target);
        assertFailure(
                Forked.run(
                        WITHOUT_PRIVILEGE,
                        Map.of(),
                        "replicate",
                        source.toString(),
                        target.resolve("new").toString()),
                target.toString());
    }

    /** A limit on the size of files stands for a full disk; it works for every user. */
    @Test
    void shouldLeaveNothingWhereAFileBecomesTooLarge() throws Exception {
        Files.createDirectory(source);
        new TestTree(35).fill(source.resolve("large"), 120_000_000);
        final Forked.Outcome outcome = Forked.run(
                List.of("sh", "-c", "trap '' XFSZ; ulimit -f 200000; exec \"$@\"", "sh"),
                Map.of(),
                "replicate",
                source.toString(),
                target.toString());
        assertFailure(outcome, "large");
        assertLeft(target);
    }

    /** A real full disk where the test may mount one. */
    @Test
    void shouldLeaveNothingWhereTheDiskIsFull() throws Exception {
        final Path disk = Files.createDirectory(folder.resolve("disk"));
        if (!IS_ROOT || !mount(disk)) {
            return; // shouldLeaveNothingWhereAFileBecomesTooLarge has shown it
        }
        try {
            Files.createDirectory(source);
            new TestTree(36).fill(source.resolve("fits"), 100_000);
            new TestTree(36).fill(source.resolve("too-large"), 2_000_000);
            for (final String transport : new String[] {"ipc", "udp"}) {
                assertFailure(
                        Forked.run(
                                "replicate",
                                source.toString(),
                                disk.resolve(transport).toString(),
                                "--transport",
                                transport),
                        "too-large",
                        "No space left on device");
                assertLeft(disk.resolve(transport), "fits");
                Files.delete(disk.resolve(transport).resolve("fits"));
            }
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    private static boolean mount(final Path disk) throws Exception {
        return new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void shouldRefuseKindsThatConflict() throws Exception {
        Files.createDirectories(source.resolve("name"));
        Files.createDirectory(target);
        Files.writeString(target.resolve("name"), "a file");
        assertFailure(Forked.run("replicate", source.toString(), target.toString()), "name", "is not a directory");
        Files.delete(source.resolve("name"));
        Files.delete(target.resolve("name"));
        Files.writeString(source.resolve("name"), "a file");
        Files.createDirectory(target.resolve("name"));
        assertFailure(Forked.run("replicate", source.toString(), target.toString()), "name", "is a directory");
        assertFailure(
                Forked.run("replicate", source.resolve("name").toString(), target.toString()),
                target.toString(),
                "is a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicate",
                "replicate one",
                "replicate one two three",
                "replicate one two --transport smoke",
                "replicate one two --suite md5",
                "replicate one two --r96 none",
                "replicate one two --kernel quantum",
                "replicate one two --mtu 1441",
                "send one",
                "send one --to nowhere",
                "send one --to host:0",
                "replicate one two --store three",
                "send one --to 127.0.0.1:1 --store x",
                "receive --listen here --into x",
                "receive --into x --store y",
                "receive"
            })
    void shouldEndWithTwoOnWrongUsage(final String line) throws Exception {
        final Forked.Outcome outcome = Forked.run(line.split(" "));
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.error().lines().count(), outcome::toString);
    }

    @Test
    void shouldEndWithOneWhereTheSourceIsMissing() throws Exception {
        assertFailure(Forked.run("replicate", source.toString(), target.toString()), "no such file or directory");
        assertFalse(Files.exists(target));
    }

    private static void assertFailure(final Forked.Outcome outcome, final String... words) {
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.error().lines().count(), outcome::toString);
        for (final String word : words) {
            assertTrue(outcome.error().contains(word), () -> word + " in " + outcome);
        }
    }

    private static void assertLeft(final Path directory, final String... names) throws IOException {
        final List<String> left = new ArrayList<>();
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.map(entry -> entry.getFileName().toString()).sorted().forEach(left::add);
            }
        }
        assertArrayEquals(names, left.toArray());
    }
}
