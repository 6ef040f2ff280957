package io.venation.cli;

import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import io.venation.snapshot.FetchResult;
import io.venation.snapshot.FollowListener;
import io.venation.snapshot.FollowOptions;
import io.venation.snapshot.FollowResult;
import io.venation.snapshot.Snapshot;
import io.venation.snapshot.Snapshots;
import io.venation.snapshot.StoreFollower;
import io.venation.store.FollowedStore;
import io.venation.store.MappedFrameStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.SystemNanoClock;

/** One store kept up to date with another, for the command: until it is interrupted or has all. */
final class Following implements FollowListener {
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long REPORT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final StoresSubcommand command;
    private final String source;
    private final FollowOptions options;
    private final boolean isUntilCurrent;
    private final Consumer<Map<String, Object>> costs;
    private final long startNs = System.nanoTime();
    private long reportedNs = startNs;
    private FollowResult reported;

    /** {@code source} is what the user called it; {@code costs} adds to a report what it has cost to ask it. */
    Following(
            final StoresSubcommand command,
            final String source,
            final FollowOptions options,
            final boolean isUntilCurrent,
            final Consumer<Map<String, Object>> costs) {
        this.command = command;
        this.source = source;
        this.options = options;
        this.isUntilCurrent = isUntilCurrent;
        this.costs = costs;
    }

    /** Follows from a snapshot, or from where the target stopped before or all roots where {@code address} is null. */
    int run(final FollowedStore followed, final MappedFrameStore target, final Suite suite, final Digest address)
            throws IOException {
        try (Interruption interruption = new Interruption();
                StoreFollower follower = follower(followed, target, suite, address)) {
            while (true) {
                final int work = follower.doWork();
                if (work == 0 && isUntilCurrent || !interruption.pause(work == 0 ? PAUSE_NS : 0)) {
                    break;
                }
                if (System.nanoTime() - reportedNs >= REPORT_INTERVAL_NS) {
                    report(follower.result(), false);
                }
            }
            follower.remember();
            report(follower.result(), true);
            return follower.result().owed() == 0 ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
        }
    }

    private StoreFollower follower(
            final FollowedStore followed, final MappedFrameStore target, final Suite suite, final Digest address)
            throws IOException {
        if (address == null) {
            return StoreFollower.resume(
                    target, followed, command.kernels(), suite.addressHash(), options, SystemNanoClock.INSTANCE, this);
        }
        final Snapshot snapshot = Snapshots.read(followed, command.kernels(), suite.addressHash(), address);
        if (snapshot == null) {
            throw new CommandFailure(address + ": no snapshot, only a snapshot says where to follow from");
        }
        return StoreFollower.from(
                snapshot,
                target,
                followed,
                command.kernels(),
                suite.addressHash(),
                options,
                SystemNanoClock.INSTANCE,
                this);
    }

    /** A line where something is new, and at the end. */
    private void report(final FollowResult result, final boolean isLast) {
        reportedNs = System.nanoTime();
        if (result.equals(reported) && !isLast) {
            return;
        }
        reported = result;
        final FetchResult frames = result.frames();
        final double seconds = (reportedNs - startNs) / 1e9;
        if (command.json()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("sequence", result.sequence());
            fields.put("end", result.end());
            fields.put("frames_fetched", frames.fetched());
            fields.put("bytes_fetched", frames.fetchedBytes());
            fields.put("frames_shared", frames.shared());
            fields.put("rejected", frames.rejected());
            fields.put("missing", frames.missing());
            fields.put("malformed", frames.malformed());
            fields.put("pins", result.pins());
            fields.put("unpins", result.unpins());
            fields.put("restarts", result.restarts());
            fields.put("owed", result.owed());
            costs.accept(fields);
            fields.put("done", isLast);
            fields.put("seconds", seconds);
            command.console().line(Json.of(fields));
        } else {
            command.console()
                    .line(String.format(
                            Locale.ROOT,
                            "at %,d of %,d: %,d frames fetched, %,d shared, %,d roots pinned, %,d let go, %,d owed, %.3f s",
                            result.sequence(),
                            result.end(),
                            frames.fetched(),
                            frames.shared(),
                            result.pins(),
                            result.unpins(),
                            result.owed(),
                            seconds));
        }
    }

    @Override
    public void onRejected(final Digest address, final int index) {
        command.console().error("frame " + address + ": damaged in " + source);
    }

    @Override
    public void onMissing(final Digest address) {
        command.console().error("frame " + address + ": missing");
    }

    @Override
    public void onMalformed(final Digest address, final String what) {
        command.console().error("frame " + address + ": " + what);
    }

    @Override
    public void onOwed(final Digest root) {
        command.console().error("root " + root + ": not complete; asked for again now and then");
    }

    @Override
    public void onRestarted(final String why) {
        command.console().error(source + ": " + why + "; all roots are taken as they are");
    }
}
