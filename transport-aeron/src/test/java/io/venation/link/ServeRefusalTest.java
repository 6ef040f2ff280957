package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.codec.AbortEncoder;
import io.venation.codec.FramesWantedEncoder;
import io.venation.codec.LogRootWantedEncoder;
import io.venation.codec.LogRootsWantedEncoder;
import io.venation.codec.LogWantedEncoder;
import io.venation.codec.MessageHeaderEncoder;
import io.venation.codec.PeerHelloEncoder;
import io.venation.codec.PositionWantedEncoder;
import io.venation.codec.RootsWantedEncoder;
import io.venation.receipt.Digest;
import io.venation.snapshot.KeySet;
import io.venation.snapshot.NodeKinds;
import io.venation.snapshot.SetReconciler;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreReader;
import io.venation.store.VerifyPolicy;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What peers can say that is wrong: each is told, or left alone, and the others are served. */
@Timeout(120)
class ServeRefusalTest {
    private static final int LIMIT = 8;
    /** 24 MB, into terms of 16 MiB. */
    private static final int QUESTIONS_ABOVE_THE_WINDOW = 30;

    @TempDir
    private Path folder;

    private TestServe serve;
    private Set<Digest> addresses;

    @BeforeEach
    void begin() throws Exception {
        TestServe.fill(folder, 1, 3_000_000);
        try (MappedFrameStore store = TestServe.open(folder)) {
            addresses = TestServe.addresses(store);
        }
        serve = new TestServe(TestLink.Channel.IPC, folder, LIMIT);
    }

    @AfterEach
    void end() {
        serve.close();
    }

    private void assertServes() {
        try (PeerSource peer = serve.peer()) {
            serve.assertGives(peer, addresses);
        }
    }

    @Test
    void shouldRefuseHellosThatAreNone() throws Exception {
        try (PeerForger peer = new PeerForger(serve)) {
            assertEquals(
                    "version mismatch: the peer speaks protocol 2, this store 1",
                    peer.hello(hello -> hello.protocolVersion(2)).failure());
        }
        try (PeerForger peer = new PeerForger(serve)) {
            assertTrue(
                    peer.hello(hello -> hello.framesPort(4711)).failure().contains("framesPort=4711"), peer.failure());
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.hello(hello -> hello.replyPort(4711));
            Turns.until(() -> serve.ended.stream()
                    .anyMatch(end -> end.failure() != null && end.failure().contains("replyPort=4711")));
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.control.begin(new PositionWantedEncoder());
            peer.end();
            Turns.until(() ->
                    serve.ended.stream().anyMatch(end -> "the first message is no PeerHello".equals(end.failure())));
        }
        assertServes();
    }

    @Test
    void shouldRefuseQuestionsThatBreakARule() throws Exception {
        for (final int length : List.of(0, 31, 33, 65 * 32)) {
            try (PeerForger peer = new PeerForger(serve)) {
                peer.welcomed().frames(0, new byte[length]);
                assertTrue(peer.failure().contains("with " + length + " bytes of keys"), peer.failure());
            }
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed().frames(1, new byte[32]);
            assertEquals("question 1 for frames, expected 0", peer.failure());
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed().control.begin(new AbortEncoder()).putReason(new byte[0], 0, 0);
            assertEquals("question of unknown kind 17", peer.end().failure());
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed().hello(hello -> {});
            assertEquals("question of unknown kind 120", peer.failure());
        }
        for (final long from : new long[] {1, -1, Long.MAX_VALUE}) {
            try (PeerForger peer = new PeerForger(serve)) {
                peer.welcomed().control.begin(new RootsWantedEncoder()).from(from);
                assertEquals(
                        "question for roots from " + from + ", of which there are none",
                        peer.end().failure());
            }
        }
        assertServes();
    }

    @Test
    void shouldRefuseReconciliationsThatAreNone() throws Exception {
        final byte[] part = new byte[LinkProtocol.PART_LIMIT + 1];
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed().part(1, part, part.length);
            assertTrue(peer.failure().startsWith("part of 8193 bytes behind 0:"), peer.failure());
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed();
            for (int sent = 0; sent < SetReconciler.MAX_MESSAGE_LIMIT; sent += LinkProtocol.PART_LIMIT) {
                peer.part(0, part, LinkProtocol.PART_LIMIT);
            }
            peer.part(1, part, 1);
            assertTrue(peer.failure().startsWith("part of 1 bytes behind 1048576:"), peer.failure());
        }
        for (final int length : List.of(0, 1, 8_192)) {
            try (PeerForger peer = new PeerForger(serve)) {
                peer.welcomed().part(1, part, length);
                assertEquals("not a message of set reconciliation", peer.failure());
            }
        }
        for (long seed = 0; seed < 40; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            try (PeerForger peer = new PeerForger(serve)) {
                final byte[] message = reconciliation();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
                }
                final int length = random.nextInt(4) > 0 ? message.length : random.nextInt(message.length);
                peer.welcomed().part(1, message, length);
                Turns.until(() -> peer.poll().failure != null || peer.hasReconciled);
            } catch (final AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
        assertServes();
    }

