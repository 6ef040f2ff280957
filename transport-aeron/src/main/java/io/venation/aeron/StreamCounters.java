package io.venation.aeron;

import io.aeron.Aeron;
import io.aeron.Counter;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.CloseHelper;

/**
 * The counters of one stream: in this process's memory, and copied to Aeron's counters file, where AeronStat and every
 * other process see them. One writer, the stream's thread; any reader, also after the end.
 */
final class StreamCounters implements AutoCloseable {
    private final AtomicLongArray values;
    /** None where only this process sees the counters. */
    private final Counter[] published;

    /** Counters that only this process sees. */
    StreamCounters(final int count) {
        values = new AtomicLongArray(count);
        published = new Counter[0];
    }

    /**
     * Counters in Aeron's file; the driver takes all of them at once and then answers.
     *
     * @param typeId of the first, the others follow.
     * @param names  one a counter.
     * @param stream what they count, the second half of the label.
     */
    StreamCounters(final Aeron aeron, final int typeId, final String[] names, final String stream) {
        values = new AtomicLongArray(names.length);
        published = new Counter[names.length];
        final long[] registrationIds = new long[names.length];
        for (int i = 0; i < names.length; i++) {
            registrationIds[i] = aeron.asyncAddCounter(typeId + i, names[i] + ": " + stream);
        }
        try {
            for (int i = 0; i < names.length; i++) {
                while ((published[i] = aeron.getCounter(registrationIds[i])) == null) {
                    aeron.context().awaitingIdleStrategy().idle();
                }
            }
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    void add(final int index, final long value) {
        final long sum = values.getPlain(index) + value;
        values.setRelease(index, sum);
        if (published.length > 0 && !published[index].isClosed()) {
            published[index].setRelease(sum);
        }
    }

    long get(final int index) {
        return values.getAcquire(index);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(published);
    }

    /** Which bucket of a batch size histogram counts a batch: 1, 2–3, 4–7, 8–15, 16–31, 32–64. */
    static int bucket(final int frameCount) {
        return Math.min(31 - Integer.numberOfLeadingZeros(frameCount), 5);
    }
}
