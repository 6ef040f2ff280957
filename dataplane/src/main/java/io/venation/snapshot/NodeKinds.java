package io.venation.snapshot;

import io.venation.object.ObjectFault;
import io.venation.object.ObjectNodes;
import io.venation.object.ReferenceKind;
import io.venation.object.ReferenceVisitor;
import io.venation.store.FrameReferences;
import io.venation.tree.TreeFault;
import io.venation.tree.TreeNodes;
import io.venation.tree.ValueForm;
import java.util.Locale;

/**
 * All kinds of nodes that this project writes, in one place: what each refers to, and what each must be for who refers to
 * it.
 *
 * <pre>
 *   VF   level 1: chunks; above: VF                   nodes of files
 *   VD   level 0: VF, VD, VT roots; above: VD         nodes of directories
 *   VT   level 0: VF, VD, VT roots where values are   nodes of ordered maps
 *        typed, else nothing; above: VT
 * </pre>
 *
 * <p>Any thread, allocates nothing but sentences.
 */
public final class NodeKinds {
    /**
     * What frames refer to by what they say they are, for {@link io.venation.store.MappedFrameStore#sweep}. A chunk that
     * looks like a node keeps more than is needed, never less; a frame that is none, or a damaged one, refers to
     * nothing: {@link RootWalk} says before a sweep whether all that roots reach is what it must be.
     */
    public static final FrameReferences REFERENCES =
            (frame, payloadLength, visitor) -> references(frame, (key, kind, level, length) -> visitor.accept(key));

    private static final String NO_NODE = "no node of a known kind";

    private NodeKinds() {}

    /**
     * Visits what a frame refers to, by what it says it is.
     *
     * @param frame   absolute address of 12,288 bytes that do not change meanwhile.
     * @param visitor takes each reference; none where the frame is no node or not a good one.
     * @return what is wrong with it in a few words without a full stop, null where it is a good node.
     */
    public static String references(final long frame, final ReferenceVisitor visitor) {
        return switch (RootKind.of(frame)) {
            case FILE, DIRECTORY -> sentence(ObjectNodes.references(frame, visitor));
            case TREE -> sentence(TreeNodes.references(frame, visitor));
            case FRAME -> NO_NODE;
        };
    }

    /**
     * Whether a good node may refer to anything.
     *
     * @param frame absolute address of 12,288 bytes.
     */
    static boolean hasReferences(final long frame) {
        return switch (RootKind.of(frame)) {
            case FILE -> ObjectNodes.isAboveOthers(frame);
            case DIRECTORY -> true;
            case TREE -> TreeNodes.hasReferences(frame);
            case FRAME -> false;
        };
    }

    /**
     * Checks a frame against what refers to it.
     *
     * @param frame  absolute address of 12,288 bytes that do not change meanwhile.
     * @param kind   what it must be.
     * @param level  that it must have, {@link ReferenceVisitor#ROOT} for a root.
     * @param length at and below it; negative where nobody says.
     * @param saltId that a node below one of a map must have, and
     * @param form   that of its values; neither is looked at elsewhere.
     * @return what is wrong in a few words, null where it is what it must be. A chunk may be anything.
     */
    static String fault(
            final long frame,
            final ReferenceKind kind,
            final int level,
            final long length,
            final long saltId,
            final ValueForm form) {
        return switch (kind) {
            case CHUNK -> null;
            case FILE, DIRECTORY -> sentence(ObjectNodes.check(frame, kind, level, length));
            case TREE ->
                sentence(
                        level == ReferenceVisitor.ROOT
                                ? TreeNodes.checkRoot(frame, length)
                                : TreeNodes.checkChild(frame, level, length, saltId, form));
        };
    }

    private static String sentence(final ObjectFault fault) {
        return fault == ObjectFault.NONE ? null : fault.sentence();
    }

    /** What is wrong with a node of a map in a few words, null where nothing is. */
    static String sentence(final TreeFault fault) {
        return fault == TreeFault.NONE
                ? null
                : "tree node: " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
