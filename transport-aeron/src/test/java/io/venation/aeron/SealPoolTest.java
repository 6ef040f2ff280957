package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.venation.flow.FrameSealer;
import io.venation.frame.C768Schedule;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.link.Turns;
import io.venation.receipt.Suite;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What workers seal is published as if the publication's thread had sealed it: the same, in the same order. Here kernels
 * wait or throw when they are told to; StreamModelTest has the random interleavings.
 */
final class SealPoolTest {
    private final Recorder recorder = new Recorder();
    private final FrameBatch batch = new FrameBatch();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger sealedCount = new AtomicInteger();
    private TestStream stream;
    private FrameSubscription subscription;
    private FramePublication publication;

    @BeforeEach
    void launch() throws Exception {
        stream = new TestStream(new LatticePlane.Context().requiresContinuity(true));
        subscription = stream.subscribe(TestStream.WHOLE);
    }

    @AfterEach
    void close() {
        gate.countDown();
        CloseHelper.quietClose(publication);
        stream.close();
    }

    /** Opens a publication; the kernels of the n-th batch ask first. */
    private void open(final int workerCount, final IntConsumer before) throws Exception {
        final AtomicInteger sealerCount = new AtomicInteger();
        final Supplier<FrameSealer> sealers = () -> {
            final int index = sealerCount.getAndIncrement();
            return new FrameSealer(asking(() -> before.accept(index)), Suite.DEFAULT, false);
        };
        publication = new FramePublication(
                stream.foreign(TestStream.WHOLE),
                new FrameSealer(Kernels.select(), Suite.DEFAULT, false),
                0,
                0,
                SystemNanoClock.INSTANCE,
                new PublicationCounters(),
                new SealPool(workerCount, sealers));
        Turns.until(publication::isConnected);
    }

    /** Kernels of plain Java, so that the sealer calls them for the hashes. */
    private FrameKernels asking(final Runnable before) {
        final FrameKernels kernels = Kernels.select("scalar");
        return (FrameKernels) Proxy.newProxyInstance(
                FrameKernels.class.getClassLoader(),
                new Class<?>[] {FrameKernels.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("identify")) {
                        return method.invoke(kernels, arguments);
                    }
                    before.run();
                    try {
                        method.invoke(kernels, arguments);
                    } catch (final InvocationTargetException e) {
                        throw e.getCause();
                    }
                    sealedCount.incrementAndGet();
                    return null;
                });
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void claim(final int count, final long firstValue) {
        assertTrue(publication.tryClaim(batch, count) >= 0);
        assertEquals(count, batch.count());
        for (int i = 0; i < count; i++) {
            batch.frame(i).buffer().putLong(0, firstValue + i);
        }
    }

    private void commit(final int count, final long firstValue) {
        claim(count, firstValue);
        assertEquals(publication.position(), batch.commit());
        assertEquals(0, batch.count());
    }

    private void poll() {
        subscription.poll(recorder.each, 100);
    }

