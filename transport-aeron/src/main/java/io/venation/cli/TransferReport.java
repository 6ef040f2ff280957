package io.venation.cli;

import io.venation.link.TransferSummary;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints how a transfer ended. */
final class TransferReport {
    private TransferReport() {}

    static int print(final Console console, final TransferSummary summary, final boolean json) {
        if (json) {
            console.line(Json.of(fields(summary)));
        } else if (summary.ok()) {
            console.line(text(summary));
        }
        if (!summary.ok()) {
            console.error(summary.failure());
        }
        return summary.ok() ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
    }

    private static Map<String, Object> fields(final TransferSummary summary) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bytes", summary.bytes());
        fields.put("files", summary.files());
        fields.put("frames", summary.frames());
        if (summary.root() != null) {
            fields.put("frames_shared", summary.shared());
            fields.put("root", summary.root().toString());
        }
        fields.put("seconds", summary.seconds());
        fields.put("gb_per_s", summary.gigabytesPerSecond());
        fields.put("frames_per_s", summary.framesPerSecond());
        fields.put("rejected", summary.rejected());
        fields.put("kernel", summary.kernel());
        fields.put("chain_head", HexFormat.of().formatHex(summary.chainHead()));
        fields.put("ok", summary.ok());
        return fields;
    }

    private static String text(final TransferSummary summary) {
        return String.format(
                Locale.ROOT,
                "%,d bytes in %,d files, %,d frames verified%s, %.3f s, %.3f GB/s, %,.0f frames/s, kernel %s%n"
                        + "chain head %s%s",
                summary.bytes(),
                summary.files(),
                summary.frames(),
                summary.root() == null ? "" : String.format(Locale.ROOT, ", %,d shared", summary.shared()),
                summary.seconds(),
                summary.gigabytesPerSecond(),
                summary.framesPerSecond(),
                summary.kernel(),
                HexFormat.of().formatHex(summary.chainHead()),
                summary.root() == null ? "" : String.format("%n%s", summary.root()));
    }
}
