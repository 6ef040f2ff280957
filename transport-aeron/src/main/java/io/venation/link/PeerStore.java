package io.venation.link;

import io.venation.receipt.Digest;
import io.venation.store.FollowedStore;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.StoreLog;
import java.util.Map;
import java.util.UUID;

/**
 * A store that somebody serves elsewhere, to be followed: {@link PeerSource} gives its frames, and its log is asked for
 * up to 160 changes a round trip.
 *
 * <p>Nothing is believed: positions only go on, changes come in their order, and what is told is bounded. What breaks that, and
 * all that ends a call of the source, is a {@link LinkException}.
 *
 * <p>One thread, that of the source.
 */
public final class PeerStore implements FollowedStore {
    private final PeerSource peer;
    private final UUID storeId;

    /**
     * Asks whose log it is.
     *
     * @param peer asked for all, and closed by the caller.
     */
    public PeerStore(final PeerSource peer) {
        this.peer = peer;
        storeId = new PeerLog(peer, LogLimit.PUBLISHED).position().store();
    }

    @Override
    public UUID storeId() {
        return storeId;
    }

    @Override
    public long get(final long key) {
        return peer.get(key);
    }

    @Override
    public void fetch(final long keys, final int count, final Sink sink) {
        peer.fetch(keys, count, sink);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of puts no receipts are told.
     */
    @Override
    public StoreLog log(final LogPosition from, final LogLimit limit) {
        return new PeerLog(peer, from, limit);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of puts no receipts are told.
     */
    @Override
    public StoreLog log(final LogLimit limit) {
        return new PeerLog(peer, limit);
    }

    @Override
    public LogPosition logPosition(final long sequence) {
        final LogPosition present = new PeerLog(peer, LogLimit.PUBLISHED).position();
        return new LogPosition(present.store(), present.generation(), sequence, LogPosition.NO_CHECKSUM);
    }

    @Override
    public Map<Digest, Long> roots() {
        return new PeerLog(peer, LogLimit.PUBLISHED).roots();
    }

    @Override
    public boolean areRootsUnknown() {
        return new PeerLog(peer, LogLimit.PUBLISHED).areRootsUnknown();
    }

    /** Nothing is held there between one question and the next. */
    @Override
    public void refresh() {}
}
