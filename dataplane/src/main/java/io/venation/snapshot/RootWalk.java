package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ObjectFault;
import io.venation.object.ObjectWalk;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.tree.TreeFault;
import io.venation.tree.TreeNodes;
import io.venation.tree.ValueForm;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Follows roots of any kind to all frames that they stand on, each verified and held against what refers to it: files and
 * directories by {@link ObjectWalk}, ordered maps node by node, and what either names of the other.
 *
 * <pre>
 *   root ─► file, directory ─► ObjectWalk ─► nodes, chunks ─┐
 *           tree ─► nodes ─► typed values ─┐                │ maps that directories name
 *             ▲                            └─ files, …      │
 *             └─────────────────────────────────────────────┘
 * </pre>
 *
 * <p>What was visited from one root is not visited again from another, as long as both say the same of it. One thread, that
 * of the source. Keeps some hundred bytes a node. Cold.
 */
public final class RootWalk {
    private final FrameSource source;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final ObjectWalk objects;
    private final Arena arena = Arena.ofAuto();
    private final long node = arena.allocate(2L * LatticeFrame.LENGTH, 64).address();
    private final long child = node + LatticeFrame.LENGTH;
    private final long nodeKey = arena.allocate(3L * KeySet.KEY_LENGTH, 64).address();
    private final long computedKey = nodeKey + KeySet.KEY_LENGTH;
    private final long firstKey = computedKey + KeySet.KEY_LENGTH;
    private final Set<Claim> visited = new HashSet<>();
    private final Deque<Claim> open = new ArrayDeque<>();
    private boolean isFetchingChunks;
    private int referenceIndex;

    /** What something says of a node. */
    private record Claim(Digest address, ReferenceKind kind, int level, long length) {}

    /** Takes what a walk finds. */
    public interface Visitor {
        /**
         * A node; a root's may turn out to be bad after this.
         *
         * @param key    absolute address of its content address, valid until this returns.
         * @param kind   what it is.
         * @param level  that it has, {@link ReferenceVisitor#ROOT} for a root.
         * @param length bytes of the file, or entries of the directory or tree, at and below it.
         */
        void onNode(long key, ReferenceKind kind, int level, long length);

        /**
         * A chunk: one that is good, or one that is referred to where chunks are not fetched.
         *
         * @param key    absolute address of its content address, valid until this returns.
         * @param length bytes of it that carry data.
         */
        void onChunk(long key, int length);

        /**
         * A frame that is missing or not what it must be. What is below it is not reached.
         *
         * @param address content address.
         * @param what    is wrong: a few words without a full stop.
         */
        void onDamage(Digest address, String what);
    }

    /**
     * A walk through a source.
     *
     * @param source      of the frames.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     */
    public RootWalk(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        this(
                source,
                Objects.requireNonNull(kernels, "kernels"),
                Objects.requireNonNull(addressHash, "addressHash"),
                new ObjectWalk(source, kernels, addressHash));
    }

    /**
     * A walk through frames that were just held against their addresses, as a scrub does: what refers to what is checked, and no
     * frame hashed.
     *
     * @param source of the frames.
     * @return the walk.
     */
    public static RootWalk trusting(final FrameSource source) {
        return new RootWalk(source, null, null, ObjectWalk.trusting(source));
    }

    private RootWalk(
            final FrameSource source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final ObjectWalk objects) {
        this.source = Objects.requireNonNull(source, "source");
        this.kernels = kernels;
        this.addressHash = addressHash;
        this.objects = objects;
    }

    /**
     * Follows a root.
     *
     * @param root    of anything.
     * @param visitor takes each node and chunk that no earlier walk came by.
     * @return what the root is, {@link RootKind#FRAME} where it is whole and says nothing; null where it is missing or
     *     damaged.
     */
    public RootKind walk(final Digest root, final Visitor visitor) {
        return walk(root, true, visitor);
    }

    /**
     * Follows a root and fetches no chunk: for who wants to know what must be there.
     *
     * @param root    of anything.
     * @param visitor takes each node that no earlier walk came by, and each chunk that is referred to.
     * @return what {@link #walk} returns.
     */
    public RootKind walkNodes(final Digest root, final Visitor visitor) {
        return walk(root, false, visitor);
    }

    private RootKind walk(final Digest root, final boolean isWhole, final Visitor visitor) {
        isFetchingChunks = isWhole;
        open.clear();
        final ObjectWalk.Visitor found = new Found(visitor);
        root.write(nodeKey);
        final String fault = load(nodeKey, node);
        if (fault != null) {
            visitor.onDamage(root, fault);
            return null;
        }
        final RootKind kind = RootKind.of(node);
        if (kind != RootKind.FRAME) {
            want(new Claim(root, kind.reference(), ReferenceVisitor.ROOT, kind.length(node)));
        }
        while (!open.isEmpty()) {
            visit(open.pop(), visitor, found);
        }
        Reference.reachabilityFence(this);
        return kind;
    }

