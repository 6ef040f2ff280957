/**
 * Byte streams and directories of any size as trees of frames in a store, named by the address of their root.
 *
 * <pre>
 *   bytes ──► ObjectWriter ──► chunks cut where the content says, 6,144..12,288 bytes, one frame each
 *                          └─► nodes of up to 306 references, level by level ──► root
 *   root  ──► ObjectReader ──► any range, each frame on the way held against its address
 *
 *   file, 0..12,272 bytes     [VF level 0: the bytes]
 *   file, longer              [VF level n] ─► … ─► [VF level 1] ─► chunk, chunk, chunk …
 *   directory                 [VD level n] ─► … ─► [VD level 0: entries] ─► files, directories, ordered maps
 * </pre>
 *
 * <p><b>References are typed, frames are not.</b> A content address is the plain hash of a frame, so a chunk may hold any
 * bytes, those of a node too. What a frame is follows from who refers to it: below a {@code VF} node of level 1 stand
 * chunks, below any other level nodes of the next lower level, and an entry says whether it names a file, a
 * directory or an ordered map of {@code io.venation.tree}. A root is always a node: the root of an empty file is a frame of its own. Nobody decides by a frame's first
 * bytes what it is; they are checked against what it must be. (Whoever names a chunk as a root of his own makes it one:
 * an address is all that a root is.)
 *
 * <p><b>The same content has the same root</b>, however it was written, on whatever machine: cuts and ends of nodes depend
 * on content alone, unused bytes are zero, directories are sorted by the bytes of their names and hold what is in
 * them: not their own name, mode or time, which stand in the entry that leads to them.
 *
 * <p><b>Nothing that a frame says is believed</b> until it was checked: counts, lengths that must add up, levels that must
 * fall by one, order and form of names. What is wrong has a name, {@link io.venation.object.ObjectFault}, and an address.
 * Depth is bounded by {@link io.venation.object.ObjectLayout#MAX_LEVEL}; what a root unfolds to is not: the same child
 * may stand below many parents, so whoever unfolds strangers' roots looks at their length first.
 *
 * <p>Offset and length are bytes, level counts from the leaves, key is the absolute address of 32 bytes of content
 * address. Files are read and written without allocation per frame; directories are cold values.
 */
package io.venation.object;
