package io.venation.snapshot;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.tree.TreeNodes;
import io.venation.tree.ValueForm;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a store have all that a root stands on, from sources that are not trusted.
 *
 * <pre>
 *   node, verified in the target ─► its references: a chunk that is there  ─► shared
 *          ▲                                        a node that is there   ─► verified, checked ─┐
 *          │                                        what is not there      ─► wanted             │
 *          │                                        │ a window full, or no node left             │
 *          │                                        └─► fetched together ─┬─ chunk               │
 *          └──────────────────────── nodes with references, each once ◄───┴─ node, checked ◄─────┘
 * </pre>
 *
 * <p><b>That a node is there says nothing of what is below it</b>: a fetch may have been interrupted, a frame lost, a file
 * may hold a node's bytes as a chunk. So every node below the root is visited, in the target where it is there, and every
 * reference is looked up. That costs an index lookup a chunk and a hash a node (one of some 250 frames), needs no
 * record of progress and no order of writing, and makes resuming the same as beginning: what was stored is not fetched
 * again. The root is pinned when nothing was missing and all is on disk, not before: a pin that outlives a loss of power
 * outlives it with what it stands on.
 *
 * <p>Chunks that are there are believed to be whole, as a scrub keeps them; nodes are hashed, and one that is damaged is
 * fetched again. Sources are asked for up to 4,096 frames at once, of many nodes: a far one costs a round trip for each
 * level of the tree and for each 50 MB. Keeps some hundred bytes for each distinct node that has references and was verified (a
 * hundredth of what that node takes in the store, whatever a stranger makes up), and visits no node twice, whatever its
 * root unfolds to.
 *
 * <p>What a source or the target throws ends the fetch; what was stored by then stays. One thread, that of target and
 * sources.
 */
public final class ReplicaFetch {
    private final MappedFrameStore target;
    private final FrameFetch frames;
    private final Deque<Digest> nodes = new ArrayDeque<>();
    private final Set<Digest> visited = new HashSet<>();
    private final Arena arena = Arena.ofAuto();
    private final long node = arena.allocate(2L * LatticeFrame.LENGTH, 64).address();
    private final long child = node + LatticeFrame.LENGTH;
    private final long nodeKey = arena.allocate(KeySet.KEY_LENGTH, 64).address();
    private final Expected[] wanted = new Expected[FrameFetch.WINDOW];
    private final FrameFetch.Arrival arrival = this::onStored;

    /** What a target must be; below a node of a tree also its salt and form of values. */
    private record Expected(ReferenceKind kind, int level, long length, long saltId, ValueForm form) {
        static final long ANY_LENGTH = -1;
        static final Expected CHUNK = new Expected(ReferenceKind.CHUNK, 0, LatticeFrame.LENGTH, 0, ValueForm.BYTES);
    }

    /**
     * Fetches into a store.
     *
     * @param target      takes the frames.
     * @param kernels     of the caller's thread.
     * @param addressHash of the target's suite.
     * @param sources     asked in this order for each frame.
     * @param listener    hears how it goes.
     */
    public ReplicaFetch(
            final MappedFrameStore target,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final List<FrameSource> sources,
            final FetchListener listener) {
        this.target = target;
        frames = new FrameFetch(target, kernels, addressHash, sources, listener);
    }

    /**
     * Fetches a root that says itself what it is, and pins it when it is complete.
     *
     * @param root its address.
     * @return what was done.
     */
    public FetchResult fetch(final Digest root) {
        return fetch(root, null);
    }

    /**
     * Fetches a root, and pins it when it is complete and not pinned yet; what was stored is forced to disk before.
     *
     * @param root its address.
     * @param kind what it must be.
     * @return what was done.
     */
    public FetchResult fetch(final Digest root, final RootKind kind) {
        final FetchResult result = follow(root, kind);
        if (result.isComplete() && !target.roots().containsKey(root)) {
            if (target.durablePosition() < target.position()) {
                target.force();
            }
            root.write(nodeKey);
            target.pin(nodeKey);
        }
        Reference.reachabilityFence(this);
        return result;
    }