    private void assertRefusesLog(final int shown, final int count, final String from, final String reason)
            throws Exception {
        final byte[] text = from.getBytes(StandardCharsets.US_ASCII);
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed()
                    .control
                    .begin(new LogWantedEncoder())
                    .shown((short) shown)
                    .count(count)
                    .putFrom(text, 0, text.length);
            assertTrue(peer.end().failure().contains(reason), peer.failure());
        }
    }

    @Test
    void shouldRefuseQuestionsForALogThatThereIsNot() throws Exception {
        final UUID id;
        try (StoreReader reader = new StoreReader(folder, serve.kernels, VerifyPolicy.NEVER)) {
            id = reader.storeId();
        }
        for (final int count : List.of(0, 161, 65_535)) {
            assertRefusesLog(0, count, "", "question for " + count + " changes: 1..160");
        }
        for (final int shown : List.of(2, 255)) {
            assertRefusesLog(shown, 1, "", "question for the log with limit " + shown);
        }
        for (final String from : List.of("x", id + " 0 -1 0", id + " -1 0 0", id + " 0 9999999999999999999 0")) {
            assertRefusesLog(0, 1, from, "no position in a log");
        }
        assertRefusesLog(0, 1, "-".repeat(36) + " 0 0 0", "malformed: Invalid UUID");
        assertRefusesLog(0, 1, " ".repeat(97), "control field of 97 bytes: at most 96 are taken");
        assertRefusesLog(0, 1, new UUID(1, 2) + " 0 0 -1", "question for the log of store " + new UUID(1, 2));
        for (final long from : new long[] {1, -1, Long.MAX_VALUE}) {
            try (PeerForger peer = new PeerForger(serve)) {
                peer.welcomed()
                        .control
                        .begin(new LogRootsWantedEncoder())
                        .shown((short) 0)
                        .from(from);
                assertEquals(
                        "question for roots of the log from " + from + ", of which there are none",
                        peer.end().failure());
            }
        }
        try (PeerForger peer = new PeerForger(serve)) {
            peer.welcomed().control.begin(new LogRootWantedEncoder()).shown((short) 2);
            assertEquals(
                    "question for the log with limit 2, which there is not",
                    peer.end().failure());
        }
        assertServes();
    }

    /** The first message of a reconciliation of nothing. */
    private static byte[] reconciliation() {
        try (KeySet none = new KeySet(0, 0);
                SetReconciler side = new SetReconciler(none, key -> {}, SetReconciler.MIN_MESSAGE_LIMIT)) {
            final UnsafeBuffer message = new UnsafeBuffer(new byte[SetReconciler.MIN_MESSAGE_LIMIT]);
            return Arrays.copyOf(message.byteArray(), side.begin(message));
        }
    }

    /** A length of keys that is not there, in a message whose digest is right. */
    @Test
    void shouldBelieveNoLength() throws Exception {
        for (final int length : List.of(64, 2_048, 8_192, Integer.MAX_VALUE, -1)) {
            try (PeerForger peer = new PeerForger(serve)) {
                final FramesWantedEncoder message = peer.welcomed().control.begin(new FramesWantedEncoder());
                message.number(0).putKeys(new byte[32], 0, 32);
                message.buffer().putInt(message.offset() + message.sbeBlockLength(), length);
                assertNotNull(peer.end().failure(), "length=" + length);
            }
        }
        assertServes();
    }

    @Test
    void shouldOutliveWhateverIsSent() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int before = serve.ended.size();
            try (PeerForger peer = new PeerForger(serve)) {
                if (random.nextInt(3) > 0) {
                    peer.welcomed();
                }
                final byte[] bytes = new byte[random.nextInt(1, LinkProtocol.MESSAGE_LIMIT)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) { // a header that is right
                    new MessageHeaderEncoder()
                            .wrap(new UnsafeBuffer(bytes.length < 8 ? new byte[8] : bytes), 0)
                            .blockLength(random.nextInt(40))
                            .templateId(random.nextInt(119, 138))
                            .schemaId(MessageHeaderEncoder.SCHEMA_ID)
                            .version(MessageHeaderEncoder.SCHEMA_VERSION);
                }
                if (random.nextBoolean() && bytes.length <= LinkProtocol.MESSAGE_LIMIT - 64) {
                    final Raw raw = new Raw(bytes);
                    peer.control.begin(raw); // and so is the digest
                    peer.end();
                } else {
                    peer.send(bytes, bytes.length);
                }
            }
            try {
                Turns.until(() -> serve.ended.size() > before);
                assertEquals(0, serve.ended.get(before).frameCount());
            } catch (final AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
        assertServes();
    }

    /** A message of any kind with any body. */
    private static final class Raw implements MessageEncoderFlyweight {
        private final byte[] bytes;
        private final PeerHelloEncoder any = new PeerHelloEncoder();

        Raw(final byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public MessageEncoderFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
            buffer.putBytes(offset, bytes);
            return this;
        }

        @Override
        public MutableDirectBuffer buffer() {
            return any.buffer();
        }

        @Override
        public int encodedLength() {
            return bytes.length;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int limit() {
            return bytes.length;
        }

        @Override
        public void limit(final int limit) {
            // it does not grow
        }

        @Override
        public int sbeBlockLength() {
            return bytes[0] & 0x3f;
        }

        @Override
        public int sbeTemplateId() {
            return 119 + (bytes[bytes.length - 1] & 0xff) % 19;
        }

        @Override
        public int sbeSchemaId() {
            return any.sbeSchemaId();
        }

        @Override
        public int sbeSchemaVersion() {
            return any.sbeSchemaVersion();
        }

        @Override
        public String sbeSemanticType() {
            return "";
        }
    }

    @Test
    void shouldLeaveAPeerThatTakesNothingAndServeTheOthers() throws Exception {
        final byte[] keys = new byte[LinkProtocol.FRAMES_LIMIT * LinkProtocol.KEY_LENGTH];
        int count = 0;
        for (final Digest address : addresses) {
            if (count < LinkProtocol.FRAMES_LIMIT) {
                address.write(keys, LinkProtocol.KEY_LENGTH * count++);
            }
        }
        try (PeerForger slow = new PeerForger(serve)) {
            slow.welcomed();
            for (int number = 0; number < QUESTIONS_ABOVE_THE_WINDOW; number++) {
                slow.frames(number, keys);
            }
            Turns.until(() -> slow.poll().givenCount > 2);
            assertServes();
            Turns.until(() -> serve.ended.size() == 1);
            assertNull(serve.ended.getFirst().failure(), "the other one has left");
            Turns.until(() -> {
                serve.aheadNs.addAndGet(TimeUnit.SECONDS.toNanos(31)); // nothing but a full window holds it up for that
                return slow.poll().failure != null;
            });
            assertTrue(slow.failure().endsWith("takes no frames"), slow.failure);
            assertServes();
        }
    }

    @Test
    void shouldGiveWhatItHasPromisedThoughItIsSweptMeanwhile() throws Exception {
        final byte[] keys = new byte[LinkProtocol.FRAMES_LIMIT * LinkProtocol.KEY_LENGTH];
        int count = 0;
        for (final Digest address : addresses) {
            if (count < LinkProtocol.FRAMES_LIMIT) {
                address.write(keys, LinkProtocol.KEY_LENGTH * count++);
            }
        }
        try (PeerForger slow = new PeerForger(serve);
                Arena arena = Arena.ofConfined()) {
            slow.welcomed();
            for (int number = 0; number < QUESTIONS_ABOVE_THE_WINDOW; number++) {
                slow.frames(number, keys);
            }
            Turns.until(() -> slow.poll().givenCount > 2);
            try (MappedFrameStore store = TestServe.open(folder)) {
                final long key = arena.allocate(32, 8).address();
                for (final Digest root : List.copyOf(store.roots().keySet())) {
                    root.write(key);
                    store.unpin(key);
                }
                store.sweep(NodeKinds.REFERENCES);
                assertEquals(0, store.frameCount());
            }
            Turns.until(() -> slow.pollFrames().poll().givenCount == QUESTIONS_ABOVE_THE_WINDOW);
            assertTrue(serve.damaged.isEmpty(), "swept is not damaged");
            assertNull(slow.failure);
        }
    }
}
