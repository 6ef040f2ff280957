/**
 * Stores made equal: what two of them do not share, found in few messages.
 *
 * <pre>
 *   A: sorted keys                                    B: sorted keys
 *   [──────d0──────|──────d1──────| … ] ─────────►    digests compared; what differs is split again
 *                        ◄─────────────────────────   [ skip | d0 d1 d2 … | skip ]
 *   …until a part is small: its keys are listed ──►   lacks found, and what the other side lacks
 *                        ◄─────────────────────────   [ skip | extra keys | skip ]
 * </pre>
 *
 * <p>No socket and no thread: messages are bytes that the caller carries.
 */
package io.venation.snapshot;
