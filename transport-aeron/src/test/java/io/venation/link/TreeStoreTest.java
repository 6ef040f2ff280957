package io.venation.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectDamageException;
import io.venation.object.ObjectFault;
import io.venation.object.ObjectReader;
import io.venation.receipt.Digest;
import io.venation.store.MemoryFrameStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeStoreTest {
    private final FrameKernels kernels = Kernels.select();
    private final MemoryFrameStore store = new MemoryFrameStore(kernels, AddressHash.BLAKE3);
    private final TreeStorer storer = new TreeStorer(store, bytes -> {});
    private final TreeRestorer restorer = new TreeRestorer(
            ObjectReader.verifying(store, kernels, AddressHash.BLAKE3),
            DirectoryReader.verifying(store, kernels, AddressHash.BLAKE3),
            bytes -> {});

    @TempDir
    private Path work;

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldGiveTreesBackAsTheyWere() throws IOException {
        for (long seed = 1; seed <= 6; seed++) {
            final Path source = work.resolve("source" + seed);
            new TestTree(seed).grow(source);
            final TreeStorer.Stored stored = storer.put(source.toRealPath());
            assertTrue(stored.isDirectory());
            final Path target = work.resolve("target" + seed);
            final TreeRestorer.Restored restored = restorer.restoreDirectory(stored.root(), target);
            TreeComparison.assertSameContents(source, target, "seed=" + seed);
            assertEquals(stored.bytes(), restored.bytes());
            assertEquals(stored.files(), restored.files());
            assertEquals(stored, storer.put(target.toRealPath()), "the same tree has the same root, seed=" + seed);
        }
    }

    @Test
    void shouldStoreAFileByItsBytesAlone() throws IOException {
        final Path file = work.resolve("file");
        new TestTree(3).fill(file, 1_000_000);
        final TreeStorer.Stored stored = storer.put(file);
        assertFalse(stored.isDirectory());
        assertEquals(1_000_000, stored.bytes());
        final Path copy = work.resolve("copy");
        restorer.restoreFile(stored.root(), copy);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy));
        assertEquals(stored, storer.put(copy));
    }

    @Test
    void shouldStoreOnlyWhatIsNew() throws IOException {
        final Path source = work.resolve("source");
        Files.createDirectory(source);
        new TestTree(4).fill(source.resolve("a"), 3_000_000);
        final Digest first = storer.put(source).root();
        final long before = store.frameCount();
        Files.copy(source.resolve("a"), source.resolve("b"));
        assertFalse(first.equals(storer.put(source).root()));
        assertEquals(before + 1, store.frameCount(), "another directory, the same file");
    }

    @Test
    void shouldRefuseDevices() {
        final LinkException e = assertThrows(LinkException.class, () -> storer.put(Path.of("/dev/null")));
        assertTrue(e.getMessage().contains("/dev/null"), e.getMessage());
    }

    @Test
    void shouldNotWriteThroughALinkThatTheTreeItselfBrings() throws IOException {
        final Path file = work.resolve("file");
        Files.writeString(file, "intruder");
        final TreeStorer.Stored stored = storer.put(file);
        final Path outside = work.resolve("outside");
        Files.createDirectory(outside);
        final Path target = work.resolve("target");
        Files.createDirectory(target);
        Files.createSymbolicLink(target.resolve("a"), outside);
        final DirectoryWriter writer = new DirectoryWriter(store);
        writer.add(new DirectoryEntry.File(ByteName.of("f"), 0644, Instant.EPOCH, 8, stored.root()));
        final Digest inner = writer.finish();
        writer.add(new DirectoryEntry.Directory(ByteName.of("a"), 0755, Instant.EPOCH, 1, inner));
        final Digest root = writer.finish();
        assertThrows(LinkException.class, () -> restorer.restoreDirectory(root, target));
        assertFalse(Files.exists(outside.resolve("f")));
    }

    @Test
    void shouldLeaveNothingOfAFileThatIsNotThere() throws IOException {
        final DirectoryWriter writer = new DirectoryWriter(store);
        final Digest missing = new Digest(1, 2, 3, 4);
        writer.add(new DirectoryEntry.File(ByteName.of("f"), 0644, Instant.EPOCH, 8, missing));
        final Digest root = writer.finish();
        final Path target = work.resolve("target");
        final ObjectDamageException e =
                assertThrows(ObjectDamageException.class, () -> restorer.restoreDirectory(root, target));
        assertEquals(ObjectFault.MISSING_FRAME, e.fault());
        assertEquals(missing, e.address());
        try (var names = Files.list(target)) {
            assertEquals(0, names.count());
        }
    }
}
