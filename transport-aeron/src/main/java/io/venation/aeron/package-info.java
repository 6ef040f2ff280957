/**
 * Sealed frames on Aeron: the embedded driver, channel profiles, and both ends of a frame stream.
 *
 * <pre>
 *   FramePublication                                            FrameImage
 *   claim ≤ 16 ─► fill in place ─► seal ─► commit ═══ term ═══► poll a run ─► verify in place ─► handler
 *   (fragmenting channel: a staging batch takes the term's place at both ends)
 * </pre>
 */
package io.venation.aeron;
