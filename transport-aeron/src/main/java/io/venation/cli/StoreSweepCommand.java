package io.venation.cli;

import io.venation.object.ObjectFault;
import io.venation.object.ObjectNodes;
import io.venation.object.ObjectWalk;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import io.venation.store.SweepResult;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

/** {@code venation store sweep}. */
@Command(name = "sweep", description = "Free the frames that no root reaches.")
final class StoreSweepCommand extends StoreSubcommand {
    @Override
    int run() throws IOException {
        final Suite suite = suite();
        final SweepResult result;
        try (MappedFrameStore store = open()) {
            if (store.areRootsUnknown()) {
                throw new CommandFailure(directory() + ": roots may have been lost with a damaged journal;"
                        + " put what is wanted again into a new store");
            }
            requireWhole(store, suite);
            // by what frames say they are: a chunk that looks like a node keeps more than is needed, never less
            result = store.sweep((frame, payloadLength, visitor) ->
                    ObjectNodes.references(frame, (key, kind, level, length) -> visitor.accept(key)));
        }
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kept", result.kept());
            fields.put("freed", result.freed());
            console().line(Json.of(fields));
        } else {
            console().line(result.freed() + " frames freed, " + result.kept() + " kept");
        }
        return VenationMain.EXIT_OK;
    }

    /** What is below a node that cannot be read would be swept away: all nodes must be good first. */
    private void requireWhole(final MappedFrameStore store, final Suite suite) {
        final ObjectWalk walk = new ObjectWalk(store, kernels(), suite.addressHash());
        final Set<Digest> nodes = new HashSet<>();
        for (final Digest root : store.roots().keySet()) {
            walk.walkNodes(root, new ObjectWalk.Visitor() {
                @Override
                public boolean onNode(final long key, final ReferenceKind kind, final int level, final long length) {
                    return nodes.add(Digest.read(key));
                }

                @Override
                public void onChunk(final long key, final int length) {
                    // what is missing of chunks, sweeping does not change
                }

                @Override
                public void onDamage(final Digest address, final ObjectFault fault) {
                    throw new CommandFailure("frame " + address + ": " + fault.sentence()
                            + "; what is below it cannot be told: rm root " + root + " or put it again first");
                }
            });
        }
    }
}
