/**
 * The lattice frame, the sealed frame that carries it, and the arithmetic of the torus it stands for.
 *
 * <pre>
 *   LatticeFrame        12,288 bytes = 48 pages × 256 bytes
 *        │ sealed as
 *   SealedFrameLayout   envelope 32 ‖ receipt 128 ‖ lattice frame 12,288 = 12,448
 *
 *   LatticeCoordinates  where a site or a content address lies on the torus
 *   C768Schedule        which sites slot t activates, whom a page gossips to
 * </pre>
 *
 * <p>Definitions and vectors: lattice model §1, §3, §4. Index means a linear site index 0..12,287, slot a time slot
 * 0..767 of a cycle, placement slot a site that an address falls on, offset bytes, address an absolute off-heap
 * address. All integers on the wire are little-endian. Everything here is static, exact and allocates nothing.
 */
package io.venation.frame;
