package io.venation.link;

import io.venation.aeron.FrameBatch;
import io.venation.codec.ObjectEndEncoder;
import io.venation.codec.OfferEncoder;
import io.venation.codec.WantedDecoder;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.ReceiptLayout;
import io.venation.store.FrameSource;
import org.agrona.CloseHelper;

/**
 * An object on its way into the receiver's store: what it stands on is offered, and of that what the receiver lacks is
 * put into frames. Nothing waits for an answer until the window is full.
 *
 * <pre>
 *   source ─step─► window ─Offer─► receiver
 *                    │   ◄─Wanted─
 *                    └─fill─► frame stream
 * </pre>
 *
 * <p>One thread: the sending agent.
 */
final class OutboundObject implements AutoCloseable {
    private final OfferWindow window;
    private final ObjectSource source;
    private final ControlWriter control;
    private final OfferEncoder offer = new OfferEncoder();
    private final byte[] keys = new byte[LinkProtocol.OFFER_LIMIT * OfferWindow.KEY_LENGTH];
    private final byte[] wanted = new byte[LinkProtocol.OFFER_LIMIT / 8];
    private final long[] positions = new long[FrameBatch.LIMIT];
    private boolean hasAll;

    OutboundObject(final OfferWindow window, final ObjectSource source, final ControlWriter control) {
        this.window = window;
        this.source = source;
        this.control = control;
    }

    /** Frames that wait to be sent, at most a batch. */
    int wantedCount() {
        return window.wanted(positions);
    }

    /** Copies as many of those as a batch has room for. */
    void fill(final FrameBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            final long frame = window.frame(positions[i]);
            if (frame == FrameSource.NOT_FOUND) {
                throw StoredSource.missing(window.key(positions[i]));
            }
            OffHeap.copy(frame, batch.frame(i).address(), LatticeFrame.LENGTH);
        }
    }

    /**
     * Takes the sealed frames of that batch for sent.
     *
     * @throws LinkException where one is not what was offered.
     */
    void sent(final FrameBatch batch) {
        final int count = batch.count();
        for (int i = 0; i < count; i++) {
            final long receipt = batch.frame(i).sealedAddress() + SealedFrameLayout.RECEIPT_OFFSET;
            final long key = window.key(positions[i]);
            if (!OffHeap.isSame(receipt + ReceiptLayout.CONTENT_ADDRESS_OFFSET, key, OfferWindow.KEY_LENGTH)) {
                throw StoredSource.damaged(key);
            }
        }
        window.sent(positions, count);
    }

    /** One turn while the control stream has no message that waits: returns work done. */
    int offer() {
        final boolean steps = !hasAll && !window.hasWanted() && window.hasRoom(ObjectSource.STEP_COUNT);
        final int unannounced = window.unannouncedCount();
        if (unannounced >= LinkProtocol.OFFER_LIMIT || unannounced > 0 && !steps) {
            final int count = Math.min(unannounced, LinkProtocol.OFFER_LIMIT);
            window.announce(count, keys);
            control.begin(offer).putKeys(keys, 0, count * OfferWindow.KEY_LENGTH);
            control.end();
            return 1;
        }
        if (steps) {
            hasAll = !source.step();
            return 1;
        }
        return 0;
    }

    void onWanted(final WantedDecoder message) {
        final int length = message.framesLength();
        ControlText.requireLength(length, wanted.length);
        final int count = message.count();
        message.getFrames(wanted, 0, length);
        if (length != (count + 7) / 8) {
            throw new LinkException("the receiver answers " + count + " frames by " + length + " bytes");
        }
        window.answer(count, wanted);
    }

    /** Whether all was offered, answered and sent. */
    boolean isDone() {
        return hasAll && window.isEmpty();
    }

    /** Writes the message that says so. */
    void end(final long frameCount, final byte[] chainHead) {
        final byte[] root = new byte[OfferWindow.KEY_LENGTH];
        source.root().write(root, 0);
        control.begin(new ObjectEndEncoder())
                .putRoot(root, 0, root.length)
                .offeredCount(window.offeredCount())
                .frameCount(frameCount)
                .fileCount(source.fileCount())
                .byteCount(source.byteCount())
                .putChainHead(chainHead, 0, chainHead.length);
        control.end();
    }

    ObjectSource source() {
        return source;
    }

    long sharedCount() {
        return window.sharedCount();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(source, window);
    }
}
