package io.venation.object;

import static io.venation.object.ObjectLayout.BODY_OFFSET;
import static io.venation.object.ObjectLayout.DIRECTORY_MAGIC;
import static io.venation.object.ObjectLayout.ENTRY_KIND_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_MODE_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_LENGTH_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NAME_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_NANOS_OFFSET;
import static io.venation.object.ObjectLayout.ENTRY_SECONDS_OFFSET;
import static io.venation.object.ObjectLayout.FILE_MAGIC;
import static io.venation.object.ObjectLayout.KIND_FILE;
import static io.venation.object.ObjectLayout.KIND_LINK;
import static io.venation.object.ObjectLayout.KIND_TREE;
import static io.venation.object.ObjectLayout.MAX_BODY_LENGTH;
import static io.venation.object.ObjectLayout.MAX_LEVEL;
import static io.venation.object.ObjectLayout.MAX_MODE;
import static io.venation.object.ObjectLayout.MAX_REFERENCES;
import static io.venation.object.ObjectLayout.MAX_TEXT_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import java.time.Instant;

/**
 * Object nodes as frames that anybody may have written. Nothing outside of a frame's 12,288 bytes is read, whatever it
 * holds.
 *
 * <p>Any thread, allocates nothing.
 */
public final class ObjectNodes {
    private static final int MAX_NANOS = 999_999_999;
    private static final long MIN_SECONDS = Instant.MIN.getEpochSecond();
    private static final long MAX_SECONDS = Instant.MAX.getEpochSecond();

    private ObjectNodes() {}

    /**
     * Whether a frame says that it is a node of an object. Only of a root may one ask: any chunk may say so.
     *
     * @param frame absolute address of 12,288 bytes.
     * @return true where it begins with the magic of a file or directory.
     */
    public static boolean isNode(final long frame) {
        final int magic = ObjectLayout.magic(frame);
        return magic == FILE_MAGIC || magic == DIRECTORY_MAGIC;
    }

    /**
     * Whether a node is one of a directory.
     *
     * @param frame absolute address of a frame that {@link #isNode}.
     * @return false for one of a file.
     */
    public static boolean isDirectory(final long frame) {
        return ObjectLayout.magic(frame) == DIRECTORY_MAGIC;
    }

    /**
     * Whether a node has others, or chunks, below it.
     *
     * @param frame absolute address of a frame that {@link #isNode}.
     * @return false for one that holds bytes or entries itself.
     */
    public static boolean isAboveOthers(final long frame) {
        return ObjectLayout.level(frame) > 0;
    }

    /**
     * Checks all of a node that can be checked without its parent and its children.
     *
     * @param frame absolute address of 12,288 bytes that do not change meanwhile.
     * @return the first fault, {@link ObjectFault#NONE} where there is none.
     */
    public static ObjectFault check(final long frame) {
        if (!isNode(frame)) {
            return ObjectFault.NOT_A_NODE;
        }
        if (OffHeap.getU8(frame + ObjectLayout.VERSION_OFFSET) != ObjectLayout.VERSION) {
            return ObjectFault.UNKNOWN_VERSION;
        }
        if (ObjectLayout.level(frame) > MAX_LEVEL) {
            return ObjectFault.WRONG_LEVEL;
        }
        if (OffHeap.getU16(frame + ObjectLayout.RESERVED_OFFSET) != 0) {
            return ObjectFault.NOT_ZERO;
        }
        if (ObjectLayout.length(frame) < 0) {
            return ObjectFault.WRONG_LENGTH;
        }
        if (ObjectLayout.level(frame) > 0) {
            return checkReferences(frame);
        }
        return ObjectLayout.magic(frame) == FILE_MAGIC ? checkBytes(frame) : checkEntries(frame);
    }

