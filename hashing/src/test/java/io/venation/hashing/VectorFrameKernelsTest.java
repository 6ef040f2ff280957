package io.venation.hashing;

final class VectorFrameKernelsTest extends FrameKernelsTest {
    @Override
    FrameKernels create() {
        return new VectorFrameKernels();
    }
}
