package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import io.venation.codec.CompleteDecoder;
import io.venation.codec.FileEndDecoder;
import io.venation.codec.HelloDecoder;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.OfferDecoder;
import io.venation.codec.TransferEndDecoder;
import io.venation.codec.WantedDecoder;
import io.venation.codec.WelcomeDecoder;
import io.venation.hashing.Kernels;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.MemoryFrameStore;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Flips one bit of what is under way. The test subscribes to the same streams: its images map the same log buffers, so a
 * bit that it changes after the sender has committed and before the receiver polls is changed for the receiver.
 */
final class InFlightCorruptionTest {
    private static final int FRAME = 12_288;
    private static final int SEALED = 12_448;
    private static final int FRAME_COUNT = 7;

    @TempDir
    private Path folder;

    private int sessionCount;

    /** One fragment in a log buffer. */
    private record Fragment(UnsafeBuffer term, int offset, int length, int templateId, int messageOffset) {
        void flip(final long bit) {
            final int index = offset + (int) (bit / 8);
            term.putByte(index, (byte) (term.getByte(index) ^ 1 << bit % 8));
        }
    }

    /** Everything that one session has carried so far. */
    private static final class Tap implements AutoCloseable {
        private final Subscription subscription;
        private final int sessionId;
        final List<Fragment> fragments = new ArrayList<>();
        private int messageOffset;

        Tap(final Subscription subscription, final int sessionId) {
            this.subscription = subscription;
            this.sessionId = sessionId;
        }

        void poll() {
            final Image image = subscription.imageBySessionId(sessionId);
            while (image != null && image.poll(this::onFragment, 100) > 0) {
                // all of it
            }
        }

        private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
            messageOffset = (header.flags() & 0x80) != 0 ? 0 : messageOffset;
            final int templateId = Short.toUnsignedInt(buffer.getShort(offset + 2, java.nio.ByteOrder.LITTLE_ENDIAN));
            fragments.add(new Fragment((UnsafeBuffer) buffer, offset, length, templateId, messageOffset));
            messageOffset += length;
        }

        boolean has(final int templateId) {
            return fragments.stream().anyMatch(fragment -> fragment.templateId == templateId);
        }

        long bytes() {
            return fragments.stream().mapToLong(Fragment::length).sum();
        }

