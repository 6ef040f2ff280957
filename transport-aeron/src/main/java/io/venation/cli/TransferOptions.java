package io.venation.cli;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that the sending commands share. */
final class TransferOptions {
    @Option(
            names = "--suite",
            paramLabel = "blake3|sha3",
            converter = SuiteName.class,
            description = "Hash of the content addresses (default: the store's where there is one, else blake3).")
    private AddressHash addressHash;

    @Option(
            names = "--r96",
            paramLabel = "mod96|mix17|algebraic",
            converter = RuleName.class,
            description = "Rule of the R96 digests (default: the store's where there is one, else mod96).")
    private R96Rule rule;

    @Option(
            names = "--kernel",
            paramLabel = "auto|native|vector|scalar",
            defaultValue = "auto",
            converter = KernelName.class,
            description = "Kernels that hash (default ${DEFAULT-VALUE}).")
    private String kernel;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    Suite suite() {
        return chosen(Suite.DEFAULT);
    }

    /** What frames of a store, or for it, are sealed with. */
    Suite suite(final Path directory, final Suite store) {
        final Suite chosen = chosen(store);
        if (chosen.addressHash() != store.addressHash()) {
            throw new CommandFailure(directory + ": the store's suite is " + store.label());
        }
        return chosen;
    }

    private Suite chosen(final Suite otherwise) {
        return new Suite(
                rule == null ? otherwise.rule() : rule, addressHash == null ? otherwise.addressHash() : addressHash);
    }

    /** The suite of a store that is there, or will be. */
    Suite suiteAt(final Path directory) throws IOException {
        return MappedFrameStore.suite(directory).orElse(suite());
    }

    FrameKernels kernels() {
        return KernelName.select(kernel);
    }

    boolean json() {
        return json;
    }
}
