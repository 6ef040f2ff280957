package io.venation;

import io.venation.frame.LatticeFrame;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.Mechanism;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Frames Z, P and S of lattice model §7, and what tests need around them. */
public final class TestFrames {
    private TestFrames() {}

    /** All zero. */
    public static byte[] zero() {
        return new byte[LatticeFrame.LENGTH];
    }

    /** Byte i = i mod 256. */
    public static byte[] pattern() {
        final byte[] frame = new byte[LatticeFrame.LENGTH];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (byte) i;
        }
        return frame;
    }

    /** SplitMix64 (which SplittableRandom is) from seed 12288, 1,536 outputs, little-endian. */
    public static byte[] splitMix() {
        final SplittableRandom random = new SplittableRandom(12_288);
        final ByteBuffer frame = ByteBuffer.allocate(LatticeFrame.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        while (frame.hasRemaining()) {
            frame.putLong(random.nextLong());
        }
        return frame.array();
    }

    public static byte[] named(final String name) {
        return switch (name) {
            case "Z" -> zero();
            case "P" -> pattern();
            case "S" -> splitMix();
            default -> throw new IllegalArgumentException("name=" + name);
        };
    }

    /** Writes a payload where a sealed frame wants it. */
    public static void fill(final MemorySegment memory, final long sealedFrameOffset, final byte[] payload) {
        MemorySegment.copy(
                MemorySegment.ofArray(payload),
                0,
                memory,
                sealedFrameOffset + SealedFrameLayout.FRAME_OFFSET,
                payload.length);
    }

    public static String hex(final MemorySegment memory, final long offset, final long length) {
        return HexFormat.of()
                .formatHex(memory.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    /** The reference and one of each mechanism that this machine has; scalar is everywhere. */
    public static List<FrameKernels> allKernels() {
        final List<FrameKernels> kernels = new ArrayList<>(mechanisms());
        kernels.add(new ReferenceKernels());
        return kernels;
    }

    /** One of each mechanism that this machine has, the fastest first; scalar is everywhere. */
    public static List<FrameKernels> mechanisms() {
        final List<FrameKernels> kernels = new ArrayList<>();
        for (final Mechanism mechanism : Mechanism.values()) {
            try {
                kernels.add(Kernels.select(mechanism.label()));
            } catch (final IllegalStateException e) {
                if (mechanism == Mechanism.SCALAR) {
                    throw e;
                }
            }
        }
        return kernels;
    }
}
