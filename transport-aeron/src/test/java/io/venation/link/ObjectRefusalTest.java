package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.frame.OffHeap;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.object.ObjectLayout;
import io.venation.object.ObjectNodes;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import io.venation.store.MemoryFrameStore;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that lies about an object is told so, and nothing is pinned. */
final class ObjectRefusalTest {
    private static final int FRAME = FrameKernels.FRAME_LENGTH;
    private static final Digest NOWHERE = new Digest(1, 2, 3, 4);

    private final MemoryFrameStore frames = new MemoryFrameStore(Kernels.select(), TestLink.SUITE.addressHash());

    @TempDir
    private Path folder;

    private MappedFrameStore store;
    private TestLink link;
    /** Of a file of four chunks or more. */
    private Digest root;

    private final List<Digest> chunks = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        store = StoreFolder.open(folder.resolve("store"));
        link = new TestLink(TestLink.Channel.IPC, null);
        link.keepIn(store);
        final Path file = folder.resolve("file");
        new TestTree(221).fill(file, 45_000);
        root = new TreeStorer(frames, bytes -> {}).put(file).root();
        ObjectNodes.references(frame(root), (key, kind, level, length) -> chunks.add(Digest.read(key)));
    }

    @AfterEach
    void close() throws Exception {
        // and the receiver serves the next one
        final TransferSummary sent = link.send(frames, root);
        assertNull(sent.failure());
        assertEquals(Set.of(root), store.roots().keySet());
        link.close();
        store.close();
        frames.close();
    }

    private long frame(final Digest address) {
        return StoreFolder.frame(frames, address);
    }

    private void assertRefused(final Forger forger, final String... words) throws Exception {
        final String answer = forger.answer();
        for (final String word : words) {
            assertTrue(answer.contains(word), () -> word + " is not in: " + answer);
        }
        assertEquals(1, answer.lines().count(), answer);
        assertNotNull(link.lastReceived().failure());
        assertNull(link.lastReceived().root());
        assertEquals(Set.of(), store.roots().keySet());
    }

    private Forger hello() throws Exception {
        return new Forger(link).hello();
    }

    private Forger sent(final Forger forger, final List<Digest> addresses) throws Exception {
        forger.offer(addresses.toArray(Digest[]::new));
        for (final Digest address : addresses) {
            forger.frame(frame(address));
        }
        return forger;
    }

    @Test
    void shouldTakeWhatIsTrue() throws Exception {
        try (Forger forger = hello()) {
            sent(forger, chunks);
            assertEquals("complete", sent(forger, List.of(root)).objectEnd(root).answer());
            assertEquals(forger.offeredCount, forger.answeredCount);
        }
        assertEquals(Set.of(root), store.roots().keySet());
    }

    @Test
    void shouldNameAFrameThatWasNeverSent() throws Exception {
        try (Forger forger = hello()) {
            assertRefused(forger.objectEnd(root), root.toString(), "not in the store and was not sent");
        }
        try (Forger forger = hello()) {
            assertRefused(
                    sent(forger, List.of(root)).objectEnd(root),
                    chunks.getFirst().toString(),
                    "was not sent");
        }
        try (Forger forger = hello()) {
            sent(forger, chunks.subList(0, 2));
            assertRefused(forger.objectEnd(root), chunks.get(2).toString(), "was not sent");
        }
        assertEquals(3, store.frameCount(), "what was sent stays");
    }

    @Test
    void shouldRefuseAnotherFrameThanWasOffered() throws Exception {
        try (Forger forger = hello()) {
            forger.offer(chunks.get(0), chunks.get(1))
                    .frame(frame(chunks.get(0)))
                    .frame(frame(chunks.get(2)));
            assertRefused(
                    forger,
                    "frame at sequence",
                    "it is " + chunks.get(2),
                    "where " + chunks.get(1) + " was offered",
                    "nothing is pinned");
            assertEquals(1, link.lastReceived().rejected());
        }
        try (Forger forger = hello()) {
            forger.offer(NOWHERE).frame(frame(root));
            assertRefused(forger, "it is " + root, "where " + NOWHERE + " was offered");
        }
    }

    @Test
    void shouldRefuseAFrameThatIsNotFull() throws Exception {
        try (Forger forger = hello()) {
            forger.offer(NOWHERE).frame((byte) 'a', FRAME - 1, 0);
            assertRefused(forger, "was offered");
        }
        try (Arena arena = Arena.ofConfined();
                Forger forger = hello()) {
            final long frame = arena.allocate(FRAME, 64).address();
            final long key = arena.allocate(32, 8).address();
            OffHeap.putU8(frame, 'a');
            frames.put(frame, FRAME, 1, key);
            forger.offer(Digest.read(key)).frame((byte) 'a', 1, 0);
            assertRefused(forger, "payload length 1");
        }
    }

    /** A node of rubbish, a file that is a directory's entry list, a length that is another's. */
    @Test
    void shouldRefuseWhatIsMalformed() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            final long bad = arena.allocate(FRAME, 64).address();
            final long key = arena.allocate(32, 8).address();
            OffHeap.copy(frame(root), bad, FRAME);
            OffHeap.putU8(bad + ObjectLayout.VERSION_OFFSET, 9);
            frames.put(bad, FRAME, 1, key);
            final Digest unknown = Digest.read(key);
            try (Forger forger = hello()) {
                sent(forger, chunks);
                assertRefused(
                        sent(forger, List.of(unknown)).objectEnd(unknown), unknown.toString(), "malformed", "pinned");
            }
            // a file's node of level 2 over a chunk
            OffHeap.copy(frame(root), bad, FRAME);
            OffHeap.putU8(bad + ObjectLayout.LEVEL_OFFSET, 2);
            frames.put(bad, FRAME, 1, key);
            final Digest above = Digest.read(key);
            try (Forger forger = hello()) {
                assertRefused(
                        sent(forger, List.of(above)).objectEnd(above),
                        chunks.getFirst().toString(),
                        "malformed");
            }
        }
    }

    @Test
    void shouldRefuseCountsAndChainsThatLie() throws Exception {
        try (Forger forger = hello()) {
            sent(forger, chunks);
            assertRefused(forger.objectEnd(root, message -> message.frameCount(99)), "the sender counts 99");
        }
        try (Forger forger = hello()) {
            assertRefused(
                    forger.offer(chunks.getFirst()).objectEnd(root, message -> message.offeredCount(2)),
                    "0 frames of 1 offered");
        }
        try (Forger forger = hello()) {
            sent(forger, List.of(root));
            assertRefused(forger.objectEnd(root, message -> message.putChainHead(new byte[32], 0, 32)), "chain");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 33, 129 * 32})
    void shouldRefuseOffersOfNoAddresses(final int length) throws Exception {
        try (Forger forger = hello()) {
            final byte[] keys = new byte[length];
            Arrays.fill(keys, (byte) 7);
            assertRefused(forger.offer(keys), length > 4_096 ? "control field" : "offer of " + length + " bytes");
        }
    }

    @Test
    void shouldRefuseMessagesOfTheOtherKind() throws Exception {
        try (Forger forger = hello()) {
            assertRefused(forger.fileBegin(Forger.bytes("file"), 5), "unknown kind 12");
        }
        try (Forger forger = hello()) {
            assertRefused(forger.transferEnd(message -> {}), "unknown kind 16");
        }
        Files.createDirectory(folder.resolve("target"));
        try (TestLink files = new TestLink(TestLink.Channel.IPC, folder.resolve("target"))) {
            try (Forger forger = new Forger(files)) {
                assertEquals(
                        "control message of unknown kind 110",
                        forger.hello().offer(root).answer());
            }
            try (Forger forger = new Forger(files)) {
                assertEquals(
                        "control message of unknown kind 111",
                        forger.hello().objectEnd(root).answer());
            }
        }
    }

    /** Offers beyond what may be pending stay in the stream until frames have come. */
    @Test
    void shouldHoldOffersBackWhileTooMuchIsPending() throws Exception {
        try (Forger forger = hello()) {
            final byte[] keys = new byte[LinkProtocol.OFFER_LIMIT * 32];
            final int most = OfferWindow.LIMIT / LinkProtocol.OFFER_LIMIT;
            for (int i = 0; i < most + 4; i++) {
                Arrays.fill(keys, (byte) (i + 1));
                forger.offer(keys);
            }
            for (int i = 0; i < 2_000; i++) {
                link.receiver.doWork(); // the stream has four more
            }
            forger.frame(frame(root));
            assertRefused(forger, "was offered");
            assertEquals(OfferWindow.LIMIT, forger.answeredCount);
        }
    }
}
