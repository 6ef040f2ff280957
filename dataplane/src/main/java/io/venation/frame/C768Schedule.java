package io.venation.frame;

import static io.venation.frame.LatticeFrame.LENGTH;
import static io.venation.frame.LatticeFrame.PAGE_COUNT;
import static io.venation.frame.LatticeFrame.PAGE_LENGTH;

import java.util.Objects;

/**
 * The C768 schedule: a cycle of 768 slots that activates every site of the torus exactly once (lattice model §4).
 *
 * <pre>
 *   slot t activates A_t = {(t mod 48, (t + j) mod 256) : 0 ≤ j &lt; 16}, the origin moved by σ^t, 16 sites wide
 * </pre>
 *
 * <p>Time is a logical counter n, the frame sequence number: phase n mod 768, cycle ⌊n / 768⌋. Exact integers, any
 * thread, allocates nothing.
 */
public final class C768Schedule {
    /** Slots of a cycle. */
    public static final int CYCLE_LENGTH = 768;
    /** Sites that one slot activates. */
    public static final int SITES_PER_SLOT = 16;
    /** Largest counter whose cycle fits the receipt's u32. */
    public static final long MAX_COUNTER = CYCLE_LENGTH * (1L << 32) - 1;
    /** Most minus fewest activations of a site over whole cycles. */
    public static final int FAIRNESS_SPREAD = 0;
    /** Slots between two activations of a site. */
    public static final int LONGEST_WAIT = CYCLE_LENGTH;

    static {
        Relation.holds(CYCLE_LENGTH * SITES_PER_SLOT == LENGTH, "a cycle activates every site once");
    }

    private C768Schedule() {}

    /**
     * The slot of a counter.
     *
     * @param counter logical time, 0..{@link #MAX_COUNTER}.
     * @return 0..767.
     */
    public static int phase(final long counter) {
        return (int) (counter % CYCLE_LENGTH);
    }

    /**
     * The whole cycles before a counter.
     *
     * @param counter logical time, 0..{@link #MAX_COUNTER}.
     * @return 0..2³² − 1.
     */
    public static long cycle(final long counter) {
        return counter / CYCLE_LENGTH;
    }

    /**
     * A site that a slot activates.
     *
     * @param slot  0..767.
     * @param which 0..15.
     * @return linear index, 0..12,287.
     */
    public static int activatedSite(final int slot, final int which) {
        return LatticeCoordinates.index(slot % PAGE_COUNT, (slot + which) % PAGE_LENGTH);
    }

    /**
     * The slot that activates a site; the inverse of {@link #activatedSite}.
     *
     * @param index linear index, 0..12,287.
     * @return 0..767.
     */
    public static int slotOf(final int index) {
        final int page = LatticeCoordinates.page(index);
        // slot = page + 48k with 48k ≡ 16q (mod 256), so 3k ≡ q (mod 16); 11 is the inverse of 3
        final int q = Math.floorMod(LatticeCoordinates.byteInPage(index) - page, PAGE_LENGTH) / SITES_PER_SLOT;
        return page + PAGE_COUNT * (11 * q % 16);
    }

    /**
     * The pages that a page gossips to at a hop: {@code (page + j·(fanOut + 1)^hop) mod 48} for 1 ≤ j ≤ fanOut, without
     * the page itself and without duplicates, in the order of j.
     *
     * @param page    0..47.
     * @param fanOut  1..47.
     * @param hop     ≥ 0.
     * @param targets receives the pages; at least {@code fanOut} long.
     * @return how many pages were written.
     * @throws IndexOutOfBoundsException where {@code page} or {@code targets} is out of range.
     * @throws IllegalArgumentException  where {@code fanOut} or {@code hop} is out of range.
     */
    public static int gossipTargets(final int page, final int fanOut, final int hop, final int[] targets) {
        Objects.checkIndex(page, PAGE_COUNT);
        if (fanOut < 1 || fanOut >= PAGE_COUNT) {
            throw new IllegalArgumentException("fanOut=" + fanOut + " not in 1..47");
        }
        if (hop < 0) {
            throw new IllegalArgumentException("hop=" + hop + " not ≥ 0");
        }
        Objects.checkFromIndexSize(0, fanOut, targets.length);
        int step = 1;
        for (int k = 0; k < hop; k++) {
            step = step * (fanOut + 1) % PAGE_COUNT;
        }
        long seen = 1L << page;
        int count = 0;
        for (int j = 1; j <= fanOut; j++) {
            final int target = (page + j * step) % PAGE_COUNT;
            if ((seen & 1L << target) == 0) {
                seen |= 1L << target;
                targets[count++] = target;
            }
        }
        return count;
    }
}
