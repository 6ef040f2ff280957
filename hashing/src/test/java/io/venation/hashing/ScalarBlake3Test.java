package io.venation.hashing;

final class ScalarBlake3Test extends Blake3Test {
    @Override
    FrameKernels kernels() {
        return new ScalarFrameKernels();
    }
}
