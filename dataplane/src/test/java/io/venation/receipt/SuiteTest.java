package io.venation.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuiteTest {
    @Test
    void shouldAcceptTheSixSuitesAndNoOtherByte() {
        final Set<Integer> suites = Set.of(0x00, 0x01, 0x02, 0x10, 0x11, 0x12);
        for (int value = -1; value <= 256; value++) {
            final int suite = value;
            assertEquals(suites.contains(suite), Suite.isByte(suite));
            if (suites.contains(suite)) {
                assertEquals(suite, Suite.ofByte(suite).toByte());
            } else {
                final IllegalArgumentException e =
                        assertThrows(IllegalArgumentException.class, () -> Suite.ofByte(suite));
                assertEquals("suite=" + suite + " not in 0..2 (BLAKE3), 16..18 (SHA3-256)", e.getMessage());
            }
        }
    }

    @Test
    void shouldDefaultToByteZero() {
        assertEquals(0, Suite.DEFAULT.toByte());
        assertEquals(Suite.DEFAULT, Suite.ofByte(0));
        assertEquals("mod96+blake3", Suite.DEFAULT.label());
        assertEquals("mix17+sha3", new Suite(R96Rule.MIX17, AddressHash.SHA3_256).label());
    }
}
