package io.venation.link;

import io.venation.codec.LogGivenDecoder;
import io.venation.codec.LogRootGivenDecoder;
import io.venation.codec.LogRootWantedEncoder;
import io.venation.codec.LogRootsGivenDecoder;
import io.venation.codec.LogRootsWantedEncoder;
import io.venation.codec.LogWantedEncoder;
import io.venation.receipt.Digest;
import io.venation.store.LogHandler;
import io.venation.store.LogLimit;
import io.venation.store.LogPosition;
import io.venation.store.StoreLog;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of a served store. Each question says where it goes on, so the other side keeps nothing that counts; one question a
 * poll, which also brings what its pins and unpins have come to at the log's end.
 *
 * <p>One thread, that of the source.
 */
final class PeerLog implements StoreLog {
    private static final long NO_RECEIPT = 0;

    private final PeerSource peer;
    private final LogLimit limit;
    private final Arena arena = Arena.ofAuto();
    private final long key = arena.allocate(LinkProtocol.KEY_LENGTH, 8).address();
    private final byte[] keyBytes = new byte[LinkProtocol.KEY_LENGTH];
    private final List<LogChange> changes = new ArrayList<>();
    /** What the last answer says of roots, each for one asking: who asks again wants to know what has become of it. */
    private final Map<Digest, Boolean> told = new HashMap<>();

    /** Null before the store has said where its log ends. */
    private LogPosition position;

    private long end;

    private int outcome;
    private LogPosition next;
    private boolean isRoot;
    private boolean areRootsUnknown;
    private long rootTotal;

    /** From the end on. */
    PeerLog(final PeerSource peer, final LogLimit limit) {
        this.peer = peer;
        this.limit = limit;
        ask(1);
        if (outcome != 0 || !changes.isEmpty()) {
            throw peer.protocol("changes behind the end of the log");
        }
        position = next;
    }

    /** From a position on. */
    PeerLog(final PeerSource peer, final LogPosition from, final LogLimit limit) {
        this.peer = peer;
        this.limit = limit;
        position = from;
        end = from.sequence();
    }

