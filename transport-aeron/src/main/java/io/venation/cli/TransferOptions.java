package io.venation.cli;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Suite;
import picocli.CommandLine.Option;

/** Options that the sending commands share. */
final class TransferOptions {
    @Option(
            names = "--suite",
            paramLabel = "blake3|sha3",
            defaultValue = "blake3",
            converter = SuiteName.class,
            description = "Hash of the content addresses (default ${DEFAULT-VALUE}).")
    private AddressHash addressHash;

    @Option(
            names = "--r96",
            paramLabel = "mod96|mix17|algebraic",
            defaultValue = "mod96",
            converter = RuleName.class,
            description = "Rule of the R96 digests (default ${DEFAULT-VALUE}).")
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
        return new Suite(rule, addressHash);
    }

    FrameKernels kernels() {
        return KernelName.select(kernel);
    }

    boolean json() {
        return json;
    }
}
