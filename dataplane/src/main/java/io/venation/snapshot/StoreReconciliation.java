package io.venation.snapshot;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.store.FrameSource;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreView;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gives a store all frames of another that it lacks, with no root in common: {@link SetReconciler} finds them, and each is
 * verified as it arrives. Nothing is pinned.
 *
 * <p>One thread, that of store, peer and source. 64 bytes a frame while it runs.
 */
public final class StoreReconciliation {
    private static final int MESSAGE_LIMIT = SetReconciler.MAX_MESSAGE_LIMIT;

    private final MappedFrameStore target;
    private final FrameFetch frames;

    /**
     * What it took.
     *
     * @param frames       what was fetched; {@code shared} is 0, for what both have nobody names.
     * @param messages     between the two sides, either way.
     * @param messageBytes of all of them.
     */
    public record Result(FetchResult frames, int messages, long messageBytes) {}

    private StoreReconciliation(final MappedFrameStore target, final FrameFetch frames) {
        this.target = target;
        this.frames = frames;
    }

    /**
     * Fetches what a store lacks of another on this machine.
     *
     * @param target      gets the frames.
     * @param source      has them; under {@code VerifyPolicy.NEVER} its frames are not hashed only to be listed.
     * @param kernels     of the caller's thread.
     * @param addressHash of both stores' suites.
     * @param listener    hears how it goes.
     * @return what it took.
     */
    public static Result run(
            final MappedFrameStore target,
            final StoreView source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FetchListener listener) {
        return run(target, source, List.of(source), kernels, addressHash, listener);
    }

    /**
     * The same with further sources.
     *
     * @param target      gets the frames.
     * @param source      says what it has.
     * @param sources     asked in this order for each frame; the first is {@code source}.
     * @param kernels     of the caller's thread.
     * @param addressHash of both stores' suites.
     * @param listener    hears how it goes.
     * @return what it took.
     */
    public static Result run(
            final MappedFrameStore target,
            final StoreView source,
            final List<FrameSource> sources,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FetchListener listener) {
        try (KeySet theirs = KeySet.of(source);
                SetReconciler there = new SetReconciler(theirs, key -> {}, MESSAGE_LIMIT)) {
            return run(target, there::answer, sources, kernels, addressHash, listener);
        }
    }

    /**
     * Fetches what a store lacks of another, wherever that is.
     *
     * @param target      gets the frames.
     * @param peer        knows what the other store has.
     * @param sources     asked in this order for each frame; the first is the other store.
     * @param kernels     of the caller's thread.
     * @param addressHash of both stores' suites.
     * @param listener    hears how it goes.
     * @return what it took.
     * @throws MalformedMessageException where the peer's answer breaks a rule.
     */
    public static Result run(
            final MappedFrameStore target,
            final ReconciliationPeer peer,
            final List<FrameSource> sources,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FetchListener listener) {
        final FrameFetch frames = new FrameFetch(target, kernels, addressHash, sources, listener);
        try (KeySet mine = KeySet.of(target)) {
            return new StoreReconciliation(target, frames).run(mine, peer);
        }
    }

    private Result run(final KeySet mine, final ReconciliationPeer peer) {
        int messages = 0;
        long messageBytes = 0;
        try (SetReconciler here = new SetReconciler(mine, this::fetch, MESSAGE_LIMIT)) {
            final UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_LIMIT]);
            final UnsafeBuffer answer = new UnsafeBuffer(new byte[MESSAGE_LIMIT]);
            int length = here.begin(message);
            while (length > 0) {
                final int answerLength = peer.answer(message, 0, length, answer);
                messages += answerLength > 0 ? 2 : 1;
                messageBytes += length + answerLength;
                length = answerLength > 0 ? here.answer(answer, 0, answerLength, message) : 0;
            }
        }
        frames.fetch(FrameFetch.NOTHING);
        return new Result(frames.result(), messages, messageBytes);
    }

    /** A key may be heard of twice: where a message was full. */
    private void fetch(final long key) {
        if (target.contains(key) || frames.indexOf(key) != FrameFetch.NOT_WANTED) {
            return;
        }
        if (frames.isFull()) {
            frames.fetch(FrameFetch.NOTHING);
        }
        frames.add(key);
    }
}
