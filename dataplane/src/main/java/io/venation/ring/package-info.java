/**
 * Frames from one thread to another, sealed and verified in place, on Agrona's one-to-one ring buffer.
 *
 * <pre>
 *   producer: tryClaim ──► fill, seal ──► commit or abort
 *                 │
 *                 ▼  record = 12,480 = 195 × 64: the stride and alignment of an Aeron term
 *   +---------+------------+---------------------------------------------+---------+----
 *   | 8 header| 24 unused  | sealed frame 12,448                         | 8 header| …
 *   +---------+------------+---------------------------------------------+---------+----
 *                 ▲
 *   consumer: poll ──► runs of (address, stride, count) ──► released together
 * </pre>
 *
 * <p>A record that does not fit before the end of the ring is preceded by padding; an aborted frame becomes padding.
 */
package io.venation.ring;
