package io.venation.aeron;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.driver.ThreadingMode;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.C768Schedule;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import io.venation.tuning.SocketBuffers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.SystemUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Where an application begins: streams of verified frames over one Aeron client, with a media driver of its own ({@link
 * #launch}) or one that runs elsewhere on the machine ({@link #connect}).
 *
 * <p>Any thread may add streams; each stream then belongs to one thread. {@link #close()} comes after those have stopped.
 */
public final class LatticePlane implements AutoCloseable {
    /** Key of a driver's stream counter: registration id i64, session id i32, stream id i32, channel. */
    private static final int COUNTER_SESSION_ID_OFFSET = Long.BYTES;

    private static final int COUNTER_STREAM_ID_OFFSET = COUNTER_SESSION_ID_OFFSET + Integer.BYTES;

    private static final long DRAIN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Context context;
    private final EmbeddedDriver driver;
    private final Aeron aeron;
    private final List<FramePublication> publications = new CopyOnWriteArrayList<>();
    private final List<FrameSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final StreamEvents events = new StreamEvents(publications, subscriptions);

    private LatticePlane(final Context context, final EmbeddedDriver driver, final Aeron aeron) {
        this.context = context;
        this.driver = driver;
        this.aeron = aeron;
    }

    /**
     * Starts with a media driver in this process and the default settings.
     *
     * @return the plane.
     * @throws IOException where no directory for the driver can be made.
     */
    public static LatticePlane launch() throws IOException {
        return launch(new Context());
    }

    /**
     * Starts with a media driver in this process, in a directory that no other user can read.
     *
     * @param context settings; concluded here.
     * @return the plane.
     * @throws IOException              where no directory for the driver can be made.
     * @throws IllegalArgumentException where a setting is out of range.
     */
    public static LatticePlane launch(final Context context) throws IOException {
        if (context.aeronDirectoryName() != null) {
            throw new IllegalArgumentException("aeronDirectoryName=" + context.aeronDirectoryName()
                    + ": must be unset to launch, whose directory is private; connect takes one");
        }
        final Context concluded = context.conclude();
        final EmbeddedDriver driver = EmbeddedDriver.launch(context.threadingMode(), context.errorHandler());
        return new LatticePlane(concluded, driver, driver.aeron());
    }

    /**
     * Connects to a media driver that runs elsewhere on this machine.
     *
     * @param context settings; concluded here.
     * @return the plane.
     * @throws IllegalArgumentException           where a setting is out of range.
     * @throws io.aeron.exceptions.AeronException where no driver runs in the directory.
     */
    public static LatticePlane connect(final Context context) {
        final Context concluded = context.conclude();
        final Aeron.Context aeronContext = EmbeddedDriver.clientContext(context.errorHandler());
        if (context.aeronDirectoryName() != null) {
            aeronContext.aeronDirectoryName(context.aeronDirectoryName());
        }
        return new LatticePlane(concluded, null, Aeron.connect(aeronContext));
    }

    /**
     * Opens a stream to send on.
     *
     * @param channel  an Aeron URI; {@link Context#publicationChannel} says what is added to it.
     * @param streamId the application's.
     * @return the publication, for one thread.
     * @throws IllegalArgumentException where the channel cannot carry frames.
     */
    public synchronized FramePublication addPublication(final String channel, final int streamId) {
        final ExclusivePublication publication =
                aeron.addExclusivePublication(context.publicationChannel(channel), streamId);
        try {
            final String stream =
                    "stream " + streamId + " session " + publication.sessionId() + " " + publication.channel();
            final FramePublication frames = new FramePublication(
                    publication,
                    sealer(),
                    context.firstSequence(),
                    context.claimDeadlineNs(),
                    context.nanoClock(),
                    new PublicationCounters(aeron, stream),
                    sealPool(publication));
            publications.removeIf(FramePublication::isClosed);
            publications.add(frames);
            return frames;
        } catch (final RuntimeException e) {
            publication.close();
            throw e;
        }
    }

    private SealPool sealPool(final ExclusivePublication publication) {
        return context.sealWorkers() == 0 || publication.maxPayloadLength() < SealedFrameLayout.LENGTH
                ? null
                : new SealPool(context.sealWorkers(), this::sealer);
    }

    private FrameSealer sealer() {
        return new FrameSealer(Kernels.select(), context.suite(), false);
    }

    /**
     * Opens a stream to receive from.
     *
     * @param channel  an Aeron URI; {@link Context#subscriptionChannel} says what is added to it.
     * @param streamId the application's.
     * @return the subscription, for one thread.
     */
    public synchronized FrameSubscription addSubscription(final String channel, final int streamId) {
        final Subscription subscription = aeron.addSubscription(context.subscriptionChannel(channel), streamId);
        try {
            final SubscriptionCounters counters =
                    new SubscriptionCounters(aeron, "stream " + streamId + " " + subscription.channel());
            final VerifyPool pool = context.verifyWorkers() == 0 ? null : new VerifyPool(context.verifyWorkers());
            final FrameSubscription frames =
                    new FrameSubscription(subscription, image -> open(image, pool, counters), pool, counters);
            subscriptions.removeIf(FrameSubscription::isClosed);
            subscriptions.add(frames);
            return frames;
        } catch (final RuntimeException e) {
            subscription.close();
            throw e;
        }
    }

    private FrameImage open(final Image image, final VerifyPool pool, final SubscriptionCounters counters) {
        return new FrameImage(
                image,
                () -> new FrameVerifier(Kernels.select(), context.suite()),
                context.verifyMode(),
                false,
                context.requiresContinuity(),
                FrameVerifier.ANY_SEQUENCE,
                counters,
                pool);
    }

    /**
     * The settings.
     *
     * @return concluded; changes have no effect.
     */
    public Context context() {
        return context;
    }

    /**
     * The client under it.
     *
     * @return connected, until {@link #close()}.
     */
    public Aeron aeron() {
        return aeron;
    }

    /**
     * Ends all streams. Subscriptions leave first; open claims are aborted; then what was committed is waited for until
     * the subscribers on this driver have read it and the driver has sent it, {@link Context#closeTimeoutNs()} at most.
     *
     * <p>A driver in this process ends here and repeats nothing that gets lost on the network afterwards: remote ends
     * exchange a last word of their own, or use a driver that lives on.
     */
    @Override
    public synchronized void close() {
        events.close();
        CloseHelper.quietCloseAll(subscriptions);
        for (final FramePublication publication : publications) {
            try {
                publication.endClaims();
            } catch (final Throwable t) {
                context.errorHandler().onError(t);
            }
        }
        final long deadlineNs = System.nanoTime() + context.closeTimeoutNs();
        for (final FramePublication publication : publications) {
            while (!isDrained(publication) && System.nanoTime() - deadlineNs < 0) {
                LockSupport.parkNanos(DRAIN_PAUSE_NS);
            }
        }
        CloseHelper.quietCloseAll(publications);
        EmbeddedDriver.closeClient(aeron);
        CloseHelper.quietClose(driver);
    }

    private boolean isDrained(final FramePublication publication) {
        if (!publication.isConnected()) {
            return true;
        }
        final long position = publication.position();
        final boolean[] isDrained = {true};
        aeron.countersReader().forEach((counterId, typeId, keyBuffer, label) -> {
            final boolean isReader = typeId == AeronCounters.DRIVER_SUBSCRIBER_POSITION_TYPE_ID
                    || typeId == AeronCounters.DRIVER_SENDER_POSITION_TYPE_ID;
            if (isReader
                    && keyBuffer.getInt(COUNTER_SESSION_ID_OFFSET) == publication.sessionId()
                    && keyBuffer.getInt(COUNTER_STREAM_ID_OFFSET) == publication.streamId()) {
                isDrained[0] &= aeron.countersReader().getCounterValue(counterId) >= position;
            }
        });
        return isDrained[0];
    }

    /**
     * Settings of a plane. Each has a default, which a system property of its name replaces, and a setter, which has the
     * last word. {@link #conclude()} checks them; {@link #toString()} shows them.
     */
    public static final class Context {
        /** System property of {@link #aeronDirectoryName()}. */
        public static final String AERON_DIRECTORY_PROPERTY = "venation.aeron.dir";
        /** System property of {@link #threadingMode()}. */
        public static final String THREADING_MODE_PROPERTY = "venation.threading.mode";
        /** System property of {@link #mtuLength()}. */
        public static final String MTU_LENGTH_PROPERTY = "venation.mtu.length";
        /** System property of {@link #termLength()}. */
        public static final String TERM_LENGTH_PROPERTY = "venation.term.length";
        /** System property of {@link #windowLength()}. */
        public static final String WINDOW_LENGTH_PROPERTY = "venation.window.length";
        /** System property of {@link #suite()}. */
        public static final String SUITE_PROPERTY = "venation.suite";
        /** System property of {@link #verifyMode()}. */
        public static final String VERIFY_MODE_PROPERTY = "venation.verify.mode";
        /** System property of {@link #sealWorkers()}. */
        public static final String SEAL_WORKERS_PROPERTY = "venation.seal.workers";
        /** System property of {@link #verifyWorkers()}. */
        public static final String VERIFY_WORKERS_PROPERTY = "venation.verify.workers";
        /** System property of {@link #requiresContinuity()}. */
        public static final String CONTINUITY_PROPERTY = "venation.continuity";
        /** System property of {@link #firstSequence()}. */
        public static final String FIRST_SEQUENCE_PROPERTY = "venation.first.sequence";
        /** System property of {@link #claimDeadlineNs()}. */
        public static final String CLAIM_DEADLINE_PROPERTY = "venation.claim.deadline";
        /** System property of {@link #closeTimeoutNs()}. */
        public static final String CLOSE_TIMEOUT_PROPERTY = "venation.close.timeout";

        private static final int TERM_LENGTH_DEFAULT = 16 * 1024 * 1024;
        private static final int TERM_LENGTH_LIMIT = 1024 * 1024 * 1024;
        private static final String TERM_LENGTH_RULE =
                ": must be a power of two from " + ChannelProfile.TERM_MINIMUM + " to " + TERM_LENGTH_LIMIT;
        private static final int WINDOW_MINIMUM = 64 * 1024;
        private static final int WORKERS_LIMIT = 64;

        private String aeronDirectoryName = System.getProperty(AERON_DIRECTORY_PROPERTY);
        private ThreadingMode threadingMode =
                constant(THREADING_MODE_PROPERTY, ThreadingMode.class, ThreadingMode.SHARED);
        private int mtuLength = SystemUtil.getSizeAsInt(MTU_LENGTH_PROPERTY, 0);
        private int termLength = SystemUtil.getSizeAsInt(TERM_LENGTH_PROPERTY, TERM_LENGTH_DEFAULT);
        private int windowLength = SystemUtil.getSizeAsInt(WINDOW_LENGTH_PROPERTY, 0);
        private Suite suite = suiteOf(System.getProperty(SUITE_PROPERTY, Suite.DEFAULT.label()));
        private VerifyMode verifyMode = constant(VERIFY_MODE_PROPERTY, VerifyMode.class, VerifyMode.EAGER);
        private int sealWorkers = Integer.getInteger(SEAL_WORKERS_PROPERTY, 0);
        private int verifyWorkers = Integer.getInteger(VERIFY_WORKERS_PROPERTY, 0);
        private boolean requiresContinuity = Boolean.getBoolean(CONTINUITY_PROPERTY);
        private long firstSequence = Long.getLong(FIRST_SEQUENCE_PROPERTY, 0);
        private long claimDeadlineNs = SystemUtil.getDurationInNanos(CLAIM_DEADLINE_PROPERTY, 0);
        private long closeTimeoutNs =
                SystemUtil.getDurationInNanos(CLOSE_TIMEOUT_PROPERTY, TimeUnit.SECONDS.toNanos(5));
        private ErrorHandler errorHandler = EmbeddedDriver::logError;
        private NanoClock nanoClock = SystemNanoClock.INSTANCE;

        /**
         * The defaults, or what system properties say.
         *
         * @throws IllegalArgumentException where a property cannot be read.
         */
        public Context() {}

        private static <E extends Enum<E>> E constant(final String property, final Class<E> type, final E fallback) {
            final String name = System.getProperty(property, fallback.name());
            for (final E constant : type.getEnumConstants()) {
                if (constant.name().equals(name)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(
                    property + "=" + name + ": must be one of " + List.of(type.getEnumConstants()));
        }

        private static Suite suiteOf(final String label) {
            final List<String> labels = new ArrayList<>();
            for (int id = 0; id < 256; id++) {
                if (Suite.isByte(id)) {
                    final Suite suite = Suite.ofByte(id);
                    if (suite.label().equals(label)) {
                        return suite;
                    }
                    labels.add(suite.label());
                }
            }
            throw new IllegalArgumentException(SUITE_PROPERTY + "=" + label + ": must be one of " + labels);
        }

        /**
         * Checks all settings and finds the window that this machine grants.
         *
         * @return this.
         * @throws IllegalArgumentException where a setting is out of range, as {@code name=value: must be …}.
         */
        public Context conclude() {
            require(
                    threadingMode != ThreadingMode.INVOKER,
                    "threadingMode=INVOKER: must be SHARED, SHARED_NETWORK or DEDICATED: nobody here invokes a driver");
            require(
                    mtuLength == 0 || ChannelProfile.isMtu(mtuLength),
                    "mtuLength=" + mtuLength + ": must be 0 (what fits the channel) or a multiple of 32 from "
                            + ChannelProfile.MTU_MINIMUM + " to " + ChannelProfile.MTU_LIMIT);
            require(isTermLength(termLength), "termLength=" + termLength + TERM_LENGTH_RULE);
            require(
                    windowLength == 0 || windowLength >= WINDOW_MINIMUM,
                    "windowLength=" + windowLength + ": must be 0 (what this machine grants) or at least "
                            + WINDOW_MINIMUM);
            require(
                    firstSequence >= 0 && firstSequence <= C768Schedule.MAX_COUNTER,
                    "firstSequence=" + firstSequence + ": must be 0.." + C768Schedule.MAX_COUNTER);
            require(
                    sealWorkers >= 0 && sealWorkers <= WORKERS_LIMIT,
                    "sealWorkers=" + sealWorkers + ": must be 0.." + WORKERS_LIMIT);
            require(
                    verifyWorkers >= 0 && verifyWorkers <= WORKERS_LIMIT,
                    "verifyWorkers=" + verifyWorkers + ": must be 0.." + WORKERS_LIMIT);
            require(claimDeadlineNs >= 0, "claimDeadlineNs=" + claimDeadlineNs + ": must be ≥ 0 (0: none)");
            require(closeTimeoutNs >= 0, "closeTimeoutNs=" + closeTimeoutNs + ": must be ≥ 0");
            if (windowLength == 0) {
                windowLength = SocketBuffers.grantedReceiveBytes(SocketBuffers.WANTED_BYTES);
            }
            return this;
        }

        private static boolean isTermLength(final long termLength) {
            return Long.bitCount(termLength) == 1
                    && termLength >= ChannelProfile.TERM_MINIMUM
                    && termLength <= TERM_LENGTH_LIMIT;
        }

        private static void require(final boolean holds, final String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }

        /**
         * The channel that {@link LatticePlane#addPublication} opens: {@code mtu} and {@code term-length} are added where
         * the caller's URI does not have them. Valid once concluded.
         *
         * @param channel the caller's Aeron URI.
         * @return the URI with what the profile adds.
         * @throws IllegalArgumentException where its terms are too short for a batch.
         */
        public String publicationChannel(final String channel) {
            final ChannelUri uri = ChannelUri.parse(channel);
            putAbsent(uri, CommonContext.MTU_LENGTH_PARAM_NAME, mtuLength != 0 ? mtuLength : ChannelProfile.mtu(uri));
            putAbsent(uri, CommonContext.TERM_LENGTH_PARAM_NAME, termLength);
            final String term = uri.get(CommonContext.TERM_LENGTH_PARAM_NAME);
            require(
                    isTermLength(SystemUtil.parseSize(CommonContext.TERM_LENGTH_PARAM_NAME, term)),
                    CommonContext.TERM_LENGTH_PARAM_NAME + "=" + term + TERM_LENGTH_RULE);
            return uri.toString();
        }

        /**
         * The channel that {@link LatticePlane#addSubscription} opens: on UDP {@code so-rcvbuf} and {@code rcv-wnd} are
         * added where the caller's URI does not have them; the window never exceeds the buffer. Valid once concluded.
         *
         * @param channel the caller's Aeron URI.
         * @return the URI with what the profile adds.
         */
        public String subscriptionChannel(final String channel) {
            final ChannelUri uri = ChannelUri.parse(channel);
            if (uri.isUdp() && uri.prefix().isEmpty()) {
                putAbsent(uri, CommonContext.SOCKET_RCVBUF_PARAM_NAME, windowLength);
                final long bufferLength = SystemUtil.parseSize(
                        CommonContext.SOCKET_RCVBUF_PARAM_NAME, uri.get(CommonContext.SOCKET_RCVBUF_PARAM_NAME));
                putAbsent(uri, CommonContext.RECEIVER_WINDOW_LENGTH_PARAM_NAME, (int)
                        Math.min(windowLength, bufferLength));
            }
            return uri.toString();
        }

        private static void putAbsent(final ChannelUri uri, final String name, final int value) {
            if (!uri.containsKey(name)) {
                uri.put(name, Integer.toString(value));
            }
        }

        /**
         * Where the driver to connect to runs; null for Aeron's own default. A plane that is launched has a private one.
         *
         * @return the directory or null.
         */
        public String aeronDirectoryName() {
            return aeronDirectoryName;
        }

        /**
         * Sets {@link #aeronDirectoryName()}.
         *
         * @param value the directory or null.
         * @return this.
         */
        public Context aeronDirectoryName(final String value) {
            aeronDirectoryName = value;
            return this;
        }

        /**
         * Threads of the driver in this process. One shared thread is the default: on few cores spinning threads starve one
         * another.
         *
         * @return the mode.
         */
        public ThreadingMode threadingMode() {
            return threadingMode;
        }

        /**
         * Sets {@link #threadingMode()}.
         *
         * @param value the mode.
         * @return this.
         */
        public Context threadingMode(final ThreadingMode value) {
            threadingMode = Objects.requireNonNull(value, "threadingMode");
            return this;
        }

        /**
         * MTU of publications whose URI has none. 0: 12,480 for IPC, 62,400 for loopback, 1,440 elsewhere. Below 12,480 frames
         * travel in fragments.
         *
         * @return bytes, 0 or a multiple of 32.
         */
        public int mtuLength() {
            return mtuLength;
        }

        /**
         * Sets {@link #mtuLength()}.
         *
         * @param value bytes, 0 or a multiple of 32.
         * @return this.
         */
        public Context mtuLength(final int value) {
            mtuLength = value;
            return this;
        }

        /**
         * Term length of publications whose URI has none: 16 MiB unless said.
         *
         * @return bytes, a power of two.
         */
        public int termLength() {
            return termLength;
        }

        /**
         * Sets {@link #termLength()}.
         *
         * @param value bytes, a power of two.
         * @return this.
         */
        public Context termLength(final int value) {
            termLength = value;
            return this;
        }

        /**
         * Window and socket buffer of UDP subscriptions whose URI has none. 0: 4 MiB or what this machine grants.
         *
         * @return bytes.
         */
        public int windowLength() {
            return windowLength;
        }

        /**
         * Sets {@link #windowLength()}.
         *
         * @param value bytes.
         * @return this.
         */
        public Context windowLength(final int value) {
            windowLength = value;
            return this;
        }

        /**
         * The hashes that both ends agree on.
         *
         * @return the suite.
         */
        public Suite suite() {
            return suite;
        }

        /**
         * Sets {@link #suite()}.
         *
         * @param value the suite.
         * @return this.
         */
        public Context suite(final Suite value) {
            suite = Objects.requireNonNull(value, "suite");
            return this;
        }

        /**
         * When subscriptions verify.
         *
         * @return the mode.
         */
        public VerifyMode verifyMode() {
            return verifyMode;
        }

        /**
         * Sets {@link #verifyMode()}.
         *
         * @param value the mode.
         * @return this.
         */
        public Context verifyMode(final VerifyMode value) {
            verifyMode = Objects.requireNonNull(value, "verifyMode");
            return this;
        }

        /**
         * Threads of each publication that seal what was committed while the next frames are filled. 0: the committing thread
         * seals, as it does on fragmenting channels. Worth it where cores are idle and filling is work of its own; a frame is
         * published at the publication's next call then, see {@link FramePublication#flush()}.
         *
         * @return threads, 0..64.
         */
        public int sealWorkers() {
            return sealWorkers;
        }

        /**
         * Sets {@link #sealWorkers()}.
         *
         * @param value threads, 0..64.
         * @return this.
         */
        public Context sealWorkers(final int value) {
            sealWorkers = value;
            return this;
        }

        /**
         * Threads of each subscription that verify ahead of the one that polls it. 0: that thread verifies. Worth it where
         * cores are idle and the consumer has work of its own.
         *
         * @return threads, 0..64.
         */
        public int verifyWorkers() {
            return verifyWorkers;
        }

        /**
         * Sets {@link #verifyWorkers()}.
         *
         * @param value threads, 0..64.
         * @return this.
         */
        public Context verifyWorkers(final int value) {
            verifyWorkers = value;
            return this;
        }

        /**
         * Whether the sequences of a session must follow one another. The first good frame that a subscription sees of the
         * session sets the count, so it may join midway; from there each frame must bear the next sequence, the rejected ones
         * counted. Off unless said: Aeron keeps order, and each sequence is checked against the receipt's other fields.
         *
         * @return true where they must.
         */
        public boolean requiresContinuity() {
            return requiresContinuity;
        }

        /**
         * Sets {@link #requiresContinuity()}.
         *
         * @param value true where they must.
         * @return this.
         */
        public Context requiresContinuity(final boolean value) {
            requiresContinuity = value;
            return this;
        }

        /**
         * Sequence of a publication's first frame.
         *
         * @return 0 unless said.
         */
        public long firstSequence() {
            return firstSequence;
        }

        /**
         * Sets {@link #firstSequence()}.
         *
         * @param value 0 unless said.
         * @return this.
         */
        public Context firstSequence(final long value) {
            firstSequence = value;
            return this;
        }

        /**
         * How long a claim may stay open: the publication's next claim then aborts it, where it would throw otherwise. 0:
         * for ever.
         *
         * @return nanoseconds.
         */
        public long claimDeadlineNs() {
            return claimDeadlineNs;
        }

        /**
         * Sets {@link #claimDeadlineNs()}.
         *
         * @param value nanoseconds.
         * @return this.
         */
        public Context claimDeadlineNs(final long value) {
            claimDeadlineNs = value;
            return this;
        }

        /**
         * How long {@link LatticePlane#close()} waits for what was committed to be read, 5 s unless said.
         *
         * @return nanoseconds.
         */
        public long closeTimeoutNs() {
            return closeTimeoutNs;
        }

        /**
         * Sets {@link #closeTimeoutNs()}.
         *
         * @param value nanoseconds.
         * @return this.
         */
        public Context closeTimeoutNs(final long value) {
            closeTimeoutNs = value;
            return this;
        }

        /**
         * Where errors on the threads of driver and client go; the log unless said. It has no system property.
         *
         * @return the handler.
         */
        public ErrorHandler errorHandler() {
            return errorHandler;
        }

        /**
         * Sets {@link #errorHandler()}.
         *
         * @param value the handler.
         * @return this.
         */
        public Context errorHandler(final ErrorHandler value) {
            errorHandler = Objects.requireNonNull(value, "errorHandler");
            return this;
        }

        /**
         * What claim deadlines go by. It has no system property.
         *
         * @return the clock.
         */
        public NanoClock nanoClock() {
            return nanoClock;
        }

        /**
         * Sets {@link #nanoClock()}.
         *
         * @param value the clock.
         * @return this.
         */
        public Context nanoClock(final NanoClock value) {
            nanoClock = Objects.requireNonNull(value, "nanoClock");
            return this;
        }

        @Override
        public String toString() {
            return "LatticePlane.Context{"
                    + "aeronDirectoryName=" + aeronDirectoryName
                    + ", threadingMode=" + threadingMode
                    + ", mtuLength=" + mtuLength
                    + ", termLength=" + termLength
                    + ", windowLength=" + windowLength
                    + ", suite=" + suite.label()
                    + ", verifyMode=" + verifyMode
                    + ", sealWorkers=" + sealWorkers
                    + ", verifyWorkers=" + verifyWorkers
                    + ", requiresContinuity=" + requiresContinuity
                    + ", firstSequence=" + firstSequence
                    + ", claimDeadlineNs=" + claimDeadlineNs
                    + ", closeTimeoutNs=" + closeTimeoutNs
                    + ", errorHandler=" + errorHandler
                    + ", nanoClock=" + nanoClock
                    + "}";
        }
    }
}