    @Override
    public int poll(final LogHandler handler, final int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit=" + limit + ": must be above 0");
        }
        told.clear();
        ask(Math.min(limit, LinkProtocol.CHANGES_LIMIT));
        if (outcome != 0) {
            return outcome;
        }
        for (final LogChange change : changes) {
            if (change.kind().isOfRoot()) {
                told.put(change.key(), change.isRoot());
            }
        }
        for (final LogChange change : changes) {
            position = new LogPosition(next.store(), next.generation(), change.sequence(), change.checksum());
            show(handler, change);
        }
        position = next;
        Reference.reachabilityFence(this);
        return changes.size();
    }

    private void show(final LogHandler handler, final LogChange change) {
        change.key().write(key);
        final long sequence = change.sequence();
        switch (change.kind()) {
            case PUT -> handler.onPut(sequence, key, NO_RECEIPT);
            case PIN -> handler.onPin(sequence, key);
            case UNPIN -> handler.onUnpin(sequence, key);
            case FREE -> handler.onFree(sequence, key);
            case QUARANTINE -> handler.onQuarantine(sequence, key);
            case ROOTS_UNKNOWN -> handler.onRoots(sequence, false);
            case ROOTS_KNOWN -> handler.onRoots(sequence, true);
        }
    }

    private void ask(final int count) {
        final byte[] from = position == null ? new byte[0] : position.toString().getBytes(StandardCharsets.US_ASCII);
        changes.clear();
        peer.ask(
                control -> control.begin(new LogWantedEncoder())
                        .shown((short) limit.ordinal())
                        .count(count)
                        .putFrom(from, 0, from.length),
                LogGivenDecoder.TEMPLATE_ID,
                (buffer, offset, blockLength, version) ->
                        onGiven(new LogGivenDecoder().wrap(buffer, offset, blockLength, version), count));
    }

    private void onGiven(final LogGivenDecoder message, final int count) {
        outcome = message.outcome();
        if (outcome != 0 && outcome != REPLACED && outcome != DAMAGED) {
            throw peer.protocol("outcome " + outcome + " of the log");
        }
        final long shown = message.end();
        final LogGivenDecoder.ChangesDecoder group = message.changes();
        if (group.count() > (outcome == 0 ? count : 0)) {
            throw peer.protocol(group.count() + " changes, " + count + " were asked for");
        }
        while (group.hasNext()) {
            group.next().getKey(keyBytes, 0, LinkProtocol.KEY_LENGTH);
            changes.add(new LogChange(
                    LogChange.Kind.of(group.kind()),
                    group.sequence(),
                    group.checksum(),
                    group.isRoot() == 1,
                    Digest.read(keyBytes, 0)));
        }
        next = LogPosition.parse(new String(
                ControlText.bytes(message.nextLength(), LinkProtocol.POSITION_LIMIT, message::getNext),
                StandardCharsets.ISO_8859_1));
        if (outcome == 0) {
            requireOnward(shown);
        }
        end = shown;
    }

    /** What is told lies between the position asked from and the next one, in order, and that before the end. */
    private void requireOnward(final long shown) {
        long before = position == null ? -1 : position.sequence() - 1;
        boolean isOnward =
                position == null || next.store().equals(position.store()) && next.generation() == position.generation();
        for (final LogChange change : changes) {
            isOnward &= change.sequence() > before;
            before = change.sequence();
        }
        if (!isOnward || next.sequence() <= before || next.sequence() > shown) {
            throw peer.protocol("log from " + position + " goes on at " + next + ", its end at " + shown);
        }
    }

    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public boolean isRoot(final Digest address) {
        final Boolean known = told.remove(address);
        if (known != null) {
            return known;
        }
        address.write(keyBytes, 0);
        peer.ask(
                control -> control.begin(new LogRootWantedEncoder())
                        .shown((short) limit.ordinal())
                        .putKey(keyBytes, 0, LinkProtocol.KEY_LENGTH),
                LogRootGivenDecoder.TEMPLATE_ID,
                (buffer, offset, blockLength, version) -> {
                    final LogRootGivenDecoder message =
                            new LogRootGivenDecoder().wrap(buffer, offset, blockLength, version);
                    end = message.end();
                    isRoot = message.isRoot() == 1;
                });
        return isRoot;
    }

    @Override
    public Map<Digest, Long> roots() {
        final Map<Digest, Long> roots = new LinkedHashMap<>();
        askRoots(roots);
        while (roots.size() < rootTotal) {
            askRoots(roots);
        }
        return Collections.unmodifiableMap(roots);
    }

    /** Whether some may have been lost. */
    boolean areRootsUnknown() {
        askRoots(new LinkedHashMap<>());
        return areRootsUnknown;
    }

    private void askRoots(final Map<Digest, Long> roots) {
        peer.ask(
                control -> control.begin(new LogRootsWantedEncoder())
                        .shown((short) limit.ordinal())
                        .from(roots.size()),
                LogRootsGivenDecoder.TEMPLATE_ID,
                (buffer, offset, blockLength, version) ->
                        onRoots(new LogRootsGivenDecoder().wrap(buffer, offset, blockLength, version), roots));
    }

    private void onRoots(final LogRootsGivenDecoder message, final Map<Digest, Long> roots) {
        final int before = roots.size();
        rootTotal = message.total();
        end = message.end();
        areRootsUnknown = message.areUnknown() == 1;
        final LogRootsGivenDecoder.RootsDecoder group = message.roots();
        final int count = group.count();
        if (rootTotal < 0
                || rootTotal > PeerSource.ROOTS_TOTAL_LIMIT
                || count > LinkProtocol.LOG_ROOTS_LIMIT
                || count == 0 && before < rootTotal
                || before + count > rootTotal) {
            throw peer.protocol(count + " roots behind " + before + " of " + rootTotal);
        }
        while (group.hasNext()) {
            group.next().getKey(keyBytes, 0, LinkProtocol.KEY_LENGTH);
            roots.put(Digest.read(keyBytes, 0), group.pins());
        }
        if (roots.size() != before + count) {
            throw peer.protocol("a root comes twice");
        }
    }

    @Override
    public void close() {
        told.clear();
    }
}
