package io.venation.link;

/**
 * What a served store has given to a peer.
 *
 * @param peer       where it was.
 * @param questions  answered.
 * @param frameCount frames sent.
 * @param durationNs from its first packet to its end.
 * @param failure    why the session was ended; null where the peer left.
 */
public record PeerSummary(String peer, long questions, long frameCount, long durationNs, String failure) {}
