package io.venation.tuning;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this host has; a fact that the operating system does not tell is empty.
 *
 * @param os                    name, version and architecture.
 * @param jdk                   vendor and version.
 * @param cores                 processors this process may use, ≥ 1.
 * @param memoryBytes           memory this process may use.
 * @param receiveBufferLimitBytes largest receive buffer a socket may ask for ({@code net.core.rmem_max}).
 * @param sendBufferLimitBytes  largest send buffer a socket may ask for ({@code net.core.wmem_max}).
 * @param sharedMemory          {@code /dev/shm}, where media drivers keep their terms.
 * @param transparentHugePages  {@code always}, {@code madvise} or {@code never}.
 */
public record HostFacts(
        String os,
        String jdk,
        int cores,
        long memoryBytes,
        OptionalLong receiveBufferLimitBytes,
        OptionalLong sendBufferLimitBytes,
        Optional<SharedMemory> sharedMemory,
        Optional<String> transparentHugePages) {
    private static final Pattern SELECTED = Pattern.compile("\\[(\\w+)]");

    /**
     * A file system in memory.
     *
     * @param totalBytes its size.
     * @param freeBytes  what this user can still fill.
     */
    public record SharedMemory(long totalBytes, long freeBytes) {}

    /**
     * Looks at this host.
     *
     * @return its facts at this moment.
     */
    public static HostFacts probe() {
        return probe(Path.of("/"));
    }

    static HostFacts probe(final Path root) {
        return new HostFacts(
                String.join(
                        " ",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch")),
                System.getProperty("java.vendor") + " " + Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize(),
                number(root.resolve("proc/sys/net/core/rmem_max")),
                number(root.resolve("proc/sys/net/core/wmem_max")),
                sharedMemory(root.resolve("dev/shm")),
                text(root.resolve("sys/kernel/mm/transparent_hugepage/enabled"))
                        .map(SELECTED::matcher)
                        .filter(Matcher::find)
                        .map(selected -> selected.group(1)));
    }

    private static OptionalLong number(final Path file) {
        return text(file).filter(text -> text.matches("\\d{1,18}")).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** In one read, because a second one under /proc/sys finds the end: Files.readString gets the first digit there. */
    private static Optional<String> text(final Path file) {
        final byte[] bytes = new byte[256];
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(bytes, 0, Math.max(0, in.read(bytes)), StandardCharsets.US_ASCII).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<SharedMemory> sharedMemory(final Path directory) {
        try {
            final FileStore store = Files.getFileStore(directory);
            return Optional.of(new SharedMemory(store.getTotalSpace(), store.getUsableSpace()));
        } catch (final IOException e) {
            return Optional.empty();
        }
    }
}
