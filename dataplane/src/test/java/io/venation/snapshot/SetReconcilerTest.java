package io.venation.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetReconcilerTest {
    private static final int MAX = SetReconciler.MAX_MESSAGE_LIMIT;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    /** What a conversation took. */
    private record Talk(List<Digest> lackingHere, List<Digest> lackingThere, int messages, long bytes) {}

    @Test
    void shouldSettleEqualSetsWithOneMessage() {
        final Set<Digest> keys = keys(new SplittableRandom(1), 5_000);
        final Talk talk = reconcile(keys, keys, MAX);
        assertEquals(1, talk.messages);
        assertTrue(talk.lackingHere.isEmpty() && talk.lackingThere.isEmpty());
    }

    @Test
    void shouldFindWhatEachSideLacks() {
        for (long seed = 0; seed < 300; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Set<Digest> common = keys(random, size(random));
            final Set<Digest> here = keys(random, size(random) / 4);
            final Set<Digest> there = keys(random, size(random) / 4);
            final int limit = seed % 2 == 0 ? MAX : random.nextInt(SetReconciler.MIN_MESSAGE_LIMIT, 40_000);
            final Talk talk = reconcile(union(common, here), union(common, there), limit);
            assertEquals(there, new HashSet<>(talk.lackingHere), "seed=" + seed);
            assertEquals(here, new HashSet<>(talk.lackingThere), "seed=" + seed);
            if (limit == MAX) {
                assertEquals(there.size(), talk.lackingHere.size(), "each once, seed=" + seed);
                assertEquals(here.size(), talk.lackingThere.size(), "each once, seed=" + seed);
            }
        }
    }

    @Test
    void shouldFillAnEmptySetInMessagesOfTheLimit() {
        final Set<Digest> keys = keys(new SplittableRandom(2), 3_000);
        for (final boolean emptyBegins : new boolean[] {true, false}) {
            final Talk talk = emptyBegins
                    ? reconcile(Set.of(), keys, SetReconciler.MIN_MESSAGE_LIMIT)
                    : reconcile(keys, Set.of(), SetReconciler.MIN_MESSAGE_LIMIT);
            assertEquals(keys, new HashSet<>(emptyBegins ? talk.lackingHere : talk.lackingThere));
            assertTrue(talk.bytes < 2 * 32 * 3_000, "bytes=" + talk.bytes);
        }
    }

    @Test
    void shouldFindKeysThatDifferInTheLastByteOnly() {
        final Set<Digest> here = new HashSet<>();
        final Set<Digest> there = new HashSet<>();
        for (long last = 0; last < 200; last++) {
            (last % 3 == 0 ? here : there).add(new Digest(7, 0, 0, last << 56));
        }
        final Talk talk = reconcile(here, there, SetReconciler.MIN_MESSAGE_LIMIT);
        assertEquals(there, new HashSet<>(talk.lackingHere));
        assertEquals(here, new HashSet<>(talk.lackingThere));
    }

    /** Issue's figure: at most 1 % of the bytes of listing all addresses. */
    @Test
    void shouldTakeAHundredthOfTheBytesOfAListForAHundredDifferencesInAMillion() {
        final SplittableRandom random = new SplittableRandom(3);
        final Set<Digest> common = keys(random, 1_000_000);
        final Set<Digest> here = keys(random, 50);
        final Set<Digest> there = keys(random, 50);
        final Talk talk = reconcile(union(common, here), union(common, there), MAX);
        System.out.println("a million keys, a hundred differ: messages=" + talk.messages + " bytes=" + talk.bytes);
        assertEquals(there, new HashSet<>(talk.lackingHere));
        assertEquals(here, new HashSet<>(talk.lackingThere));
        assertTrue(talk.bytes <= 32L * 1_000_000 / 100, "bytes=" + talk.bytes);
        assertTrue(talk.messages <= 6, "messages=" + talk.messages);
    }

    @Test
    void shouldRefuseMutatedMessagesByNameAndNeverReadOutside() {
        final SplittableRandom random = new SplittableRandom(4);
        final Set<Digest> common = keys(random, 400);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[MAX]);
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[MAX]);
        try (KeySet here = set(union(common, keys(random, 20)));
                KeySet there = set(union(common, keys(random, 20)));
                SetReconciler one = new SetReconciler(here, key -> {}, MAX);
                SetReconciler other = new SetReconciler(there, Digest::read, MAX)) {
            final int begun = one.begin(message);
            final int length = other.answer(message, 0, begun, answer);
            int refused = 0;
            for (int round = 0; round < 20_000; round++) {
                final byte[] mutated = new byte[random.nextInt(8) == 0 ? random.nextInt(length) : length];
                answer.getBytes(0, mutated);
                for (int flips = random.nextInt(1, 4); flips > 0 && mutated.length > 0; flips--) {
                    mutated[random.nextInt(Math.min(mutated.length, 1 << random.nextInt(3, 14)))] ^=
                            (byte) (1 << random.nextInt(8));
                }
                try {
                    one.answer(new UnsafeBuffer(mutated), 0, mutated.length, message);
                } catch (final MalformedMessageException e) {
                    refused++;
                }
            }
            assertTrue(refused > 5_000, "refused=" + refused);
        }
    }

    @Test
    void shouldRefuseALimitOutOfRange() {
        try (KeySet keys = set(Set.of())) {
            assertThrows(IllegalArgumentException.class, () -> new SetReconciler(keys, key -> {}, 4_095));
            assertThrows(IllegalArgumentException.class, () -> new SetReconciler(keys, key -> {}, MAX + 1));
        }
    }

    private Talk reconcile(final Set<Digest> here, final Set<Digest> there, final int limit) {
        final List<Digest> lackingHere = new ArrayList<>();
        final List<Digest> lackingThere = new ArrayList<>();
        final UnsafeBuffer[] messages = {new UnsafeBuffer(new byte[limit]), new UnsafeBuffer(new byte[limit])};
        try (KeySet hereKeys = set(here);
                KeySet thereKeys = set(there);
                SetReconciler one = new SetReconciler(hereKeys, key -> lackingHere.add(Digest.read(key)), limit);
                SetReconciler other = new SetReconciler(thereKeys, key -> lackingThere.add(Digest.read(key)), limit)) {
            int length = one.begin(messages[0]);
            int count = 0;
            long bytes = 0;
            while (length > 0) {
                assertTrue(length <= limit, "length=" + length);
                bytes += length;
                final SetReconciler next = count % 2 == 0 ? other : one;
                length = next.answer(messages[count % 2], 0, length, messages[(count + 1) % 2]);
                count++;
            }
            return new Talk(lackingHere, lackingThere, count, bytes);
        }
    }

    private KeySet set(final Set<Digest> keys) {
        try (Arena unsorted = Arena.ofConfined()) {
            final long memory = unsorted.allocate(32L * keys.size() + 1).address();
            long next = memory;
            for (final Digest key : keys) {
                key.write(next);
                next += 32;
            }
            return new KeySet(memory, keys.size());
        }
    }

    private static int size(final SplittableRandom random) {
        return random.nextInt(1 << random.nextInt(1, 12));
    }

    private static Set<Digest> keys(final SplittableRandom random, final int count) {
        final Set<Digest> keys = new HashSet<>();
        while (keys.size() < count) {
            keys.add(new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        }
        return keys;
    }

    private static Set<Digest> union(final Set<Digest> some, final Set<Digest> others) {
        final Set<Digest> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}
