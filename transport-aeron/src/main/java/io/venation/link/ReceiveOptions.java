package io.venation.link;

import io.venation.receipt.Suite;
import io.venation.store.MappedFrameStore;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a receiver accepts and where it puts it.
 *
 * @param target      where transfers land.
 * @param accepts     suites that are taken.
 * @param acceptsText the same in words, for the refusal.
 * @param receipts    file that the receipts of a transfer are written to, or null.
 * @param onEnd       told of each transfer's end on the receiving thread.
 */
public record ReceiveOptions(
        Target target, Predicate<Suite> accepts, String acceptsText, Path receipts, Consumer<TransferSummary> onEnd) {
    /** Where transfers land. */
    public sealed interface Target {}

    /**
     * As files.
     *
     * @param root                absolute folder that transfers land in.
     * @param rootFileName        bytes of the name that a single-file source gets below root, or null for the source's own.
     * @param keepsRootAttributes whether root itself takes the source's mode and time; a folder that serves many senders
     *                            keeps its own.
     */
    public record Folder(Path root, byte[] rootFileName, boolean keepsRootAttributes) implements Target {}

    /**
     * As objects whose roots are pinned.
     *
     * @param frames of which the receiving thread is the writer from the agent's first turn to its close.
     * @param suite  of that store.
     */
    public record Store(MappedFrameStore frames, Suite suite) implements Target {}
}
