package io.venation.cli;

import io.venation.hashing.Kernels;
import io.venation.tuning.HostFacts;
import io.venation.tuning.HostFacts.SharedMemory;
import io.venation.tuning.SocketBuffers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code venation doctor}: what this host offers, and what to do about what is missing. */
@Command(name = "doctor", description = "Look at JDK, kernels, socket buffers, memory and cores, and say what to do.")
public final class DoctorCommand implements VenationCommand {
    private static final long SHARED_MEMORY_WANTED_BYTES = 256L << 20;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON array instead of text.")
    private boolean json;

    /** For the command line. */
    public DoctorCommand() {}

    /**
     * One line.
     *
     * @param name    what was looked at.
     * @param finding what there is.
     * @param advice  what to do, null where it is good as it is.
     */
    record Check(String name, String finding, String advice) {
        String status() {
            return advice == null ? "ok" : "warn";
        }

        String line() {
            return "%-4s  %-22s  %s".formatted(status(), name, advice == null ? finding : finding + ": " + advice);
        }

        Map<String, Object> json() {
            final Map<String, Object> object = new LinkedHashMap<>();
            object.put("check", name);
            object.put("status", status());
            object.put("finding", finding);
            if (advice != null) {
                object.put("advice", advice);
            }
            return object;
        }
    }

    @Override
    public Integer call() {
        final Console console = Console.of(spec);
        final List<Check> checks = checks(
                HostFacts.probe(),
                Kernels.report(),
                SocketBuffers.grantedReceiveBytes(SocketBuffers.WANTED_BYTES),
                SocketBuffers.grantedSendBytes(SocketBuffers.WANTED_BYTES));
        if (json) {
            console.line(Json.of(checks.stream().map(Check::json).toList()));
        } else {
            checks.forEach(check -> console.line(check.line()));
        }
        return VenationMain.EXIT_OK;
    }

    static List<Check> checks(
            final HostFacts facts, final List<String> kernels, final int receiveBytes, final int sendBytes) {
        final List<Check> checks = new ArrayList<>();
        checks.add(new Check("jdk", facts.jdk(), null));
        checks.add(new Check("operating system", facts.os(), null));
        kernels.forEach(line -> checks.add(kernel(line)));
        checks.add(new Check(
                "cores",
                Integer.toString(facts.cores()),
                facts.cores() > 1 ? null : "sender, driver and receiver take turns; give this process two or more"));
        checks.add(new Check("memory", size(facts.memoryBytes()), null));
        checks.add(buffer("receive buffer", "net.core.rmem_max", receiveBytes, facts.receiveBufferLimitBytes()));
        checks.add(buffer("send buffer", "net.core.wmem_max", sendBytes, facts.sendBufferLimitBytes()));
        checks.add(facts.sharedMemory()
                .map(DoctorCommand::sharedMemory)
                .orElseGet(
                        () -> new Check("shared memory", "no /dev/shm, terms lie in the temporary directory", null)));
        checks.add(facts.transparentHugePages()
                .map(DoctorCommand::hugePages)
                .orElseGet(() -> new Check("transparent huge pages", "none", null)));
        return checks;
    }

    /** A line of the chooser: {@code kernel NAME: what}. */
    private static Check kernel(final String line) {
        final int colon = line.indexOf(": ");
        final String name = line.substring(0, colon);
        final String finding = line.substring(colon + 2);
        final boolean isFastestMissing = name.equals("kernel native") && finding.startsWith("not available");
        return new Check(
                name, finding, isFastestMissing ? "it is the fastest; install gcc or clang and build again" : null);
    }

    private static Check buffer(final String name, final String key, final int grantedBytes, final OptionalLong limit) {
        final int wantedBytes = SocketBuffers.WANTED_BYTES;
        final String advice = limit.isPresent()
                ? "run 'sudo sysctl -w " + key + "=" + wantedBytes + "' (keep it in /etc/sysctl.d)"
                : "raise the system's limit for socket buffers to " + size(wantedBytes);
        return new Check(
                name,
                size(grantedBytes) + " granted of " + size(wantedBytes) + " wanted",
                grantedBytes >= wantedBytes ? null : advice);
    }

    private static Check sharedMemory(final SharedMemory memory) {
        return new Check(
                "shared memory",
                size(memory.freeBytes()) + " free of " + size(memory.totalBytes()) + " in /dev/shm",
                memory.freeBytes() >= SHARED_MEMORY_WANTED_BYTES
                        ? null
                        : "terms need " + size(SHARED_MEMORY_WANTED_BYTES)
                                + "; remove what is left there, or run 'sudo mount -o remount,size=1g /dev/shm'"
                                + " (containers: --shm-size=1g)");
    }

    private static Check hugePages(final String mode) {
        return new Check(
                "transparent huge pages",
                mode,
                mode.equals("always")
                        ? "compaction can stall frames for milliseconds; run"
                                + " 'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled'"
                        : null);
    }

    /** Bytes in the largest binary unit that leaves a whole part. */
    static String size(final long bytes) {
        final String units = "KMGTPE";
        final int unit = bytes < 1024 ? 0 : (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return unit == 0
                ? bytes + " B"
                : Math.round(10.0 * bytes / (1L << 10 * unit)) / 10.0 + " " + units.charAt(unit - 1) + "iB";
    }
}
