package io.venation.snapshot;

import io.venation.frame.OffHeap;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreView;
import java.lang.foreign.Arena;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gives a store all frames of another that it lacks, with no root in common: {@link SetReconciler} finds them, and each is
 * verified as it arrives. Nothing is pinned.
 *
 * <p>One thread, that of both stores. 64 bytes a frame of both while it runs.
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

    private StoreReconciliation(
            final MappedFrameStore target,
            final StoreView source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FetchListener listener) {
        this.target = target;
        frames = new FrameFetch(target, kernels, addressHash, List.of(source), listener);
    }

    /**
     * Fetches what a store lacks.
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
        final StoreReconciliation reconciliation =
                new StoreReconciliation(target, source, kernels, addressHash, listener);
        try (KeySet mine = keys(target);
                KeySet theirs = keys(source)) {
            return reconciliation.run(mine, theirs);
        }
    }

    private Result run(final KeySet mine, final KeySet theirs) {
        int messages = 0;
        long messageBytes = 0;
        try (SetReconciler here = new SetReconciler(mine, this::fetch, MESSAGE_LIMIT);
                SetReconciler there = new SetReconciler(theirs, key -> {}, MESSAGE_LIMIT)) {
            UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_LIMIT]);
            UnsafeBuffer answer = new UnsafeBuffer(new byte[MESSAGE_LIMIT]);
            for (int length = here.begin(message); length > 0; messages++) {
                messageBytes += length;
                length = (messages % 2 == 0 ? there : here).answer(message, 0, length, answer);
                final UnsafeBuffer last = message;
                message = answer;
                answer = last;
            }
        }
        frames.fetch();
        return new Result(frames.result(), messages, messageBytes);
    }

    /** A key may be heard of twice: where a message was full. */
    private void fetch(final long key) {
        if (target.contains(key) || frames.isWanted(key)) {
            return;
        }
        frames.add(key);
        if (frames.count() == FrameFetch.MAX_COUNT) {
            frames.fetch();
        }
    }

    /** What is put while a store is listed may be left out. */
    private static KeySet keys(final StoreView store) {
        final int count = Math.toIntExact(store.frameCount());
        try (Arena arena = Arena.ofConfined()) {
            final long keys =
                    arena.allocate(Math.max(1L, count) * KeySet.KEY_LENGTH, 64).address();
            final int[] listed = new int[1];
            store.forEach((key, receipt, frame) -> {
                if (listed[0] < count) {
                    OffHeap.copy(key, keys + (long) listed[0]++ * KeySet.KEY_LENGTH, KeySet.KEY_LENGTH);
                }
            });
            return new KeySet(keys, listed[0]);
        }
    }
}