    /** Has something visited, unless it was: objects are noted as visited by their own walk, nodes of maps here. */
    private void want(final Claim claim) {
        if (claim.kind == ReferenceKind.TREE ? visited.add(claim) : !visited.contains(claim)) {
            open.push(claim);
        }
    }

    private void visit(final Claim claim, final Visitor visitor, final ObjectWalk.Visitor found) {
        claim.address.write(nodeKey);
        String fault = load(nodeKey, node);
        if (fault == null && claim.level == ReferenceVisitor.ROOT) { // others were held against their parent
            fault = NodeKinds.fault(node, claim.kind, claim.level, claim.length, 0, ValueForm.BYTES);
        }
        if (fault != null) {
            visitor.onDamage(claim.address, fault);
        } else if (claim.kind == ReferenceKind.TREE) {
            visitor.onNode(nodeKey, claim.kind, claim.level, claim.length);
            referenceIndex = 0;
            NodeKinds.references(
                    node, (key, kind, level, length) -> follow(key, kind, level, length, referenceIndex++, visitor));
        } else if (isFetchingChunks) {
            objects.walk(claim.address, found);
        } else {
            objects.walkNodes(claim.address, found);
        }
    }

    /** Goes from a node of a map to what it refers to. */
    private void follow(
            final long key,
            final ReferenceKind kind,
            final int level,
            final long length,
            final int index,
            final Visitor visitor) {
        final Claim claim = new Claim(Digest.read(key), kind, level, length);
        if (level == ReferenceVisitor.ROOT) {
            want(claim);
            return;
        }
        final String loadFault = load(key, child);
        final String fault =
                loadFault == null ? NodeKinds.sentence(TreeNodes.checkChild(child, node, index)) : loadFault;
        if (fault != null) {
            visitor.onDamage(claim.address, fault);
            return;
        }
        if (NodeKinds.hasReferences(child)) {
            want(claim);
        } else if (visited.add(claim)) {
            visitor.onNode(key, kind, level, length);
        }
        if (level > 0 && index > 0 && !beginsAfter(level, index - 1)) {
            visitor.onDamage(claim.address, NodeKinds.sentence(TreeFault.WRONG_ORDER));
        }
    }

    /**
     * Whether the first leaf below the child comes after an entry of the node, which one level of nodes does not tell; true
     * where one on the way is bad, which is named when it is visited.
     */
    private boolean beginsAfter(final int level, final int index) {
        for (int below = level - 1; below >= 0; below--) {
            OffHeap.copy(TreeNodes.firstChild(child), firstKey, KeySet.KEY_LENGTH);
            if (load(firstKey, child) != null
                    || TreeNodes.check(child) != TreeFault.NONE
                    || TreeNodes.level(child) != below) {
                return true;
            }
        }
        return TreeNodes.isAfter(child, node, index);
    }

    /** Copies a frame and verifies the copy, unless frames are trusted; the key may not lie in it. */
    private String load(final long key, final long target) {
        final long frame = source.get(key);
        if (frame == FrameSource.NOT_FOUND) {
            return ObjectFault.MISSING_FRAME.sentence();
        }
        OffHeap.copy(frame, target, LatticeFrame.LENGTH);
        if (kernels == null) {
            return null;
        }
        kernels.contentAddresses(addressHash, target, LatticeFrame.LENGTH, 1, computedKey, KeySet.KEY_LENGTH);
        return KeySet.compare(computedKey, key) == 0 ? null : ObjectFault.WRONG_ADDRESS.sentence();
    }

    /** What the walk through objects finds. */
    private final class Found implements ObjectWalk.Visitor {
        private final Visitor visitor;

        Found(final Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public boolean onNode(final long key, final ReferenceKind kind, final int level, final long length) {
            final Claim claim = new Claim(Digest.read(key), kind, level, length);
            if (kind == ReferenceKind.TREE) {
                want(claim);
                return false;
            }
            final boolean isNew = visited.add(claim);
            if (isNew) {
                visitor.onNode(key, kind, level, length);
            }
            return isNew;
        }

        @Override
        public void onChunk(final long key, final int length) {
            visitor.onChunk(key, length);
        }

        @Override
        public void onDamage(final Digest address, final ObjectFault fault) {
            visitor.onDamage(address, fault.sentence());
        }
    }
}
