package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.receipt.Digest;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Levels that it takes gigabytes to reach, by references to chunks that nobody reads. */
class NodeStackTest {
    private static final long SEED = 306;
    private static final int CHUNK_COUNT = 120_000;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void shouldLeadToEachChunkThroughThreeLevels() {
        try (ObjectFixture objects = new ObjectFixture()) {
            final List<Digest> chunks = chunks();
            final long[] starts = new long[CHUNK_COUNT + 1];
            for (int i = 0; i < CHUNK_COUNT; i++) {
                starts[i + 1] = starts[i] + 1 + random.nextInt(ContentCut.MAX_LENGTH);
            }
            final Digest root = write(objects, chunks, starts);
            final NodeCursor cursor = cursor(objects);
            cursor.open(root);
            assertEquals(3, cursor.rootLevel());
            assertEquals(starts[CHUNK_COUNT], cursor.length());
            for (int round = 0; round < 20_000; round++) {
                final int chunk = random.nextInt(CHUNK_COUNT);
                final long position = starts[chunk] + random.nextLong(starts[chunk + 1] - starts[chunk]);
                cursor.seek(1, position);
                final int index = NodeCursor.indexOf(cursor.node(1), position - cursor.start(1));
                final long key = ObjectLayout.referenceKey(cursor.node(1), index);
                assertEquals(chunks.get(chunk), Digest.read(key), "seed=" + SEED + " chunk=" + chunk);
                assertEquals(starts[chunk], cursor.start(1) + ObjectLayout.referenceStart(cursor.node(1), index));
            }
            assertEquals(CHUNK_COUNT, objects.walkNodes(root).chunkCount);
            final double fill = CHUNK_COUNT / (double) (objects.store.frameCount() * ObjectLayout.MAX_REFERENCES);
            assertTrue(fill > 0.8, "fill=" + fill);
        }
    }

    @Test
    void shouldLeaveTheOtherNodesWhenAChunkIsAdded() {
        try (ObjectFixture objects = new ObjectFixture()) {
            final List<Digest> chunks = chunks();
            final long[] starts = new long[CHUNK_COUNT + 2];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = i * 10_000L;
            }
            write(objects, chunks, starts);
            final long before = objects.store.frameCount();
            chunks.addFirst(new Digest(1, 2, 3, 4));
            write(objects, chunks, starts);
            final long added = objects.store.frameCount() - before;
            assertTrue(added <= 20, "seed=" + SEED + " added=" + added + " of " + before);
        }
    }

    private List<Digest> chunks() {
        final List<Digest> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNK_COUNT; i++) {
            chunks.add(new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        }
        return chunks;
    }

    private static Digest write(final ObjectFixture objects, final List<Digest> chunks, final long[] starts) {
        final NodeStack stack = new NodeStack(objects.store, ObjectLayout.FILE_MAGIC);
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(ObjectLayout.KEY_LENGTH, 8).address();
            for (int i = 0; i < chunks.size(); i++) {
                chunks.get(i).write(key);
                stack.add(1, key, starts[i + 1] - starts[i]);
            }
        }
        return stack.finish(1);
    }

    private static NodeCursor cursor(final ObjectFixture objects) {
        return new NodeCursor(
                new FrameLoader(objects.source, objects.kernels, AddressHash.BLAKE3), ObjectLayout.FILE_MAGIC);
    }
}
