package io.venation.cli;

import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.receipt.Digest;
import io.venation.snapshot.RootWalk;
import io.venation.store.StoreStatistics;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code venation store stat}. */
@Command(name = "stat", description = "Print what a store holds.")
final class StoreStatCommand extends StoreSubcommand {
    @Override
    int run() throws IOException {
        return read((store, suite) -> {
            final Map<String, Object> fields = new LinkedHashMap<>();
            final StoreStatistics statistics = store.statistics();
            final Objects objects = new Objects();
            final RootWalk walk = new RootWalk(store, kernels(), suite.addressHash());
            store.roots().keySet().forEach(root -> walk.walkNodes(root, objects));
            fields.put("suite", suite.label());
            fields.put("frames", statistics.frames());
            fields.put("bytes_stored", statistics.bytesStored());
            fields.put("bytes_put", statistics.bytesPut());
            fields.put("roots", statistics.roots());
            fields.put("objects", objects.count);
            fields.put("object_bytes", objects.fileBytes);
            fields.put("trees", objects.treeCount);
            fields.put("tree_entries", objects.entries);
            fields.put("damaged_nodes", objects.damagedCount);
            fields.put("quarantined", statistics.quarantined());
            fields.put("free_slots", statistics.freeSlots());
            fields.put("segment_bytes", statistics.segmentBytes());
            fields.put("index_bytes", statistics.indexBytes());
            print(fields);
            return VenationMain.EXIT_OK;
        });
    }

    private void print(final Map<String, Object> fields) {
        if (json()) {
            console().line(Json.of(fields));
        } else {
            fields.forEach((name, value) -> console().line("%-14s %s".formatted(name, value)));
        }
    }

    /** Files and directories that roots reach, and trees, each once. */
    private static final class Objects implements RootWalk.Visitor {
        private long count;
        private long fileBytes;
        private long treeCount;
        private long entries;
        private long damagedCount;

        @Override
        public void onNode(final long key, final ReferenceKind kind, final int level, final long length) {
            if (level != ReferenceVisitor.ROOT) {
                return;
            }
            if (kind == ReferenceKind.TREE) {
                treeCount++;
                entries += length;
            } else {
                count++;
                fileBytes += kind == ReferenceKind.FILE ? length : 0;
            }
        }

        @Override
        public void onChunk(final long key, final int length) {
            // counted with its file
        }

        @Override
        public void onDamage(final Digest address, final String what) {
            damagedCount++;
        }
    }
}
