package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryWriter;
import io.venation.receipt.Digest;
import io.venation.store.MappedFrameStore;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Makes {@link Snapshots} of a store. One thread, the store's. Cold. */
public final class SnapshotWriter {
    private static final int MAX_NAME_LENGTH = 255;

    private final MappedFrameStore store;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final Arena arena = Arena.ofAuto();
    private final long key = arena.allocate(KeySet.KEY_LENGTH, 64).address();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();

    /**
     * Snapshots of a store.
     *
     * @param store       has the roots and gets the snapshots.
     * @param kernels     of the caller's thread.
     * @param addressHash of the store's suite.
     */
    public SnapshotWriter(final MappedFrameStore store, final FrameKernels kernels, final AddressHash addressHash) {
        this.store = Objects.requireNonNull(store, "store");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.addressHash = Objects.requireNonNull(addressHash, "addressHash");
    }

    /**
     * Says whether a snapshot may have a name.
     *
     * @param name to be given.
     * @throws SnapshotException where it is empty, longer than 255 bytes, has control characters, reads like an address,
     *                           or another snapshot has it.
     */
    public void requireFree(final String name) {
        if (!Snapshots.LABEL_TEXT.matcher("1 0 " + name).matches()
                || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_LENGTH
                || Snapshots.isAddress(name)) {
            throw new SnapshotException("name " + name + ": must be 1.." + MAX_NAME_LENGTH
                    + " bytes without control characters, and no address");
        }
        if (new Snapshots(store, kernels, addressHash)
                .list().stream().anyMatch(snapshot -> snapshot.name().equals(name))) {
            throw new SnapshotException("name " + name + ": there is a snapshot of that name");
        }
    }

    /**
     * Makes a snapshot and pins it.
     *
     * @param name    {@link #requireFree}.
     * @param root    of a file, directory or ordered map of the store.
     * @param created the present time.
     * @return the snapshot.
     * @throws SnapshotException where the name is not to be had, or a frame that the root stands on is not there.
     */
    public Snapshot create(final String name, final Digest root, final Instant created) {
        requireFree(name);
        requireComplete(root);
        final RootKind kind = RootKind.of(frame);
        final long length = kind.length(frame);
        final long sequence = store.position();
        final DirectoryWriter writer = new DirectoryWriter(store);
        writer.add(
                switch (kind) {
                    case FILE -> new DirectoryEntry.File(Snapshots.ROOT, 0644, created, length, root);
                    case DIRECTORY -> new DirectoryEntry.Directory(Snapshots.ROOT, 0755, created, length, root);
                    case TREE -> new DirectoryEntry.Tree(Snapshots.ROOT, created, length, root);
                    case FRAME -> throw new SnapshotException("root " + root + ": not a file, directory or tree");
                });
        writer.add(new DirectoryEntry.Link(Snapshots.LABEL, created, ByteName.of("1 " + sequence + " " + name)));
        final Digest address = writer.finish();
        address.write(key);
        store.pin(key);
        Reference.reachabilityFence(this);
        return Snapshots.read(store, kernels, addressHash, address);
    }

    /** Leaves a verified copy of the root in {@code frame}. */
    private void requireComplete(final Digest root) {
        final List<Digest> faults = new ArrayList<>();
        final FetchListener listener = new FetchListener() {
            @Override
            public void onMissing(final Digest address) {
                faults.add(address);
            }

            @Override
            public void onMalformed(final Digest address, final String what) {
                faults.add(address);
            }
        };
        if (!new ReplicaFetch(store, kernels, addressHash, List.of(), listener)
                .follow(root, null)
                .isComplete()) {
            throw new SnapshotException("root " + root + ": not all of it is here, frame " + faults.getFirst());
        }
        root.write(key);
        if (!store.copy(key, frame)) {
            throw new SnapshotException("root " + root + ": damaged");
        }
    }
}
