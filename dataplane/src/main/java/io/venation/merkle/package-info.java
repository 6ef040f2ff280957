/**
 * Merkle trees over any number of entries, as Certificate Transparency builds them (RFC 9162 §2.1), with any hash of 32
 * bytes.
 *
 * <pre>
 *   7 entries         root                      leaf  = H(0 ‖ entry)
 *                   /      \                    node  = H(1 ‖ left ‖ right)
 *                  k        l                   empty = H()
 *                /   \     /  \
 *               g     h   i    d6               left of a node stands the largest full tree that leaves
 *              / \   / \  / \                   something for its right
 *             d0 d1 d2 d3 d4 d5
 *
 *   MerkleTree     keeps every hash: roots of any earlier size, inclusion and consistency proofs
 *   CompactRange   keeps ⌈log₂⌉ hashes: appends, merges, gives the root
 *   TreeHead       size and root: what a verifier trusts and a proof is held against
 * </pre>
 *
 * <p>Index and size count entries, levels count from the leaves. Cold values: everything here may allocate, and nothing
 * allocates by a size that a stranger claims.
 */
package io.venation.merkle;
