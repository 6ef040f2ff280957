package io.venation.snapshot;

import io.venation.object.ByteName;
import io.venation.object.DirectoryEntry;
import io.venation.object.DirectoryReader;
import io.venation.receipt.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What differs between two directories of a store, by path. Subtrees of one root are the same and are not read; of a
 * directory that only one side has, what is in it is not listed.
 *
 * <p>One thread, that of the readers. Holds the differing entries of the directories on the way down.
 */
public final class DirectoryDiff {
    private final DirectoryReader before;
    private final DirectoryReader after;

    /**
     * A path that differs.
     *
     * @param path   names from the root down.
     * @param before its entry on the first side, null where it has none.
     * @param after  its entry on the second side, null where it has none.
     */
    public record Difference(List<ByteName> path, DirectoryEntry before, DirectoryEntry after) {}

    /** A directory on the way down, and what is left to say of it. */
    private record Level(List<ByteName> path, Iterator<Difference> differences) {}

    /**
     * Compares.
     *
     * @param before reads the first side.
     * @param after  reads the second side; may be the same reader.
     */
    public DirectoryDiff(final DirectoryReader before, final DirectoryReader after) {
        this.before = Objects.requireNonNull(before, "before");
        this.after = Objects.requireNonNull(after, "after");
    }

    /**
     * Hands over what differs: whatever was added, removed, or has other bytes, another mode, time or kind. The entry of a
     * directory differs also where only its own root does.
     *
     * @param first    root of a directory.
     * @param second   root of a directory.
     * @param consumer takes paths in the order of their names, a directory before what is in it.
     * @throws io.venation.object.ObjectDamageException where a node is missing or not what it must be.
     */
    public void compare(final Digest first, final Digest second, final Consumer<Difference> consumer) {
        final Deque<Level> levels = new ArrayDeque<>();
        levels.push(level(List.of(), first, second));
        while (!levels.isEmpty()) {
            final Level level = levels.element();
            if (!level.differences.hasNext()) {
                levels.pop();
                continue;
            }
            final Difference difference = level.differences.next();
            consumer.accept(difference);
            if (difference.before instanceof final DirectoryEntry.Directory left
                    && difference.after instanceof final DirectoryEntry.Directory right) {
                levels.push(level(difference.path, left.root(), right.root()));
            }
        }
    }

    private Level level(final List<ByteName> path, final Digest first, final Digest second) {
        final TreeMap<ByteName, Difference> differences = new TreeMap<>();
        if (!first.equals(second)) {
            before.open(first);
            before.forEach(entry ->
                    differences.put(entry.name(), new Difference(below(path, entry.name()), entry, null)));
            after.open(second);
            after.forEach(entry -> differences.merge(
                    entry.name(),
                    new Difference(below(path, entry.name()), null, entry),
                    (left, right) -> left.before.equals(entry) ? null : new Difference(left.path, left.before, entry)));
        }
        return new Level(path, differences.values().iterator());
    }

    private static List<ByteName> below(final List<ByteName> path, final ByteName name) {
        final List<ByteName> names = new ArrayList<>(path);
        names.add(name);
        return List.copyOf(names);
    }
}
