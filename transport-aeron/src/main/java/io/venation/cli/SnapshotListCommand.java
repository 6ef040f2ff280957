package io.venation.cli;

import io.venation.snapshot.Snapshot;
import io.venation.snapshot.Snapshots;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code venation snapshot list}. */
@Command(name = "list", description = "List the snapshots of a store, the oldest first.")
final class SnapshotListCommand extends StoreSubcommand {
    @Override
    int run() throws IOException {
        return read((store, suite) -> {
            new Snapshots(store, kernels(), suite.addressHash()).list().forEach(this::print);
            return VenationMain.EXIT_OK;
        });
    }

    private void print(final Snapshot snapshot) {
        console()
                .line(
                        json()
                                ? Json.of(fields(snapshot))
                                : snapshot.address() + " " + snapshot.created() + " " + snapshot.name());
    }

    static Map<String, Object> fields(final Snapshot snapshot) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("address", snapshot.address().toString());
        fields.put("name", snapshot.name());
        fields.put("root", snapshot.root().toString());
        fields.put("kind", snapshot.kind().name().toLowerCase(Locale.ROOT));
        fields.put("length", snapshot.length());
        fields.put("sequence", snapshot.sequence());
        fields.put("created", snapshot.created().toString());
        return fields;
    }
}
