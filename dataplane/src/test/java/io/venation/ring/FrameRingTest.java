package io.venation.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.flow.FlowResult;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRingTest {
    private static final int STRIDE = SealedFrameLayout.STRIDE;

    private final FrameRing ring = new FrameRing(FrameRing.MIN_CAPACITY);
    private final FrameClaim claim = new FrameClaim(16);
    private final List<Long> polled = new ArrayList<>();
    private final FrameRunHandler handler = (address, stride, count) -> {
        assertEquals(STRIDE, stride);
        for (int i = 0; i < count; i++) {
            polled.add(OffHeap.getU64(address + i * stride));
        }
    };

    @Test
    void shouldAlignFramesAsATermDoes() {
        assertEquals(4, ring.tryClaim(claim, 4));
        assertEquals(4, claim.runLength(0));
        for (int i = 0; i < 4; i++) {
            assertEquals(0, (claim.address(i) + SealedFrameLayout.FRAME_OFFSET) % 64);
            assertEquals(claim.address(0) + (long) i * STRIDE, claim.address(i));
        }
    }

    @Test
    void shouldHandOverACommittedBatchAsOneRun() {
        claimAndNumber(8, 100);
        assertEquals(0, ring.poll(handler, 64));
        claim.commit();
        assertEquals(0, claim.count());
        final List<Integer> runs = new ArrayList<>();
        assertEquals(8, ring.poll((address, stride, count) -> runs.add(count), 64));
        assertEquals(List.of(8), runs);
        assertEquals(0, ring.poll(handler, 64));
    }

    @Test
    void shouldSplitRunsAtAbortedFramesAndAtTheLimit() {
        claimAndNumber(9, 0);
        claim.abort(3);
        claim.abort(3);
        claim.abort(8);
        assertEquals(3, claim.runLength(0));
        assertEquals(0, claim.runLength(3));
        assertEquals(4, claim.runLength(4));
        assertEquals(
                "index=3 is aborted",
                assertThrows(IllegalStateException.class, () -> claim.address(3))
                        .getMessage());
        claim.commit();
        final List<Integer> runs = new ArrayList<>();
        assertEquals(5, ring.poll((address, stride, count) -> runs.add(count), 5));
        assertEquals(List.of(3, 2), runs);
        assertEquals(2, ring.poll(handler, 5));
        assertEquals(List.of(6L, 7L), polled);
    }

    @Test
    void shouldClaimWhatThereIsRoomForAndThenPushBack() {
        assertEquals(10, ring.tryClaim(claim, 16));
        claim.commit();
        assertEquals(FlowResult.BACK_PRESSURED, ring.tryClaim(claim, 16));
        assertEquals(1, ring.poll(handler, 1));
        assertEquals(FlowResult.BACK_PRESSURED, ring.tryClaim(claim, 1));
        assertEquals(1, ring.poll(handler, 1));
        assertEquals(1, ring.tryClaim(claim, 16));
    }

    @Test
    void shouldAbortAllAndGoOn() {
        claimAndNumber(5, 0);
        claim.abort();
        assertEquals(0, claim.count());
        claim.abort();
        claim.commit();
        claimAndNumber(2, 5);
        claim.commit();
        assertEquals(2, ring.poll(handler, 64));
        assertEquals(List.of(5L, 6L), polled);
    }

    @Test
    void shouldReleaseTheRunWhoseHandlerThrowsAndKeepTheRest() {
        claimAndNumber(6, 0);
        claim.abort(2);
        claim.commit();
        final RuntimeException thrown = assertThrows(
                IllegalStateException.class,
                () -> ring.poll(
                        (address, stride, count) -> {
                            throw new IllegalStateException("count=" + count);
                        },
                        64));
        assertEquals("count=2", thrown.getMessage());
        assertEquals(3, ring.poll(handler, 64));
        assertEquals(List.of(3L, 4L, 5L), polled);
    }

    @Test
    void shouldEndAfterDrainingOnceClosed() {
        claimAndNumber(3, 0);
        claim.commit();
        claimAndNumber(2, 3);
        ring.close();
        ring.close();
        assertEquals(0, claim.count());
        assertEquals(FlowResult.CLOSED, ring.tryClaim(claim, 1));
        assertEquals(3, ring.poll(handler, 64));
        assertEquals(FlowResult.CLOSED, ring.poll(handler, 64));
        assertEquals(List.of(0L, 1L, 2L), polled);
    }

    @Test
    void shouldNameMisuse() {
        for (final int capacity : new int[] {0, -1, 65_536, 131_073, 200_000}) {
            assertEquals(
                    "capacity=" + capacity + " not a power of two ≥ 131072",
                    assertThrows(IllegalArgumentException.class, () -> new FrameRing(capacity))
                            .getMessage());
        }
        assertEquals(
                "maxCount=0 not ≥ 1",
                assertThrows(IllegalArgumentException.class, () -> new FrameClaim(0))
                        .getMessage());
        assertEquals(
                "count=17 not in 1..16",
                assertThrows(IllegalArgumentException.class, () -> ring.tryClaim(claim, 17))
                        .getMessage());
        assertEquals(
                "limit=0 not ≥ 1",
                assertThrows(IllegalArgumentException.class, () -> ring.poll(handler, 0))
                        .getMessage());
        claimAndNumber(2, 0);
        assertEquals(
                "the last claim is open: count=2",
                assertThrows(IllegalStateException.class, () -> ring.tryClaim(new FrameClaim(1), 1))
                        .getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> claim.address(2));
        assertThrows(IndexOutOfBoundsException.class, () -> claim.abort(2));
        assertThrows(IndexOutOfBoundsException.class, () -> claim.runLength(-1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBehaveAsAQueueDoes(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final FrameRing ring = new FrameRing(FrameRing.MIN_CAPACITY << random.nextInt(3));
        final Deque<Long> committed = new ArrayDeque<>();
        final Deque<Long> expected = new ArrayDeque<>();
        long number = 0;
        for (int step = 0; step < 20_000; step++) {
            final String message = "seed=" + seed + " step=" + step;
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    if (claim.count() == 0) {
                        final int wanted = 1 + random.nextInt(16);
                        final long count = ring.tryClaim(claim, wanted);
                        assertTrue(count == FlowResult.BACK_PRESSURED || count == claim.count(), message);
                        assertTrue(count <= wanted, message);
                        for (int i = 0; i < claim.count(); i++) {
                            OffHeap.putU64(claim.address(i), number + i);
                            OffHeap.putU64(claim.address(i) + SealedFrameLayout.LENGTH - 8, number + i);
                            expected.add(number + i);
                        }
                        number += claim.count();
                    }
                }
                case 2 -> {
                    if (claim.count() > 0) {
                        final int index = random.nextInt(claim.count());
                        claim.abort(index);
                        expected.remove(number - claim.count() + index);
                    }
                }
                case 3 -> {
                    claim.commit();
                    committed.addAll(expected);
                    expected.clear();
                }
                case 4 -> {
                    if (random.nextInt(4) == 0) {
                        claim.abort();
                        expected.clear();
                    }
                }
                default -> {
                    final int limit = 1 + random.nextInt(20);
                    final int available = committed.size();
                    final long count = ring.poll(
                            (address, stride, runCount) -> {
                                assertTrue(runCount >= 1 && runCount <= limit, message);
                                for (int i = 0; i < runCount; i++) {
                                    final long frame = address + i * stride;
                                    assertEquals(32, frame % 64, message);
                                    assertEquals(committed.peek(), OffHeap.getU64(frame), message);
                                    assertEquals(
                                            committed.poll(),
                                            OffHeap.getU64(frame + SealedFrameLayout.LENGTH - 8),
                                            message);
                                }
                            },
                            limit);
                    assertEquals(Math.min(limit, available), count, message);
                }
            }
        }
        ring.close();
        long drained;
        do {
            drained = ring.poll(
                    (address, stride, count) -> {
                        for (int i = 0; i < count; i++) {
                            assertEquals(committed.poll(), OffHeap.getU64(address + i * stride), "seed=" + seed);
                        }
                    },
                    7);
        } while (drained > 0);
        assertEquals(FlowResult.CLOSED, drained);
        assertTrue(committed.isEmpty(), "seed=" + seed);
        assertTrue(number > 1_000, "seed=" + seed);
    }

    /** Two threads: one fills and seals in the ring, the other verifies in the ring. */
    @Test
    void shouldCarrySealedFramesBetweenThreads() throws Exception {
        final int frameCount = 5_000;
        final FutureTask<Void> producer = new FutureTask<>(() -> sealFrames(frameCount), null);
        final Thread thread = new Thread(producer, "producer");
        thread.start();
        final FrameVerifier verifier = new FrameVerifier(Kernels.select("auto"), Suite.DEFAULT);
        final long[] received = {0};
        final FrameRunHandler verifying = (address, stride, count) -> {
            final long good = verifier.verify(address, stride, count, received[0], true);
            assertEquals(-1L >>> 64 - count, good, "from=" + received[0]);
            for (int i = 0; i < count; i++) {
                final long frame = address + i * stride + SealedFrameLayout.FRAME_OFFSET;
                assertEquals(received[0] + i, OffHeap.getU64(frame));
            }
            received[0] += count;
        };
        while (ring.poll(verifying, FrameVerifier.MAX_COUNT) != FlowResult.CLOSED) {
            Thread.yield();
        }
        producer.get();
        assertEquals(frameCount, received[0]);
    }

    private void sealFrames(final int frameCount) {
        final FrameSealer sealer = new FrameSealer(Kernels.select("auto"), Suite.DEFAULT, true);
        final int[] payloadLengths = new int[16];
        Arrays.fill(payloadLengths, LatticeFrame.LENGTH);
        int sequence = 0;
        while (sequence < frameCount) {
            final long count = ring.tryClaim(claim, Math.min(16, frameCount - sequence));
            if (count < 0) {
                Thread.yield();
                continue;
            }
            for (int i = 0; i < count; i += claim.runLength(i)) {
                final int run = claim.runLength(i);
                for (int k = i; k < i + run; k++) {
                    OffHeap.putU64(claim.address(k) + SealedFrameLayout.FRAME_OFFSET, sequence + k);
                }
                sealer.seal(claim.address(i), STRIDE, run, sequence + i, payloadLengths);
            }
            claim.commit();
            sequence += (int) count;
        }
        ring.close();
    }

    private void claimAndNumber(final int count, final long firstNumber) {
        assertEquals(count, ring.tryClaim(claim, count));
        for (int i = 0; i < count; i++) {
            OffHeap.putU64(claim.address(i), firstNumber + i);
        }
    }
}
