package io.venation.bench;

import com.sun.management.ThreadMXBean;
import io.venation.cli.Console;
import io.venation.cli.Json;
import io.venation.cli.VenationCommand;
import io.venation.receipt.Digest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code venation bench tree}: what a prolly tree in memory does a second. */
@Command(
        name = "tree",
        description = "Prolly trees in memory: lookups, scans, batches, differences; a new tree in each round.",
        footer = {"", "Keys and values have 16 bytes; the order of keys has nothing to do with that of the puts."})
public final class BenchTreeCommand implements VenationCommand {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CHANGES = 100;
    private static final int DIFFS = 20;
    private static final int SMALL_BATCH = 1_000;
    private static final int LARGE_BATCH = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Entries of the tree (default ${DEFAULT-VALUE}).")
    private int entries;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    private final Map<String, Figure> figures = new LinkedHashMap<>();

    /** For the command line. */
    public BenchTreeCommand() {}

    /** One kind of work, and how long each round took for it. */
    private record Figure(int count, double[] elapsedNs, double[] allocatedBytes) {
        double nsPerItem(final double ofAll) {
            final double[] sorted = elapsedNs.clone();
            Arrays.sort(sorted);
            return sorted[(int) Math.round(ofAll * (sorted.length - 1))] / count;
        }

        double bytesAllocatedPerItem() {
            return Arrays.stream(allocatedBytes).min().orElseThrow() / count;
        }
    }

    @Override
    public Integer call() {
        if (entries < CHANGES * CHANGES || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--entries must be at least " + CHANGES * CHANGES + ", --rounds at least 1");
        }
        long frames = 0;
        for (int round = -1; round < rounds; round++) {
            frames = measure(round);
        }
        report(Console.of(spec), frames);
        return 0;
    }

    /** One round on a tree of its own; round −1 warms up. */
    private long measure(final int round) {
        try (TreeWork work = new TreeWork(entries, round)) {
            time(round, "build", entries, work::build);
            final long frames = work.frameCount();
            time(round, "get", entries, () -> work.get(entries));
            time(round, "scan forward", entries, () -> work.scan(true));
            time(round, "scan backward", entries, () -> work.scan(false));
            final Digest ours = work.differing(CHANGES);
            final Digest theirs = work.differing(CHANGES);
            time(round, "diff of " + CHANGES, DIFFS, () -> repeat(DIFFS, () -> work.diff(ours, CHANGES)));
            time(round, "merge of " + CHANGES, 1, () -> work.merge(ours, theirs, CHANGES));
            time(round, "set, batches of 1", SMALL_BATCH, () -> repeat(SMALL_BATCH, () -> work.set(1, false)));
            time(
                    round,
                    "set, batches of 1000",
                    LARGE_BATCH,
                    () -> repeat(LARGE_BATCH / SMALL_BATCH, () -> work.set(SMALL_BATCH, false)));
            time(round, "set, batches of 10000", LARGE_BATCH, () -> work.set(LARGE_BATCH, false));
            time(round, "insert, batches of 10000", LARGE_BATCH, () -> work.set(LARGE_BATCH, true));
            return frames;
        }
    }

    private static void repeat(final int times, final Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private void time(final int round, final String variant, final int count, final Runnable work) {
        final long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        final long startNs = System.nanoTime();
        work.run();
        final long elapsedNs = System.nanoTime() - startNs;
        if (round >= 0) {
            final Figure figure =
                    figures.computeIfAbsent(variant, v -> new Figure(count, new double[rounds], new double[rounds]));
            figure.elapsedNs[round] = elapsedNs;
            figure.allocatedBytes[round] = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        }
    }

    private void report(final Console console, final long frames) {
        if (json) {
            final List<Map<String, Object>> rows = new ArrayList<>();
            figures.forEach((variant, figure) -> rows.add(row(variant, figure, frames)));
            console.line(Json.of(rows));
            return;
        }
        console.line(Machine.describe());
        console.line(String.format(
                Locale.ROOT, "%,d entries in %,d frames of 12,288 bytes, %d rounds", entries, frames, rounds));
        console.line(String.format(
                Locale.ROOT, "%-26s %12s %25s %12s %8s", "", "a second", "min..max", "µs each", "B each"));
        figures.forEach((variant, figure) -> console.line(String.format(
                Locale.ROOT,
                "%-26s %,12.0f %,12.0f..%-,11.0f %12.3f %8.1f",
                variant,
                1e9 / figure.nsPerItem(0.5),
                1e9 / figure.nsPerItem(1),
                1e9 / figure.nsPerItem(0),
                figure.nsPerItem(0.5) / 1e3,
                figure.bytesAllocatedPerItem())));
    }

    private Map<String, Object> row(final String variant, final Figure figure, final long frames) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", "tree");
        row.put("variant", variant);
        row.put("entries", entries);
        row.put("frames", frames);
        row.put("rounds", rounds);
        row.put("per_s", 1e9 / figure.nsPerItem(0.5));
        row.put("per_s_min", 1e9 / figure.nsPerItem(1));
        row.put("per_s_max", 1e9 / figure.nsPerItem(0));
        row.put("us_each", figure.nsPerItem(0.5) / 1e3);
        row.put("bytes_allocated_each", figure.bytesAllocatedPerItem());
        return row;
    }
}
