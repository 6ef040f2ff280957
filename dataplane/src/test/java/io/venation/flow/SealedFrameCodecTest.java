package io.venation.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.ReferenceKernels;
import io.venation.TestFrames;
import io.venation.codec.ReceiptDecoder;
import io.venation.codec.SealedFrameDecoder;
import io.venation.codec.SealedFrameEncoder;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.AddressHash;
import io.venation.hashing.R96Rule;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Other languages read sealed frames with codecs from the same schema: what we write must be what those read. */
class SealedFrameCodecTest {
    @Test
    void shouldBeReadableByTheGeneratedCodec() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(SealedFrameLayout.LENGTH, 64);
            TestFrames.fill(memory, 0, TestFrames.pattern());
            final Suite suite = new Suite(R96Rule.ALGEBRAIC, AddressHash.SHA3_256);
            final long sequence = 768L * 0x8765_4321L + 513;
            new FrameSealer(new ReferenceKernels(), suite, true)
                    .seal(memory.address(), SealedFrameLayout.LENGTH, 1, sequence, new int[] {9_999});

            final SealedFrameDecoder frame = new SealedFrameDecoder()
                    .wrap(
                            new UnsafeBuffer(memory.asByteBuffer()),
                            0,
                            SealedFrameDecoder.BLOCK_LENGTH,
                            SealedFrameDecoder.SCHEMA_VERSION);
            assertEquals(1, frame.envelope().version());
            assertEquals(1, frame.envelope().kind());
            assertEquals(0, frame.envelope().flags());
            assertEquals(0, frame.envelope().keyEpoch());
            assertEquals(sequence, frame.envelope().linkSequence());
            final ReceiptDecoder receipt = frame.receipt();
            assertEquals('H', receipt.magic(0));
            assertEquals('R', receipt.magic(1));
            assertEquals(1, receipt.version());
            assertEquals(0x12, receipt.suite());
            assertEquals(1, receipt.flags());
            assertEquals(0, receipt.budget());
            assertEquals(513, receipt.phase());
            assertEquals(0x8765_4321L, receipt.cycle());
            assertEquals(0, receipt.fairnessSpread());
            assertEquals(768, receipt.longestWait());
            assertEquals(9_999, receipt.payloadLength());
            assertEquals(sequence, receipt.sequence());
            assertEquals(9_998 % 256, frame.frame(9_998));
            assertEquals(0, frame.frame(9_999));
        }
    }

    @Test
    void shouldReadWithTheFlyweightWhatTheGeneratedCodecWrites() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(SealedFrameLayout.LENGTH, 64);
            new SealedFrameEncoder()
                    .wrap(new UnsafeBuffer(memory.asByteBuffer()), 0)
                    .receipt()
                    .putMagic((short) 'H', (short) 'R')
                    .version((short) 0xF1)
                    .suite((short) 0xF2)
                    .flags((short) 0xF3)
                    .budget((short) 0xF4)
                    .phase(0xF5F6)
                    .cycle(0xF7F8_F9FAL)
                    .fairnessSpread(0xE1E2)
                    .longestWait(0xE3E4)
                    .payloadLength(0xE5E6_E7E8_E9EA_EBECL)
                    .sequence(0xD1D2_D3D4_D5D6_D7D8L);
            final ReceiptFlyweight receipt =
                    new ReceiptFlyweight().wrap(memory.address() + SealedFrameLayout.RECEIPT_OFFSET);
            assertEquals('H' | 'R' << 8, receipt.magic());
            assertEquals(0xF1, receipt.version());
            assertEquals(0xF2, receipt.suite());
            assertEquals(0xF3, receipt.flags());
            assertEquals(0xF4, receipt.budget());
            assertEquals(0xF5F6, receipt.phase());
            assertEquals(0xF7F8_F9FAL, receipt.cycle());
            assertEquals(0xE1E2, receipt.fairnessSpread());
            assertEquals(0xE3E4, receipt.longestWait());
            assertEquals(0xE5E6_E7E8_E9EA_EBECL, receipt.payloadLength());
            assertEquals(0xD1D2_D3D4_D5D6_D7D8L, receipt.sequence());
        }
    }
}
