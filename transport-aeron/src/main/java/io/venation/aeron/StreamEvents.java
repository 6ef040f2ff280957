package io.venation.aeron;

import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/**
 * Flight recorder events of a plane's streams, one a second and stream, read from their counters: the hot paths know
 * nothing of them. Called by the recorder's thread.
 */
final class StreamEvents implements AutoCloseable {
    private final Runnable onPublicationPeriod;
    private final Runnable onSubscriptionPeriod;

    /** What a publication has done since it began. */
    @Name("io.venation.FramePublication")
    @Label("Frame Publication")
    @Category({"Venation", "Streams"})
    @Period("1 s")
    @StackTrace(false)
    static final class PublicationEvent extends Event {
        @Label("Channel")
        String channel;

        @Label("Stream Id")
        int streamId;

        @Label("Session Id")
        int sessionId;

        @Label("Frames Sealed")
        long framesSealed;

        @Label("Payload Sealed")
        @DataAmount
        long payloadBytes;

        @Label("Frames Aborted")
        long framesAborted;

        @Label("Back-Pressured")
        long backPressured;
    }

    /** What a subscription has seen since it began. */
    @Name("io.venation.FrameSubscription")
    @Label("Frame Subscription")
    @Category({"Venation", "Streams"})
    @Period("1 s")
    @StackTrace(false)
    static final class SubscriptionEvent extends Event {
        @Label("Channel")
        String channel;

        @Label("Stream Id")
        int streamId;

        @Label("Frames Verified")
        long framesVerified;

        @Label("Payload Verified")
        @DataAmount
        long payloadBytes;

        @Label("Frames Unverified")
        long framesUnverified;

        @Label("Rejections")
        long rejections;
    }

    /** Reports what is on the lists, which may change under it. */
    StreamEvents(final List<FramePublication> publications, final List<FrameSubscription> subscriptions) {
        onPublicationPeriod = () -> publications.forEach(StreamEvents::record);
        onSubscriptionPeriod = () -> subscriptions.forEach(StreamEvents::record);
        FlightRecorder.addPeriodicEvent(PublicationEvent.class, onPublicationPeriod);
        FlightRecorder.addPeriodicEvent(SubscriptionEvent.class, onSubscriptionPeriod);
    }

    private static void record(final FramePublication publication) {
        if (publication.isClosed()) {
            return;
        }
        final PublicationCounters counters = publication.counters();
        final PublicationEvent event = new PublicationEvent();
        event.channel = publication.channel();
        event.streamId = publication.streamId();
        event.sessionId = publication.sessionId();
        event.framesSealed = counters.framesSealed();
        event.payloadBytes = counters.payloadBytes();
        event.framesAborted = counters.framesAborted();
        event.backPressured = counters.backPressured();
        event.commit();
    }

    private static void record(final FrameSubscription subscription) {
        if (subscription.isClosed()) {
            return;
        }
        final SubscriptionCounters counters = subscription.counters();
        final SubscriptionEvent event = new SubscriptionEvent();
        event.channel = subscription.channel();
        event.streamId = subscription.streamId();
        event.framesVerified = counters.framesVerified();
        event.payloadBytes = counters.payloadBytes();
        event.framesUnverified = counters.framesUnverified();
        event.rejections = counters.rejections();
        event.commit();
    }

    @Override
    public void close() {
        FlightRecorder.removePeriodicEvent(onPublicationPeriod);
        FlightRecorder.removePeriodicEvent(onSubscriptionPeriod);
    }
}
