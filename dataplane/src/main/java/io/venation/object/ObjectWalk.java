package io.venation.object;

import static io.venation.object.ObjectLayout.KEY_LENGTH;
import static io.venation.object.ObjectLayout.REFERENCE_LENGTH;

import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FrameSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Follows an object to all frames it stands on, directories to what is in them, each frame verified: for a scrub that
 * names what is damaged, a sweep that keeps what it reaches, a sync that fetches what is missing.
 *
 * <p>Ordered maps that directories name are told of and not followed: {@code io.venation.snapshot.RootWalk} does.
 *
 * <p>What is below a damaged node is not reached. One thread, that of the source. Keeps one small value for each node that
 * is found and not visited yet, whatever a stranger's root unfolds to: the visitor says where not to go twice.
 */
public final class ObjectWalk {
    private final FrameLoader loader;
    private final DirectoryReader directories;
    private boolean isFetchingChunks;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final MemorySegment memory =
            Arena.ofAuto().allocate((FrameLoader.MAX_COUNT + 1L) * LatticeFrame.LENGTH + KEY_LENGTH, 64);
    private final long node = memory.address();
    private final long chunks = node + LatticeFrame.LENGTH;
    private final long nodeKey = chunks + (long) FrameLoader.MAX_COUNT * LatticeFrame.LENGTH;

    /** A node that was found and must be what its reference says. */
    private record Step(Digest address, ReferenceKind kind, int level, long length) {
        static final long ANY_LENGTH = -1;
    }

    /** Takes what a walk finds. */
    public interface Visitor {
        /**
         * A node, before it is fetched unless the walk begins with it.
         *
         * @param key    absolute address of its content address, valid until this returns.
         * @param kind   {@link ReferenceKind#FILE}, {@link ReferenceKind#DIRECTORY}, or {@link ReferenceKind#TREE}, which
         *               is not fetched.
         * @param level  that it must have, {@link ReferenceVisitor#ROOT} for a root.
         * @param length bytes of the file, or entries of the directory or tree, at and below it.
         * @return false where it, and what it refers to, was visited before.
         */
        boolean onNode(long key, ReferenceKind kind, int level, long length);

        /**
         * A chunk: one that is good, or one that is referred to where chunks are not fetched.
         *
         * @param key    absolute address of its content address, valid until this returns.
         * @param length bytes of it that carry data.
         */
        void onChunk(long key, int length);

        /**
         * A frame that is missing or not what it must be.
         *
         * @param address content address.
         * @param fault   what is wrong.
         */
        void onDamage(Digest address, ObjectFault fault);
    }

    /**
     * A walk through a source.
     *
     * @param source      of the frames.
     * @param kernels     of the caller's thread.
     * @param addressHash what content addresses are.
     */
    public ObjectWalk(final FrameSource source, final FrameKernels kernels, final AddressHash addressHash) {
        this(
                new FrameLoader(
                        Objects.requireNonNull(source, "source"),
                        Objects.requireNonNull(kernels, "kernels"),
                        Objects.requireNonNull(addressHash, "addressHash")),
                DirectoryReader.verifying(source, kernels, addressHash));
    }

    /**
     * A walk through frames that were just held against their addresses, as a scrub does: what refers to what is checked, and no
     * frame hashed.
     *
     * @param source of the frames.
     * @return the walk.
     */
    public static ObjectWalk trusting(final FrameSource source) {
        return new ObjectWalk(
                new FrameLoader(Objects.requireNonNull(source, "source"), null, null),
                DirectoryReader.trusting(source));
    }

    private ObjectWalk(final FrameLoader loader, final DirectoryReader directories) {
        this.loader = loader;
        this.directories = directories;
    }

    /**
     * Follows an object.
     *
     * @param root    of a file or a directory.
     * @param visitor takes each node once for each way that leads to it, and each chunk.
     */
    public void walk(final Digest root, final Visitor visitor) {
        walk(root, true, visitor);
    }

    /**
     * Follows an object through its nodes, one of some 250 frames, and fetches no chunk: for who wants to know what must be
     * there.
     *
     * @param root    of a file or a directory.
     * @param visitor takes each node once for each way that leads to it, and each chunk that is referred to.
     */
    public void walkNodes(final Digest root, final Visitor visitor) {
        walk(root, false, visitor);
    }

