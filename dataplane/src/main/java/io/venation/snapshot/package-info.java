/**
 * Roots that are named, fetched and compared, and stores made equal.
 *
 * <p>A {@link io.venation.snapshot.Snapshot} is a root with a name. {@link io.venation.snapshot.ReplicaFetch} gets all that
 * a root stands on from sources that it does not believe, and shares what is there.
 * {@link io.venation.snapshot.StoreFollower} goes on with what the log of the other store tells.
 * {@link io.venation.snapshot.StoreReconciliation} needs no root: what two stores do not share is found in few messages.
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
