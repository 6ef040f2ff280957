package io.venation.snapshot;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The other side of a reconciliation, wherever it is: a {@link SetReconciler} answers its messages. */
@FunctionalInterface
public interface ReconciliationPeer {
    /**
     * Carries a message to the other side and its answer back.
     *
     * @param message this side's.
     * @param offset  where it starts.
     * @param length  its bytes, at most {@link SetReconciler#MAX_MESSAGE_LIMIT}.
     * @param answer  room for as many bytes; not the message's own.
     * @return bytes of the answer, 0 where all is settled.
     */
    int answer(DirectBuffer message, int offset, int length, MutableDirectBuffer answer);
}
