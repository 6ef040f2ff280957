/**
 * Sealing and verifying batches of frames where they lie.
 *
 * <pre>
 *   claim ──► fill ──► FrameSealer.seal ──► publish ─ ─ ─► receive ──► FrameVerifier.verify ──► deliver
 *                      address, stride, count                         bit mask of good frames,
 *                      one kernel call a batch                        RejectReason per bad one,
 *                                                                     computed addresses in local memory
 * </pre>
 *
 * <p>Conventions: an address is the absolute address of the first sealed frame, stride the bytes from one sealed frame's
 * start to the next (12,480 in a term and in a ring). Results on the hot path are numbers ({@link
 * io.venation.flow.FlowResult}, masks, {@link io.venation.flow.RejectReason} codes); misuse throws, naming
 * {@code name=value}. One thread per object. Nothing is allocated after construction.
 */
package io.venation.flow;
