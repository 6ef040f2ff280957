package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
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

/** How commands open stores. */
final class StoreAccess {
    private final Console console;
    private final FrameKernels kernels;
    private final DamageListener damage;

    /** Hears of frames that a store has found bad. */
    interface DamageListener {
        void onDamaged(Digest address, boolean isRepaired);
    }

    /** What reads from a store. */
    interface Reading {
        int run(StoreView source, Suite suite) throws IOException;
    }

    StoreAccess(final Console console, final FrameKernels kernels, final DamageListener damage) {
        this.console = console;
        this.kernels = kernels;
        this.damage = damage;
    }

    /** Tells the console of bad frames. */
    StoreAccess(final Console console, final FrameKernels kernels) {
        this(console, kernels, (address, isRepaired) -> tell(console, address, isRepaired));
    }

    static void tell(final Console console, final Digest address, final boolean isRepaired) {
        console.error("frame " + address + ": damaged" + (isRepaired ? ", repaired" : ""));
    }

    /** The suite of a store that must be there. */
    static Suite suite(final Path directory) throws IOException {
        return MappedFrameStore.suite(directory)
                .orElseThrow(() -> new CommandFailure(directory + ": no store; 'venation store put' makes one"));
    }

    /** Opens a store for writing, and makes it where it is not there: nobody else may have it open for that. */
    MappedFrameStore open(final Path directory, final Suite suite) throws IOException {
        final StoreOptions options = StoreOptions.DEFAULT.withSuite(suite).withDurability(Durability.ASYNC);
        return MappedFrameStore.open(directory, kernels, options, new StoreListener() {
            @Override
            public void onRecovered(final String what) {
                console.error(directory + ": " + what);
            }

            @Override
            public void onDamaged(final Digest address, final long slot, final boolean isRepaired) {
                damage.onDamaged(address, isRepaired);
            }
        });
    }

    /** Reads beside whoever writes; where a writer has died the store is opened for writing, which recovers it. */
    int read(final Path directory, final Reading reading) throws IOException {
        final Suite suite = suite(directory);
        try (StoreReader reader = reader(directory)) {
            return reading.run(reader, suite);
        }
    }

    /** A reader of what {@link #read} reads. */
    StoreReader reader(final Path directory) throws IOException {
        try {
            return new StoreReader(directory, kernels, VerifyPolicy.NEVER);
        } catch (final StoreException e) {
            open(directory, suite(directory)).close(); // says what is wrong, or puts it right
            return new StoreReader(directory, kernels, VerifyPolicy.NEVER);
        }
    }
}
