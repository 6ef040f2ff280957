package io.venation.bench;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * R96 by one table of 256 counts, folded to classes at the end. Equal neighbours wait for one another here, so its time
 * depends on the data; the portable and scalar kernels have eight tables. One thread; allocates nothing after
 * construction.
 */
final class TableHistogram {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BYTE_VALUES = 256;

    private final int[] counts = new int[BYTE_VALUES];
    private final int[] classOf = new int[BYTE_VALUES];
    private final int[] sums = new int[FrameKernels.CLASS_COUNT];

    TableHistogram(final R96Rule rule) {
        Arrays.setAll(classOf, rule::classOf);
    }

    void histogram(final byte[] frame, final byte[] histogram) {
        final int[] counts = this.counts;
        for (int offset = 0; offset < FrameKernels.FRAME_LENGTH; offset += Long.BYTES) {
            final long word = (long) LONG.get(frame, offset);
            counts[(int) word & 0xFF]++;
            counts[(int) (word >>> 8) & 0xFF]++;
            counts[(int) (word >>> 16) & 0xFF]++;
            counts[(int) (word >>> 24) & 0xFF]++;
            counts[(int) (word >>> 32) & 0xFF]++;
            counts[(int) (word >>> 40) & 0xFF]++;
            counts[(int) (word >>> 48) & 0xFF]++;
            counts[(int) (word >>> 56)]++;
        }
        for (int value = 0; value < BYTE_VALUES; value++) {
            sums[classOf[value]] += counts[value];
        }
        Arrays.fill(counts, 0);
        for (int i = 0; i < FrameKernels.CLASS_COUNT; i++) {
            INT.set(histogram, i * Integer.BYTES, sums[i]);
            sums[i] = 0;
        }
    }
}
