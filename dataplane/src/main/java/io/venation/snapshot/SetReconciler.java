package io.venation.snapshot;

import io.venation.codec.MessageHeaderDecoder;
import io.venation.codec.MessageHeaderEncoder;
import io.venation.codec.ReconcileDecoder;
import io.venation.codec.ReconcileEncoder;
import io.venation.frame.OffHeap;
import io.venation.hashing.Blake3;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One side of range-based set reconciliation: two stores find out which content addresses each of them lacks, with
 * messages in proportion to the difference and a number of rounds in the logarithm of the set.
 *
 * <p>A message says something of consecutive ranges of keys, from the first possible key on; what is behind its last
 * range is settled:
 *
 * <pre>
 *   SKIP    settled
 *   DIGEST  BLAKE3 of the sender's keys in the range. Equal: settled. Else the range is answered in
 *           {@value #BRANCHES} ranges of equally many keys, or, of {@value #LIST_LIMIT} keys or fewer, by KEYS
 *   KEYS    all of the sender's keys in the range. What is not ours we lack; what is ours alone is answered by EXTRA
 *   EXTRA   keys that the receiver lacks
 * </pre>
 *
 * <p>Each side hears of all that it lacks; of a key a second time only where a message was full, because what does not
 * fit is put into one digest and taken apart again. Sets of n keys take at most 2 + ⌈log₁₆(n / 32)⌉ messages (6 for a
 * million keys: three round trips) and one more for each that was full. A digest is a hash of the keys and not a sum of
 * them, so nobody can make up frames that hide in a range (source of the scheme: A. Meyer, "Range-Based Set
 * Reconciliation", SRDS 2023, which sums).
 *
 * <p>One thread. The other side is not trusted: messages are checked before they are used, and nothing is allocated by
 * what they claim.
 */
public final class SetReconciler implements AutoCloseable {
    /** Ranges that a range is split into. */
    public static final int BRANCHES = 16;
    /** Keys of a range that are listed rather than split. */
    public static final int LIST_LIMIT = 32;
    /** Least bytes of a message. */
    public static final int MIN_MESSAGE_LIMIT = 4_096;
    /** Most bytes of a message. */
    public static final int MAX_MESSAGE_LIMIT = 1 << 20;

    private static final int KEY_LENGTH = KeySet.KEY_LENGTH;
    private static final String CONTEXT = "io.venation.snapshot 2026-11-21 content addresses of a range";
    private static final int HEADER_LENGTH =
            MessageHeaderDecoder.ENCODED_LENGTH + ReconcileDecoder.RangesDecoder.HEADER_SIZE;
    private static final int MAX_RANGES = 65_000;
    /** The upper end of the last range, where there is no key. */
    private static final long NO_BOUND = 0;

    private static final short SKIP = 0;
    private static final short DIGEST = 1;
    private static final short KEYS = 2;
    private static final short EXTRA = 3;

    /** Mode, bound and content with their lengths, of a range without content. */
    private static final int RANGE_LENGTH = 1 + 4 + KEY_LENGTH + 4;
    /** Before and behind each range there must be room for a skip and for the digest of what is left. */
    private static final int RESERVE = 2 * RANGE_LENGTH + Blake3.HASH_LENGTH;

    private final KeySet mine;
    private final KeyVisitor lacking;
    private final int messageLimit;
    private final Blake3 hasher = Blake3.deriveKey(CONTEXT);
    private final byte[] digest = new byte[Blake3.HASH_LENGTH];
    private final byte[] theirDigest = new byte[Blake3.HASH_LENGTH];
    private final Arena arena = Arena.ofShared();
    private final UnsafeBuffer extra;
    private final UnsafeBuffer keyBytes = new UnsafeBuffer(0, 0);
    /** Ends of the range in hand and of what is settled before it. */
    private final long lower;

    private final long upper;
    private final long settledTo;
    private final long split;

    /** A copy of the message: what is checked is what is used, whoever can write to it. */
    private final UnsafeBuffer received;

    private final UnsafeBuffer incoming = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final ReconcileDecoder decoder = new ReconcileDecoder();
    private final ReconcileEncoder encoder = new ReconcileEncoder();
    private ReconcileEncoder.RangesEncoder ranges;
    private int rangeCount;
    private boolean settling;
    private boolean full;

    /**
     * One side.
     *
     * @param mine         what this side has; must stay open as long as this.
     * @param lacking      hears of the keys that the other side says it has and this one lacks.
     * @param messageLimit most bytes of a message that this side makes, 4,096..1,048,576.
     */
    public SetReconciler(final KeySet mine, final KeyVisitor lacking, final int messageLimit) {
        this.mine = Objects.requireNonNull(mine, "mine");
        this.lacking = Objects.requireNonNull(lacking, "lacking");
        if (messageLimit < MIN_MESSAGE_LIMIT || messageLimit > MAX_MESSAGE_LIMIT) {
            throw new IllegalArgumentException(
                    "messageLimit=" + messageLimit + " not in " + MIN_MESSAGE_LIMIT + ".." + MAX_MESSAGE_LIMIT);
        }
        this.messageLimit = messageLimit;
        extra = new UnsafeBuffer(arena.allocate(messageLimit, KEY_LENGTH).asByteBuffer());
        received =
                new UnsafeBuffer(arena.allocate(MAX_MESSAGE_LIMIT, KEY_LENGTH).asByteBuffer());
        lower = arena.allocate(4 * KEY_LENGTH, KEY_LENGTH).address();
        upper = lower + KEY_LENGTH;
        settledTo = upper + KEY_LENGTH;
        split = settledTo + KEY_LENGTH;
    }

    /**
     * Begins: the first message, which one of the two sides makes.
     *
     * @param message room for {@code messageLimit} bytes.
     * @return its length in bytes.
     */
    public int begin(final MutableDirectBuffer message) {
        start(message);
        describe(0, mine.count(), NO_BOUND);
        return end();
    }

    /**
     * Answers a message.
     *
     * @param message the other side's.
     * @param offset  where it starts.
     * @param length  its bytes.
     * @param answer  room for {@code messageLimit} bytes; not the message's own.
     * @return bytes of the answer, 0 where all is settled.
     * @throws MalformedMessageException where the message breaks a rule.
     */
    public int answer(
            final DirectBuffer message, final int offset, final int length, final MutableDirectBuffer answer) {
        if (length > MAX_MESSAGE_LIMIT) {
            throw new MalformedMessageException("length=" + length + ": must be at most " + MAX_MESSAGE_LIMIT);
        }
        start(answer);
        received.putBytes(0, message, offset, length);
        incoming.wrap(received, 0, length);
        final ReconcileDecoder.RangesDecoder theirs = open();
        OffHeap.zero(lower, KEY_LENGTH);
        int from = 0;
        boolean last = false;
        for (int i = 0; theirs.hasNext(); i++) {
            check(!last, i, "comes behind the last one");
            check(decoder.limit() < length, i, "is cut off");
            final int mode = theirs.next().mode();
            last = !readUpper(theirs, i);
            final int to = last ? mine.count() : mine.lowerBound(upper, from);
            final int contentOffset = decoder.limit() + ReconcileDecoder.RangesDecoder.contentHeaderLength();
            check(contentOffset <= length, i, "is cut off");
            final int contentLength = theirs.skipContent();
            check(contentLength >= 0 && contentLength <= length - contentOffset, i, "has content that is cut off");
            if (!full) {
                answerRange(mode, from, to, last ? NO_BOUND : upper, contentOffset, contentLength, i);
            }
            OffHeap.copy(upper, lower, KEY_LENGTH);
            from = to;
        }
        check(decoder.limit() == length, 0, "is not followed by the end of the message");
        return end();
    }

    private ReconcileDecoder.RangesDecoder open() {
        final int length = incoming.capacity();
        final boolean known = length >= HEADER_LENGTH
                && headerDecoder.wrap(incoming, 0).schemaId() == ReconcileDecoder.SCHEMA_ID
                && headerDecoder.templateId() == ReconcileDecoder.TEMPLATE_ID
                && headerDecoder.version() == ReconcileDecoder.SCHEMA_VERSION
                && headerDecoder.blockLength() == ReconcileDecoder.BLOCK_LENGTH;
        if (!known) {
            throw new MalformedMessageException("not a message of set reconciliation");
        }
        final ReconcileDecoder.RangesDecoder theirs =
                decoder.wrapAndApplyHeader(incoming, 0, headerDecoder).ranges();
        if (theirs.actingBlockLength() != ReconcileDecoder.RangesDecoder.sbeBlockLength()) {
            throw new MalformedMessageException("ranges of unknown length");
        }
        return theirs;
    }

    /** Reads where a range ends; false where it is the last. */
    private boolean readUpper(final ReconcileDecoder.RangesDecoder theirs, final int index) {
        final int offset = decoder.limit() + ReconcileDecoder.RangesDecoder.boundHeaderLength();
        check(offset <= incoming.capacity(), index, "is cut off");
        final int length = theirs.skipBound();
        check(
                length >= 0 && length <= KEY_LENGTH && length <= incoming.capacity() - offset,
                index,
                "has no lawful end");
        OffHeap.zero(upper, KEY_LENGTH);
        OffHeap.copy(incoming.addressOffset() + offset, upper, length);
        check(length == 0 || KeySet.compare(lower, upper) < 0, index, "ends before it starts");
        return length > 0;
    }

    private void answerRange(
            final int mode,
            final int from,
            final int to,
            final long end,
            final int contentOffset,
            final int contentLength,
            final int index) {
        switch (mode) {
            case SKIP -> {
                check(contentLength == 0, index, "is settled and has content");
                settle(end);
            }
            case DIGEST -> {
                check(contentLength == Blake3.HASH_LENGTH, index, "has a digest of another length");
                incoming.getBytes(contentOffset, theirDigest);
                if (Arrays.equals(theirDigest, digest(from, to))) {
                    settle(end);
                } else {
                    describe(from, to, end);
                }
            }
            case KEYS, EXTRA -> {
                check(contentLength % KEY_LENGTH == 0, index, "has a part of a key");
                compare(mode == KEYS, from, to, end, contentOffset, contentLength, index);
            }
            default -> throw malformed(index, "has no known mode");
        }
    }

    /** Walks over their keys and ours; ours alone are answered where theirs are all that they have. */
    private void compare(
            final boolean complete,
            final int from,
            final int to,
            final long end,
            final int contentOffset,
            final int contentLength,
            final int index) {
        final long first = incoming.addressOffset() + contentOffset;
        final int room = complete ? room() : 0;
        if (complete && room < KEY_LENGTH) {
            rest(from);
            return;
        }
        int extraLength = 0;
        int next = from;
        for (int done = 0; done < contentLength; done += KEY_LENGTH) {
            final long key = first + done;
            check(
                    KeySet.compare(done == 0 ? lower : key - KEY_LENGTH, key) < (done == 0 ? 1 : 0),
                    index,
                    "is unsorted");
            check(end == NO_BOUND || KeySet.compare(key, end) < 0, index, "has a key behind its end");
            final int place = mine.lowerBound(key, next);
            final int alone = complete ? place - next : 0;
            if (alone > (room - extraLength) / KEY_LENGTH) {
                break;
            }
            extraLength = addExtra(next, next + alone, extraLength);
            final boolean present = place < mine.count() && KeySet.compare(mine.key(place), key) == 0;
            if (!present) {
                lacking.onKey(key);
            }
            next = present ? place + 1 : place;
        }
        if (!complete) {
            settle(end);
            return;
        }
        final int listed = Math.min(to, next + (room - extraLength) / KEY_LENGTH);
        extraLength = addExtra(next, listed, extraLength);
        if (listed == to) {
            if (extraLength == 0) {
                settle(end);
            } else {
                write(EXTRA, end, extra, extraLength);
            }
            return;
        }
        if (extraLength > 0) {
            write(EXTRA, mine.key(listed), extra, extraLength);
        }
        rest(listed);
    }

    private int addExtra(final int from, final int to, final int length) {
        OffHeap.copy(mine.key(from), extra.addressOffset() + length, (long) (to - from) * KEY_LENGTH);
        return length + (to - from) * KEY_LENGTH;
    }

    /** Says what we have in a range: the keys, where they are few, or the digests of its parts. */
    private void describe(final int from, final int to, final long end) {
        if (to - from <= LIST_LIMIT) {
            if (room() < (to - from) * KEY_LENGTH) {
                rest(from);
                return;
            }
            write(KEYS, end, extra, addExtra(from, to, 0));
            return;
        }
        int low = from;
        for (int branch = 1; branch <= BRANCHES && !full; branch++) {
            final int high = from + (int) ((long) (to - from) * branch / BRANCHES);
            if (room() < Blake3.HASH_LENGTH) {
                rest(low);
                return;
            }
            extra.putBytes(0, digest(low, high));
            write(DIGEST, high == to ? end : separator(high), extra, Blake3.HASH_LENGTH);
            low = high;
        }
    }

    /** The shortest bound between a key and the one before it. */
    private long separator(final int index) {
        final long key = mine.key(index);
        final long before = mine.key(index - 1);
        int length = 0;
        while (OffHeap.getU8(key + length) == OffHeap.getU8(before + length)) {
            length++;
        }
        OffHeap.zero(split, KEY_LENGTH);
        OffHeap.copy(key, split, length + 1);
        return split;
    }

    /** What does not fit becomes one digest, which the other side takes apart. */
    private void rest(final int from) {
        extra.putBytes(0, digest(from, mine.count()));
        write(DIGEST, NO_BOUND, extra, Blake3.HASH_LENGTH);
        full = true;
    }

    private byte[] digest(final int from, final int to) {
        hasher.reset();
        hasher.update(mine.range(from, to));
        hasher.digest(digest, 0, digest.length);
        return digest;
    }

    private void settle(final long end) {
        settling = end != NO_BOUND;
        if (settling) {
            OffHeap.copy(end, settledTo, KEY_LENGTH);
        }
    }

    /** Bytes of content that the next range may have; negative where it would be one too many. */
    private int room() {
        return rangeCount >= MAX_RANGES ? -1 : messageLimit - encoder.limit() - RESERVE - RANGE_LENGTH;
    }

    private void start(final MutableDirectBuffer message) {
        ranges = encoder.wrapAndApplyHeader(message, 0, headerEncoder).rangesCount(MAX_RANGES + 2);
        rangeCount = 0;
        settling = false;
        full = false;
    }

    private void write(final short mode, final long end, final DirectBuffer content, final int contentLength) {
        if (settling) {
            settling = false;
            putRange(SKIP, settledTo, extra, 0);
        }
        putRange(mode, end, content, contentLength);
    }

    private void putRange(final short mode, final long end, final DirectBuffer content, final int contentLength) {
        int boundLength = end == NO_BOUND ? 0 : KEY_LENGTH;
        while (boundLength > 0 && OffHeap.getU8(end + boundLength - 1) == 0) {
            boundLength--;
        }
        if (boundLength > 0) {
            keyBytes.wrap(end, boundLength);
        }
        ranges.next().mode(mode).putBound(keyBytes, 0, boundLength).putContent(content, 0, contentLength);
        rangeCount++;
    }

    private int end() {
        ranges.resetCountToIndex();
        return rangeCount == 0 ? 0 : encoder.limit();
    }

    private static void check(final boolean holds, final int index, final String what) {
        if (!holds) {
            throw malformed(index, what);
        }
    }

    private static MalformedMessageException malformed(final int index, final String what) {
        return new MalformedMessageException("range " + index + " " + what);
    }

    @Override
    public void close() {
        arena.close();
    }
}