    private void expectFrames(final int count) throws Exception {
        Turns.until(() -> {
            poll();
            return recorder.events.size() >= count;
        });
        final List<String> expected =
                IntStream.range(0, count).mapToObj(value -> "frame " + value).toList();
        assertEquals(expected, recorder.take());
        assertEquals(count, subscription.counters().framesVerified());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldPublishInOrderWhicheverBatchIsSealedFirst(final int workerCount) throws Exception {
        open(workerCount, index -> {
            if (index == 0) {
                awaitGate();
            }
        });
        final int batchCount = 4;
        for (int i = 0; i < batchCount; i++) {
            commit(3, 3L * i);
        }
        final int behindOthers = batchCount - (batchCount + workerCount - 1) / workerCount;
        Turns.until(() -> sealedCount.get() == behindOthers);
        assertEquals(batchCount, publication.flush());
        poll();
        assertEquals(List.of(), recorder.take());
        gate.countDown();
        Turns.until(() -> publication.flush() == 0);
        expectFrames(3 * batchCount);
        assertEquals(3 * batchCount, publication.counters().framesSealed());
    }

    @Test
    void shouldPushBackWhileAllBatchesAreUnderWay() throws Exception {
        open(1, index -> awaitGate());
        final FrameClaim claim = new FrameClaim();
        int count = 0;
        while (publication.tryClaim(claim) >= 0) {
            claim.frame().buffer().putLong(0, count++);
            claim.commit();
        }
        assertEquals(4, count);
        assertEquals(Publication.BACK_PRESSURED, publication.tryClaim(claim));
        assertEquals(2, publication.counters().backPressured());
        gate.countDown();
        Turns.until(() -> publication.tryClaim(claim) >= 0);
        claim.abort();
        Turns.until(() -> publication.flush() == 0);
        expectFrames(count);
    }

    @Test
    void shouldSealHereBehindTheWorkersWhereReceiptsAreWanted() throws Exception {
        open(2, index -> {});
        commit(2, 0);
        claim(2, 2);
        batch.seal();
        assertEquals(0, publication.flush());
        batch.commit();
        commit(2, 4);
        Turns.until(() -> publication.flush() == 0);
        expectFrames(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldPublishWhatWasCommittedWhenItCloses(final int workerCount) throws Exception {
        open(workerCount, index -> awaitGate());
        for (int i = 0; i < 3; i++) {
            commit(2, 2L * i);
        }
        claim(3, 6);
        gate.countDown();
        publication.close();
        assertEquals(3, sealedCount.get());
        assertEquals(0, batch.count());
        assertEquals(3, publication.counters().framesAborted());
        expectFrames(6);
        Turns.until(() -> {
            poll();
            return !subscription.isConnected();
        });
        assertEquals(List.of(), recorder.take());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldAbortABatchThatCouldNotBeSealedAndThoseBehindIt(final int workerCount) throws Exception {
        open(workerCount, index -> {
            awaitGate();
            if (index == 1) {
                throw new IllegalStateException("planted");
            }
        });
        for (int i = 0; i < 3; i++) {
            commit(2, 2L * i);
        }
        claim(3, 2);
        gate.countDown();
        final List<String> thrown = new ArrayList<>();
        Turns.until(() -> {
            try {
                return publication.flush() == 0;
            } catch (final IllegalStateException e) {
                thrown.add(e.getMessage());
                return false;
            }
        });
        assertEquals(List.of("planted"), thrown);
        assertEquals(2, publication.nextSequence());
        assertEquals(4, publication.counters().framesAborted());
        assertEquals(3, batch.count());
        batch.commit();
        Turns.until(() -> publication.flush() == 0);
        expectFrames(5);
    }

    @Test
    void shouldCloseAllTheSameWhenABatchCouldNotBeSealed() throws Exception {
        open(1, index -> {
            awaitGate();
            throw new OutOfMemoryError("planted");
        });
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[8]);
        assertTrue(publication.offer(bytes, 0, 8) > 0);
        gate.countDown();
        assertEquals(
                "planted",
                assertThrows(OutOfMemoryError.class, publication::close).getMessage());
        assertTrue(publication.isClosed());
        assertEquals(1, publication.counters().framesAborted());
        publication.close();
    }

    @Test
    void shouldTellTheErrorHandlerWhatAWorkerThrewWhenThePlaneCloses() throws Exception {
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        try (TestStream other = new TestStream(new LatticePlane.Context()
                .sealWorkers(2)
                .firstSequence(C768Schedule.MAX_COUNTER)
                .errorHandler(errors::add))) {
            final FrameSubscription reader = other.subscribe(TestStream.WHOLE);
            publication = other.publish(TestStream.WHOLE);
            commit(2, 0); // the second frame has no sequence any more
            reader.close();
        }
        assertTrue(publication.isClosed());
        assertEquals(2, publication.counters().framesAborted());
        assertEquals(1, errors.size(), errors::toString);
        assertTrue(errors.getFirst().getMessage().startsWith("firstSequence="), errors::toString);
    }
}