    private void walk(final Digest root, final boolean isWhole, final Visitor visitor) {
        isFetchingChunks = isWhole;
        steps.clear();
        steps.push(new Step(root, null, ReferenceVisitor.ROOT, Step.ANY_LENGTH));
        while (!steps.isEmpty()) {
            final Step step = steps.pop();
            step.address.write(nodeKey);
            try {
                visit(step, visitor);
            } catch (final ObjectDamageException e) {
                visitor.onDamage(e.address(), e.fault());
            }
        }
        Reference.reachabilityFence(this);
    }

    private void visit(final Step step, final Visitor visitor) {
        if (step.kind != null
                && (!visitor.onNode(nodeKey, step.kind, step.level, step.length) || step.kind == ReferenceKind.TREE)) {
            return;
        }
        loader.load(nodeKey, KEY_LENGTH, 1, node);
        final ObjectFault fault = check(step);
        if (fault != ObjectFault.NONE) {
            throw new ObjectDamageException(fault, step.address);
        }
        final boolean isFile = ObjectLayout.magic(node) == ObjectLayout.FILE_MAGIC;
        if (step.kind == null
                && !visitor.onNode(
                        nodeKey,
                        isFile ? ReferenceKind.FILE : ReferenceKind.DIRECTORY,
                        step.level,
                        ObjectLayout.length(node))) {
            return;
        }
        if (isFile && ObjectLayout.level(node) == 1) {
            visitChunks(visitor);
            return;
        }
        ObjectNodes.visit(
                node, (key, kind, level, length) -> steps.push(new Step(Digest.read(key), kind, level, length)));
        if (!isFile && step.level == ReferenceVisitor.ROOT && ObjectLayout.level(node) > 0) {
            checkOrder(step.address, visitor);
        }
    }

    /** Names must ascend from node to node, too; whatever else is wrong with a node the walk finds when it gets there. */
    private void checkOrder(final Digest directory, final Visitor visitor) {
        try {
            directories.open(directory);
            directories.forEach(entry -> {});
        } catch (final ObjectDamageException e) {
            if (e.fault() == ObjectFault.WRONG_ORDER) {
                visitor.onDamage(e.address(), e.fault());
            }
        }
    }

    private ObjectFault check(final Step step) {
        final ReferenceKind kind = step.kind != null
                ? step.kind
                : ObjectLayout.magic(node) == ObjectLayout.FILE_MAGIC ? ReferenceKind.FILE : ReferenceKind.DIRECTORY;
        return ObjectNodes.check(node, kind, step.level, step.length);
    }

    private void visitChunks(final Visitor visitor) {
        final int count = ObjectLayout.count(node);
        if (!isFetchingChunks) {
            ObjectNodes.visit(node, (key, kind, level, length) -> visitor.onChunk(key, (int) length));
            return;
        }
        for (int first = 0; first < count; first += FrameLoader.MAX_COUNT) {
            final int batch = Math.min(FrameLoader.MAX_COUNT, count - first);
            try {
                loader.load(ObjectLayout.referenceKey(node, first), REFERENCE_LENGTH, batch, chunks);
            } catch (final ObjectDamageException e) {
                visitOneByOne(first, batch, visitor);
                continue;
            }
            for (int i = 0; i < batch; i++) {
                visitChunk(first + i, chunks + (long) i * LatticeFrame.LENGTH, visitor);
            }
        }
    }

    /** Names each bad chunk of a batch, not only the first. */
    private void visitOneByOne(final int first, final int batch, final Visitor visitor) {
        for (int i = first; i < first + batch; i++) {
            try {
                loader.load(ObjectLayout.referenceKey(node, i), REFERENCE_LENGTH, 1, chunks);
                visitChunk(i, chunks, visitor);
            } catch (final ObjectDamageException e) {
                visitor.onDamage(e.address(), e.fault());
            }
        }
    }

    private void visitChunk(final int index, final long chunk, final Visitor visitor) {
        final long key = ObjectLayout.referenceKey(node, index);
        final int length = (int) (ObjectLayout.referenceEnd(node, index) - ObjectLayout.referenceStart(node, index));
        if (OffHeap.isZero(chunk + length, LatticeFrame.LENGTH - length)) {
            visitor.onChunk(key, length);
        } else {
            visitor.onDamage(Digest.read(key), ObjectFault.NOT_ZERO);
        }
    }
}
