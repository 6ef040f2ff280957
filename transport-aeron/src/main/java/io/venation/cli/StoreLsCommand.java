package io.venation.cli;

import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.object.ReferenceKind;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.RootKind;
import io.venation.store.StoreView;
import io.venation.store.VerifyingSource;
import io.venation.tree.TreeCursor;
import io.venation.tree.TypedValue;
import io.venation.tree.ValueForm;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code venation store ls}. */
@Command(name = "ls", description = "List the roots of a store, or what is in a stored directory or tree.")
final class StoreLsCommand extends StoreSubcommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "ROOT[/PATH]",
            converter = StoredPath.Converter.class,
            description = "A directory or a tree; without it, all roots.")
    private StoredPath path;

    @Override
    int run() throws IOException {
        return read(path == null ? this::listRoots : this::list);
    }

    private int listRoots(final StoreView store, final Suite suite) {
        store.roots().keySet().stream()
                .sorted((left, right) -> left.toString().compareTo(right.toString()))
                .forEach(root -> print(root, StoredPath.kind(store, root)));
        return VenationMain.EXIT_OK;
    }

    private int list(final StoreView source, final Suite suite) {
        switch (path.resolve(source, kernels(), suite)) {
            case final StoredPath.StoredDirectory directory -> {
                final DirectoryReader reader = DirectoryReader.verifying(source, kernels(), suite.addressHash());
                reader.open(directory.root());
                reader.forEach(this::print);
            }
            case final StoredPath.StoredTree tree -> {
                final TreeCursor cursor = new TreeCursor(new VerifyingSource(source, kernels(), suite.addressHash()));
                cursor.open(tree.root());
                for (boolean isThere = cursor.first(); isThere; isThere = cursor.next()) {
                    print(cursor);
                }
            }
            case StoredPath.StoredFile _, StoredPath.StoredLink _ ->
                throw new CommandFailure(path.text() + ": is not a directory or tree");
        }
        return VenationMain.EXIT_OK;
    }

    /** An entry of a tree: what its value is, how long, and its key. */
    private void print(final TreeCursor entry) {
        final byte[] key = TreeKeys.read(entry.key(), entry.keyLength());
        final boolean isTyped = entry.form() == ValueForm.TYPED;
        final ReferenceKind kind = isTyped ? TypedValue.kind(entry.value()) : null;
        final long length = kind != null
                ? TypedValue.length(entry.value())
                : entry.valueLength() - (isTyped ? TypedValue.BYTES_OFFSET : 0);
        final String what = kind == null ? "bytes" : kind.name().toLowerCase(Locale.ROOT);
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("key", TreeKeys.hex(key));
            fields.put("kind", what);
            fields.put("length", length);
            if (kind != null) {
                fields.put("root", TypedValue.root(entry.value()).toString());
            }
            console().line(Json.of(fields));
        } else {
            console().line("%-9s %12d %s".formatted(what, length, TreeKeys.printable(key)));
        }
    }

    private void print(final Digest root, final RootKind rootKind) {
        final String kind = rootKind.name().toLowerCase(Locale.ROOT);
        if (json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("root", root.toString());
            fields.put("kind", kind);
            console().line(Json.of(fields));
        } else {
            console().line(root + " " + kind);
        }
    }

    private void print(final DirectoryEntry entry) {
        final String name = RawText.decode(entry.name().bytes());
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        switch (entry) {
            case final DirectoryEntry.File file -> put(fields, "file", file.mode(), file.length(), file.root());
            case final DirectoryEntry.Directory inner ->
                put(fields, "directory", inner.mode(), inner.length(), inner.root());
            case final DirectoryEntry.Tree tree -> {
                fields.put("kind", "tree");
                fields.put("length", tree.length());
                fields.put("root", tree.root().toString());
            }
            case final DirectoryEntry.Link link -> {
                fields.put("kind", "link");
                fields.put("text", RawText.decode(link.text().bytes()));
            }
        }
        fields.put("modified", entry.modified().toString());
        if (json()) {
            console().line(Json.of(fields));
        } else {
            final String what = entry instanceof DirectoryEntry.Link
                    ? "link      ---            -"
                    : "%-9s %s %12d"
                            .formatted(fields.get("kind"), fields.getOrDefault("mode", "---"), fields.get("length"));
            console()
                    .line(what + " " + entry.modified() + " " + printable(name)
                            + (entry instanceof DirectoryEntry.Link
                                    ? " -> " + printable((String) fields.get("text"))
                                    : ""));
        }
    }

    private static void put(
            final Map<String, Object> fields, final String kind, final int mode, final long length, final Digest root) {
        fields.put("kind", kind);
        fields.put("mode", "%03o".formatted(mode));
        fields.put("length", length);
        fields.put("root", root.toString());
    }

    /** One line, whatever is in a name. */
    static String printable(final String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
