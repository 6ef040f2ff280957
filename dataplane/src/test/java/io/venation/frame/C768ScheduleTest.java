package io.venation.frame;

import static io.venation.frame.C768Schedule.CYCLE_LENGTH;
import static io.venation.frame.C768Schedule.SITES_PER_SLOT;
import static io.venation.frame.C768Schedule.activatedSite;
import static io.venation.frame.C768Schedule.gossipTargets;
import static io.venation.frame.C768Schedule.slotOf;
import static io.venation.frame.LatticeCoordinates.index;
import static io.venation.frame.LatticeCoordinates.sigma;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class C768ScheduleTest {
    @Test
    void shouldActivateTheSitesTheModelNames() {
        for (int j = 0; j < SITES_PER_SLOT; j++) {
            assertEquals(index(4, 100 + j), activatedSite(100, j));
            assertEquals(index(10, (250 + j) % 256), activatedSite(250, j));
        }
        assertEquals(240, slotOf(index(0, 255)));
        assertEquals(404, slotOf(index(20, 153)));
        assertEquals(767, slotOf(index(47, 255)));
    }

    @Test
    void shouldActivateEverySiteOnceInACycle() {
        final BitSet activated = new BitSet();
        for (int slot = 0; slot < CYCLE_LENGTH; slot++) {
            for (int j = 0; j < SITES_PER_SLOT; j++) {
                final int site = activatedSite(slot, j);
                assertFalse(activated.get(site), "slot=" + slot + " j=" + j);
                activated.set(site);
                assertEquals(slot, slotOf(site));
                assertEquals(site, sigma(activatedSite(0, j), slot));
            }
        }
        assertEquals(LatticeFrame.LENGTH, activated.cardinality());
    }

    @Test
    void shouldBeAsFairAsReceiptsSay() {
        final int[] activations = new int[LatticeFrame.LENGTH];
        final int[] lastSlot = new int[LatticeFrame.LENGTH];
        int longestWait = 0;
        for (int time = 0; time < 3 * CYCLE_LENGTH; time++) {
            for (int j = 0; j < SITES_PER_SLOT; j++) {
                final int site = activatedSite(C768Schedule.phase(time), j);
                if (activations[site]++ > 0) {
                    longestWait = Math.max(longestWait, time - lastSlot[site]);
                }
                lastSlot[site] = time;
            }
        }
        final int most = Arrays.stream(activations).max().orElseThrow();
        final int fewest = Arrays.stream(activations).min().orElseThrow();
        assertEquals(C768Schedule.FAIRNESS_SPREAD, most - fewest);
        assertEquals(C768Schedule.LONGEST_WAIT, longestWait);
    }

    @Test
    void shouldSplitTheCounterIntoPhaseAndCycle() {
        assertEquals(767, C768Schedule.phase(767));
        assertEquals(0, C768Schedule.cycle(767));
        assertEquals(0, C768Schedule.phase(768));
        assertEquals(1, C768Schedule.cycle(768));
        assertEquals(767, C768Schedule.phase(C768Schedule.MAX_COUNTER));
        assertEquals(0xFFFF_FFFFL, C768Schedule.cycle(C768Schedule.MAX_COUNTER));
    }

    @Test
    void shouldGossipToThePagesTheModelNames() {
        assertArrayEquals(new int[] {6, 7, 8}, targets(5, 3, 0));
        assertArrayEquals(new int[] {9, 13, 17}, targets(5, 3, 1));
        assertArrayEquals(new int[] {21, 37}, targets(5, 3, 2));
    }

    @ParameterizedTest
    @CsvSource({"1, 6", "2, 4", "3, 3", "4, 3"})
    void shouldCoverAllPagesInTheFewestRounds(final int fanOut, final int rounds) {
        for (int start = 0; start < LatticeFrame.PAGE_COUNT; start++) {
            final BitSet reached = new BitSet();
            reached.set(start);
            for (int hop = 0; hop < rounds; hop++) {
                assertFalse(reached.cardinality() == LatticeFrame.PAGE_COUNT, "hop=" + hop + " start=" + start);
                for (final int page : reached.stream().toArray()) {
                    Arrays.stream(targets(page, fanOut, hop)).forEach(reached::set);
                }
            }
            assertEquals(LatticeFrame.PAGE_COUNT, reached.cardinality(), "start=" + start);
        }
    }

    @Test
    void shouldNeitherTargetThePageItselfNorAPageTwice() {
        for (int page = 0; page < LatticeFrame.PAGE_COUNT; page++) {
            for (int fanOut = 1; fanOut < LatticeFrame.PAGE_COUNT; fanOut++) {
                for (int hop = 0; hop < 8; hop++) {
                    final int[] targets = targets(page, fanOut, hop);
                    final int self = page;
                    assertFalse(Arrays.stream(targets).anyMatch(target -> target == self));
                    assertEquals(
                            targets.length, Arrays.stream(targets).distinct().count());
                }
            }
        }
    }

    @Test
    void shouldNameGossipArgumentsOutOfRange() {
        final int[] targets = new int[47];
        assertThrows(IndexOutOfBoundsException.class, () -> gossipTargets(48, 1, 0, targets));
        assertThrows(IndexOutOfBoundsException.class, () -> gossipTargets(0, 3, 0, new int[2]));
        assertEquals(
                "fanOut=48 not in 1..47",
                assertThrows(IllegalArgumentException.class, () -> gossipTargets(0, 48, 0, targets))
                        .getMessage());
        assertEquals(
                "hop=-1 not ≥ 0",
                assertThrows(IllegalArgumentException.class, () -> gossipTargets(0, 1, -1, targets))
                        .getMessage());
    }

    private static int[] targets(final int page, final int fanOut, final int hop) {
        final int[] targets = new int[fanOut];
        final int count = gossipTargets(page, fanOut, hop, targets);
        return Arrays.copyOf(targets, count);
    }
}
