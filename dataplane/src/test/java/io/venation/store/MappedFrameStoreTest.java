package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.Allocation;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.LatticeFrame;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Receipt;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFrameStoreTest extends FrameStoreContract {
    private static final int STRIDE = SealedFrameLayout.STRIDE;

    @TempDir
    Path folder;

    @Override
    FrameStore open(final FrameKernels kernels, final AddressHash addressHash) throws IOException {
        final StoreOptions options = StoreOptions.DEFAULT
                .withSuite(new Suite(R96Rule.MOD96, addressHash))
                .withSegmentSlots(1_024);
        return MappedFrameStore.open(folder.resolve(addressHash.name()), kernels, options, StoreListener.NONE);
    }

    private MappedFrameStore mapped() {
        return (MappedFrameStore) store;
    }

    @Test
    void shouldKeepVerifiedFramesWithTheirReceiptsAsTheyCame() {
        final int count = 5;
        final long sealed = arena.allocate((long) count * STRIDE, 64).address();
        final int[] lengths = {12_288, 1, 5_000, 12_288, 7};
        for (int i = 0; i < count; i++) {
            OffHeap.putU64(sealed + (long) i * STRIDE + SealedFrameLayout.FRAME_OFFSET, i % 4 + 1);
        }
        new FrameSealer(kernels, Suite.DEFAULT, false).seal(sealed, STRIDE, count, 1_000, lengths);
        OffHeap.putU8(sealed + STRIDE + SealedFrameLayout.FRAME_OFFSET + 9_000, 1);
        final FrameVerifier verifier = new FrameVerifier(kernels, Suite.DEFAULT);
        final long good = verifier.verify(sealed, STRIDE, count, 1_000, false);
        assertEquals(0b11101, good);
        assertEquals(
                0b01101, mapped().putVerified(sealed, STRIDE, count, good, verifier), "the last is the first again");
        assertEquals(0, mapped().putVerified(sealed, STRIDE, count, good, verifier));
        final Receipt kept = receipt(verifier.addresses() + 2 * 32);
        assertEquals(receiptAt(verifier.receipts() + 2 * 128), kept);
        assertEquals(5_000, kept.payloadLength());
        assertEquals(1_002, kept.sequence());
        assertEquals(12_288 + 5_000 + 12_288, mapped().statistics().payloadBytes());
        assertEquals(8 * 12_288, mapped().statistics().bytesPut());
    }

    @Test
    void shouldSealAReceiptForAFrameThatHasNone() {
        put(1);
        final long sealed = arena.allocate(STRIDE, 64).address();
        new FrameSealer(kernels, Suite.DEFAULT, false).seal(sealed, STRIDE, 1, 0, new int[] {LatticeFrame.LENGTH});
        assertEquals(receiptAt(sealed + SealedFrameLayout.RECEIPT_OFFSET), receipt(keys));
    }

    private Receipt receipt(final long key) {
        return receiptAt(mapped().receipt(key));
    }

    private static Receipt receiptAt(final long address) {
        return Receipt.read(new ReceiptFlyweight().wrap(address));
    }

    @Test
    void shouldKeepWhatRootsReachThroughOtherFrames() {
        final FrameReferences references = (frame, payloadLength, visitor) -> {
            if (OffHeap.getU64(frame + 8) == 1) {
                visitor.accept(frame + 16);
            }
        };
        OffHeap.putU64(frames, 77);
        put(1); // a leaf
        OffHeap.putU64(frames, 78);
        OffHeap.putU64(frames + 8, 1);
        Keys.copy(keys, frames + 16);
        put(1); // refers to the leaf
        Keys.copy(keys, frames + 16);
        put(1); // refers to the one before
        assertTrue(mapped().pin(keys));
        OffHeap.putU64(frames + 16, 1);
        put(1); // refers to what is not there, and nothing refers to it
        assertEquals(new SweepResult(3, 1, 0), mapped().sweep(references));
        assertFalse(store.contains(keys));
        put(1);
        assertTrue(mapped().pin(keys));
        assertEquals(new SweepResult(4, 0, 1), mapped().sweep(references));
    }

    @Test
    void shouldSpendAtMost64BytesAFrameOnTheIndexAndItsKeysHoweverItGrows() throws IOException {
        final int count = FrameStore.MAX_COUNT;
        final long zeroes =
                arena.allocate((long) count * LatticeFrame.LENGTH, 64).address();
        final long receipts =
                arena.allocate((long) count * ReceiptLayout.LENGTH, 64).address();
        final long addresses = arena.allocate((long) count * Keys.LENGTH, 64).address();
        final StoreOptions options =
                StoreOptions.DEFAULT.withSegmentSlots(1_024).withSparse(true);
        try (MappedFrameStore sparse =
                MappedFrameStore.open(folder.resolve("sparse"), kernels, options, StoreListener.NONE)) {
            for (long kept = count; kept <= 8_192; kept += count) {
                for (int i = 0; i < count; i++) {
                    OffHeap.putU64(addresses + (long) i * Keys.LENGTH, kept + i);
                }
                assertEquals(-1, sparse.putVerified(zeroes, LatticeFrame.LENGTH, count, -1, addresses, receipts));
                if (kept >= 768) { // fewer take the least table that there is
                    final double bytes = (double) sparse.statistics().indexBytes() / kept + Keys.LENGTH;
                    assertTrue(bytes <= 64, bytes + " bytes at " + kept + " frames");
                }
            }
        }
    }

    @Test
    void shouldTellWhenAPositionIsDurable() throws InterruptedException {
        put(1);
        final long position = mapped().position();
        assertFalse(mapped().awaitDurable(position, 1));
        final GroupCommit commit = new GroupCommit(mapped(), SystemNanoClock.INSTANCE, 0);
        final Thread committer = Thread.ofPlatform().start(commit::doWork);
        assertTrue(mapped().awaitDurable(position, 60_000_000_000L));
        committer.join();
        assertEquals(position, mapped().durablePosition());
    }

    @Test
    void shouldGoOnWhereAThreadIsInterruptedWhileItForces() {
        put(1);
        Thread.currentThread().interrupt();
        mapped().force();
        OffHeap.putU64(frames, 5);
        put(1);
        assertTrue(Thread.interrupted());
        mapped().force();
        assertNotEquals(FrameSource.NOT_FOUND, store.get(keys));
    }

    @Test
    void shouldAllocateNothingOnceWarm() {
        final AtomicLong value = new AtomicLong();
        Allocation.assertNone(() -> {
            OffHeap.putU64(frames, value.incrementAndGet() % 30_000);
            OffHeap.putU64(frames + LatticeFrame.LENGTH, value.incrementAndGet() % 30_000);
            put(2);
            assertNotEquals(FrameSource.NOT_FOUND, store.get(keys));
            assertTrue(mapped().copy(keys + 32, frames));
        });
    }

    private long put(final int count) {
        return store.put(frames, LatticeFrame.LENGTH, count, keys);
    }
}
