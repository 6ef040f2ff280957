package io.venation.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.receipt.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private static final long SEED = 77;

    private final ObjectFixture objects = new ObjectFixture();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterEach
    void close() {
        objects.close();
    }

    @Test
    void shouldGiveBackAnyDirectoryInOrder() {
        for (final int count : new int[] {0, 1, 2, 50, 150, 151, 1_000, 20_000}) {
            final TreeMap<ByteName, DirectoryEntry> model = entries(count);
            final Digest root = write(model.values());
            assertEquals(root, write(model.values()));
            final DirectoryReader reader = objects.directoryReader();
            reader.open(root);
            assertEquals(count, reader.size());
            final List<DirectoryEntry> read = new ArrayList<>();
            reader.forEach(read::add);
            assertEquals(List.copyOf(model.values()), read, "seed=" + SEED + " count=" + count);
        }
    }

    @Test
    void shouldFindEachNameAndNoOther() {
        for (final int count : new int[] {0, 1, 30, 3_000}) {
            final TreeMap<ByteName, DirectoryEntry> model = entries(count);
            final DirectoryReader reader = objects.directoryReader();
            reader.open(write(model.values()));
            model.forEach((name, entry) -> assertEquals(entry, reader.find(name)));
            for (int i = 0; i < 300; i++) {
                final ByteName name = name();
                assertEquals(model.get(name), reader.find(name), "seed=" + SEED);
            }
            assertNull(reader.find(ByteName.of("")));
        }
    }

    @Test
    void shouldLeaveTheOtherNodesWhenAnEntryIsAdded() {
        final TreeMap<ByteName, DirectoryEntry> model = entries(20_000);
        write(model.values());
        final long before = objects.store.frameCount();
        assertTrue(before > 100, "frames=" + before);
        final ByteName first = ByteName.of(new byte[] {1});
        model.put(first, new DirectoryEntry.Link(first, Instant.EPOCH, ByteName.of("x")));
        write(model.values());
        assertTrue(objects.store.frameCount() - before <= 8, "added=" + (objects.store.frameCount() - before));
    }

    @Test
    void shouldReachAllThatIsInADirectory() {
        final byte[] bytes = ObjectFixture.random(random, 100_000);
        final Digest file = objects.write(bytes);
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        writer.add(new DirectoryEntry.File(ByteName.of("file"), 0600, Instant.now(), bytes.length, file));
        final Digest inner = writer.finish();
        writer.add(new DirectoryEntry.Directory(ByteName.of("a"), 0755, Instant.EPOCH, 1, inner));
        writer.add(new DirectoryEntry.File(ByteName.of("b"), 0644, Instant.EPOCH, bytes.length, file));
        final Digest root = writer.finish();
        final ObjectFixture.Found found = objects.walk(root);
        assertEquals(0, found.faults.size());
        assertEquals(objects.store.frameCount(), found.nodes.size() + found.chunks.size());
        assertEquals(bytes.length, found.chunkBytes, "the file that is there twice is visited once");
        assertEquals(ReferenceKind.DIRECTORY, found.nodes.get(inner));
        assertEquals(ReferenceKind.FILE, found.nodes.get(file));
        assertEquals(ReferenceKind.DIRECTORY, found.nodes.get(root));
    }

    @Test
    void shouldHoldAnEntryToWhatItNames() {
        final Digest file = objects.write(new byte[100]);
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        writer.add(new DirectoryEntry.File(ByteName.of("b"), 0644, Instant.EPOCH, 99, file));
        assertEquals(
                ObjectFault.WRONG_LENGTH, objects.walk(writer.finish()).faults.get(file));
        writer.add(new DirectoryEntry.Directory(ByteName.of("b"), 0644, Instant.EPOCH, 100, file));
        assertEquals(
                ObjectFault.NOT_A_NODE, objects.walk(writer.finish()).faults.get(file));
    }

    @Test
    void shouldRefuseEntriesThatNoDirectoryHas() {
        final Digest root = new Digest(1, 2, 3, 4);
        for (final String name : new String[] {"", ".", "..", "a/b", "/", "a\0", "x".repeat(256)}) {
            assertFalse(ByteName.of(name).isFileName());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new DirectoryEntry.File(ByteName.of(name), 0644, Instant.EPOCH, 0, root));
        }
        for (final String name : new String[] {"...", ".a", "a.", " ", "x".repeat(255)}) {
            assertTrue(ByteName.of(name).isFileName());
        }
        final ByteName name = ByteName.of("n");
        assertThrows(
                IllegalArgumentException.class, () -> new DirectoryEntry.File(name, 01000, Instant.EPOCH, 0, root));
        assertThrows(
                IllegalArgumentException.class, () -> new DirectoryEntry.Directory(name, 0, Instant.EPOCH, -1, root));
        assertThrows(IllegalArgumentException.class, () -> new DirectoryEntry.Tree(name, Instant.EPOCH, -1, root));
        for (final String text : new String[] {"", "a\0b", "x".repeat(4_096)}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new DirectoryEntry.Link(name, Instant.EPOCH, ByteName.of(text)));
        }
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        final DirectoryEntry entry = new DirectoryEntry.Link(name, Instant.EPOCH, ByteName.of("x".repeat(4_095)));
        writer.add(entry);
        assertThrows(IllegalArgumentException.class, () -> writer.add(entry));
        writer.reset();
        writer.add(entry);
        writer.finish();
    }

    @Test
    void shouldOrderNamesByUnsignedBytes() {
        final TreeMap<ByteName, DirectoryEntry> model = new TreeMap<>();
        for (final byte[] bytes : new byte[][] {{(byte) 0xFF}, {1}, {0x7F}, {(byte) 0x80}, {1, 1}}) {
            final ByteName name = ByteName.of(bytes);
            model.put(name, new DirectoryEntry.Link(name, Instant.EPOCH, ByteName.of("x")));
        }
        final DirectoryReader reader = objects.directoryReader();
        reader.open(write(model.values()));
        final StringBuilder order = new StringBuilder();
        reader.forEach(entry -> order.append(Arrays.toString(entry.name().bytes())));
        assertEquals("[1][1, 1][127][-128][-1]", order.toString());
    }

    private Digest write(final Collection<DirectoryEntry> entries) {
        final DirectoryWriter writer = new DirectoryWriter(objects.store);
        entries.forEach(writer::add);
        return writer.finish();
    }

    private TreeMap<ByteName, DirectoryEntry> entries(final int count) {
        final TreeMap<ByteName, DirectoryEntry> entries = new TreeMap<>();
        while (entries.size() < count) {
            final ByteName name = name();
            final Instant modified = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            final Digest root = new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            final int mode = random.nextInt(01000);
            final long length = random.nextLong(Long.MAX_VALUE);
            entries.put(
                    name,
                    switch (random.nextInt(8)) {
                        case 0 -> new DirectoryEntry.Directory(name, mode, modified, length, root);
                        case 2 -> new DirectoryEntry.Tree(name, modified, length, root);
                        case 1 ->
                            new DirectoryEntry.Link(
                                    name, modified, ByteName.of("../" + "t".repeat(random.nextInt(4_000))));
                        default -> new DirectoryEntry.File(name, mode, modified, length, root);
                    });
        }
        return entries;
    }

    private ByteName name() {
        final byte[] bytes = ObjectFixture.random(random, 3 + random.nextInt(random.nextInt(20) == 0 ? 253 : 30));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0 || bytes[i] == '/') {
                bytes[i] = 'n';
            }
        }
        return ByteName.of(bytes);
    }
}
