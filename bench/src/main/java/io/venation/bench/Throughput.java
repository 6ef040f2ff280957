package io.venation.bench;

import com.sun.management.ThreadMXBean;
import io.venation.frame.LatticeFrame;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** How fast frames go, and what is allocated for each: several ways in turns, a thread at each end. */
final class Throughput {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long START_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Map<String, Supplier<FrameWay>> ways = new LinkedHashMap<>();

    /** One way in the order of its rounds. */
    record Figure(String variant, double[] gbPerS, double bytesAllocatedPerFrame) {
        double median() {
            final double[] sorted = gbPerS.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }

        double min() {
            return Arrays.stream(gbPerS).min().orElseThrow();
        }

        double max() {
            return Arrays.stream(gbPerS).max().orElseThrow();
        }
    }

    /** Adds a way, which is opened anew in each round. */
    Throughput add(final String variant, final Supplier<FrameWay> way) {
        ways.put(variant, way);
        return this;
    }

    /** Measures every way once a round, after a round to warm up. */
    List<Figure> measure(final int rounds, final long durationNs) throws InterruptedException, ExecutionException {
        final Map<String, double[]> gbPerS = new LinkedHashMap<>();
        final Map<String, Double> allocated = new LinkedHashMap<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int round = -1; round < rounds; round++) {
                for (final Map.Entry<String, Supplier<FrameWay>> way : ways.entrySet()) {
                    try (FrameWay frames = way.getValue().get()) {
                        final Window window = run(pool, frames, durationNs);
                        if (round >= 0) {
                            gbPerS.computeIfAbsent(way.getKey(), name -> new double[rounds])[round] = window.gbPerS();
                            allocated.merge(way.getKey(), window.bytesAllocatedPerFrame(), Math::min);
                        }
                    }
                }
            }
        }
        final List<Figure> figures = new ArrayList<>();
        gbPerS.forEach((variant, values) -> figures.add(new Figure(variant, values, allocated.get(variant))));
        return figures;
    }

    private record Window(long frames, long elapsedNs, long allocatedBytes) {
        double gbPerS() {
            return (double) frames * LatticeFrame.LENGTH / elapsedNs;
        }

        double bytesAllocatedPerFrame() {
            return (double) allocatedBytes / Math.max(1, frames);
        }
    }

    private static Window run(final ExecutorService pool, final FrameWay frames, final long durationNs)
            throws InterruptedException, ExecutionException {
        final long startNs = System.nanoTime() + START_NS;
        final Future<Window> sender = pool.submit(() -> window(frames::send, startNs, durationNs));
        final Future<Window> receiver = pool.submit(() -> window(frames::receive, startNs, durationNs));
        while (!sender.isDone() || !receiver.isDone()) {
            Thread.sleep(1); // neither end goes away under the other
        }
        final Window sent = sender.get();
        final Window received = receiver.get();
        return new Window(received.frames, received.elapsedNs, sent.allocatedBytes + received.allocatedBytes);
    }

    /** Works from now on; what is before the start is not counted. */
    private static Window window(final IntSupplier work, final long startNs, final long durationNs) {
        final IdleStrategy idle =
                new BackoffIdleStrategy(100, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(50));
        while (System.nanoTime() - startNs < 0) {
            idle.idle(work.getAsInt());
        }
        final long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        final long beginNs = System.nanoTime();
        long frames = 0;
        long elapsedNs;
        do {
            final int count = work.getAsInt();
            idle.idle(count);
            frames += count;
            elapsedNs = System.nanoTime() - beginNs;
        } while (elapsedNs < durationNs);
        return new Window(frames, elapsedNs, THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore);
    }
}