    /**
     * Checks a node against the reference that leads to it, all but its children.
     *
     * @param frame  absolute address of 12,288 bytes that do not change meanwhile.
     * @param kind   {@link ReferenceKind#FILE} or {@link ReferenceKind#DIRECTORY}.
     * @param level  that it must have, {@link ReferenceVisitor#ROOT} for a root.
     * @param length bytes of the file, or entries of the directory, at and below it; negative where nobody says.
     * @return the first fault, {@link ObjectFault#NONE} where there is none.
     */
    public static ObjectFault check(final long frame, final ReferenceKind kind, final int level, final long length) {
        final ObjectFault fault = check(frame);
        if (fault != ObjectFault.NONE) {
            return fault;
        }
        if ((ObjectLayout.magic(frame) == FILE_MAGIC) != (kind == ReferenceKind.FILE)) {
            return ObjectFault.NOT_A_NODE;
        }
        if (level != ReferenceVisitor.ROOT && ObjectLayout.level(frame) != level) {
            return ObjectFault.WRONG_LEVEL;
        }
        if (length >= 0 && ObjectLayout.length(frame) != length) {
            return ObjectFault.WRONG_LENGTH;
        }
        return level == ReferenceVisitor.ROOT ? checkRoot(frame) : ObjectFault.NONE;
    }

    /**
     * Checks what only a root must be: one that has a single child would be that child.
     *
     * @param frame absolute address of a node that was checked.
     * @return the fault, {@link ObjectFault#NONE} where there is none.
     */
    static ObjectFault checkRoot(final long frame) {
        final int level = ObjectLayout.level(frame);
        final boolean isLeast = level == 0 || level == 1 && ObjectLayout.magic(frame) == FILE_MAGIC;
        if (!isLeast && ObjectLayout.count(frame) == 1) {
            return ObjectFault.WRONG_COUNT;
        }
        return ObjectLayout.magic(frame) == FILE_MAGIC && level > 0 && ObjectLayout.length(frame) <= MAX_BODY_LENGTH
                ? ObjectFault.WRONG_LEVEL
                : ObjectFault.NONE;
    }

    /**
     * Visits what a node refers to, for who follows objects: a sweep, a sync.
     *
     * @param frame   absolute address of 12,288 bytes that do not change meanwhile.
     * @param visitor takes each reference.
     * @return {@link ObjectFault#NONE}, or the fault for which nothing was visited.
     */
    public static ObjectFault references(final long frame, final ReferenceVisitor visitor) {
        final ObjectFault fault = check(frame);
        if (fault == ObjectFault.NONE) {
            visit(frame, visitor);
        }
        return fault;
    }

    /** Visits the references of a node that was checked. */
    static void visit(final long frame, final ReferenceVisitor visitor) {
        final int level = ObjectLayout.level(frame);
        final int count = ObjectLayout.count(frame);
        final boolean isFile = ObjectLayout.magic(frame) == FILE_MAGIC;
        if (level > 0) {
            final ReferenceKind kind =
                    !isFile ? ReferenceKind.DIRECTORY : level == 1 ? ReferenceKind.CHUNK : ReferenceKind.FILE;
            for (int i = 0; i < count; i++) {
                final long length = ObjectLayout.referenceEnd(frame, i) - ObjectLayout.referenceStart(frame, i);
                visitor.onReference(ObjectLayout.referenceKey(frame, i), kind, level - 1, length);
            }
        } else if (!isFile) {
            long entry = frame + BODY_OFFSET;
            for (int i = 0; i < count; i++) {
                final int kind = OffHeap.getU8(entry + ENTRY_KIND_OFFSET);
                if (kind != KIND_LINK) {
                    visitor.onReference(
                            entry + ObjectLayout.entryTailOffset(entry),
                            ReferenceKind.of(kind),
                            ReferenceVisitor.ROOT,
                            OffHeap.getU64(entry + ENTRY_LENGTH_OFFSET));
                }
                entry += ObjectLayout.entryLength(entry);
            }
        }
    }

    private static ObjectFault checkBytes(final long frame) {
        final long length = ObjectLayout.length(frame);
        if (ObjectLayout.count(frame) != 0) {
            return ObjectFault.WRONG_COUNT;
        }
        if (length > MAX_BODY_LENGTH) {
            return ObjectFault.WRONG_LENGTH;
        }
        return checkRest(frame, BODY_OFFSET + (int) length);
    }

