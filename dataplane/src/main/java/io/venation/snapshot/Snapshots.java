package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.DirectoryWriter;
import io.venation.object.ObjectDamageException;
import io.venation.object.ObjectReader;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The snapshots of a store. Each is a directory of two entries, pinned:
 *
 * <pre>
 *   root      file or directory, modified = when the snapshot was made ──► what it is of
 *   snapshot  link, the same time, text = "1 SEQUENCE NAME"
 * </pre>
 *
 * <p>So a snapshot is an object like any other: what fetches, verifies, sweeps, lists and restores objects does so with
 * snapshots, and its address is enough to get the whole of it from a stranger. The 1 is the version; a directory of
 * another form is none.
 *
 * <p>One thread, that of the store. Cold.
 */
public final class Snapshots {
    private static final ByteName ROOT = ByteName.of("root");
    private static final ByteName LABEL = ByteName.of("snapshot");
    private static final Pattern LABEL_TEXT = Pattern.compile("1 (0|[1-9][0-9]{0,17}) (\\P{Cntrl}+)");
    private static final int MAX_NAME_LENGTH = 255;
    private static final int DIGITS = 64;

    private final MappedFrameStore store;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final Arena arena = Arena.ofAuto();
    private final long key = arena.allocate(KeySet.KEY_LENGTH, 64).address();
    private final long frame = arena.allocate(LatticeFrame.LENGTH, 64).address();

    /**
     * The snapshots of a store.
     *
     * @param store       where they are kept.
     * @param kernels     of the caller's thread.
     * @param addressHash of the store's suite.
     */
    public Snapshots(final MappedFrameStore store, final FrameKernels kernels, final AddressHash addressHash) {
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
        if (!LABEL_TEXT.matcher("1 0 " + name).matches()
                || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_LENGTH
                || isAddress(name)) {
            throw new SnapshotException("name " + name + ": must be 1.." + MAX_NAME_LENGTH
                    + " bytes without control characters, and no address");
        }
        if (list().stream().anyMatch(snapshot -> snapshot.name().equals(name))) {
            throw new SnapshotException("name " + name + ": there is a snapshot of that name");
        }
    }

    /**
     * Makes a snapshot and pins it.
     *
     * @param name    {@link #requireFree}.
     * @param root    of a file or directory of the store.
     * @param created the present time.
     * @return the snapshot.
     * @throws SnapshotException where the name is not to be had, or a frame that the root stands on is not there.
     */
    public Snapshot create(final String name, final Digest root, final Instant created) {
        requireFree(name);
        final RootKind kind = requireComplete(root);
        final long sequence = store.position();
        final DirectoryWriter writer = new DirectoryWriter(store);
        writer.add(
                switch (kind) {
                    case FILE -> new DirectoryEntry.File(ROOT, 0644, created, length(root, kind), root);
                    case DIRECTORY -> new DirectoryEntry.Directory(ROOT, 0755, created, length(root, kind), root);
                    case TREE, FRAME -> throw new SnapshotException("root " + root + ": not a file or directory");
                });
        writer.add(new DirectoryEntry.Link(LABEL, created, ByteName.of("1 " + sequence + " " + name)));
        final Digest address = writer.finish();
        address.write(key);
        store.pin(key);
        Reference.reachabilityFence(this);
        return read(store, kernels, addressHash, address);
    }

    private RootKind requireComplete(final Digest root) {
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
        return RootKind.of(frame);
    }

    private long length(final Digest root, final RootKind kind) {
        if (kind == RootKind.FILE) {
            final ObjectReader reader = ObjectReader.verifying(store, kernels, addressHash);
            reader.open(root);
            return reader.length();
        }
        final DirectoryReader reader = DirectoryReader.verifying(store, kernels, addressHash);
        reader.open(root);
        return reader.size();
    }

    /**
     * All snapshots that are pinned, by time, then name. One whose own frame is damaged is not among them.
     *
     * @return values that stay.
     */
    public List<Snapshot> list() {
        final List<Snapshot> snapshots = new ArrayList<>();
        for (final Digest root : store.roots().keySet()) {
            try {
                final Snapshot snapshot = read(store, kernels, addressHash, root);
                if (snapshot != null) {
                    snapshots.add(snapshot);
                }
            } catch (final ObjectDamageException e) {
                // a root that is no directory, or damaged: a scrub names it
            }
        }
        snapshots.sort(Comparator.comparing(Snapshot::created)
                .thenComparing(Snapshot::name)
                .thenComparing(snapshot -> snapshot.address().toString()));
        return snapshots;
    }

    /**
     * Finds a snapshot.
     *
     * @param nameOrAddress its name, or the 64 hexadecimal digits of its address.
     * @return the snapshot.
     * @throws SnapshotException where there is none, or where several have the name.
     */
    public Snapshot find(final String nameOrAddress) {
        final List<Snapshot> found = list().stream()
                .filter(snapshot -> isAddress(nameOrAddress)
                        ? snapshot.address().equals(Digest.parse(nameOrAddress))
                        : snapshot.name().equals(nameOrAddress))
                .toList();
        if (found.isEmpty()) {
            throw new SnapshotException(nameOrAddress + ": no such snapshot");
        }
        if (found.size() > 1) {
            throw new SnapshotException(nameOrAddress + ": " + found.size() + " snapshots have that name, such as "
                    + found.get(0).address() + " and " + found.get(1).address() + ": name one by its address");
        }
        return found.getFirst();
    }

    private static boolean isAddress(final String text) {
        return text.length() == DIGITS && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    /**
     * Reads a snapshot from any source, its own frame verified.
     *
     * @param source      of the frame.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     * @param address     of the snapshot.
     * @return the snapshot; null where a directory is none.
     * @throws ObjectDamageException where the frame is missing, damaged or no directory.
     */
    public static Snapshot read(
            final FrameSource source, final FrameKernels kernels, final AddressHash addressHash, final Digest address) {
        final DirectoryReader reader = DirectoryReader.verifying(source, kernels, addressHash);
        reader.open(address);
        if (reader.size() != 2 || !(reader.find(LABEL) instanceof final DirectoryEntry.Link label)) {
            return null;
        }
        final Matcher text = LABEL_TEXT.matcher(label.text().toString());
        if (!text.matches()) {
            return null;
        }
        final long sequence = Long.parseLong(text.group(1));
        final String name = text.group(2);
        return switch (reader.find(ROOT)) {
            case final DirectoryEntry.File file ->
                new Snapshot(address, name, file.root(), RootKind.FILE, file.length(), sequence, file.modified());
            case final DirectoryEntry.Directory directory ->
                new Snapshot(
                        address,
                        name,
                        directory.root(),
                        RootKind.DIRECTORY,
                        directory.length(),
                        sequence,
                        directory.modified());
            case null, default -> null;
        };
    }
}
