/**
 * Streams of verified frames on Aeron: {@link io.venation.aeron.LatticePlane} opens them, {@link
 * io.venation.aeron.FramePublication} and {@link io.venation.aeron.FrameSubscription} are their ends.
 *
 * <pre>
 *   FramePublication                                            FrameSubscription: one FrameImage a session
 *   tryClaim ≤ 16 ─► fill in place ─► commit = seal ═══ term ═══► look ahead ─► verify the run in place ─► handler
 *   (fragmenting channel: a staging batch takes the term's place at both ends)
 * </pre>
 *
 * <p>Results ≥ 0 are stream positions, negative ones Aeron's codes. A stream's end belongs to one thread; frames and
 * blocks are flyweights, valid inside a claim or a callback. Nothing is allocated per frame.
 */
package io.venation.aeron;
