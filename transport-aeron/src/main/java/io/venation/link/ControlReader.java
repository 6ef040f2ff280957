package io.venation.link;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.venation.codec.MessageHeaderDecoder;
import io.venation.hashing.Blake3;
import io.venation.hashing.FrameKernels;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The reading end of a control or reply stream: hands on messages whose running digest is right, in order, one at a time
 * and only when the consumer is ready for them. One thread.
 */
final class ControlReader {
    /** Takes verified messages. */
    interface Consumer {
        /**
         * Whether a message may be handed on now; if not it stays in the stream.
         *
         * @param templateId SBE template of the message, not yet verified.
         * @return true to take it.
         */
        boolean isReadyFor(int templateId);

        /**
         * One verified message; the body starts behind the header.
         *
         * @param header decoded header.
         * @param buffer holds the message.
         * @param offset of the body.
         * @throws LinkException to end the transfer.
         */
        void onMessage(MessageHeaderDecoder header, DirectBuffer buffer, int offset);
    }

    private final Image image;
    private final Consumer consumer;
    private final Blake3 hasher;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this::onMessage);
    private final byte[] digest = new byte[ControlWriter.DIGEST_LENGTH];
    private final byte[] message = new byte[LinkProtocol.MESSAGE_LIMIT];
    private final UnsafeBuffer messageBuffer = new UnsafeBuffer(0, 0);
    private long messageCount;
    private long byteCount;
    private RuntimeException failure;

    ControlReader(final Image image, final FrameKernels kernels, final Consumer consumer) {
        this.image = image;
        this.consumer = consumer;
        this.hasher = Blake3.hasher(kernels);
    }

    /**
     * Hands on messages while the consumer takes them.
     *
     * @param messageLimit at most so many.
     * @return work done, in fragments.
     * @throws LinkException where a message does not verify or the consumer refuses it.
     */
    int poll(final int messageLimit) {
        final int fragments = image.controlledPoll(assembler, messageLimit);
        if (failure != null) {
            throw failure;
        }
        return fragments;
    }

    /** Bytes of all messages handed on. */
    long byteCount() {
        return byteCount;
    }

    boolean isEnded() {
        return image.isClosed() || image.isEndOfStream();
    }

    private ControlledFragmentHandler.Action onMessage(
            final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        if (failure != null) {
            return ControlledFragmentHandler.Action.BREAK;
        }
        try {
            return take(buffer, offset, length);
        } catch (final LinkException e) {
            failure = e;
        } catch (final RuntimeException e) { // Aeron would only log it and go on behind the message
            failure = new LinkException("control message " + messageCount + " is malformed: " + e.getMessage(), e);
        }
        return ControlledFragmentHandler.Action.BREAK;
    }

    private ControlledFragmentHandler.Action take(final DirectBuffer buffer, final int offset, final int length) {
        final int bodyLength = length - ControlWriter.DIGEST_LENGTH;
        if (bodyLength < MessageHeaderDecoder.ENCODED_LENGTH || length > LinkProtocol.MESSAGE_LIMIT) {
            throw new LinkException("control message " + messageCount + " has " + length + " bytes, at most "
                    + LinkProtocol.MESSAGE_LIMIT + " are taken");
        }
        buffer.getBytes(offset, message, 0, length);
        messageBuffer.wrap(message, 0, bodyLength);
        header.wrap(messageBuffer, 0);
        if (!consumer.isReadyFor(header.templateId())) {
            return ControlledFragmentHandler.Action.ABORT;
        }
        hasher.reset();
        hasher.update(digest, 0, digest.length);
        hasher.update(message, 0, bodyLength);
        hasher.digest(digest, 0, digest.length);
        if (!Arrays.equals(digest, 0, digest.length, message, bodyLength, length)) {
            throw new LinkException(
                    "control message " + messageCount + " does not verify: changed, lost or repeated on" + " the way");
        }
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID) {
            throw new LinkException("control schema " + header.schemaId() + " is not Venation's ("
                    + MessageHeaderDecoder.SCHEMA_ID + ")");
        }
        if (header.version() != MessageHeaderDecoder.SCHEMA_VERSION) {
            throw new LinkException("version mismatch: the peer speaks control schema version " + header.version()
                    + ", this one " + MessageHeaderDecoder.SCHEMA_VERSION);
        }
        messageCount++;
        byteCount += length;
        consumer.onMessage(header, messageBuffer, MessageHeaderDecoder.ENCODED_LENGTH);
        return ControlledFragmentHandler.Action.CONTINUE;
    }
}
