package io.venation.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OffHeapTest {
    @Test
    void shouldSeeEveryByteThatIsNotZeroAndNoneOutside() {
        try (Arena arena = Arena.ofConfined()) {
            final long memory = arena.allocate(LatticeFrame.LENGTH + 16).address();
            for (int length : new int[] {0, 1, 7, 8, 9, 16, 31, 32, 63, 64, 65, 100, 4_096, 12_287, 12_288}) {
                final long address = memory + 3;
                OffHeap.putU8(address - 1, 1);
                OffHeap.putU8(address + length, 1);
                assertTrue(OffHeap.isZero(address, length), "length=" + length);
                for (int offset = 0; offset < length; offset += length < 200 ? 1 : 61) {
                    OffHeap.putU8(address + offset, 0x80);
                    assertFalse(OffHeap.isZero(address, length), "length=" + length + " offset=" + offset);
                    OffHeap.putU8(address + offset, 0);
                }
                OffHeap.putU8(address + length, 0);
            }
        }
    }

    @Test
    void shouldZeroExactlyWhatIsAsked() {
        try (Arena arena = Arena.ofConfined()) {
            final long memory = arena.allocate(LatticeFrame.LENGTH + 2).address();
            for (final int length : new int[] {0, 1, 17, 12_287, 12_288}) {
                final byte[] bytes = new byte[LatticeFrame.LENGTH + 2];
                Arrays.fill(bytes, (byte) 7);
                OffHeap.put(memory, bytes, 0, bytes.length);
                OffHeap.zero(memory + 1, length);
                Arrays.fill(bytes, 1, 1 + length, (byte) 0);
                final byte[] after = new byte[bytes.length];
                OffHeap.get(memory, after, 0, after.length);
                assertArrayEquals(bytes, after, "length=" + length);
            }
        }
    }

    @Test
    void shouldBeLittleEndianAndUnsigned() {
        try (Arena arena = Arena.ofConfined()) {
            final long memory = arena.allocate(16).address() + 1;
            OffHeap.putU64(memory, 0xF1F2_F3F4_F5F6_F7F8L);
            assertEquals(0xF8, OffHeap.getU8(memory));
            assertEquals(0xF7F8, OffHeap.getU16(memory));
            assertEquals(0xF5F6_F7F8L, OffHeap.getU32(memory));
            assertEquals(0xF1F2_F3F4_F5F6_F7F8L, OffHeap.getU64(memory));
            OffHeap.putU32(memory, 0xE1E2_E3E4L);
            OffHeap.putU16(memory + 4, 0xE5E6);
            OffHeap.putU8(memory + 6, 0xE7);
            assertEquals(0xF1E7_E5E6_E1E2_E3E4L, OffHeap.getU64(memory));
        }
    }
}
