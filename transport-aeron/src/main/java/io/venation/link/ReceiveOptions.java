package io.venation.link;

import io.venation.receipt.Suite;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a receiver accepts and where it puts it.
 *
 * @param root         absolute folder that transfers land in.
 * @param rootFileName bytes of the name that a single-file source gets below root, or null for the source's own.
 * @param keepsRootAttributes whether root itself takes the source's mode and time; a folder that serves many senders
 *                            keeps its own.
 * @param accepts      suites that are taken.
 * @param acceptsText  the same in words, for the refusal.
 * @param receipts     file that the receipts of a transfer are written to, or null.
 * @param onEnd        told of each transfer's end on the receiving thread.
 */
public record ReceiveOptions(
        Path root,
        byte[] rootFileName,
        boolean keepsRootAttributes,
        Predicate<Suite> accepts,
        String acceptsText,
        Path receipts,
        Consumer<TransferSummary> onEnd) {}
