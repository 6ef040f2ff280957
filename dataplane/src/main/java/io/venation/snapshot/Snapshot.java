package io.venation.snapshot;

import io.venation.receipt.Digest;
import java.time.Instant;

/**
 * A root with a name, a time and a place in the log.
 *
 * @param address  of the snapshot's own frame, which is an object too.
 * @param name     1..255 bytes of UTF-8 without control characters.
 * @param root     what it is a snapshot of.
 * @param kind     {@link RootKind#FILE}, {@link RootKind#DIRECTORY} or {@link RootKind#TREE}.
 * @param length   bytes of the file, entries of the directory or tree.
 * @param sequence of the store's journal when it was made: who follows its log begins there.
 * @param created  when it was made.
 */
public record Snapshot(
        Digest address, String name, Digest root, RootKind kind, long length, long sequence, Instant created) {}
