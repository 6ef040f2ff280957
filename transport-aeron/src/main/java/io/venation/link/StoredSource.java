package io.venation.link;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.object.ObjectLayout;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.receipt.Digest;
import io.venation.snapshot.NodeKinds;
import io.venation.snapshot.RootKind;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * What a root of a store stands on, node by node: files, directories, snapshots, ordered maps. Nodes are verified, chunks
 * are read only when they are wanted.
 *
 * <p>Keeps some hundred bytes for each distinct node; files and bytes are counted once for each distinct file. One thread:
 * the sending agent.
 */
final class StoredSource implements ObjectSource {
    private final OfferWindow window;
    private final FrameSource frames;
    private final Digest root;
    private final FrameKernels kernels;
    private final AddressHash addressHash;
    private final LongConsumer progress;
    private final Deque<Digest> nodes = new ArrayDeque<>();
    private final Set<Digest> visited = new HashSet<>();
    private final Arena arena = Arena.ofAuto();
    private final long node = arena.allocate(LatticeFrame.LENGTH, 64).address();
    private final long nodeKey =
            arena.allocate(2L * OfferWindow.KEY_LENGTH, Long.BYTES).address();
    private final long computedKey = nodeKey + OfferWindow.KEY_LENGTH;
    private boolean isBegun;
    private long byteCount;
    private long fileCount;

    StoredSource(
            final OfferWindow window,
            final FrameSource frames,
            final Digest root,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final LongConsumer progress) {
        this.window = window;
        this.frames = frames;
        this.root = root;
        this.kernels = kernels;
        this.addressHash = addressHash;
        this.progress = progress;
    }

    @Override
    public boolean step() {
        if (!isBegun) {
            isBegun = true;
            begin();
        } else if (!nodes.isEmpty()) {
            load(nodes.pop());
            addReferences();
        }
        Reference.reachabilityFence(this);
        return !nodes.isEmpty();
    }

    private void begin() {
        load(root);
        window.add(nodeKey);
        if (RootKind.of(node) == RootKind.FILE) {
            countFile(OffHeap.getU64(node + ObjectLayout.LENGTH_OFFSET));
        }
        addReferences();
    }

    private void load(final Digest address) {
        address.write(nodeKey);
        final long frame = frames.get(nodeKey);
        if (frame == FrameSource.NOT_FOUND) {
            throw missing(nodeKey);
        }
        OffHeap.copy(frame, node, LatticeFrame.LENGTH);
        kernels.contentAddresses(addressHash, node, LatticeFrame.LENGTH, 1, computedKey, OfferWindow.KEY_LENGTH);
        if (!OffHeap.isSame(computedKey, nodeKey, OfferWindow.KEY_LENGTH)) {
            throw damaged(nodeKey);
        }
    }

    static LinkException missing(final long key) {
        return new LinkException("frame " + Digest.read(key)
                + " is not in the store: what is to be sent is not whole, get it again or send another root");
    }

    static LinkException damaged(final long key) {
        return new LinkException(
                "frame " + Digest.read(key) + " is damaged: `venation store verify` takes it out of service");
    }

    private void addReferences() {
        final String fault = NodeKinds.references(node, this::addReference);
        if (fault != null) {
            throw new LinkException("frame " + Digest.read(nodeKey) + ": " + fault);
        }
        progress.accept(byteCount);
    }

    private void addReference(final long key, final ReferenceKind kind, final int level, final long length) {
        if (kind == ReferenceKind.CHUNK) {
            window.add(key);
        } else if (addNode(key) && kind == ReferenceKind.FILE && level == ReferenceVisitor.ROOT) {
            countFile(length);
        }
    }

    /** Whether this is the first time. */
    private boolean addNode(final long key) {
        window.add(key);
        final Digest address = Digest.read(key);
        final boolean isNew = visited.add(address);
        if (isNew) {
            nodes.push(address);
        }
        return isNew;
    }

    private void countFile(final long length) {
        fileCount++;
        byteCount += length;
    }

    @Override
    public Digest root() {
        return root;
    }

    @Override
    public long byteCount() {
        return byteCount;
    }

    @Override
    public long fileCount() {
        return fileCount;
    }

    @Override
    public void close() {
        nodes.clear();
    }
}
