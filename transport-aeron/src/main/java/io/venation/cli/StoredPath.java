package io.venation.cli;

import io.venation.hashing.FrameKernels;
import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.RootKind;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code ROOT[/PATH]}: an object of a store, or what is in it.
 *
 * @param text  as it was typed.
 * @param root  before the first slash.
 * @param names behind it.
 */
record StoredPath(String text, Digest root, List<ByteName> names) {
    static final int DIGITS = 64;

    /** For the command line. */
    static final class Converter implements ITypeConverter<StoredPath> {
        @Override
        public StoredPath convert(final String text) {
            final String[] parts = text.split("/", -1);
            final List<ByteName> names = new ArrayList<>();
            for (int i = 1; i < parts.length; i++) {
                if (!parts[i].isEmpty()) {
                    names.add(ByteName.of(RawText.encode(parts[i])));
                }
            }
            try {
                return new StoredPath(text, Digest.parse(parts[0]), names);
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException("must begin with a root, " + DIGITS + " hexadecimal digits");
            }
        }
    }

    /** Where a path leads. */
    sealed interface Target {}

    /** A file. */
    record StoredFile(Digest root) implements Target {}

    /** A directory. */
    record StoredDirectory(Digest root) implements Target {}

    /** An ordered map. */
    record StoredTree(Digest root) implements Target {}

    /** A symbolic link. */
    record StoredLink(ByteName text) implements Target {}

    Target resolve(final FrameSource source, final FrameKernels kernels, final Suite suite) {
        Target target = switch (kind(source, root)) {
            case DIRECTORY -> new StoredDirectory(root);
            case TREE -> new StoredTree(root);
            case FILE, FRAME -> new StoredFile(root);
        };
        final DirectoryReader reader = DirectoryReader.verifying(source, kernels, suite.addressHash());
        for (final ByteName name : names) {
            if (!(target instanceof final StoredDirectory directory)) {
                throw new CommandFailure(text + ": " + RawText.wellFormed(name.toString()) + " is not in a directory");
            }
            reader.open(directory.root);
            target = switch (reader.find(name)) {
                case null -> throw new CommandFailure(text + ": no such file or directory");
                case final DirectoryEntry.File file -> new StoredFile(file.root());
                case final DirectoryEntry.Directory inner -> new StoredDirectory(inner.root());
                case final DirectoryEntry.Tree tree -> new StoredTree(tree.root());
                case final DirectoryEntry.Link link -> new StoredLink(link.text());
            };
        }
        return target;
    }

    /** What a root says that it is; a frame that is no node is refused when it is read. */
    static RootKind kind(final FrameSource source, final Digest root) {
        try (Arena arena = Arena.ofConfined()) {
            final long key = arena.allocate(DIGITS / 2, Long.BYTES).address();
            root.write(key);
            final long frame = source.get(key);
            if (frame == FrameSource.NOT_FOUND) {
                throw new CommandFailure(root + ": not in the store");
            }
            return RootKind.of(frame);
        }
    }
}
