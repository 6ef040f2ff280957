/**
 * Prolly trees: ordered maps whose nodes are lattice frames and whose shape depends on nothing but what they contain.
 *
 * <pre>
 *   level 2                        root: 1 node = 1 frame, named by its content address
 *                            ┌───────────────┴────────────────┐     entry: last key below, address, entries below
 *   level 1               [ node ]                        [ node ]
 *                   ┌────────┼────────┐              ┌────────┼────────┐
 *   level 0      [ leaf ] [ leaf ] [ leaf ]       [ leaf ] [ leaf ] [ leaf ]     entry: key, value
 *
 *   TreeBatch ──► TreeWriter.apply(root) ──► root      TreeReader.get, scan; TreeCursor; TreeDiff; TreeMerge; TreeIndex
 * </pre>
 *
 * <p>Where a node ends is decided by a keyed hash of its last key and by the bytes since the last end, so equal contents
 * have equal roots whatever was put and deleted in which order, a change rewrites the nodes on its way to the root and a
 * few beside them, and trees that differ little share nearly all frames.
 *
 * <p>Conventions: keys are 0..255 bytes in the order of their unsigned bytes, values 0..1,024; both are handed in and out
 * as absolute address and length. What they refer to is the caller's, or the tree's where its values are typed
 * ({@link io.venation.tree.ValueForm}). What comes out lies in the store's frames and stays valid as long as the store says. A
 * root is a {@link io.venation.receipt.Digest}. Frames are taken for what another may have written: whatever they hold,
 * reading stays inside them, ends, and says what is wrong ({@link io.venation.tree.TreeDamageException}). One thread per
 * object.
 */
package io.venation.tree;
