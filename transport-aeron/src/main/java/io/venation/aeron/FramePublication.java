package io.venation.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.venation.flow.FrameSealer;
import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sending end of a frame stream: claim, fill in place, commit.
 *
 * <p>On an unfragmented channel frames are filled and sealed in the term buffer itself. Where the MTU is below a sealed
 * frame they are filled and sealed in a staging batch of the same shape and offered from there. Sequences are the
 * publication's own and follow the stream: a frame that is aborted takes none. One claim or batch is open at a time.
 *
 * <p>With seal workers ({@link LatticePlane.Context#sealWorkers()}, unfragmented channels only) a commit hands the frames
 * to one of them and returns; the next batch may be claimed and filled meanwhile. Batches are published in order, by the
 * next call that claims or commits, or by {@link #flush()}. What a worker's kernels throw comes out of that call: the
 * batch and those committed behind it have become padding then and are counted as aborted, their sequences are given
 * out again, and an open claim is still open.
 *
 * <p>One thread: the sending agent. Allocates nothing per frame.
 */
public final class FramePublication implements AutoCloseable {
    private final ExclusivePublication publication;
    private final FrameSealer sealer;
    private final long claimDeadlineNs;
    private final NanoClock clock;
    private final PublicationCounters counters;
    private final UnsafeBuffer staging;
    private final FrameBatch offered = new FrameBatch(1);
    /** Null where this thread seals. */
    private final SealPool pool;

    private FrameBatch open;
    private boolean isSealed;
    private int sentCount;
    private long openedNs;
    private long nextSequence;

    /**
     * Takes a publication and closes it with itself. Sequences start at 0, claims have no deadline, counters are
     * nobody's; {@link LatticePlane#addPublication} has all three.
     *
     * @param publication a stream that carries nothing else; terms ≥ 512 KiB.
     * @param sealer      of the sending agent's thread.
     */
    public FramePublication(final ExclusivePublication publication, final FrameSealer sealer) {
        this(publication, sealer, 0, 0, SystemNanoClock.INSTANCE, new PublicationCounters(), null);
    }

    FramePublication(
            final ExclusivePublication publication,
            final FrameSealer sealer,
            final long firstSequence,
            final long claimDeadlineNs,
            final NanoClock clock,
            final PublicationCounters counters,
            final SealPool pool) {
        this.publication = publication;
        this.sealer = sealer;
        this.nextSequence = firstSequence;
        this.claimDeadlineNs = claimDeadlineNs;
        this.clock = clock;
        this.counters = counters;
        this.pool = pool;
        staging = publication.maxPayloadLength() >= SealedFrameLayout.LENGTH
                ? null
                : new UnsafeBuffer(BufferUtil.allocateDirectAligned(FrameBatch.LIMIT * SealedFrameLayout.STRIDE, 64));
    }

    /**
     * Claims one frame.
     *
     * @param claim receives it.
     * @return as of {@link #tryClaim(FrameBatch, int)}.
     * @throws IllegalStateException where another claim is open.
     */
    public long tryClaim(final FrameClaim claim) {
        return tryClaim(claim.batch, 1);
    }

    /**
     * Claims up to a number of frames, contiguous and in one term. Never waits for a full batch: {@link
     * FrameBatch#count()} says how many there are.
     *
     * @param batch receives the frames.
     * @param count frames wanted, 1..16.
     * @return the stream's position ≥ 0; or {@link Publication#BACK_PRESSURED} (no subscriber has made room, or all seal
     *     workers have plenty: idle, then try again), {@link Publication#ADMIN_ACTION} (try again at once), {@link
     *     Publication#NOT_CONNECTED} (nobody subscribes: try again until a deadline of the caller's), {@link
     *     Publication#CLOSED} (stop), {@link Publication#MAX_POSITION_EXCEEDED} (close, and go on with a new publication).
     * @throws IllegalArgumentException where {@code count} is out of range.
     * @throws IllegalStateException    where another claim is open and within its deadline.
     */
    public long tryClaim(final FrameBatch batch, final int count) {
        if (count < 1 || count > batch.capacity()) {
            throw new IllegalArgumentException("count=" + count + ": must be 1.." + batch.capacity());
        }
        if (open != null) {
            abortExpired();
        }
        if (batch.count() > 0) {
            throw new IllegalStateException("the batch is open on another publication: count=" + batch.count());
        }
        if (flush() > 0 && pool.isFull()) {
            counters.backPressure();
            return Publication.BACK_PRESSURED;
        }
        batch.begin(this);
        final long result = staging == null ? claim(batch, count) : stage(batch, count);
        if (result >= 0) {
            open = batch;
            isSealed = false;
            sentCount = 0;
            openedNs = claimDeadlineNs > 0 ? clock.nanoTime() : 0;
        } else if (result == Publication.BACK_PRESSURED) {
            counters.backPressure();
        }
        return result;
    }

    private long claim(final FrameBatch batch, final int count) {
        long result = publication.tryClaim(SealedFrameLayout.LENGTH, batch.nextClaim());
        if (result == Publication.ADMIN_ACTION) {
            result = publication.tryClaim(SealedFrameLayout.LENGTH, batch.nextClaim());
        }
        if (result < 0) {
            return result;
        }
        batch.add();
        while (batch.count() < count) {
            final long next = publication.tryClaim(SealedFrameLayout.LENGTH, batch.nextClaim());
            if (next < 0) {
                break;
            }
            batch.add();
            result = next;
        }
        return result;
    }

    private long stage(final FrameBatch batch, final int count) {
        if (publication.isClosed()) {
            return Publication.CLOSED;
        }
        if (!publication.isConnected()) {
            return Publication.NOT_CONNECTED;
        }
        for (int i = 0; i < count; i++) {
            batch.add(staging, FrameBatch.headerOffset(i));
        }
        return publication.position();
    }

    private void abortExpired() {
        if (claimDeadlineNs == 0 || clock.nanoTime() - openedNs < claimDeadlineNs) {
            throw new IllegalStateException("a claim is open: count=" + open.count() + "; commit or abort it first");
        }
        abort(open);
    }

    /**
     * Copies bytes into a frame, seals and publishes it: for callers that have them already.
     *
     * @param buffer source.
     * @param offset of the first byte.
     * @param length bytes, 0..12,288.
     * @return stream position past the frame; or a negative code as of {@link #tryClaim(FrameBatch, int)}, and nothing
     *     is sent.
     * @throws IllegalArgumentException  where the length is out of range.
     * @throws IndexOutOfBoundsException where the source is shorter.
     * @throws IllegalStateException     where a claim is open.
     */
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (length < 0 || length > LatticeFrame.LENGTH) {
            throw new IllegalArgumentException("length=" + length + ": must be 0.." + LatticeFrame.LENGTH);
        }
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
        long result = tryClaim(offered, 1);
        if (result >= 0) {
            offered.frame(0).buffer().putBytes(0, buffer, offset, length);
            offered.payloadLength(0, length);
            try {
                result = offered.commit();
            } finally {
                offered.abort();
            }
        }
        return result;
    }

    void requireUnsealed(final FrameBatch batch) {
        if (isSealed) {
            throw new IllegalStateException("the batch is sealed: count=" + batch.count());
        }
    }

    void seal(final FrameBatch batch) {
        if (isSealed || publication.isClosed()) {
            return;
        }
        awaitFlushed();
        batch.seal(sealer, nextSequence);
        batch.countSealed(counters);
        isSealed = true;
    }

    long commit(final FrameBatch batch) {
        if (publication.isClosed()) {
            end(batch);
            return Publication.CLOSED;
        }
        if (pool != null && !isSealed) {
            flush();
            pool.submit(batch, nextSequence);
        } else {
            seal(batch);
            if (staging != null) {
                return send(batch);
            }
            publish(batch);
        }
        nextSequence += batch.count() - batch.abortedCount();
        end(batch);
        return publication.position();
    }

    private void publish(final FrameBatch batch) {
        batch.publish(true);
        counters.aborted(batch.abortedCount());
    }

    /**
     * Publishes what seal workers are done with, in order. Whoever neither claims nor commits for a while calls this in
     * each duty cycle; does nothing where there are no workers.
     *
     * @return batches that are committed and still being sealed; 0 once all is published.
     */
    public int flush() {
        if (pool == null) {
            return 0;
        }
        while (pool.isOldestDone()) {
            final SealPool.SealTask task = pool.oldest();
            if (task.isFailed()) {
                abortFrom(task);
                task.requireSuccess();
            }
            if (!publication.isClosed()) {
                publish(task.batch);
                task.batch.countSealed(counters);
            }
            pool.removeOldest();
        }
        return pool.count();
    }

    /** Makes the oldest batch under way and all behind it padding: their sequences would leave a gap. */
    private void abortFrom(final SealPool.SealTask failed) {
        nextSequence = failed.firstSequence;
        while (pool.count() > 0) {
            while (!pool.isOldestDone()) {
                Thread.yield();
            }
            giveUp(pool.oldest().batch);
            pool.removeOldest();
        }
    }

    private void awaitFlushed() {
        while (flush() > 0) {
            Thread.yield();
        }
    }

    private long send(final FrameBatch batch) {
        while (sentCount < batch.count()) {
            if (!batch.isAborted(sentCount)) {
                final long result = publication.offer(
                        staging,
                        FrameBatch.headerOffset(sentCount) + SealedFrameLayout.HEADER_LENGTH,
                        SealedFrameLayout.LENGTH);
                if (result < 0) {
                    onUnsent(batch, result);
                    return result;
                }
                nextSequence++;
            } else {
                counters.aborted(1);
            }
            sentCount++;
        }
        end(batch);
        return publication.position();
    }

    private void onUnsent(final FrameBatch batch, final long result) {
        if (result == Publication.BACK_PRESSURED) {
            counters.backPressure();
        } else if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
            giveUp(batch);
            end(batch);
        }
    }

    void abort(final FrameBatch batch) {
        giveUp(batch);
        end(batch);
    }

    private void giveUp(final FrameBatch batch) {
        if (staging == null && !publication.isClosed()) {
            batch.publish(false);
        }
        counters.aborted(batch.count() - sentCount);
    }

    private void end(final FrameBatch batch) {
        batch.end();
        open = null;
        isSealed = false;
    }

    /**
     * The stream's position, that of open claims included.
     *
     * @return bytes since the stream began, or {@link Publication#CLOSED}.
     */
    public long position() {
        return publication.position();
    }

    /**
     * Sequence of the next frame.
     *
     * @return ≥ 0.
     */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Whether a subscriber is there.
     *
     * @return true while connected.
     */
    public boolean isConnected() {
        return publication.isConnected();
    }

    /**
     * Whether the stream has ended at this end.
     *
     * @return true after {@link #close()}, or once Aeron has closed it.
     */
    public boolean isClosed() {
        return publication.isClosed();
    }

    /**
     * The channel as concluded: the caller's URI and what the profile added.
     *
     * @return an Aeron URI.
     */
    public String channel() {
        return publication.channel();
    }

    /**
     * Aeron's stream id.
     *
     * @return the id.
     */
    public int streamId() {
        return publication.streamId();
    }

    /**
     * Aeron's session of this stream.
     *
     * @return the session id.
     */
    public int sessionId() {
        return publication.sessionId();
    }

    /**
     * What was counted so far.
     *
     * @return live counters; any thread may read them.
     */
    public PublicationCounters counters() {
        return counters;
    }

    /** Aborts an open claim, and waits until what was committed is published. */
    void endClaims() {
        if (open != null) {
            abort(open);
        }
        awaitFlushed();
    }

    /**
     * Aborts an open claim, waits for seal workers and closes the stream; subscribers still get what was committed. What
     * a worker's kernels threw is thrown once the stream is closed.
     */
    @Override
    public void close() {
        try {
            endClaims();
        } finally {
            publication.close();
            CloseHelper.close(pool);
            counters.close();
        }
    }
}
