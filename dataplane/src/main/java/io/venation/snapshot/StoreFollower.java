package io.venation.snapshot;

import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.store.FollowedStore;
import io.venation.store.LogHandler;
import io.venation.store.LogPosition;
import io.venation.store.MappedFrameStore;
import io.venation.store.StoreLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.agrona.concurrent.NanoClock;

/**
 * Keeps a store up to date with another that is written to: what the other's log tells is done here.
 *
 * <pre>
 *   a snapshot   ─► all it stands on ─► its sequence ──┐
 *   or all roots ─► all they stand on ─► the end ──────┼─► the log from there ─► put: the frame, verified, by 16s
 *   or the position remembered here ───────────────────┘           │             pin: all it stands on, then the pin
 *                        ▲                                         │             unpin: where this is a mirror
 *                        └── the journal is another, or damaged ◄──┴─► forced ─► position remembered
 * </pre>
 *
 * <p>A put comes before the pins that need it, so a pin finds most of what it stands on; {@link ReplicaFetch} looks, and fetches the
 * rest from the other store. A frame that was swept there meanwhile is not missed, nor is a root that was unpinned
 * meanwhile. So every change may be done twice, and what is remembered may lag: it is written after what it stands for
 * was forced, and never before.
 *
 * <p>One thread, that of the target, drives it; the source's writer is elsewhere. What the source or the target throws passes to
 * the caller: this is of no use then, and another goes on from what was remembered.
 */
public final class StoreFollower implements AutoCloseable {
    private static final int POLL_COUNT = 4_096;
    /** A source that names roots without end and has none of them is given up. */
    private static final int OWED_LIMIT = 1 << 16;

    private final MappedFrameStore target;
    private final FollowedStore source;
    private final FollowOptions options;
    private final NanoClock clock;
    private final FollowListener listener;
    private final FrameFetch puts;
    private final ReplicaFetch roots;
    private final LogHandler handler = new Changes();
    private final Arena arena = Arena.ofAuto();
    private final long key = arena.allocate(KeySet.KEY_LENGTH, 64).address();
    /** What the fetch of a root has found wrong; told only where the source still wants the root. */
    private final List<Runnable> faults = new ArrayList<>();
    /** Complete roots to be pinned when all is forced, each with the position before its pin or null. */
    private final Map<Digest, LogPosition> complete = new LinkedHashMap<>();
    /** Roots that are not complete, the same. */
    private final Map<Digest, LogPosition> owed = new LinkedHashMap<>();

    private StoreLog log;
    private LogPosition remembered;
    private long rememberedNs;
    private FetchResult rootFrames = new FetchResult(0, 0, 0, 0, 0);
    private long pinCount;
    private long unpinCount;
    private long restartCount;

    /**
     * Follows from where this store has stopped before, or from now on with all roots.
     *
     * @param target      takes frames and roots, and remembers how far it has followed.
     * @param source      is followed; a reader's policy may be {@code VerifyPolicy.NEVER}, for what it gives is verified here.
     * @param kernels     of the caller's thread.
     * @param addressHash of both stores' suites.
     * @param options     how.
     * @param clock       what time it is.
     * @param listener    hears how it goes.
     * @return to be driven.
     * @throws IOException where the source's journal or what is remembered cannot be read.
     */
    public static StoreFollower resume(
            final MappedFrameStore target,
            final FollowedStore source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FollowOptions options,
            final NanoClock clock,
            final FollowListener listener)
            throws IOException {
        final StoreFollower follower =
                new StoreFollower(target, source, kernels, addressHash, options, clock, listener);
        follower.begin(remembered(target, source).orElse(null), null);
        return follower;
    }

