package io.venation.cli;

import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.receipt.Digest;
import io.venation.snapshot.DirectoryDiff;
import io.venation.snapshot.RootKind;
import io.venation.snapshot.Snapshot;
import io.venation.snapshot.Snapshots;
import io.venation.store.VerifyingSource;
import io.venation.tree.TreeDiff;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code venation snapshot diff}. */
@Command(
        name = "diff",
        description = "List the paths that differ between two snapshots: A added, D removed, M changed"
                + " (content, mode, time or kind). What is in an added or removed directory is not listed."
                + " Of a tree that differs each entry that differs is listed as PATH[KEY].")
final class SnapshotDiffCommand extends StoreSubcommand {
    @Parameters(index = "0", paramLabel = "BEFORE", description = "A snapshot's name or address.")
    private String before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "Another's.")
    private String after;

    private TreeDiff trees;

    @Override
    int run() throws IOException {
        return read((store, suite) -> {
            final Snapshots snapshots = new Snapshots(store, kernels(), suite.addressHash());
            final Snapshot first = snapshots.find(before);
            final Snapshot second = snapshots.find(after);
            final VerifyingSource source = new VerifyingSource(store, kernels(), suite.addressHash());
            trees = new TreeDiff(source, source);
            if (first.kind() == RootKind.DIRECTORY && second.kind() == RootKind.DIRECTORY) {
                final DirectoryReader reader = DirectoryReader.verifying(store, kernels(), suite.addressHash());
                new DirectoryDiff(reader, reader).compare(first.root(), second.root(), this::print);
            } else if (!first.root().equals(second.root())) {
                print(
                        ".",
                        null,
                        "changed",
                        first.root().toString(),
                        second.root().toString());
                if (first.kind() == RootKind.TREE && second.kind() == RootKind.TREE) {
                    printEntries(".", first.root(), second.root());
                }
            }
            return VenationMain.EXIT_OK;
        });
    }

    private void print(final DirectoryDiff.Difference difference) {
        final String path = difference.path().stream()
                .map(ByteName::bytes)
                .map(RawText::decode)
                .collect(Collectors.joining("/"));
        print(
                path,
                null,
                difference.before() == null ? "added" : difference.after() == null ? "removed" : "changed",
                content(difference.before()),
                content(difference.after()));
        if (difference.before() instanceof final DirectoryEntry.Tree first
                && difference.after() instanceof final DirectoryEntry.Tree second) {
            printEntries(path, first.root(), second.root());
        }
    }

    private void printEntries(final String path, final Digest first, final Digest second) {
        trees.open(first, second);
        while (trees.next()) {
            final String change = trees.valueBefore() == TreeDiff.ABSENT
                    ? "added"
                    : trees.valueAfter() == TreeDiff.ABSENT ? "removed" : "changed";
            print(path, TreeKeys.read(trees.key(), trees.keyLength()), change, null, null);
        }
    }

    /** {@code key} is null for what is not an entry of a tree. */
    private void print(
            final String path, final byte[] key, final String change, final String first, final String second) {
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("path", path);
            fields.put("change", change);
            if (key == null) {
                fields.put("before", first);
                fields.put("after", second);
            } else {
                fields.put("key", TreeKeys.hex(key));
            }
            console().line(Json.of(fields));
        } else {
            final String letter = switch (change) {
                case "added" -> "A ";
                case "removed" -> "D ";
                default -> "M ";
            };
            console()
                    .line(letter
                            + StoreLsCommand.printable(path)
                            + (key == null ? "" : "[" + TreeKeys.printable(key) + "]"));
        }
    }

    /** The root, or where a link points. */
    private static String content(final DirectoryEntry entry) {
        return switch (entry) {
            case null -> null;
            case final DirectoryEntry.File file -> file.root().toString();
            case final DirectoryEntry.Directory directory -> directory.root().toString();
            case final DirectoryEntry.Tree tree -> tree.root().toString();
            case final DirectoryEntry.Link link -> RawText.decode(link.text().bytes());
        };
    }
}
