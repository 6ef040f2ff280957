package io.venation.tree;

import io.venation.receipt.Digest;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * The differences between two trees, ascending by key, in time proportional to them: where both have the same node in the
 * same place, neither enters it.
 *
 * <p>{@link #next()} leads to a difference, accessors tell what it is. After an exception the diff must be opened anew.
 * Trees of different salts can be compared; they share no nodes, so all of both is read.
 *
 * <p>One thread. Allocates nothing after construction.
 */
public final class TreeDiff {
    /** Where a value would lie in the tree that has no such key. */
    public static final long ABSENT = 0;

    private final MemorySegment memory = Arena.ofAuto().allocate(ReceiptLayout.DIGEST_LENGTH, Long.BYTES);
    private final Side before;
    private final Side after;
    private boolean isBefore;
    private boolean isAfter;

    /**
     * Differences of what two sources hold.
     *
     * @param beforeSource source of the one tree.
     * @param afterSource  source of the other tree; the same where one has both.
     */
    public TreeDiff(final FrameSource beforeSource, final FrameSource afterSource) {
        before = new Side(beforeSource);
        after = new Side(afterSource);
    }

    /**
     * Takes two trees and stands before their first difference.
     *
     * @param beforeRoot content address of the one root.
     * @param afterRoot  content address of the other.
     * @throws TreeDamageException where there is no such node.
     */
    public void open(final Digest beforeRoot, final Digest afterRoot) {
        isBefore = false;
        isAfter = false;
        before.isDone = true;
        after.isDone = true;
        beforeRoot.write(memory.address());
        before.path.open(memory.address());
        afterRoot.write(memory.address());
        after.path.open(memory.address());
        Reference.reachabilityFence(memory);
        if (!beforeRoot.equals(afterRoot)) {
            before.begin();
            after.begin();
        }
    }

    /**
     * To the next difference.
     *
     * @return false where there is none.
     * @throws TreeDamageException where a node is missing or none.
     */
    public boolean next() {
        if (isBefore) {
            before.advance();
        }
        if (isAfter) {
            after.advance();
        }
        isBefore = false;
        isAfter = false;
        while (!isBefore && !isAfter && !(before.isDone && after.isDone)) {
            step();
        }
        return isBefore || isAfter;
    }

    /** Goes past or into something, or finds a difference. */
    private void step() {
        if (before.isDone || after.isDone) {
            final Side left = before.isDone ? after : before;
            if (left.level > 0) {
                left.enter();
            } else {
                isBefore = left == before;
                isAfter = left == after;
            }
        } else if (before.level == after.level) {
            stepOnOneLevel();
        } else {
            stepOnTwoLevels(before.level > after.level ? before : after, before.level > after.level ? after : before);
        }
    }

    private void stepOnOneLevel() {
        if (before.level > 0) {
            if (NodePath.sameChild(before.path, after.path, before.level)) {
                before.advance();
                after.advance();
            } else {
                before.enter();
                after.enter();
            }
            return;
        }
        final int order = Keys.compare(before.key(), before.keyLength(), after.key(), after.keyLength());
        if (order == 0 && sameValue()) {
            before.advance();
            after.advance();
        } else {
            isBefore = order <= 0;
            isAfter = order >= 0;
        }
    }

    private void stepOnTwoLevels(final Side high, final Side low) {
        if (!low.isUpToLastOf(high)) {
            high.enter();
        } else if (low.level > 0) {
            low.enter();
        } else {
            isBefore = low == before;
            isAfter = low == after;
        }
    }

    /** Whether both trees' values are of one form. */
    boolean isOneForm() {
        return ValueForm.of(before.path.rootFrame()) == ValueForm.of(after.path.rootFrame());
    }

    private Side side() {
        if (!isBefore && !isAfter) {
            throw new IllegalStateException("the diff stands at no difference");
        }
        return isBefore ? before : after;
    }

    private boolean sameValue() {
        return Keys.equal(before.value(), before.valueLength(), after.value(), after.valueLength());
    }

    /**
     * The key that differs.
     *
     * @return absolute address.
     */
    public long key() {
        return side().key();
    }

    /**
     * Length of the key.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_KEY_LENGTH}.
     */
    public int keyLength() {
        return side().keyLength();
    }

    /**
     * The value in the one tree.
     *
     * @return absolute address, or {@link #ABSENT}.
     */
    public long valueBefore() {
        return isBefore ? before.value() : ABSENT;
    }

    /**
     * Length of the value in the one tree.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}; 0 where it is absent.
     */
    public int valueLengthBefore() {
        return isBefore ? before.valueLength() : 0;
    }

    /**
     * The value in the other tree.
     *
     * @return absolute address, or {@link #ABSENT}.
     */
    public long valueAfter() {
        return isAfter ? after.value() : ABSENT;
    }

    /**
     * Length of the value in the other tree.
     *
     * @return bytes, 0..{@link TreeNodeLayout#MAX_VALUE_LENGTH}; 0 where it is absent.
     */
    public int valueLengthAfter() {
        return isAfter ? after.valueLength() : 0;
    }

    /** One of the trees: an entry on some level, before which all has been compared. */
    private static final class Side {
        private final NodePath path;
        private int level;
        private boolean isDone = true;
        private long lastKey;
        private int lastKeyLength;

        Side(final FrameSource source) {
            path = new NodePath(source);
        }

        void begin() {
            level = path.rootLevel();
            path.index(level, 0);
            isDone = path.count(level) == 0;
            lastKey = 0;
        }

        long key() {
            return TreeNodeLayout.key(path.frame(level), path.index(level));
        }

        int keyLength() {
            return TreeNodeLayout.keyLength(path.frame(level), path.index(level));
        }

        long value() {
            return TreeNodeLayout.value(path.frame(level), path.index(level));
        }

        int valueLength() {
            return TreeNodeLayout.valueLength(path.frame(level), path.index(level));
        }

        void enter() {
            path.enter(level, path.index(level));
            level--;
            path.index(level, 0);
        }

        void advance() {
            lastKey = key();
            lastKeyLength = keyLength();
            while (level < path.rootLevel() && path.index(level) + 1 == path.count(level)) {
                level++;
            }
            path.index(level, path.index(level) + 1);
            isDone = path.index(level) == path.count(level);
        }

        /** Whether the entry here ends before anything that is left of the other side begins. */
        boolean isUpToLastOf(final Side other) {
            return other.lastKey != 0 && Keys.compare(key(), keyLength(), other.lastKey, other.lastKeyLength) <= 0;
        }
    }
}
