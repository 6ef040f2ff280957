package io.venation.snapshot;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.ObjectDamageException;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.StoreView;
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
 *   root      file, directory or tree, modified = when the snapshot was made ──► what it is of
 *   snapshot  link, the same time, text = "1 SEQUENCE NAME"
 * </pre>
 *
 * <p>So a snapshot is an object like any other: what fetches, verifies, sweeps, lists and restores objects does so with
 * snapshots, and its address is enough to get the whole of it from a stranger. The 1 is the version; a directory of
 * another form is none.
 *
 * <p>{@link SnapshotWriter} makes them. One thread, that of the store. Cold.
 */
public final class Snapshots {
    static final ByteName ROOT = ByteName.of("root");
    static final ByteName LABEL = ByteName.of("snapshot");
    static final Pattern LABEL_TEXT = Pattern.compile("1 (0|[1-9][0-9]{0,17}) (\\P{Cntrl}+)");
    private static final int DIGITS = 64;

    private final StoreView store;
    private final FrameKernels kernels;
    private final AddressHash addressHash;

    /**
     * The snapshots of a store.
     *
     * @param store       where they are kept, whoever writes to it.
     * @param kernels     of the caller's thread.
     * @param addressHash of the store's suite.
     */
    public Snapshots(final StoreView store, final FrameKernels kernels, final AddressHash addressHash) {
        this.store = Objects.requireNonNull(store, "store");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.addressHash = Objects.requireNonNull(addressHash, "addressHash");
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

    static boolean isAddress(final String text) {
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
            case final DirectoryEntry.Tree tree ->
                new Snapshot(address, name, tree.root(), RootKind.TREE, tree.length(), sequence, tree.modified());
            case null, default -> null;
        };
    }
}
