package io.venation.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.flow.FrameSealer;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    private static final int COUNT = 20;
    private static final int FRAME = SealedFrameLayout.LENGTH;
    private static final int RECEIPT = ReceiptLayout.LENGTH;

    @TempDir
    private Path directory;

    private record Outcome(int exitCode, String out, String err) {
        List<Map<String, Object>> objects() throws IOException {
            final JSON parser = JSON.std;
            return out.lines()
                    .map(line -> {
                        try {
                            return parser.mapFrom(line);
                        } catch (final IOException e) {
                            throw new AssertionError("line=" + line, e);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void shouldPrintTheModelsReceiptOfTheZeroFrame() throws IOException {
        final byte[] frame = sealedFrames(Suite.DEFAULT, false, 1, false);
        final Outcome outcome = inspect(Arrays.copyOfRange(frame, 32, 160));
        assertEquals("", outcome.err());
        assertEquals(0, outcome.exitCode());
        assertEquals("""
                record 0 at byte 0: good
                  magic, version   4852, 1
                  suite            0 (mod96+blake3)
                  flags            1 (phi 1)
                  budget           0
                  phase, cycle     0, 0
                  spread, wait     0, 768
                  payload length   12288
                  sequence         0
                  R96 digest       ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9
                  content address  819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60
                  slot             11872 (46,96)
                  witness head     0000000000000000000000000000000000000000000000000000000000000000
                  receipt id       a1471134ca4d9b01530452c5f5e227ded59bd1ddc2db0d0380fe2ca92c74483a
                  chain head       e77c847e7c95be0ef6a3e1a8556c90f9976e4e2fe3e872bb9bd2b5614235acc1
                1 records, 0 bad, chain head e77c847e7c95be0ef6a3e1a8556c90f9976e4e2fe3e872bb9bd2b5614235acc1
                """, outcome.out());
    }

    @Test
    void shouldReadFramesAndTheirReceiptsOfAnySuiteAlike() throws IOException {
        for (final R96Rule rule : R96Rule.values()) {
            for (final AddressHash addressHash : AddressHash.values()) {
                final Suite suite = new Suite(rule, addressHash);
                final byte[] frames = sealedFrames(suite, true, COUNT, true);
                final byte[] receipts = receipts(frames);
                final Outcome ofFrames = inspect(frames, "--json");
                final Outcome ofReceipts = inspect(receipts, "--json");
                assertEquals(0, ofFrames.exitCode(), ofFrames.err());
                assertEquals(0, ofReceipts.exitCode(), ofReceipts.err());
                assertEquals(COUNT, ofFrames.objects().size());
                for (int i = 0; i < COUNT; i++) {
                    final Map<String, Object> frame = ofFrames.objects().get(i);
                    final Map<String, Object> receipt = ofReceipts.objects().get(i);
                    assertEquals(i, frame.get("link_sequence"));
                    assertEquals(i, receipt.get("sequence"));
                    assertEquals(true, receipt.get("ok"));
                    assertEquals(suite.label(), receipt.get("suite_name"));
                    assertEquals((long) i * FRAME, ((Number) frame.get("offset")).longValue());
                    for (final String field : List.of("id", "chain_head", "slot", "row", "column", "content_address")) {
                        assertEquals(receipt.get(field), frame.get(field), field);
                    }
                }
                assertEquals(
                        chainHead(receipts), ofFrames.objects().get(COUNT - 1).get("chain_head"));
            }
        }
    }

    @Test
    void shouldReadStandardInput() throws IOException {
        final byte[] receipts = receipts(sealedFrames(Suite.DEFAULT, false, 3, true));
        final Outcome outcome = run(receipts, "inspect", "-");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().endsWith("3 records, 0 bad, chain head " + chainHead(receipts) + "\n"));
        final Outcome bad = run(Arrays.copyOf(receipts, 200), "inspect", "-");
        assertEquals(
                "venation: standard input: 1 of 2 records do not verify, the first is record 1: cut off, 72 of 128 bytes\n",
                bad.err());
    }

    @Test
    void shouldTakeAnEmptyFileForNoReceipts() throws IOException {
        final Outcome outcome = inspect(new byte[0]);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("0 records, 0 bad, chain head " + "00".repeat(32) + "\n", outcome.out());
    }

    @Test
    void shouldNameEveryDamagedByteOfAFrame() throws IOException {
        final long seed = 5;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 60; round++) {
            final byte[] frames = sealedFrames(Suite.DEFAULT, true, 3, true);
            final int offset = round < 40 ? random.nextInt(160) : random.nextInt(FRAME);
            frames[FRAME + offset] ^= (byte) (1 + random.nextInt(255));
            final Outcome outcome = inspect(frames, "--json");
            final String message = "seed=" + seed + " round=" + round + " offset=" + offset;
            assertEquals(1, outcome.exitCode(), message);
            assertEquals(
                    List.of(true, false, true),
                    outcome.objects().stream().map(object -> object.get("ok")).toList(),
                    message + outcome.out());
            assertTrue(
                    outcome.err()
                            .endsWith("1 of 3 records do not verify, the first is record 1: "
                                    + outcome.objects().get(1).get("reason") + "\n"),
                    message + outcome.err());
        }
    }

    @Test
    void shouldSayWhichReceiptFieldIsDamagedInTheFirstRecordToo() throws IOException {
        final byte[] receipts = receipts(sealedFrames(Suite.DEFAULT, false, 2, true));
        assertDamageNamed(receipts, 0, "receipt does not start with HR");
        assertDamageNamed(receipts, 1, "receipt does not start with HR");
        assertDamageNamed(receipts, 2, "receipt version is not 1");
        assertDamageNamed(receipts, 5, "budget is above 47");
        assertDamageNamed(receipts, 6, "phase is not sequence mod 768");
        assertDamageNamed(receipts, 8, "cycle is not sequence / 768");
        assertDamageNamed(receipts, 24, "sequence is not the expected one");
        assertDamageNamed(receipts, 96, "witness head is not zero");
    }

    private void assertDamageNamed(final byte[] receipts, final int offset, final String reason) throws IOException {
        final byte[] damaged = receipts.clone();
        damaged[offset] ^= 0x40;
        final Outcome outcome = inspect(damaged, "--json");
        assertEquals(1, outcome.exitCode());
        assertEquals(reason, outcome.objects().get(0).get("reason"));
        assertEquals(true, outcome.objects().get(1).get("ok"));
    }

    @Test
    void shouldTellAMissingReceiptOnce() throws IOException {
        final byte[] receipts = receipts(sealedFrames(Suite.DEFAULT, false, COUNT, true));
        final byte[] gapped = new byte[(COUNT - 1) * RECEIPT];
        System.arraycopy(receipts, 0, gapped, 0, 7 * RECEIPT);
        System.arraycopy(receipts, 8 * RECEIPT, gapped, 7 * RECEIPT, (COUNT - 8) * RECEIPT);
        final Outcome outcome = inspect(gapped);
        assertEquals(1, outcome.exitCode());
        assertTrue(
                outcome.err()
                        .endsWith(
                                "1 of 19 records do not verify, the first is record 7: sequence is not the expected one\n"),
                outcome.err());
    }

    @Test
    void shouldNameACutOffFrame() throws IOException {
        final byte[] frames = sealedFrames(Suite.DEFAULT, false, 2, true);
        final Outcome outcome = inspect(Arrays.copyOf(frames, FRAME + 9_000), "--json");
        assertEquals(1, outcome.exitCode());
        assertEquals(2, outcome.objects().size());
        assertEquals("cut off, 9000 of 12448 bytes", outcome.objects().get(1).get("reason"));
    }

    @Test
    void shouldRefuseWhatIsNeither() throws IOException {
        final Outcome outcome = inspect("some text".getBytes(UTF_8));
        assertEquals(1, outcome.exitCode());
        assertTrue(
                outcome.err().endsWith("starts with bytes 73 6f: neither receipts (48 52) nor sealed frames (01 01)\n"),
                outcome.err());
        final Outcome missing =
                run(new byte[0], "inspect", directory.resolve("missing").toString());
        assertEquals(1, missing.exitCode());
        assertTrue(missing.err().endsWith("missing: No such file or directory\n"), missing.err());
        assertEquals(1, missing.err().lines().count());
        assertEquals(2, run(new byte[0], "inspect").exitCode());
    }

    @Test
    void shouldPrintSequencesAsUnsigned() throws IOException {
        final byte[] receipts = receipts(sealedFrames(Suite.DEFAULT, false, 1, true));
        Arrays.fill(receipts, 24, 32, (byte) 0xFF);
        assertTrue(inspect(receipts).out().contains("sequence         18446744073709551615\n"));
        assertTrue(inspect(receipts, "--json").out().contains("\"sequence\":18446744073709551615,"));
        assertFalse(inspect(receipts, "--json").out().contains("-1"));
    }

    private Outcome inspect(final byte[] content, final String... options) throws IOException {
        final Path file = directory.resolve("records");
        Files.write(file, content);
        final String[] args = Arrays.copyOf(new String[] {"inspect", file.toString()}, 2 + options.length);
        System.arraycopy(options, 0, args, 2, options.length);
        return run(new byte[0], args);
    }

    private static Outcome run(final byte[] input, final String... args) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final int exitCode =
                VenationMain.run(args, new Console(Channels.newChannel(new ByteArrayInputStream(input)), out, err));
        return new Outcome(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Sealed frames one behind the other, random or all zero. */
    private static byte[] sealedFrames(
            final Suite suite, final boolean onLink, final int count, final boolean isRandom) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate((long) count * FRAME, 64);
            if (isRandom) {
                final byte[] bytes = new byte[count * FRAME];
                new SplittableRandom(42).nextBytes(bytes);
                memory.copyFrom(MemorySegment.ofArray(bytes));
            }
            final int[] payloadLengths = new int[count];
            Arrays.fill(payloadLengths, 12_288);
            new FrameSealer(Kernels.select("auto"), suite, onLink)
                    .seal(memory.address(), FRAME, count, 0, payloadLengths);
            return memory.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static byte[] receipts(final byte[] frames) {
        final byte[] receipts = new byte[frames.length / FRAME * RECEIPT];
        for (int i = 0; i < frames.length / FRAME; i++) {
            System.arraycopy(frames, i * FRAME + SealedFrameLayout.RECEIPT_OFFSET, receipts, i * RECEIPT, RECEIPT);
        }
        return receipts;
    }

    private static String chainHead(final byte[] receipts) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(receipts.length, 64);
            memory.copyFrom(MemorySegment.ofArray(receipts));
            final ReceiptChain chain = new ReceiptChain(Kernels.select("auto"));
            chain.append(memory.address(), RECEIPT, receipts.length / RECEIPT);
            return HexFormat.of().formatHex(chain.head());
        }
    }
}
