package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class VectorFrameKernelsTest extends FrameKernelsTest {
    @Override
    FrameKernels create() {
        return new VectorFrameKernels();
    }

    /** The build runs this class with narrower vectors, too: that they are narrower is not left to the flag's name. */
    @Test
    void shouldUseNoWiderVectorsThanTheBuildAllows() {
        final int bits = Integer.parseInt(create().isa());
        assertTrue(bits <= Integer.getInteger("venation.vector.bits.max", 512), "bits=" + bits);
    }
}
