/**
 * The link: files and trees cross as sealed frames and arrive verified.
 *
 * <pre>
 *   sender                                                                receiver
 *   TreeWalk ─► SendAgent ══ control stream: Hello, FileBegin, FileEnd … ══► ReceiveAgent ─► InboundTransfer ─► TargetTree
 *                   └─────── frame stream: sealed frames, nothing else ═══►        │ verify, write, force, rename
 *                   ◄═══════ reply stream: Welcome, Complete or Failed ════════════┘
 * </pre>
 *
 * <p>A receiver with a store keeps objects instead: {@code Offer}s go out with content addresses, {@code Wanted} comes back, and
 * only what is wanted becomes frames ({@link io.venation.link.TreeStorer} cuts, as it does for a store that is here).
 *
 * <p>The two streams have no order between them: the receiver takes frames only for the file that the control stream has
 * announced, and reads no further in the control stream until those have come. Every control message carries a running
 * digest over all before it, so one that was changed, lost or repeated is refused. An open link proves integrity and
 * order, not who sent.
 *
 * <p>A store is served to peers who ask for frames by address: {@link io.venation.link.ServeAgent} and
 * {@link io.venation.link.PeerSource}; {@link io.venation.link.PeerStore} is followed.
 *
 * <p>Names of files are bytes throughout, whatever the locale.
 */
package io.venation.link;
