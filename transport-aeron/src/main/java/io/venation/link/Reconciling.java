package io.venation.link;

import io.venation.codec.ReconcilePartDecoder;
import io.venation.codec.ReconcilePartEncoder;
import io.venation.snapshot.KeySet;
import io.venation.snapshot.SetReconciler;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The serving side of a reconciliation: puts the peer's messages together, answers them and sends the answers in parts. The
 * store's addresses are borrowed from the first message to the last, or until the peer has asked nothing for
 * {@value #IDLE_S} seconds.
 *
 * <p>One thread: the serving agent. 4 MiB for a peer that reconciles.
 */
final class Reconciling implements AutoCloseable {
    private static final long IDLE_S = 30;
    private static final int LIMIT = SetReconciler.MAX_MESSAGE_LIMIT;

    private final StoreLists lists;
    private final NanoClock clock;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LIMIT]);
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[LIMIT]);
    private final ReconcilePartEncoder part = new ReconcilePartEncoder();
    private int messageLength;
    private int answerLength;
    private int sentLength;
    private boolean isAsked;
    private boolean isSending;
    private long activeNs;
    private Future<KeySet> keys;
    private SetReconciler reconciler;

    Reconciling(final StoreLists lists, final NanoClock clock) {
        this.lists = lists;
        this.clock = clock;
    }

    void onPart(final ReconcilePartDecoder content) {
        final int length = content.contentLength();
        if (length < 0 || length > LinkProtocol.PART_LIMIT || length > LIMIT - messageLength) {
            throw new LinkException("part of " + length + " bytes behind " + messageLength + ": parts of up to "
                    + LinkProtocol.PART_LIMIT + ", messages of up to " + LIMIT + " are taken");
        }
        content.getContent(message, messageLength, length);
        messageLength += length;
        isAsked = content.isLast() == 1;
        if (keys == null) {
            keys = lists.borrowKeys();
        }
        activeNs = clock.nanoTime();
    }

    /** Whether the peer's next part has to wait. */
    boolean isAnswering() {
        return isAsked;
    }

    /** Goes on; the reply is free for a message. */
    int doWork(final ControlWriter reply) throws IOException {
        if (!isAsked) {
            if (clock.nanoTime() - activeNs > TimeUnit.SECONDS.toNanos(IDLE_S)) {
                close();
            }
            return 0;
        }
        if (!keys.isDone()) {
            return 0;
        }
        if (!isSending) {
            answer();
        }
        final int length = Math.min(LinkProtocol.PART_LIMIT, answerLength - sentLength);
        final boolean isLast = sentLength + length == answerLength;
        reply.begin(part).isLast((short) (isLast ? 1 : 0)).putContent(answer, sentLength, length);
        reply.end();
        sentLength += length;
        if (isLast) {
            isAsked = false;
            isSending = false;
            activeNs = clock.nanoTime();
            if (answerLength == 0) {
                close();
            }
        }
        return 1;
    }

    private void answer() throws IOException {
        if (reconciler == null) {
            reconciler = new SetReconciler(StoreLists.result(keys), key -> {}, LIMIT);
        }
        answerLength = reconciler.answer(message, 0, messageLength, answer);
        messageLength = 0;
        sentLength = 0;
        isSending = true;
    }

    @Override
    public void close() {
        CloseHelper.close(reconciler);
        reconciler = null;
        if (keys != null) {
            lists.giveBackKeys();
            keys = null;
        }
    }
}
