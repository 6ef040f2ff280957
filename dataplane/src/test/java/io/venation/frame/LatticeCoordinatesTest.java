package io.venation.frame;

import static io.venation.frame.LatticeCoordinates.byteInPage;
import static io.venation.frame.LatticeCoordinates.distance;
import static io.venation.frame.LatticeCoordinates.index;
import static io.venation.frame.LatticeCoordinates.page;
import static io.venation.frame.LatticeCoordinates.placementSlot;
import static io.venation.frame.LatticeCoordinates.sigma;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatticeCoordinatesTest {
    private static final BigInteger SITE_COUNT = BigInteger.valueOf(LatticeFrame.LENGTH);

    @ParameterizedTest
    @CsvSource({
        "d81e93d78ee49e5510f5070123ead131699cce4f302a7573a3a68249f08c2499, 5273, 20, 153",
        "9db4c7de5465c857bba4b17f64a5aa9571167751a5029fd8b2b54b75a5e3788f, 2191, 8, 143",
        "8ea7dab9a30e6d5e296c3c3d60fabd3a1b21f8835da0dc66f9946c2b84716525, 1317, 5, 37",
        "819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60, 11872, 46, 96",
        "18d1e6b4ad5377aa9a0f81936390071692421a4c38db5d4430b69fba8ca2f007, 4103, 16, 7",
        "367d2616918bec00b575beb73dd5307ce2adc63337346585c0ec723f751bd802, 2050, 8, 2",
    })
    void shouldPlaceAddressesAsTheModelSays(final String hex, final int slot, final int page, final int byteInPage) {
        assertEquals(slot, slotOf(HexFormat.of().parseHex(hex)));
        assertEquals(page, page(slot));
        assertEquals(byteInPage, byteInPage(slot));
        assertEquals(slot, index(page, byteInPage));
    }

    @Test
    void shouldPlaceAnyAddressAtItsValueModTheSiteCount() {
        final long seed = 7;
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] address = new byte[32];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(address);
            final int expected = new BigInteger(1, address).mod(SITE_COUNT).intValueExact();
            assertEquals(expected, slotOf(address), "seed=" + seed + " i=" + i);
        }
        java.util.Arrays.fill(address, (byte) 0xFF);
        assertEquals(new BigInteger(1, address).mod(SITE_COUNT).intValueExact(), slotOf(address));
    }

    @Test
    void shouldMeasureDistanceOnTheTorus() {
        assertEquals(0, distance(index(3, 4), index(3, 4)));
        assertEquals(256 + 1, distance(index(0, 0), index(47, 255)));
        assertEquals(LatticeCoordinates.MAX_DISTANCE, distance(index(0, 0), index(24, 128)));
        assertEquals(255, distance(index(0, 0), index(0, 127)) + distance(index(0, 127), index(0, 255)));
    }

    @Test
    void shouldBeAMetricInvariantUnderSigma() {
        final long seed = 11;
        final SplittableRandom random = new SplittableRandom(seed);
        int largest = 0;
        for (int i = 0; i < 100_000; i++) {
            final String message = "seed=" + seed + " i=" + i;
            final int a = random.nextInt(LatticeFrame.LENGTH);
            final int b = random.nextInt(LatticeFrame.LENGTH);
            final int c = random.nextInt(LatticeFrame.LENGTH);
            final int ab = distance(a, b);
            largest = Math.max(largest, ab);
            assertEquals(ab, distance(b, a), message);
            assertEquals(a == b, ab == 0, message);
            assertTrue(distance(a, c) <= ab + distance(b, c), message);
            final int times = random.nextInt(2_000);
            assertEquals(ab, distance(sigma(a, times), sigma(b, times)), message);
        }
        assertTrue(largest <= LatticeCoordinates.MAX_DISTANCE);
    }

    @Test
    void shouldHaveSixteenSigmaOrbitsOf768() {
        assertEquals(index(4, 100), sigma(0, 100));
        assertEquals(index(16, 0), sigma(0, 256));
        assertEquals(index(47, 255), sigma(0, 767));
        final BitSet seen = new BitSet();
        int orbits = 0;
        for (int start = 0; start < LatticeFrame.LENGTH; start++) {
            if (seen.get(start)) {
                continue;
            }
            orbits++;
            int length = 0;
            int site = start;
            do {
                seen.set(site);
                site = sigma(site, 1);
                length++;
                assertEquals(site, sigma(start, length));
            } while (site != start);
            assertEquals(768, length);
        }
        assertEquals(16, orbits);
    }

    private static int slotOf(final byte[] address) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(address.length);
            memory.copyFrom(MemorySegment.ofArray(address));
            return placementSlot(memory.address());
        }
    }
}
