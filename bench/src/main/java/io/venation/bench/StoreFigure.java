package io.venation.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One kind of work on something that keeps frames, and how long each round took for it. */
final class StoreFigure {
    static final String HEADING = String.format(
            Locale.ROOT,
            "%-32s %8s %15s %13s %25s %12s %8s",
            "",
            "GB/s",
            "min..max",
            "a second",
            "min..max",
            "ns each",
            "B each");

    private final String what;
    private final String variant;
    private final int count;
    private final long bytesEach;
    private final double[] elapsedNs;
    private final double[] allocatedBytes;
    private final Map<String, Object> more = new LinkedHashMap<>();

    /**
     * @param count     frames, objects or openings of a round.
     * @param bytesEach 0 where they are not touched.
     */
    StoreFigure(final String what, final String variant, final int count, final long bytesEach, final int rounds) {
        this.what = what;
        this.variant = variant;
        this.count = count;
        this.bytesEach = bytesEach;
        elapsedNs = new double[rounds];
        allocatedBytes = new double[rounds];
    }

    static String name(final String what, final String variant) {
        return what + ' ' + variant;
    }

    String what() {
        return what;
    }

    void set(final int round, final double elapsed, final double allocated) {
        elapsedNs[round] = elapsed;
        allocatedBytes[round] = allocated;
    }

    /** Adds something that is no time. */
    StoreFigure add(final String key, final Object value) {
        more.put(key, value);
        return this;
    }

    private double nsEach(final double ofAll) {
        final double[] sorted = elapsedNs.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(ofAll * (sorted.length - 1))] / count;
    }

    private double bytesAllocatedEach() {
        return Arrays.stream(allocatedBytes).min().orElseThrow() / count;
    }

    Map<String, Object> toMap() {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", what);
        row.put("variant", variant);
        row.put("count", count);
        row.put("rounds", elapsedNs.length);
        if (bytesEach > 0) {
            row.put("gb_per_s", bytesEach / nsEach(0.5));
            row.put("gb_per_s_min", bytesEach / nsEach(1));
            row.put("gb_per_s_max", bytesEach / nsEach(0));
        }
        row.put("per_s", 1e9 / nsEach(0.5));
        row.put("per_s_min", 1e9 / nsEach(1));
        row.put("per_s_max", 1e9 / nsEach(0));
        row.put("ns_each", nsEach(0.5));
        row.put("bytes_allocated_each", bytesAllocatedEach());
        row.putAll(more);
        return row;
    }

    String line() {
        final StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%-32s ", name(what, variant)));
        line.append(
                bytesEach == 0
                        ? " ".repeat(24)
                        : String.format(
                                Locale.ROOT,
                                "%8.3f %7.3f..%-6.3f",
                                bytesEach / nsEach(0.5),
                                bytesEach / nsEach(1),
                                bytesEach / nsEach(0)));
        line.append(String.format(
                Locale.ROOT,
                " %,13.0f %,12.0f..%-,11.0f %,12.0f %8.1f",
                1e9 / nsEach(0.5),
                1e9 / nsEach(1),
                1e9 / nsEach(0),
                nsEach(0.5),
                bytesAllocatedEach()));
        more.forEach((key, value) -> line.append("  ")
                .append(key)
                .append(' ')
                .append(value instanceof Double ? String.format(Locale.ROOT, "%.2f", value) : value));
        return line.toString();
    }
}
