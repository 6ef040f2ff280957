package io.venation.link;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.venation.codec.MessageHeaderEncoder;
import io.venation.hashing.Blake3;
import io.venation.hashing.FrameKernels;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * The writing end of a control or reply stream: one message at a time is encoded, closed with the running digest and
 * offered until Aeron takes it.
 *
 * <p>On the wire: SBE message header, body, then {@code d_k = BLAKE3(d_{k-1} ‖ header ‖ body)} with {@code d_0} = 32 zero
 * bytes. One thread.
 */
final class ControlWriter implements AutoCloseable {
    static final int DIGEST_LENGTH = 32;

    private final ExclusivePublication publication;
    private final Blake3 hasher;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LinkProtocol.MESSAGE_LIMIT]);
    private final byte[] digest = new byte[DIGEST_LENGTH];
    private MessageEncoderFlyweight open;
    private int pendingLength;
    private long byteCount;

    ControlWriter(final ExclusivePublication publication, final FrameKernels kernels) {
        this.publication = publication;
        this.hasher = Blake3.hasher(kernels);
    }

    /**
     * Starts a message; the caller sets its fields, then calls {@link #end()}.
     *
     * @param encoder of the message.
     * @return the encoder, wrapped behind its header.
     */
    <T extends MessageEncoderFlyweight> T begin(final T encoder) {
        if (pendingLength != 0) {
            throw new IllegalStateException("pendingLength=" + pendingLength + ": flush the last message first");
        }
        header.wrap(buffer, 0)
                .blockLength(encoder.sbeBlockLength())
                .templateId(encoder.sbeTemplateId())
                .schemaId(encoder.sbeSchemaId())
                .version(encoder.sbeSchemaVersion());
        encoder.wrap(buffer, MessageHeaderEncoder.ENCODED_LENGTH);
        open = encoder;
        return encoder;
    }

    /** Closes the message with its digest; {@link #flush()} sends it. */
    void end() {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + open.encodedLength();
        hasher.reset();
        hasher.update(digest, 0, DIGEST_LENGTH);
        hasher.update(buffer.byteArray(), 0, length);
        hasher.digest(digest, 0, DIGEST_LENGTH);
        buffer.putBytes(length, digest);
        pendingLength = length + DIGEST_LENGTH;
        byteCount += pendingLength;
    }

    /** Bytes of all messages so far, that which waits among them. */
    long byteCount() {
        return byteCount;
    }

    /**
     * Offers the message that waits.
     *
     * @return 1 when none waits any more, 0 when back-pressured, or Aeron's negative code when the stream has ended.
     */
    int flush() {
        if (pendingLength > 0) {
            final long result = publication.offer(buffer, 0, pendingLength);
            if (result < 0) {
                final boolean again = result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION;
                return again ? 0 : (int) result;
            }
            pendingLength = 0;
        }
        return 1;
    }

    boolean isConnected() {
        return publication.isConnected();
    }

    @Override
    public void close() {
        CloseHelper.close(publication);
    }
}
