package io.venation.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
    @TempDir
    private Path root;

    @Test
    void shouldReadWhatTheSystemTells() throws IOException {
        write("proc/sys/net/core/rmem_max", "212992\n");
        write("proc/sys/net/core/wmem_max", "4194304\n");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        Files.createDirectories(root.resolve("dev/shm"));

        final HostFacts facts = HostFacts.probe(root);

        assertEquals(OptionalLong.of(212_992), facts.receiveBufferLimitBytes());
        assertEquals(OptionalLong.of(4_194_304), facts.sendBufferLimitBytes());
        assertEquals(Optional.of("madvise"), facts.transparentHugePages());
        final HostFacts.SharedMemory sharedMemory = facts.sharedMemory().orElseThrow();
        assertEquals(Files.getFileStore(root).getTotalSpace(), sharedMemory.totalBytes());
        assertTrue(sharedMemory.freeBytes() <= sharedMemory.totalBytes(), sharedMemory.toString());
    }

    @Test
    void shouldLeaveOutWhatTheSystemDoesNotTell() {
        final HostFacts facts = HostFacts.probe(root);

        assertEquals(OptionalLong.empty(), facts.receiveBufferLimitBytes());
        assertEquals(OptionalLong.empty(), facts.sendBufferLimitBytes());
        assertEquals(Optional.empty(), facts.sharedMemory());
        assertEquals(Optional.empty(), facts.transparentHugePages());
    }

    @Test
    void shouldLeaveOutWhatItCannotRead() throws IOException {
        write("proc/sys/net/core/rmem_max", "plenty\n");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise never\n");

        final HostFacts facts = HostFacts.probe(root);

        assertEquals(OptionalLong.empty(), facts.receiveBufferLimitBytes());
        assertEquals(Optional.empty(), facts.transparentHugePages());
    }

    @Test
    void shouldKnowThisProcess() {
        final HostFacts facts = HostFacts.probe();

        assertEquals(Runtime.getRuntime().availableProcessors(), facts.cores());
        assertTrue(facts.memoryBytes() >= Runtime.getRuntime().maxMemory(), facts.toString());
        assertTrue(facts.jdk().endsWith(Runtime.version().toString()), facts.jdk());
        assertTrue(facts.os().startsWith(System.getProperty("os.name")), facts.os());
    }

    private void write(final String file, final String text) throws IOException {
        final Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
