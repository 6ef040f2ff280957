package io.venation.hashing;

import java.util.Arrays;

/**
 * R96 histograms in plain Java: bytes are counted in eight tables, one per byte of a word, so that runs of equal bytes
 * do not wait for one another; the class map is applied to the 256 sums. One thread; allocates nothing after
 * construction.
 */
final class R96ScalarKernel {
    private static final int BYTE_VALUES = 256;
    private static final int[][] CLASS_OF = new int[R96Rule.values().length][BYTE_VALUES];

    static {
        for (final R96Rule rule : R96Rule.values()) {
            for (int value = 0; value < BYTE_VALUES; value++) {
                CLASS_OF[rule.id()][value] = rule.classOf(value);
            }
        }
    }

    private final int[] counts = new int[Long.BYTES * BYTE_VALUES];
    private final int[] classCounts = new int[FrameKernels.CLASS_COUNT];

    /**
     * The histogram of one frame.
     *
     * @param rule      the class map.
     * @param source    address of the frame.
     * @param histogram address for 96 u32.
     */
    void histogram(final R96Rule rule, final long source, final long histogram) {
        final int[] counts = this.counts;
        for (int offset = 0; offset < FrameKernels.FRAME_LENGTH; offset += Long.BYTES) {
            final long word = Memory.getLong(source + offset);
            counts[(int) word & 0xFF]++;
            counts[1 * BYTE_VALUES + ((int) (word >>> 8) & 0xFF)]++;
            counts[2 * BYTE_VALUES + ((int) (word >>> 16) & 0xFF)]++;
            counts[3 * BYTE_VALUES + ((int) (word >>> 24) & 0xFF)]++;
            counts[4 * BYTE_VALUES + ((int) (word >>> 32) & 0xFF)]++;
            counts[5 * BYTE_VALUES + ((int) (word >>> 40) & 0xFF)]++;
            counts[6 * BYTE_VALUES + ((int) (word >>> 48) & 0xFF)]++;
            counts[7 * BYTE_VALUES + (int) (word >>> 56)]++;
        }
        final int[] classOf = CLASS_OF[rule.id()];
        final int[] sums = classCounts;
        for (int value = 0; value < BYTE_VALUES; value++) {
            int sum = 0;
            for (int table = 0; table < counts.length; table += BYTE_VALUES) {
                sum += counts[table + value];
            }
            sums[classOf[value]] += sum;
        }
        Arrays.fill(counts, 0);
        for (int i = 0; i < FrameKernels.CLASS_COUNT; i++) {
            Memory.putInt(histogram + (long) i * Integer.BYTES, sums[i]);
            sums[i] = 0;
        }
    }
}
