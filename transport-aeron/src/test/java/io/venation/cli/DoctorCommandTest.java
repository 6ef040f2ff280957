package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.venation.tuning.HostFacts;
import io.venation.tuning.HostFacts.SharedMemory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private static final int MIB = 1 << 20;
    private static final List<String> NATIVE =
            List.of("kernel native: avx2, in use (auto)", "kernel scalar: -, available");

    @Test
    void shouldFindNothingToDoOnAGoodHost() {
        final HostFacts facts = new HostFacts(
                "Linux 6.1 amd64",
                "Somebody 25",
                8,
                16L << 30,
                OptionalLong.of(8 * MIB),
                OptionalLong.of(8 * MIB),
                Optional.of(new SharedMemory(8L << 30, 4L << 30)),
                Optional.of("madvise"));
        assertEquals(
                List.of(
                        "ok    jdk                     Somebody 25",
                        "ok    operating system        Linux 6.1 amd64",
                        "ok    kernel native           avx2, in use (auto)",
                        "ok    kernel scalar           -, available",
                        "ok    cores                   8",
                        "ok    memory                  16.0 GiB",
                        "ok    receive buffer          4.0 MiB granted of 4.0 MiB wanted",
                        "ok    send buffer             4.0 MiB granted of 4.0 MiB wanted",
                        "ok    shared memory           4.0 GiB free of 8.0 GiB in /dev/shm",
                        "ok    transparent huge pages  madvise"),
                lines(facts, NATIVE, 4 * MIB));
    }

    @Test
    void shouldSayWhatToDoOnAPoorHost() {
        final HostFacts facts = new HostFacts(
                "Linux 6.1 amd64",
                "Somebody 25",
                1,
                1L << 30,
                OptionalLong.of(212_992),
                OptionalLong.of(212_992),
                Optional.of(new SharedMemory(64 * MIB, 64 * MIB)),
                Optional.of("always"));
        final List<String> kernels =
                List.of("kernel vector: 256, in use (auto)", "kernel native: not available: no compiler was found");
        assertEquals(
                List.of(
                        "ok    kernel vector           256, in use (auto)",
                        "warn  kernel native           not available: no compiler was found: it is the fastest; install gcc"
                                + " or clang and build again",
                        "warn  cores                   1: sender, driver and receiver take turns; give this process two or"
                                + " more",
                        "ok    memory                  1.0 GiB",
                        "warn  receive buffer          208.0 KiB granted of 4.0 MiB wanted: run 'sudo sysctl -w"
                                + " net.core.rmem_max=4194304' (keep it in /etc/sysctl.d)",
                        "warn  send buffer             208.0 KiB granted of 4.0 MiB wanted: run 'sudo sysctl -w"
                                + " net.core.wmem_max=4194304' (keep it in /etc/sysctl.d)",
                        "warn  shared memory           64.0 MiB free of 64.0 MiB in /dev/shm: terms need 256.0 MiB; remove"
                                + " what is left there, or run 'sudo mount -o remount,size=1g /dev/shm' (containers:"
                                + " --shm-size=1g)",
                        "warn  transparent huge pages  always: compaction can stall frames for milliseconds; run 'echo"
                                + " madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled'"),
                lines(facts, kernels, 212_992).subList(2, 10));
    }

    @Test
    void shouldManageWithoutTheFactsOfLinux() {
        final HostFacts facts = new HostFacts(
                "Mac OS X 15 aarch64",
                "Somebody 25",
                8,
                16L << 30,
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
        final List<String> lines = lines(facts, NATIVE, 1_000);
        assertEquals(
                List.of(
                        "warn  receive buffer          1000 B granted of 4.0 MiB wanted: raise the system's limit for socket"
                                + " buffers to 4.0 MiB",
                        "warn  send buffer             1000 B granted of 4.0 MiB wanted: raise the system's limit for socket"
                                + " buffers to 4.0 MiB",
                        "ok    shared memory           no /dev/shm, terms lie in the temporary directory",
                        "ok    transparent huge pages  none"),
                lines.subList(6, 10));
    }

    @Test
    void shouldRunOnThisHost() throws IOException {
        final CommandRun text = CommandRun.of("doctor");
        assertEquals(0, text.exitCode());
        assertEquals("", text.err());
        assertTrue(text.out().lines().allMatch(line -> line.matches("(ok|warn) +\\S.*")), text.out());

        final CommandRun json = CommandRun.of("doctor", "--json");
        assertEquals(0, json.exitCode());
        assertEquals(1, json.out().lines().count());
        final Object[] checks = JSON.std.arrayFrom(json.out());
        assertEquals(text.out().lines().count(), checks.length);
        for (final Object each : checks) {
            final Map<?, ?> check = (Map<?, ?>) each;
            assertEquals(
                    "ok".equals(check.get("status"))
                            ? Set.of("check", "status", "finding")
                            : Set.of("check", "status", "finding", "advice"),
                    check.keySet());
        }
    }

    @Test
    void shouldPrintSizesInTheirLargestUnit() {
        assertEquals("0 B", DoctorCommand.size(0));
        assertEquals("1023 B", DoctorCommand.size(1023));
        assertEquals("1.0 KiB", DoctorCommand.size(1024));
        assertEquals("1.5 MiB", DoctorCommand.size(3 << 19));
        assertEquals("8.0 EiB", DoctorCommand.size(Long.MAX_VALUE));
    }

    private static List<String> lines(final HostFacts facts, final List<String> kernels, final int bufferBytes) {
        return DoctorCommand.checks(facts, kernels, bufferBytes, bufferBytes).stream()
                .map(DoctorCommand.Check::line)
                .toList();
    }
}
