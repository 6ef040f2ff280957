package io.venation.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FrameDescriptor;
import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.receipt.Suite;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands on a frame stream is delivered or rejected, once each, and never in the way of what follows. */
final class FrameImageTest implements FrameHandler {
    private static final Suite SUITE = new Suite(R96Rule.MOD96, AddressHash.BLAKE3);
    private static final int WHOLE = 62_400;
    private static final int FRAGMENTING = 1_440;
    /** Eight fragments of 1,440 and the last of 1,216. */
    private static final int FRAGMENTED_LENGTH = 8 * 1_440 + 1_216;

    private final FrameKernels kernels = Kernels.select();
    private final List<String> events = new ArrayList<>();
    private EmbeddedDriver driver;
    private ExclusivePublication publication;
    private FrameImage frames;
    private Image image;

    @BeforeEach
    void launch() throws Exception {
        driver = EmbeddedDriver.launch();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void open(final int mtu) {
        final String channel = "aeron:ipc?term-length=524288|mtu=" + mtu;
        final Subscription subscription = driver.aeron().addSubscription(channel, 1);
        publication = driver.aeron().addExclusivePublication(channel, 1);
        while (subscription.imageCount() == 0) {
            Thread.onSpinWait();
        }
        image = subscription.imageAtIndex(0);
        frames = new FrameImage(image, new FrameVerifier(kernels, SUITE), true);
    }

    private UnsafeBuffer sealed(final long sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SealedFrameLayout.LENGTH, 64));
        buffer.setMemory(SealedFrameLayout.FRAME_OFFSET, 12_288, (byte) (sequence + 1));
        new FrameSealer(kernels, SUITE, true)
                .seal(buffer.addressOffset(), SealedFrameLayout.LENGTH, 1, sequence, new int[] {12_288});
        return buffer;
    }

    private UnsafeBuffer flipped(final long sequence) {
        final UnsafeBuffer buffer = sealed(sequence);
        buffer.putByte(5_000, (byte) ~buffer.getByte(5_000));
        return buffer;
    }

    private void offer(final UnsafeBuffer message) {
        while (publication.offer(message) < 0) {
            Thread.onSpinWait();
        }
    }

    private void claim(final int length, final byte flags) {
        final BufferClaim claim = new BufferClaim();
        while (publication.tryClaim(length, claim) < 0) {
            Thread.onSpinWait();
        }
        claim.flags(flags).commit();
    }

    private static UnsafeBuffer garbage(final int length) {
        return new UnsafeBuffer(new byte[length]);
    }

    @Override
    public void onFrames(final ByteBuffer[] payloads, final int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(12_288, payloads[i].remaining());
            events.add("frame " + (payloads[i].get(payloads[i].position()) - 1));
        }
    }

    @Override
    public void onRejected(final long position, final String reason) {
        events.add(position + " " + reason);
    }

    /** Polls until the stream is used up; the next sequence is the number of frames delivered. */
    private List<String> poll(final int frameLimit) {
        while (image.position() < publication.position()) {
            final long sequence =
                    events.stream().filter(event -> event.startsWith("frame")).count();
            frames.poll(this, frameLimit, sequence);
        }
        return events;
    }

    @Test
    void shouldJudgeTheRestOfARunAfterARejection() {
        open(WHOLE);
        offer(sealed(0));
        offer(flipped(1));
        offer(sealed(2));
        assertEquals(3, frames.poll(this, 3, 0));
        assertEquals(List.of("frame 0", "12480 content address does not match the frame", "frame 2"), events);
    }

    @Test
    void shouldRejectAMessageLongerThanWhatIsPolledFor() {
        open(WHOLE);
        offer(garbage(20_000));
        offer(sealed(0));
        offer(garbage(100));
        offer(sealed(1));
        assertEquals(
                List.of(
                        "0 message of 20000 bytes where a sealed frame has 12448",
                        "frame 0",
                        20_032 + 12_480 + " message of 100 bytes where a sealed frame has 12448",
                        "frame 1"),
                poll(1));
    }

    @Test
    void shouldPassThePaddingAtTheEndOfTerms() {
        open(WHOLE);
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            offer(sealed(i));
            expected.add("frame " + i);
            poll(7);
            assertEquals(expected, events);
        }
    }

    @Test
    void shouldVerifyFragmentedFramesInBatches() {
        open(FRAGMENTING);
        for (int i = 0; i < 10; i++) {
            offer(i == 4 ? flipped(i) : sealed(i));
        }
        frames.poll(this, 3, 0);
        frames.poll(this, 100, 3);
        assertEquals(
                List.of(
                        "frame 0",
                        "frame 1",
                        "frame 2",
                        "frame 3",
                        4 * FRAGMENTED_LENGTH + " content address does not match the frame",
                        "frame 5",
                        "frame 6",
                        "frame 7",
                        "frame 8",
                        "frame 9"),
                events);
    }

    @Test
    void shouldRejectFragmentsThatMakeNoFrame() {
        open(FRAGMENTING);
        claim(100, FrameDescriptor.UNFRAGMENTED);
        claim(100, FrameDescriptor.BEGIN_FRAG_FLAG);
        offer(sealed(0));
        claim(100, FrameDescriptor.END_FRAG_FLAG);
        offer(garbage(13_000));
        offer(garbage(12_000));
        offer(sealed(1));
        final List<String> rejected = new ArrayList<>(poll(1));
        assertEquals(
                List.of("frame 0", "frame 1"),
                rejected.stream().filter(e -> e.startsWith("frame")).toList());
        rejected.removeIf(event -> event.startsWith("frame"));
        assertEquals("0 message of 100 bytes where a sealed frame has 12448", rejected.get(0));
        assertEquals("160 message of 100 bytes where a sealed frame has 12448", rejected.get(1));
        assertEquals(320 + FRAGMENTED_LENGTH + " fragments that make no sealed frame", rejected.get(2));
        assertEquals(
                "message of 12000 bytes where a sealed frame has 12448",
                rejected.getLast().substring(rejected.getLast().indexOf(' ') + 1));
    }
}
