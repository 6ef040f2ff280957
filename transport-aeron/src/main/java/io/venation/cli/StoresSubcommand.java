package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.link.LinkException;
import io.venation.object.ObjectDamageException;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.SnapshotException;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreReader;
import io.venation.tree.TreeDamageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What commands that work on stores have in common: how stores are opened, and how their errors are told. */
abstract class StoresSubcommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    private Console console;
    private FrameKernels kernels;
    private StoreAccess stores;

    /** Does the work of the command and returns its exit code. */
    abstract int run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        console = Console.of(spec);
        kernels = KernelName.select("auto");
        stores = new StoreAccess(console, kernels, this::onDamaged);
        try {
            return run();
        } catch (final LinkException | ObjectDamageException | SnapshotException | TreeDamageException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    final CommandSpec spec() {
        return spec;
    }

    final Console console() {
        return console;
    }

    final FrameKernels kernels() {
        return kernels;
    }

    final boolean json() {
        return json;
    }

    /** The suite of a store that must be there. */
    static Suite suite(final Path directory) throws IOException {
        return StoreAccess.suite(directory);
    }

    /** Opens a store for writing, and makes it where it is not there: nobody else may have it open for that. */
    final MappedFrameStore open(final Path directory, final Suite suite) throws IOException {
        return stores.open(directory, suite);
    }

    /** A frame that the store has found bad. */
    void onDamaged(final Digest address, final boolean isRepaired) {
        StoreAccess.tell(console, address, isRepaired);
    }

    /** Reads beside whoever writes; where a writer has died the store is opened for writing, which recovers it. */
    final int read(final Path directory, final StoreAccess.Reading reading) throws IOException {
        return stores.read(directory, reading);
    }

    /** A reader of what {@link #read} reads. */
    final StoreReader reader(final Path directory) throws IOException {
        return stores.reader(directory);
    }
}