    private static ObjectFault checkReferences(final long frame) {
        final int count = ObjectLayout.count(frame);
        if (count == 0 || count > MAX_REFERENCES) {
            return ObjectFault.WRONG_COUNT;
        }
        final boolean isAboveChunks = ObjectLayout.magic(frame) == FILE_MAGIC && ObjectLayout.level(frame) == 1;
        final long longest = isAboveChunks ? LatticeFrame.LENGTH : Long.MAX_VALUE;
        long start = 0;
        for (int i = 0; i < count; i++) {
            final long end = ObjectLayout.referenceEnd(frame, i);
            if (end <= start || end - start > longest) {
                return ObjectFault.WRONG_LENGTH;
            }
            start = end;
        }
        if (start != ObjectLayout.length(frame)) {
            return ObjectFault.WRONG_LENGTH;
        }
        return checkRest(frame, BODY_OFFSET + count * ObjectLayout.REFERENCE_LENGTH);
    }

    private static ObjectFault checkEntries(final long frame) {
        final int count = ObjectLayout.count(frame);
        if (ObjectLayout.length(frame) != count) {
            return ObjectFault.WRONG_LENGTH;
        }
        int offset = BODY_OFFSET;
        long lastName = 0;
        int lastNameLength = 0;
        for (int i = 0; i < count; i++) {
            final long entry = frame + offset;
            final ObjectFault fault = checkEntry(entry, LatticeFrame.LENGTH - offset);
            if (fault != ObjectFault.NONE) {
                return fault;
            }
            final long name = entry + ENTRY_NAME_OFFSET;
            final int nameLength = OffHeap.getU8(entry + ENTRY_NAME_LENGTH_OFFSET);
            if (i > 0 && compare(lastName, lastNameLength, name, nameLength) >= 0) {
                return ObjectFault.WRONG_ORDER;
            }
            lastName = name;
            lastNameLength = nameLength;
            offset += (int) ObjectLayout.entryLength(entry);
        }
        return checkRest(frame, offset);
    }

    private static ObjectFault checkEntry(final long entry, final int room) {
        if (room < ENTRY_NAME_OFFSET) {
            return ObjectFault.WRONG_COUNT;
        }
        final int kind = OffHeap.getU8(entry + ENTRY_KIND_OFFSET);
        final long length = OffHeap.getU64(entry + ENTRY_LENGTH_OFFSET);
        final boolean isLink = kind == KIND_LINK;
        if (kind < KIND_FILE
                || kind > KIND_TREE
                || OffHeap.getU16(entry + ENTRY_MODE_OFFSET) > (isLink || kind == KIND_TREE ? 0 : MAX_MODE)
                || OffHeap.getU32(entry + ENTRY_NANOS_OFFSET) > MAX_NANOS
                || OffHeap.getU64(entry + ENTRY_SECONDS_OFFSET) < MIN_SECONDS
                || OffHeap.getU64(entry + ENTRY_SECONDS_OFFSET) > MAX_SECONDS
                || length < (isLink ? 1 : 0)
                || isLink && length > MAX_TEXT_LENGTH
                || ObjectLayout.entryLength(entry) > room) {
            return ObjectFault.WRONG_ENTRY;
        }
        if (!isName(entry + ENTRY_NAME_OFFSET, OffHeap.getU8(entry + ENTRY_NAME_LENGTH_OFFSET))) {
            return ObjectFault.WRONG_NAME;
        }
        return isLink && contains(entry + ObjectLayout.entryTailOffset(entry), (int) length, 0)
                ? ObjectFault.WRONG_ENTRY
                : ObjectFault.NONE;
    }

    private static boolean isName(final long name, final int length) {
        final boolean isDots = length <= 2
                && length > 0
                && OffHeap.getU8(name) == '.'
                && (length == 1 || OffHeap.getU8(name + 1) == '.');
        return length > 0 && !isDots && !contains(name, length, '/') && !contains(name, length, 0);
    }

    private static boolean contains(final long address, final int length, final int value) {
        for (int i = 0; i < length; i++) {
            if (OffHeap.getU8(address + i) == value) {
                return true;
            }
        }
        return false;
    }

    private static int compare(final long left, final int leftLength, final long right, final int rightLength) {
        final int common = Math.min(leftLength, rightLength);
        for (int i = 0; i < common; i++) {
            final int order = OffHeap.getU8(left + i) - OffHeap.getU8(right + i);
            if (order != 0) {
                return order;
            }
        }
        return leftLength - rightLength;
    }

    private static ObjectFault checkRest(final long frame, final int used) {
        return OffHeap.isZero(frame + used, LatticeFrame.LENGTH - used) ? ObjectFault.NONE : ObjectFault.NOT_ZERO;
    }
}