        @Override
        public void close() {
            subscription.close();
        }
    }

    /** One transfer that stops where everything is sent and nothing received, then goes on. */
    private final class Attempt implements AutoCloseable {
        final TestLink link;
        final Tap control;
        final Tap frames;
        final SendAgent sender;
        final LinkEndpoint endpoint;
        Subscription replySubscription;
        Tap replies;
        final int before;
        final Agent taps = Turns.of(this::poll);

        Attempt(final TestLink link, final Path source) throws IOException {
            this.link = link;
            before = link.received.size();
            final int sessionId = ++sessionCount;
            control = new Tap(
                    link.aeron().addSubscription(link.receiving.controlChannel(), LinkProtocol.CONTROL_STREAM_ID),
                    sessionId);
            frames = new Tap(
                    link.aeron().addSubscription(link.receiving.frameChannel(), LinkProtocol.FRAME_STREAM_ID),
                    sessionId);
            // sessions and a port that a second subscription can name
            endpoint = new LinkEndpoint(
                    link.sending.name(),
                    link.sending.frameChannel() + "|session-id=" + sessionId,
                    link.sending.controlChannel() + "|session-id=" + sessionId,
                    link.sending.replyChannel().replace(":0", ":" + TestLink.freePort()));
            sender = link.sender(source, endpoint);
        }

        private void poll() {
            control.poll();
            frames.poll();
            if (replies == null && replySubscription != null && replySubscription.imageCount() > 0) {
                replies = new Tap(
                        replySubscription, replySubscription.imageAtIndex(0).sessionId());
            }
            if (replies != null) {
                replies.poll();
            }
        }

        void until(final BooleanSupplier condition, final Agent... agents) throws Exception {
            final Agent[] all = java.util.Arrays.copyOf(agents, agents.length + 1);
            all[agents.length] = taps;
            Turns.until(condition, all);
        }

        void untilHelloIsSent() throws Exception {
            until(() -> control.has(HelloDecoder.TEMPLATE_ID), sender);
            final Fragment hello = control.fragments.getFirst();
            final HelloDecoder decoder = new HelloDecoder()
                    .wrap(
                            hello.term,
                            hello.offset + MessageHeaderDecoder.ENCODED_LENGTH,
                            HelloDecoder.BLOCK_LENGTH,
                            HelloDecoder.SCHEMA_VERSION);
            replySubscription = link.aeron().addSubscription(endpoint.replyChannel(), decoder.replyStreamId());
        }

        void untilWelcomeIsSent() throws Exception {
            untilHelloIsSent();
            until(() -> replies != null && replies.has(WelcomeDecoder.TEMPLATE_ID), link.receiver);
        }

        void untilAllIsSent() throws Exception {
            untilWelcomeIsSent();
            until(
                    () -> control.has(TransferEndDecoder.TEMPLATE_ID) && frames.bytes() == (long) FRAME_COUNT * SEALED,
                    sender);
        }

        /** Of an object: all that is offered is wanted, and sent. */
        void untilWantedFramesAreSent(final long count) throws Exception {
            untilOfferIsAnswered();
            until(() -> frames.bytes() == count * SEALED, sender);
        }

        void untilOfferIsAnswered() throws Exception {
            untilOfferIsSent();
            until(() -> replies.has(WantedDecoder.TEMPLATE_ID), link.receiver);
        }

        void untilOfferIsSent() throws Exception {
            untilWelcomeIsSent();
            until(() -> control.has(OfferDecoder.TEMPLATE_ID), sender);
        }

        void untilCompleteIsSent() throws Exception {
            untilAllIsSent();
            until(() -> replies != null && replies.has(CompleteDecoder.TEMPLATE_ID), link.receiver);
        }

        void finish() throws Exception {
            until(() -> link.received.size() > before, link.receiver);
            link.nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
            until(() -> sender.summary() != null, sender, link.receiver);
        }

        @Override
        public void close() {
            sender.close();
            org.agrona.CloseHelper.closeAll(control, frames, replySubscription);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldRefuseAFlippedBitInAFrame(final TestLink.Channel channel) throws Exception {
        final long seed = 41 + channel.ordinal();
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = source(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 60; i++) {
                try (Attempt attempt = new Attempt(link, source)) {
                    attempt.untilAllIsSent();
                    // a third each: envelope, receipt, lattice frame
                    final int from = i % 3 == 0 ? 0 : i % 3 == 1 ? 32 : 160;
                    final int to = i % 3 == 0 ? 32 : i % 3 == 1 ? 160 : SEALED;
                    final int frame = random.nextInt(FRAME_COUNT);
                    final long bit = random.nextLong(from * 8L, to * 8L);
                    flip(attempt.frames.fragments, frame, bit);
                    attempt.finish();
                    final String message = "seed=" + seed + " i=" + i + " frame=" + frame + " bit=" + bit;
                    assertRefused(attempt, message);
                    assertEquals(1, link.lastReceived().rejected(), message);
                    assertEquals(1, attempt.sender.summary().rejected(), message);
                    assertTrue(attempt.sender.summary().failure().contains("does not verify"), message);
                    assertFalse(Files.exists(link.target.resolve("file")), message);
                }
            }
            assertServesAgain(link, source);
        }
    }

    /** A bit of the n-th sealed frame, in whichever fragment holds it. */
    private static void flip(final List<Fragment> fragments, final int frame, final long bit) {
        int begun = -1;
        for (final Fragment fragment : fragments) {
            begun += fragment.messageOffset == 0 ? 1 : 0;
            final long within = bit - fragment.messageOffset * 8L;
            if (begun == frame && within >= 0 && within < fragment.length * 8L) {
                fragment.flip(within);
                return;
            }
        }
        throw new AssertionError("no fragment holds bit " + bit + " of frame " + frame);
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldRefuseAFlippedBitInTheManifest(final TestLink.Channel channel) throws Exception {
        final long seed = 51 + channel.ordinal();
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = source(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 50; i++) {
                try (Attempt attempt = new Attempt(link, source)) {
                    attempt.untilAllIsSent();
                    final List<Fragment> later = attempt.control.fragments.stream()
                            .filter(fragment -> fragment.templateId != HelloDecoder.TEMPLATE_ID)
                            .toList();
                    final Fragment fragment = later.get(random.nextInt(later.size()));
                    final long bit = random.nextLong(fragment.length * 8L);
                    fragment.flip(bit);
                    attempt.finish();
                    final String message =
                            "seed=" + seed + " i=" + i + " template=" + fragment.templateId + " bit=" + bit;
                    assertRefused(attempt, message);
                    assertTrue(attempt.sender.summary().failure().contains("does not verify"), message);
                    if (fragment.templateId <= FileEndDecoder.TEMPLATE_ID) {
                        assertFalse(Files.exists(link.target.resolve("file")), message);
                    }
                    Files.deleteIfExists(link.target.resolve("file"));
                }
            }
            assertServesAgain(link, source);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldRefuseAFlippedBitInHello(final TestLink.Channel channel) throws Exception {
        final long seed = 61 + channel.ordinal();
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = source(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 12; i++) {
                try (Attempt attempt = new Attempt(link, source)) {
                    attempt.untilHelloIsSent();
                    final Fragment hello = attempt.control.fragments.getFirst();
                    assertEquals(HelloDecoder.TEMPLATE_ID, hello.templateId);
                    final long bit = random.nextLong(hello.length * 8L);
                    hello.flip(bit);
                    attempt.finish();
                    assertRefused(attempt, "seed=" + seed + " bit=" + bit);
                }
            }
            assertServesAgain(link, source);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400"})
    void shouldNotBelieveAFlippedReply(final TestLink.Channel channel) throws Exception {
        final long seed = 71 + channel.ordinal();
        final SplittableRandom random = new SplittableRandom(seed);
        final Path source = source(seed);
        try (TestLink link = new TestLink(channel, folder.resolve("target"))) {
            for (int i = 0; i < 24; i++) {
                final boolean welcome = i % 2 == 0;
                try (Attempt attempt = new Attempt(link, source)) {
                    if (welcome) {
                        attempt.untilWelcomeIsSent();
                    } else {
                        attempt.untilCompleteIsSent();
                    }
                    final Fragment reply = attempt.replies.fragments.getLast();
                    final long bit = random.nextLong(reply.length * 8L);
                    reply.flip(bit);
                    attempt.until(() -> attempt.sender.summary() != null, attempt.sender);
                    final String message = "seed=" + seed + " welcome=" + welcome + " bit=" + bit;
                    final String failure = attempt.sender.summary().failure();
                    assertNotNull(failure, message);
                    assertTrue(failure.contains("does not verify"), () -> message + ": " + failure);
                    attempt.sender.close();
                    attempt.until(() -> link.received.size() > attempt.before, link.receiver);
                    // what the receiver had confirmed is whole; what it had not is gone
                    assertEquals(!welcome, Files.exists(link.target.resolve("file")), message);
                    TreeRoundTripTest.assertNoTemporary(link.target);
                    Files.deleteIfExists(link.target.resolve("file"));
                }
            }
            assertServesAgain(link, source);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IPC", "UDP_62400", "UDP_1440"})
    void shouldPinNothingWhereABitOfAnObjectIsFlipped(final TestLink.Channel channel) throws Exception {
        final long seed = 81 + channel.ordinal();
        final SplittableRandom random = new SplittableRandom(seed);
        try (MappedFrameStore store = StoreFolder.open(folder.resolve("store"));
                TestLink link = new TestLink(channel, null)) {
            link.keepIn(store);
            for (int i = 0; i < 36; i++) {
                final String message = "seed=" + seed + " i=" + i;
                final Path source = folder.resolve("source" + i);
                new TestTree(seed * 1_000 + i).fill(source, FRAME_COUNT * FRAME - 100);
                final long count;
                try (MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash())) {
                    new TreeStorer(frames, bytes -> {}).put(source);
                    count = frames.frameCount();
                }
                try (Attempt attempt = new Attempt(link, source)) {
                    switch (i % 3) {
                        case 0 -> {
                            attempt.untilWantedFramesAreSent(count);
                            flip(attempt.frames.fragments, random.nextInt((int) count), random.nextLong(SEALED * 8L));
                        }
                        case 1 -> {
                            attempt.untilOfferIsSent();
                            flipAny(attempt.control.fragments, OfferDecoder.TEMPLATE_ID, random);
                        }
                        default -> {
                            attempt.untilOfferIsAnswered();
                            flipAny(attempt.replies.fragments, WantedDecoder.TEMPLATE_ID, random);
                            attempt.until(() -> attempt.sender.summary() != null, attempt.sender);
                            attempt.sender.close();
                        }
                    }
                    attempt.finish();
                    final String failure = attempt.sender.summary().failure();
                    assertTrue(failure.contains("does not verify"), () -> message + ": " + failure);
                    assertNotNull(link.lastReceived().failure(), message);
                    assertEquals(i % 3 == 0 ? 1 : 0, link.lastReceived().rejected(), message);
                    assertTrue(store.roots().isEmpty(), message);
                }
                assertNull(link.send(source).failure(), message);
                unpinAll(store);
            }
        }
    }

    private static void unpinAll(final MappedFrameStore store) {
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(32, Long.BYTES).address();
            for (final Digest root : store.roots().keySet()) {
                root.write(key);
                assertTrue(store.unpin(key));
            }
        }
    }

    /** A bit of a message of a kind. */
    private static void flipAny(final List<Fragment> fragments, final int templateId, final SplittableRandom random) {
        final Fragment fragment = fragments.stream()
                .filter(candidate -> candidate.templateId == templateId && candidate.messageOffset == 0)
                .findFirst()
                .orElseThrow();
        fragment.flip(random.nextLong(fragment.length * 8L));
    }

    private Path source(final long seed) throws IOException {
        final Path source = Files.createDirectory(folder.resolve("source"));
        new TestTree(seed).fill(source.resolve("file"), FRAME_COUNT * FRAME - 100);
        return source;
    }

    private static void assertRefused(final Attempt attempt, final String message) throws IOException {
        final String failure = attempt.sender.summary().failure();
        assertNotNull(failure, message);
        assertEquals(1, failure.lines().count(), message);
        assertNotNull(attempt.link.lastReceived().failure(), message);
        if (Files.exists(attempt.link.target)) {
            TreeRoundTripTest.assertNoTemporary(attempt.link.target);
            try (Stream<Path> left = Files.list(attempt.link.target)) {
                assertTrue(left.allMatch(path -> path.endsWith("file")), message);
            }
        }
    }

    private static void assertServesAgain(final TestLink link, final Path source) throws Exception {
        assertNull(link.send(source).failure());
        TreeComparison.assertSame(source, link.target, "after the refusals");
    }
}
