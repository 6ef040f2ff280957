package io.venation.bench;

import io.venation.cli.CommandFailure;
import io.venation.frame.LatticeFrame;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames of random bytes that senders copy from and receivers look at: what every way has in common. */
final class FrameSource {
    /** 192 KiB: the source stays in a core's second-level cache. */
    private static final int FRAMES = 16;

    private static final int CACHE_LINE_LENGTH = 64;

    private final UnsafeBuffer frames =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(FRAMES * LatticeFrame.LENGTH, CACHE_LINE_LENGTH));
    private final long[] sums = new long[FRAMES];
    private int next;
    /** Written so that the reads are not left out. */
    private long sum;

    FrameSource() {
        final SplittableRandom random = new SplittableRandom(12_288);
        for (int i = 0; i < frames.capacity(); i += Long.BYTES) {
            frames.putLong(i, random.nextLong());
        }
        for (int i = 0; i < FRAMES; i++) {
            sums[i] = sum(frames, i * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        }
    }

    /** Copies the next frame. */
    void fill(final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, frames, next * LatticeFrame.LENGTH, LatticeFrame.LENGTH);
        next = (next + 1) % FRAMES;
    }

    /** Reads a word of every cache line. */
    void read(final DirectBuffer buffer, final int offset, final int length) {
        sum += sum(buffer, offset, length);
    }

    /** Reads a word of every cache line of a frame, which must be the next one that a source has filled. */
    void readNext(final DirectBuffer buffer, final int offset) {
        if (sum(buffer, offset, LatticeFrame.LENGTH) != sums[next]) {
            throw new CommandFailure("a frame is not the one that was sent");
        }
        next = (next + 1) % FRAMES;
    }

    private static long sum(final DirectBuffer buffer, final int offset, final int length) {
        long sum = 0;
        for (int i = 0; i < length; i += CACHE_LINE_LENGTH) {
            sum += buffer.getLong(offset + i);
        }
        return sum;
    }
}
