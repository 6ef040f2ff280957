package io.venation.hashing;

final class ScalarFrameKernelsTest extends FrameKernelsTest {
    @Override
    FrameKernels create() {
        return new ScalarFrameKernels();
    }
}
