package io.venation.link;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.venation.hashing.FrameKernels;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Serves a store to peers, read-only: one {@link ServedPeer} for each peer's stream of questions, kept apart by Aeron's
 * images. Each gets a turn after the other, of at most 16 frames, and none is waited for. One thread drives
 * {@link #doWork()}.
 */
public final class ServeAgent implements Agent, AutoCloseable {
    private final Aeron aeron;
    private final ServeOptions options;
    private final FrameKernels kernels;
    private final NanoClock clock;
    private final Subscription questions;
    private final Long2ObjectHashMap<ServedPeer> peers = new Long2ObjectHashMap<>();
    private final List<ServedPeer> gone = new ArrayList<>();
    private final StoreLists lists;
    private int servedCount;

    /**
     * Opens the subscription.
     *
     * @param aeron    connected client.
     * @param endpoint where to listen.
     * @param options  what is served.
     * @param kernels  of the thread that drives this agent.
     * @param clock    nanoseconds.
     */
    public ServeAgent(
            final Aeron aeron,
            final LinkEndpoint endpoint,
            final ServeOptions options,
            final FrameKernels kernels,
            final NanoClock clock) {
        this.aeron = aeron;
        this.options = options;
        this.kernels = kernels;
        this.clock = clock;
        lists = new StoreLists(options.directory());
        questions = aeron.addSubscription(endpoint.controlChannel(), LinkProtocol.PEER_STREAM_ID);
    }

    @Override
    public String roleName() {
        return "venation-serve";
    }

    /**
     * One turn over all peers.
     *
     * @return work done.
     */
    @Override
    public int doWork() {
        int work = 0;
        for (int i = 0, count = questions.imageCount(); i < count; i++) {
            final Image image = questions.imageAtIndex(i);
            if (!peers.containsKey(image.correlationId())) {
                peers.put(image.correlationId(), new ServedPeer(aeron, image, options, kernels, clock, this));
                work++;
            }
        }
        for (final ServedPeer peer : peers.values()) {
            work += peer.doWork();
            if (peer.isOver()) {
                gone.add(peer);
            }
        }
        if (!gone.isEmpty()) {
            gone.forEach(peer -> peers.remove(peer.imageId()));
            gone.clear();
        }
        return work;
    }

    StoreLists lists() {
        return lists;
    }

    /** A peer wants to be served. */
    void enter() {
        if (servedCount == options.peerLimit()) {
            throw new LinkException("serves " + servedCount + " peers already, as many as it may: try again later");
        }
        servedCount++;
    }

    /** One that has entered is served no more. */
    void leave() {
        servedCount--;
    }

    @Override
    public void onClose() {
        close();
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        peers.values().forEach(ServedPeer::close);
        peers.clear();
        CloseHelper.quietCloseAll(questions, lists);
    }
}
