package io.venation.hashing;

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

    private final int[] counts0 = new int[BYTE_VALUES];
    private final int[] counts1 = new int[BYTE_VALUES];
    private final int[] counts2 = new int[BYTE_VALUES];
    private final int[] counts3 = new int[BYTE_VALUES];
    private final int[] counts4 = new int[BYTE_VALUES];
    private final int[] counts5 = new int[BYTE_VALUES];
    private final int[] counts6 = new int[BYTE_VALUES];
    private final int[] counts7 = new int[BYTE_VALUES];
    private final int[] classCounts = new int[FrameKernels.CLASS_COUNT];

    /**
     * The histogram of one frame.
     *
     * @param rule      the class map.
     * @param source    address of the frame.
     * @param histogram address for 96 u32.
     */
    void histogram(final R96Rule rule, final long source, final long histogram) {
        final int[] c0 = counts0;
        final int[] c1 = counts1;
        final int[] c2 = counts2;
        final int[] c3 = counts3;
        final int[] c4 = counts4;
        final int[] c5 = counts5;
        final int[] c6 = counts6;
        final int[] c7 = counts7;
        for (int offset = 0; offset < FrameKernels.FRAME_LENGTH; offset += Long.BYTES) {
            final long word = Memory.getLong(source + offset);
            c0[(int) word & 0xFF]++;
            c1[(int) (word >>> 8) & 0xFF]++;
            c2[(int) (word >>> 16) & 0xFF]++;
            c3[(int) (word >>> 24) & 0xFF]++;
            c4[(int) (word >>> 32) & 0xFF]++;
            c5[(int) (word >>> 40) & 0xFF]++;
            c6[(int) (word >>> 48) & 0xFF]++;
            c7[(int) (word >>> 56)]++;
        }
        final int[] classOf = CLASS_OF[rule.id()];
        final int[] sums = classCounts;
        for (int value = 0; value < BYTE_VALUES; value++) {
            sums[classOf[value]] +=
                    c0[value] + c1[value] + c2[value] + c3[value] + c4[value] + c5[value] + c6[value] + c7[value];
            c0[value] = 0;
            c1[value] = 0;
            c2[value] = 0;
            c3[value] = 0;
            c4[value] = 0;
            c5[value] = 0;
            c6[value] = 0;
            c7[value] = 0;
        }
        for (int i = 0; i < FrameKernels.CLASS_COUNT; i++) {
            Memory.putInt(histogram + (long) i * Integer.BYTES, sums[i]);
            sums[i] = 0;
        }
    }
}
