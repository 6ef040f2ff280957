package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.link.LinkException;
import io.venation.object.ObjectDamageException;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.SnapshotException;
import io.venation.store.Durability;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreException;
import io.venation.store.StoreListener;
import io.venation.store.StoreOptions;
import io.venation.store.StoreReader;
import io.venation.store.StoreView;
import io.venation.store.VerifyPolicy;
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

    /** Does the work of the command and returns its exit code. */
    abstract int run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        console = Console.of(spec);
        kernels = KernelName.select("auto");
        try {
            return run();
        } catch (final LinkException | ObjectDamageException | SnapshotException e) {
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
        return MappedFrameStore.suite(directory)
                .orElseThrow(() -> new CommandFailure(directory + ": no store; 'venation store put' makes one"));
    }

    /** Opens a store for writing, and makes it where it is not there: nobody else may have it open for that. */
    final MappedFrameStore open(final Path directory, final Suite suite) throws IOException {
        final StoreOptions options = StoreOptions.DEFAULT.withSuite(suite).withDurability(Durability.ASYNC);
        return MappedFrameStore.open(directory, kernels, options, new StoreListener() {
            @Override
            public void onRecovered(final String what) {
                console.error(directory + ": " + what);
            }

            @Override
            public void onDamaged(final Digest address, final long slot, final boolean isRepaired) {
                StoresSubcommand.this.onDamaged(address, isRepaired);
            }
        });
    }

    /** A frame that the store has found bad. */
    void onDamaged(final Digest address, final boolean isRepaired) {
        console.error("frame " + address + ": damaged" + (isRepaired ? ", repaired" : ""));
    }

    /** What reads from a store. */
    interface Reading {
        int run(StoreView source, Suite suite) throws IOException;
    }

    /** Reads beside whoever writes; where a writer has died the store is opened for writing, which recovers it. */
    final int read(final Path directory, final Reading reading) throws IOException {
        final Suite suite = suite(directory);
        StoreReader reader = null;
        try {
            reader = new StoreReader(directory, kernels, VerifyPolicy.NEVER);
        } catch (final StoreException e) {
            // opening it for writing says what is wrong, or puts it right
        }
        if (reader == null) {
            try (MappedFrameStore store = open(directory, suite)) {
                return reading.run(store, suite);
            }
        }
        try (StoreReader opened = reader) {
            return reading.run(opened, suite);
        }
    }
}