    /**
     * Fetches a snapshot and follows from its sequence, or from where this store has stopped before.
     *
     * @param snapshot    of the source.
     * @param target      takes frames and roots, and remembers how far it has followed.
     * @param source      is followed; a reader's policy may be {@code VerifyPolicy.NEVER}, for what it gives is verified here.
     * @param kernels     of the caller's thread.
     * @param addressHash of both stores' suites.
     * @param options     how.
     * @param clock       what time it is.
     * @param listener    hears how it goes.
     * @return to be driven.
     * @throws IOException where the source's journal or what is remembered cannot be read.
     */
    public static StoreFollower from(
            final Snapshot snapshot,
            final MappedFrameStore target,
            final FollowedStore source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FollowOptions options,
            final NanoClock clock,
            final FollowListener listener)
            throws IOException {
        final StoreFollower follower =
                new StoreFollower(target, source, kernels, addressHash, options, clock, listener);
        follower.begin(
                remembered(target, source).orElseGet(() -> source.logPosition(snapshot.sequence())),
                snapshot.address());
        return follower;
    }

    /** Where to go on; nothing where the target may have lost roots that it was given before. */
    private static Optional<LogPosition> remembered(final MappedFrameStore target, final FollowedStore source) {
        return target.areRootsUnknown() ? Optional.empty() : target.followed(source.storeId());
    }

    private StoreFollower(
            final MappedFrameStore target,
            final FollowedStore source,
            final FrameKernels kernels,
            final AddressHash addressHash,
            final FollowOptions options,
            final NanoClock clock,
            final FollowListener listener) {
        this.target = Objects.requireNonNull(target, "target");
        this.source = Objects.requireNonNull(source, "source");
        this.options = Objects.requireNonNull(options, "options");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.listener = Objects.requireNonNull(listener, "listener");
        puts = new FrameFetch(target, kernels, addressHash, List.of(source), new PutFaults());
        roots = new ReplicaFetch(target, kernels, addressHash, List.of(source), new RootFaults());
        rememberedNs = clock.nanoTime();
    }

    private void begin(final LogPosition from, final Digest root) throws IOException {
        if (from == null) {
            takeRoots();
        } else {
            log = source.log(from, options.limit());
        }
        if (root != null) {
            fetch(root, null);
        }
        remember();
    }

    /**
     * Does some of what the log tells next.
     *
     * @return changes done, 0 where this store has all that the log shows by now.
     * @throws UncheckedIOException where a file fails.
     * @throws SnapshotException    where more than 65,536 roots are owed.
     */
    public int doWork() {
        source.refresh();
        int work = log.poll(handler, POLL_COUNT);
        if (work < 0) {
            restart(work);
            work = 1;
        }
        settle();
        final long elapsedNs = clock.nanoTime() - rememberedNs;
        if (elapsedNs >= options.rememberIntervalNs() || elapsedNs < 0) {
            retry();
            remember();
        }
        Reference.reachabilityFence(this);
        return work;
    }

