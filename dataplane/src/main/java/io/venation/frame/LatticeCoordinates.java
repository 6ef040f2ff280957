package io.venation.frame;

import static io.venation.frame.LatticeFrame.LENGTH;
import static io.venation.frame.LatticeFrame.PAGE_COUNT;
import static io.venation.frame.LatticeFrame.PAGE_LENGTH;

/**
 * Sites of the torus Z/48 × Z/256 by linear index, and the site a content address falls on (lattice model §1, §3, §4).
 *
 * <p>Any thread; allocates nothing.
 */
public final class LatticeCoordinates {
    /** The largest distance between two sites: 256·24 + 128. */
    public static final int MAX_DISTANCE = 6_272;

    private static final int ADDRESS_LENGTH = 32;

    static {
        Relation.holds(
                MAX_DISTANCE == PAGE_LENGTH * (PAGE_COUNT / 2) + PAGE_LENGTH / 2,
                "MAX_DISTANCE == 256·ring48 maximum + ring256 maximum");
    }

    private LatticeCoordinates() {}

    /**
     * The linear index of a site.
     *
     * @param page       row, 0..47.
     * @param byteInPage column, 0..255.
     * @return 0..12,287.
     */
    public static int index(final int page, final int byteInPage) {
        return page * PAGE_LENGTH + byteInPage;
    }

    /**
     * The row of a site.
     *
     * @param index 0..12,287.
     * @return 0..47.
     */
    public static int page(final int index) {
        return index / PAGE_LENGTH;
    }

    /**
     * The column of a site.
     *
     * @param index 0..12,287.
     * @return 0..255.
     */
    public static int byteInPage(final int index) {
        return index % PAGE_LENGTH;
    }

    /**
     * Distance on the torus: {@code 256·ring48(Δpage) + ring256(Δbyte)}. A metric; it orders by page distance first.
     *
     * @param index      0..12,287.
     * @param otherIndex 0..12,287.
     * @return 0..{@link #MAX_DISTANCE}.
     */
    public static int distance(final int index, final int otherIndex) {
        return PAGE_LENGTH * ring(page(index) - page(otherIndex), PAGE_COUNT)
                + ring(byteInPage(index) - byteInPage(otherIndex), PAGE_LENGTH);
    }

    /**
     * The σ permutation applied a number of times: (page + n mod 48, byte + n mod 256), of order 768.
     *
     * @param index 0..12,287.
     * @param times ≥ 0.
     * @return 0..12,287.
     */
    public static int sigma(final int index, final long times) {
        return index((int) ((page(index) + times % PAGE_COUNT) % PAGE_COUNT), (int)
                ((byteInPage(index) + times % PAGE_LENGTH) % PAGE_LENGTH));
    }

    /**
     * The placement slot of a content address: the 32 bytes as a big-endian integer mod 12,288. A bucket, never an
     * identity.
     *
     * @param contentAddress absolute address of the 32 bytes.
     * @return linear index, 0..12,287.
     */
    public static int placementSlot(final long contentAddress) {
        int byteSum = 0;
        for (int i = 0; i < ADDRESS_LENGTH; i++) {
            byteSum += OffHeap.getU8(contentAddress + i);
        }
        // 12,288 = 3 · 2^12 and 256 ≡ 1 mod 3: the low 12 bits fix the slot mod 4,096, the byte sum mod 3
        final int low12 = (OffHeap.getU8(contentAddress + 30) & 15) << 8 | OffHeap.getU8(contentAddress + 31);
        return low12 + LENGTH / 3 * Math.floorMod(byteSum - low12, 3);
    }

    private static int ring(final int delta, final int length) {
        final int distance = Math.abs(delta);
        return Math.min(distance, length - distance);
    }
}
