package io.venation.cli;

import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.NodeKinds;
import io.venation.snapshot.RootKind;
import io.venation.snapshot.RootWalk;
import io.venation.store.MappedFrameStore;
import io.venation.store.SweepResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
            result = store.sweep(NodeKinds.REFERENCES);
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

    /** What is below a node that cannot be read would be swept away: all nodes must be good first, and of a known kind. */
    private void requireWhole(final MappedFrameStore store, final Suite suite) {
        final RootWalk walk = new RootWalk(store, kernels(), suite.addressHash());
        for (final Digest root : store.roots().keySet()) {
            final RootKind kind = walk.walkNodes(root, new RootWalk.Visitor() {
                @Override
                public void onNode(final long key, final ReferenceKind kind, final int level, final long length) {
                    // good so far
                }

                @Override
                public void onChunk(final long key, final int length) {
                    // what is missing of chunks, sweeping does not change
                }

                @Override
                public void onDamage(final Digest address, final String what) {
                    throw refusal(address, what, root);
                }
            });
            if (kind == RootKind.FRAME) {
                throw refusal(root, "no node of a known kind", root);
            }
        }
    }

    private static CommandFailure refusal(final Digest address, final String what, final Digest root) {
        return new CommandFailure("frame " + address + ": " + what + "; what is below it cannot be told: rm root "
                + root + " or put it again first");
    }
}