    private void restart(final int outcome) {
        listener.onRestarted(
                outcome == StoreLog.DAMAGED
                        ? "record " + log.position().sequence() + " of the journal is damaged"
                        : "the journal does not go on at " + log.position().sequence()
                                + ": it was written anew, or lost its end");
        restartCount++;
        try {
            takeRoots();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        remember();
    }

    /** All roots as they are, and the log from there on. */
    private void takeRoots() throws IOException {
        close();
        log = source.log(options.limit());
        complete.clear();
        owed.clear();
        final Set<Digest> wanted = new HashSet<>(log.roots().keySet());
        List.copyOf(log.roots().keySet()).forEach(root -> fetch(root, null));
        if (options.isMirror() && !source.areRootsUnknown()) {
            wanted.addAll(source.roots().keySet());
            target.roots().keySet().stream()
                    .filter(root -> !wanted.contains(root))
                    .forEach(this::unpin);
        }
    }

    /** Gets all that a root stands on; {@code before} is where to go on to come by it again, null where that is not known. */
    private void fetch(final Digest root, final LogPosition before) {
        final FetchResult result = roots.follow(root, null);
        final boolean isOwed = !result.isComplete() && log.isRoot(root);
        if (isOwed) {
            owed.putIfAbsent(root, before);
            if (owed.size() > OWED_LIMIT) {
                throw new SnapshotException(
                        "more than " + OWED_LIMIT + " roots are not complete: what is followed lacks what it names");
            }
            faults.forEach(Runnable::run);
            listener.onOwed(root);
        } else if (result.isComplete()) {
            owed.remove(root);
            complete.put(root, before);
        }
        faults.clear();
        rootFrames = rootFrames.plus(
                isOwed ? result : new FetchResult(result.fetched(), result.shared(), result.rejected(), 0, 0));
    }

    /** Asks again for what is owed, and forgets what the source does not want any more. */
    private void retry() {
        for (final Digest root : List.copyOf(owed.keySet())) {
            if (!log.isRoot(root)) {
                owed.remove(root);
            } else if (roots.follow(root, null).isComplete()) {
                complete.put(root, owed.remove(root));
            }
            faults.clear();
        }
    }

    /** Finishes what changes have begun: pins come when what they stand on is on disk. */
    private void settle() {
        puts.fetch(FrameFetch.NOTHING);
        if (complete.isEmpty()) {
            return;
        }
        if (target.durablePosition() < target.position()) {
            target.force();
        }
        final Set<Digest> pinned = target.roots().keySet();
        complete.forEach((root, before) -> {
            root.write(key);
            if (pinned.contains(root)) {
                return;
            }
            if (target.pin(key)) {
                pinCount++;
            } else {
                owed.put(root, before); // taken out of service since
            }
        });
        complete.clear();
    }

    private void unpin(final Digest root) {
        root.write(key);
        while (target.unpin(key)) {
            unpinCount++;
        }
    }

    /**
     * Remembers how far this store has come, so that the next follower goes on there. Forces the target. To be called before it
     * is let go of; {@link #doWork} does it now and then.
     */
    public void remember() {
        settle();
        rememberedNs = clock.nanoTime();
        if (owed.containsValue(null)) {
            return; // only all roots, or the snapshot, lead to it again
        }
        final LogPosition reached = owed.values().stream()
                .min(Comparator.comparingLong(LogPosition::sequence))
                .orElseGet(log::position);
        if (!reached.equals(remembered)) {
            target.remember(reached);
            remembered = reached;
        }
        Reference.reachabilityFence(this);
    }

    /**
     * What was done so far.
     *
     * @return values that stay.
     */
    public FollowResult result() {
        final FetchResult ofPuts = puts.result();
        return new FollowResult(
                rootFrames.plus(new FetchResult(ofPuts.fetched(), ofPuts.shared(), ofPuts.rejected(), 0, 0)),
                pinCount,
                unpinCount,
                restartCount,
                owed.size(),
                log.position().sequence(),
                log.end());
    }

    /** Lets go of the log; what was not remembered is done again by the next follower. */
    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }

    private final class Changes implements LogHandler {
        @Override
        public void onPut(final long sequence, final long putKey, final long receipt) {
            if (target.contains(putKey) || puts.indexOf(putKey) != FrameFetch.NOT_WANTED) {
                puts.share();
                return;
            }
            if (puts.isFull()) {
                puts.fetch(FrameFetch.NOTHING);
            }
            puts.add(putKey);
        }

        @Override
        public void onPin(final long sequence, final long pinnedKey) {
            final Digest root = Digest.read(pinnedKey);
            puts.fetch(FrameFetch.NOTHING);
            if (log.isRoot(root)) {
                fetch(root, log.position());
            }
        }

        @Override
        public void onUnpin(final long sequence, final long pinnedKey) {
            final Digest root = Digest.read(pinnedKey);
            if (options.isMirror() && !log.isRoot(root)) {
                complete.remove(root);
                unpin(root);
            }
        }
    }

    /** A frame of a put that is gone was swept: who needs it names it. */
    private final class PutFaults implements FetchListener {
        @Override
        public void onRejected(final Digest address, final int index) {
            listener.onRejected(address, index);
        }

        @Override
        public void onProgress(final long frames) {
            listener.onProgress(frames);
        }
    }

    private final class RootFaults implements FetchListener {
        @Override
        public void onRejected(final Digest address, final int index) {
            faults.add(() -> listener.onRejected(address, index));
        }

        @Override
        public void onMissing(final Digest address) {
            faults.add(() -> listener.onMissing(address));
        }

        @Override
        public void onMalformed(final Digest address, final String what) {
            faults.add(() -> listener.onMalformed(address, what));
        }
    }
}
