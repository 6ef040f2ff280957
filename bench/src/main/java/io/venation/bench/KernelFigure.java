package io.venation.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * One row of {@code bench kernels}.
 *
 * @param machine                it was measured on.
 * @param algorithm              label of a {@link Workload}.
 * @param mechanism              native, vector, scalar or {@code peer:NAME}.
 * @param isa                    instruction set of native, bits of vector, else {@code -}.
 * @param batch                  frames, receipts or messages a call.
 * @param gbPerS                 10⁹ bytes hashed a second, mean of all iterations.
 * @param gbPerSMin              of the slowest iteration.
 * @param gbPerSMax              of the fastest iteration.
 * @param runs                   iterations.
 * @param nsPerFrame             nanoseconds for 12,288 bytes, or for a frame's receipt.
 * @param bytesAllocatedPerFrame on the Java heap.
 */
record KernelFigure(
        String machine,
        String algorithm,
        String mechanism,
        String isa,
        int batch,
        double gbPerS,
        double gbPerSMin,
        double gbPerSMax,
        int runs,
        double nsPerFrame,
        double bytesAllocatedPerFrame) {

    static final String HEADING = String.format(
            Locale.ROOT,
            "%-13s %-28s %-9s %5s %9s %19s %12s %8s",
            "what",
            "mechanism",
            "isa",
            "batch",
            "GB/s",
            "min..max",
            "ns/frame",
            "B/frame");

    /**
     * @param length bytes of each item of the batch.
     * @param frames that the call is worth.
     */
    static KernelFigure of(
            final String algorithm,
            final String mechanism,
            final String isa,
            final int batch,
            final int length,
            final double frames,
            final RunResult result) {
        double fastestNs = Double.MAX_VALUE;
        double slowestNs = 0;
        int runs = 0;
        for (final var benchmark : result.getBenchmarkResults()) {
            for (final IterationResult iteration : benchmark.getIterationResults()) {
                fastestNs = Math.min(fastestNs, iteration.getPrimaryResult().getScore());
                slowestNs = Math.max(slowestNs, iteration.getPrimaryResult().getScore());
                runs++;
            }
        }
        final double bytes = (double) batch * length;
        final double ns = result.getPrimaryResult().getScore();
        return new KernelFigure(
                Machine.describe(),
                algorithm,
                mechanism,
                isa,
                batch,
                bytes / ns,
                bytes / slowestNs,
                bytes / fastestNs,
                runs,
                ns / frames,
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / frames);
    }

    /** A row of the JSON form; throws {@link IllegalArgumentException} where it is none. */
    static KernelFigure of(final Object value) {
        if (!(value instanceof final Map<?, ?> row)) {
            throw new IllegalArgumentException("row=" + value + " is no object");
        }
        return new KernelFigure(
                text(row, "machine"),
                text(row, "algorithm"),
                text(row, "mechanism"),
                text(row, "isa"),
                number(row, "batch").intValue(),
                number(row, "gb_per_s").doubleValue(),
                number(row, "gb_per_s_min").doubleValue(),
                number(row, "gb_per_s_max").doubleValue(),
                number(row, "runs").intValue(),
                number(row, "ns_per_frame").doubleValue(),
                number(row, "bytes_allocated_per_frame").doubleValue());
    }

    private static String text(final Map<?, ?> row, final String key) {
        if (row.get(key) instanceof final String text) {
            return text;
        }
        throw new IllegalArgumentException(key + "=" + row.get(key) + " is no text");
    }

    private static Number number(final Map<?, ?> row, final String key) {
        if (row.get(key) instanceof final Number number) {
            return number;
        }
        throw new IllegalArgumentException(key + "=" + row.get(key) + " is no number");
    }

    Map<String, Object> toMap() {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("machine", machine);
        row.put("algorithm", algorithm);
        row.put("mechanism", mechanism);
        row.put("isa", isa);
        row.put("batch", batch);
        row.put("gb_per_s", gbPerS);
        row.put("gb_per_s_min", gbPerSMin);
        row.put("gb_per_s_max", gbPerSMax);
        row.put("runs", runs);
        row.put("ns_per_frame", nsPerFrame);
        row.put("bytes_allocated_per_frame", bytesAllocatedPerFrame);
        return row;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-13s %-28s %-9s %5d %9.3f %9.3f..%-8.3f %12.1f %8.1f",
                algorithm,
                mechanism,
                isa,
                batch,
                gbPerS,
                gbPerSMin,
                gbPerSMax,
                nsPerFrame,
                bytesAllocatedPerFrame);
    }
}