    /** The same without a pin. */
    FetchResult follow(final Digest root, final RootKind kind) {
        begin(root, kind);
        while (step()) {
            // to the last node
        }
        return result();
    }

    /**
     * Begins a fetch that {@link #step} goes on with, for a thread that has other things to do as well. Nothing is pinned.
     *
     * @param root its address.
     * @param kind what it must be, null where it says itself.
     */
    public void begin(final Digest root, final RootKind kind) {
        frames.reset();
        nodes.clear();
        visited.clear();
        fetchRoot(root, kind);
        Reference.reachabilityFence(this);
    }

    /**
     * Goes on by one node and what it refers to, some hundred look-ups.
     *
     * @return false where nothing was left to do: {@link #result} is final.
     */
    public boolean step() {
        if (nodes.isEmpty()) {
            return false;
        }
        visit(nodes.pop());
        if (nodes.isEmpty()) {
            fetchWanted();
        }
        Reference.reachabilityFence(this);
        return true;
    }

    /**
     * What was done since {@link #begin}.
     *
     * @return counts so far.
     */
    public FetchResult result() {
        return frames.result();
    }

    private void fetchRoot(final Digest root, final RootKind kind) {
        root.write(nodeKey);
        if (target.copy(nodeKey, node)) {
            frames.share();
        } else if (!fetchNode()) {
            return;
        }
        final ReferenceKind reference = (kind == null ? RootKind.of(node) : kind).reference();
        check(nodeKey, node, new Expected(reference, ReferenceVisitor.ROOT, Expected.ANY_LENGTH, 0, ValueForm.BYTES));
    }

    private boolean fetchNode() {
        frames.add(nodeKey);
        return frames.fetch((index, key, frame) -> OffHeap.copy(frame, node, LatticeFrame.LENGTH));
    }

    private void visit(final Digest address) {
        address.write(nodeKey);
        if (!target.copy(nodeKey, node)) { // good a moment ago, damaged now
            fetchWanted();
            if (!fetchNode()) {
                return;
            }
        }
        final boolean isTree = TreeNodes.isNode(node);
        final long saltId = isTree ? TreeNodes.saltId(node) : 0;
        final ValueForm form = isTree ? TreeNodes.form(node) : ValueForm.BYTES;
        NodeKinds.references(
                node,
                (key, kind, level, length) -> want(
                        key,
                        kind == ReferenceKind.CHUNK
                                ? Expected.CHUNK
                                : new Expected(kind, level, length, saltId, form)));
    }

    private void want(final long key, final Expected expected) {
        final int index = frames.indexOf(key);
        if (index != FrameFetch.NOT_WANTED && wanted[index].equals(expected)) {
            frames.repeat(index);
            return;
        }
        if (index != FrameFetch.NOT_WANTED || frames.isFull()) {
            fetchWanted();
        }
        if (expected == Expected.CHUNK ? target.contains(key) : target.copy(key, child)) {
            frames.share();
            check(key, child, expected);
        } else {
            wanted[frames.add(key)] = expected;
        }
    }

    private void fetchWanted() {
        frames.fetch(arrival);
    }

    private void onStored(final int index, final long key, final long frame) {
        for (int i = frames.repeats(index); i >= 0; i--) {
            check(key, frame, wanted[index]);
        }
    }

    private void check(final long key, final long frame, final Expected expected) {
        if (expected.kind == ReferenceKind.CHUNK) {
            return;
        }
        final String fault =
                NodeKinds.fault(frame, expected.kind, expected.level, expected.length, expected.saltId, expected.form);
        if (fault != null) {
            frames.malform(key, fault);
        } else if (NodeKinds.hasReferences(frame)) { // each is visited once
            final Digest address = Digest.read(key);
            if (visited.add(address)) {
                nodes.push(address);
            }
        }
    }
}
